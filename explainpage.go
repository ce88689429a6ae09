package guise

import (
	"errors"
	"net/http"
	"strings"
)

// maxSeveral is how many people are offered when several fit.
const maxSeveral = 10

// explainPage is the question as a form, and its answer below. People know
// names and not IDs, so whom it is about can be searched for here.
func (v *visit) explainPage(viewer Actor, asked fields) error {
	data := ExplainData{Mode: v.explainedMode(asked), Modes: v.modeChoices()}
	var err error
	if data.Actor, err = v.explainedActor(viewer, strings.TrimSpace(asked["actor"])); err != nil {
		return err
	}
	if data.Subject, err = v.findPerson(viewer, strings.TrimSpace(asked["subject"])); err != nil {
		return err
	}
	if err := v.meetAll(viewer, data.Actor, data.Subject); err != nil {
		return err
	}
	if data.Actor.User != nil && data.Subject.User != nil {
		data.Verdicts = v.Explain(v.r.Context(), Ask{
			Actor: Actor{*data.Actor.User}, Subject: Subject{*data.Subject.User}, Mode: data.Mode, Request: v.r,
		})
		v.logUndecided(data.Verdicts)
	}
	v.page(http.StatusOK, PageExplain, data)
	return nil
}

// explainedActor is the viewer, unless they ask about another and may: that is
// decided before anyone is looked for, so that nothing shows who exists.
func (v *visit) explainedActor(viewer Actor, text string) (ExplainPerson, error) {
	if text == "" || text == viewer.ID {
		return ExplainPerson{Text: viewer.ID, User: &viewer.User}, nil
	}
	if err := v.permit(v.r.Context(), viewer, ActionExplain); err != nil {
		return ExplainPerson{}, err
	}
	return v.findPerson(viewer, text)
}

// findPerson is whoever the viewer can see and has this ID, or else whoever
// the directory finds for it.
func (v *visit) findPerson(viewer Actor, text string) (ExplainPerson, error) {
	asked := ExplainPerson{Text: text}
	if text == "" {
		return asked, nil
	}
	user, err := v.visibleUser(v.r.Context(), viewer, text)
	switch {
	case err == nil:
		asked.User = &user
		return asked, nil
	case !errors.Is(err, ErrUserNotFound):
		return ExplainPerson{}, err
	}
	filter, err := v.scope(v.r.Context(), viewer)
	if err != nil {
		return ExplainPerson{}, err
	}
	found, err := v.search(v.r.Context(), Query{Text: text, Filter: filter, Limit: maxSeveral})
	if err != nil {
		return ExplainPerson{}, err
	}
	if len(found.Users) == 1 && found.Next == "" {
		asked.User = &found.Users[0]
	} else {
		asked.Several, asked.More = found.Users, found.Next != ""
	}
	return asked, nil
}

// meetAll notes whom the page is about to show.
func (v *visit) meetAll(viewer Actor, shown ...ExplainPerson) error {
	var ids []string
	for _, person := range shown {
		if person.User != nil && person.User.ID != viewer.ID {
			ids = append(ids, person.User.ID)
		}
		for _, user := range person.Several {
			ids = append(ids, user.ID)
		}
	}
	return v.meet(viewer, ids...)
}

// logUndecided tells the operator what the page can't: why a rule could not be
// decided.
func (v *visit) logUndecided(verdicts []Verdict) {
	for _, verdict := range verdicts {
		if verdict.Failure != nil {
			v.config.Logger.ErrorContext(v.r.Context(), "guise: a rule could not be decided", "rule", verdict.Rule, "error", verdict.Failure)
		}
	}
}
