package console

import (
	"slices"
	"strings"

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
