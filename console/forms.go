package console

import (
	"slices"
	"strings"

	"github.com/guise-go/guise"
)

// formFields are the fields of the forms that a problem can stand at.
var formFields = []string{"reason", "ticket", "mode", "duration", "next"}

// At is what the problem says about a field, or "" when it isn't about it. An
// empty field asks for what is about none.
func (v *view) At(field string, problem *guise.ProblemData) string {
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

// Modes are the options of a form, one of them chosen: the one asked for, or
// else the first.
func (v *view) Modes(modes []guise.Mode, asked guise.Mode) []choice {
	if !slices.Contains(modes, asked) && len(modes) > 0 {
		asked = modes[0]
	}
	choices := make([]choice, len(modes))
	for i, mode := range modes {
		choices[i] = choice{string(mode), v.ModeName(mode), mode == asked, v.ModeHint(mode), false}
	}
	return choices
}

// StartModes are the options of the start form. It says at each mode but the
// default that a reason is needed, unless every start needs one, and at one that would be refused
// why; that one can't be chosen.
func (v *view) StartModes(form guise.StartForm) []choice {
	asked := form.Mode
	if form.Refused[asked] != nil {
		asked = "" // the default, which they may have: the page has a form
	}
	choices := v.Modes(form.Modes, asked)
	for i, mode := range form.Modes {
		if refusal := form.Refused[mode]; refusal != nil {
			choices[i].Refused, choices[i].Hint = true, line(v.Why(refusal))
		}
	}
	if form.RequireReason {
		return choices
	}
	needed := v.T("mode.needs-reason")
	for i := range choices {
		if i > 0 && !choices[i].Refused {
			choices[i].Hint = strings.TrimSpace(choices[i].Hint + " " + needed)
		}
	}
	return choices
}
