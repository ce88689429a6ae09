package console

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/guise-go/guise"
)

// formFields are the fields of the forms that a problem can stand at.
var formFields = []string{"reason", "ticket", "mode", "duration", "next"}

// at is what the problem says about a field, or "" when it isn't about that one.
// An empty field asks for what is about no field.
func at(field string, problem *guise.ProblemData) string {
	if problem == nil || fieldOf(problem) != field {
		return ""
	}
	return sentence(problem)
}

// fieldOf is the field of a form that a problem is about; "" for none.
func fieldOf(problem *guise.ProblemData) string {
	if slices.Contains(formFields, problem.Field) {
		return problem.Field
	}
	return ""
}

// sentence is the most that a problem says.
func sentence(problem *guise.ProblemData) string {
	if problem.Detail != "" {
		return problem.Detail
	}
	return problem.Title
}

// choice is one of several options.
type choice struct {
	Value, Text string
	Selected    bool
	Hint        string
	// Refused says that it is shown but can't be chosen.
	Refused bool
}

// modes are the options of a form, one of them chosen: the one asked for, or
// else the first.
func (w *words) modes(modes []guise.Mode, asked guise.Mode) []choice {
	if !slices.Contains(modes, asked) && len(modes) > 0 {
		asked = modes[0]
	}
	choices := make([]choice, len(modes))
	for i, mode := range modes {
		choices[i] = choice{string(mode), w.modeName(mode), mode == asked, w.modeHint(mode), false}
	}
	return choices
}

// startModes are the options of the start form. Each says whether it needs a
// reason, unless every start does, or why it would be refused: then it can't be
// chosen.
func (w *words) startModes(form guise.StartForm) []choice {
	asked := form.Mode
	if form.Refused[asked] != nil {
		asked = "" // the default, which they may have: the page has a form
	}
	choices := w.modes(form.Modes, asked)
	for i, mode := range form.Modes {
		refusal := form.Refused[mode]
		switch {
		case refusal != nil:
			choices[i].Refused, choices[i].Hint = true, line(w.why(refusal))
		case form.NeedsReason(mode) && !form.RequireReason:
			choices[i].Hint = strings.TrimSpace(choices[i].Hint + " " + w.T("mode.needs-reason"))
		}
	}
	return choices
}

// offered are the lengths of time to choose from, as far as the limit allows.
var offered = []time.Duration{
	5 * time.Minute, 15 * time.Minute, 30 * time.Minute, time.Hour,
	2 * time.Hour, 4 * time.Hour, 8 * time.Hour, 24 * time.Hour,
}

// durations are the options of the start form, in seconds; the first, "", is
// the longest allowed. What was asked for is among them if it is possible.
func (w *words) durations(form guise.StartForm) []choice {
	choices := []choice{{Text: w.longest(form.MaxDuration), Selected: form.Duration == ""}}
	lengths := slices.Clone(offered)
	asked := seconds(form.Duration)
	if asked > 0 && !slices.Contains(lengths, asked) {
		lengths = append(lengths, asked)
		slices.Sort(lengths)
	}
	for _, d := range lengths {
		if form.MaxDuration > 0 && d >= form.MaxDuration {
			continue
		}
		choices = append(choices, choice{Value: strconv.FormatInt(int64(d/time.Second), 10), Text: w.span(d), Selected: d == asked})
	}
	return choices
}

func (w *words) longest(limit time.Duration) string {
	if limit <= 0 {
		return w.T("user.duration.unlimited")
	}
	return w.T("user.duration.longest", "duration", w.span(limit))
}

// seconds reads what a form or an address asked for; 0 when it says nothing
// that could be offered.
func seconds(text string) time.Duration {
	n, err := strconv.ParseInt(text, 10, 32)
	if err != nil || n < 0 {
		return 0
	}
	return time.Duration(n) * time.Second
}
