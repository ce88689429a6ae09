package guise

import (
	"context"
	"errors"
	"net/http"
)

// Verdict is what one rule says about an [Ask].
type Verdict struct {
	// Rule is the rule's code.
	Rule string
	// Refusal is nil when the rule holds.
	Refusal *DeniedError
	// Failure is why it could not be decided; nil when it could.
	Failure error
}

// Holds reports whether the rule lets the impersonation through.
func (v Verdict) Holds() bool { return v.Refusal == nil && v.Failure == nil }

func allHold(verdicts []Verdict) bool {
	for _, verdict := range verdicts {
		if !verdict.Holds() {
			return false
		}
	}
	return true
}

// Explain asks every rule, where [Manager.Check] stops at the first that does
// not hold. The verdicts are in the order in which Check looks. Check allows
// what none of them refuses.
func (m *Manager) Explain(ctx context.Context, ask Ask) []Verdict {
	if ask.Mode == "" {
		ask.Mode = m.config.DefaultMode
	}
	verdicts := make([]Verdict, 0, len(rules))
	for _, rule := range rules {
		verdict := Verdict{Rule: rule.Code}
		if err := rule.hold(m, ctx, ask); err != nil && !errors.As(err, &verdict.Refusal) {
			verdict.Failure = err
		}
		verdicts = append(verdicts, verdict)
	}
	return verdicts
}

type verdictJSON struct {
	Rule    string `json:"rule"`
	Holds   bool   `json:"holds"`
	Code    string `json:"code,omitempty"`
	WhyNot  string `json:"why_not,omitempty"`
	Unknown bool   `json:"unknown,omitempty"`
}

// getExplain answers who may act as whom, and why not. Without an actor it is
// about oneself; to ask about others takes a right.
func (v *visit) getExplain() error {
	viewer, err := v.finder()
	if err != nil {
		return err
	}
	if err := v.spend(limitSearches, viewer); err != nil {
		return err
	}
	asked, err := queryFields(v.r, maxUserID, "actor", "subject", fieldMode)
	if err != nil {
		return err
	}
	if !v.answersJSON() {
		return v.explainPage(viewer, asked)
	}
	return v.explainJSON(viewer, asked)
}

func (v *visit) explainJSON(viewer Actor, asked fields) error {
	ask, err := v.explained(viewer, asked)
	if err != nil {
		return err
	}
	if err := v.meetAll(viewer, ExplainPerson{User: &ask.Actor.User}, ExplainPerson{User: &ask.Subject.User}); err != nil {
		return err
	}
	verdicts := v.Explain(v.r.Context(), ask)
	body := struct {
		Actor   userJSON      `json:"actor"`
		Subject userJSON      `json:"subject"`
		Mode    Mode          `json:"mode"`
		Allowed bool          `json:"allowed"`
		Rules   []verdictJSON `json:"rules"`
	}{Actor: userOf(ask.Actor.User), Subject: userOf(ask.Subject.User), Mode: ask.Mode, Allowed: allHold(verdicts)}
	for _, verdict := range verdicts {
		row := verdictJSON{Rule: verdict.Rule, Holds: verdict.Holds(), Unknown: verdict.Failure != nil}
		if verdict.Refusal != nil {
			row.Code, row.WhyNot = verdict.Refusal.Code, verdict.Refusal.Sentence
		}
		body.Rules = append(body.Rules, row)
	}
	return v.writeJSON(http.StatusOK, body)
}

// explained is the question that the address asks.
func (v *visit) explained(viewer Actor, asked fields) (Ask, error) {
	ask := Ask{Actor: viewer, Mode: v.explainedMode(asked), Request: v.r}
	if asked["subject"] == "" {
		return Ask{}, &InputError{"subject", "is missing: whom to act as"}
	}
	if other := asked["actor"]; other != "" && other != viewer.ID {
		if err := v.permit(v.r.Context(), viewer, ActionExplain); err != nil {
			return Ask{}, err
		}
		user, err := v.visibleUser(v.r.Context(), viewer, other)
		if err != nil {
			return Ask{}, err
		}
		ask.Actor = Actor{user}
	}
	subject, err := v.visibleUser(v.r.Context(), viewer, asked["subject"])
	ask.Subject = Subject{subject}
	return ask, err
}

func (v *visit) explainedMode(asked fields) Mode {
	mode := Mode(asked[fieldMode])
	setDefault(&mode, v.config.DefaultMode)
	return mode
}
