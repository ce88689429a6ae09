package guise

import (
	"errors"
	"fmt"
	"maps"
	"slices"
)

// changeMode changes the mode of the impersonation in use: authorised as a
// start is, recorded as an event. More than the default needs a reason.
func (v *visit) changeMode(mode Mode, reason string) (*Impersonation, error) {
	if len(v.stack) == 0 {
		return nil, ErrNotImpersonating
	}
	if !v.modeKnown(mode) {
		return nil, &inputError{fieldMode, fmt.Sprintf("%q is no mode of this application", mode)}
	}
	top := v.stack.Top()
	if mode == top.Mode {
		return &top, nil
	}
	ask := v.askAgain(top)
	ask.Mode, ask.Reason = mode, reason
	effective := ask.Actor.User
	if len(v.stack) > 1 {
		effective = v.stack[len(v.stack)-2].Subject.User
	}
	if err := v.checkChain(v.r.Context(), ask, effective); err != nil {
		request := StartRequest{UserID: top.Subject.ID, Reason: reason, Ticket: top.Ticket, Mode: mode}
		return nil, v.deny(top.Actor, top.Subject, request, err)
	}
	if err := v.needs(ask); err != nil {
		return nil, err
	}
	top.Mode = mode
	event := v.from(v.r, eventOf(KindModeChanged, v.now(), top))
	event.Reason = reason
	err := v.config.Store.ChangeMode(v.r.Context(), ModeChange{ID: top.ID, Mode: mode, Event: event})
	switch {
	case errors.Is(err, ErrNotRunning):
		return nil, v.overBy(top.ID)
	case err != nil:
		return nil, fmt.Errorf("guise: changing the mode: %w", err)
	}
	return &top, nil
}

// modeChoices are the modes that can be asked for, the default first.
func (m *Manager) modeChoices() []Mode {
	choices := []Mode{m.config.DefaultMode}
	for _, mode := range append([]Mode{ReadOnly, ReadWrite}, slices.Sorted(maps.Keys(m.config.Modes))...) {
		if mode != m.config.DefaultMode {
			choices = append(choices, mode)
		}
	}
	return choices
}
