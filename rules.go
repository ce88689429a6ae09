package guise

import (
	"context"
	"errors"
	"fmt"
)

// rule is one condition that must hold for an actor to act as a subject.
type rule struct {
	// Code is that of the DeniedError when the rule doesn't hold, except for the
	// policy's, which has codes of its own.
	Code string
	// hold returns nil, a *DeniedError, or why it could not look.
	hold func(*Manager, context.Context, Ask) error
}

// rules are all conditions, in the order in which they are looked at. The
// application's policy comes last: it is never asked about what no policy may
// allow.
var rules = []rule{
	never("nobody", "Both people must be known.", func(_ *Manager, ask Ask) bool { return ask.Actor.ID == "" || ask.Subject.ID == "" }),
	never("actor-inactive", "Your account is not active.", func(_ *Manager, ask Ask) bool { return !ask.Actor.Active }),
	never("oneself", "You can't act as yourself.", func(_ *Manager, ask Ask) bool { return ask.Actor.ID == ask.Subject.ID }),
	never("subject-inactive", "This account is not active.", func(_ *Manager, ask Ask) bool { return !ask.Subject.Active }),
	never("superuser", "Nobody may act as this superuser.", func(m *Manager, ask Ask) bool {
		return ask.Subject.Superuser && !(m.config.AllowSuperusers && ask.Actor.Superuser)
	}),
	never("unknown-mode", "There is no such mode.", func(m *Manager, ask Ask) bool { return !m.modeKnown(ask.Mode) }),
	{"scope", func(m *Manager, ctx context.Context, ask Ask) error {
		filter, err := m.scope(ctx, ask.Actor)
		if err == nil && !filter.Matches(ask.Subject.User) {
			err = Deny("scope", "This person is not among those you help.")
		}
		return err
	}},
	{"policy", func(m *Manager, ctx context.Context, ask Ask) error {
		return m.config.Policy(ctx, ask)
	}},
}

// never is a rule that needs nothing but what it is asked about.
func never(code, sentence string, broken func(*Manager, Ask) bool) rule {
	return rule{code, func(m *Manager, _ context.Context, ask Ask) error {
		if broken(m, ask) {
			return Deny(code, sentence)
		}
		return nil
	}}
}

// Check reports whether the actor may act as the subject now: nil, or a
// [*DeniedError] with a stable code and a sentence. Any other error means that
// it could not be decided; treat it as no. An empty Mode is the default one.
//
// Whatever the Policy says, these must hold before it is asked: both people are
// active and not the same; a superuser subject needs Config.AllowSuperusers
// and a superuser actor; the mode exists; the Scope contains the subject.
func (m *Manager) Check(ctx context.Context, ask Ask) error {
	if ask.Mode == "" {
		ask.Mode = m.config.DefaultMode
	}
	for _, rule := range rules {
		if err := rule.hold(m, ctx, ask); err != nil {
			return err
		}
	}
	return nil
}

// checkChain is Check for an actor who acts through others already: the first
// actor and the current effective user must both be allowed, so that nobody
// reaches through a chain whom they couldn't reach directly.
func (m *Manager) checkChain(ctx context.Context, ask Ask, effective User) error {
	if err := m.Check(ctx, ask); err != nil || effective.ID == ask.Actor.ID {
		return err
	}
	ask.Actor = Actor{effective}
	return m.Check(ctx, ask)
}

// defaultPermit lets superusers do everything, and lets those who could act as
// anyone at all find users.
func defaultPermit(policy Policy) func(context.Context, Actor, Action) error {
	return func(ctx context.Context, actor Actor, action Action) error {
		switch {
		case !actor.Active:
			return Deny("actor-inactive", "Your account is not active.")
		case actor.Superuser:
			return nil
		case action != ActionFind:
			return Deny("not-permitted", "Only superusers may do this.")
		}
		someone := Subject{User{ID: imaginaryID, Tenant: actor.Tenant, Active: true}}
		return policy(ctx, Ask{Actor: actor, Subject: someone, Mode: ReadOnly})
	}
}

// imaginaryID is the ID of a user who doesn't exist.
const imaginaryID = "guise:imaginary"

// permit asks Config.Permit. What isn't a clear yes or no is an error.
func (m *Manager) permit(ctx context.Context, actor Actor, action Action) error {
	err := m.config.Permit(ctx, actor, action)
	if err != nil && !isDenied(err) {
		return fmt.Errorf("guise: Config.Permit(%s): %w", action, err)
	}
	return err
}

// permitted reports whether the actor may do this. An error is a no here,
// logged: hiding something is never the wrong way to fail.
func (m *Manager) permitted(ctx context.Context, actor Actor, action Action) bool {
	err := m.permit(ctx, actor, action)
	if err != nil && !isDenied(err) && !errors.Is(err, context.Canceled) {
		m.config.Logger.ErrorContext(ctx, "guise: Config.Permit failed; taken as no", "error", err)
	}
	return err == nil
}
