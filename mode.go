package guise

import (
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
)

// changeMode changes the mode of the impersonation in use. It is authorised as a
// start is, and recorded as an event. To do more needs what such a start does.
func (v *visit) changeMode(mode Mode, reason string) (*Impersonation, error) {
	if len(v.stack) == 0 {
		return nil, ErrNotImpersonating
	}
	if !v.modeKnown(mode) {
		return nil, &InputError{fieldMode, fmt.Sprintf("is %q, which is no mode of this application", mode)}
	}
	top := v.stack.Top()
	if mode == top.Mode {
		return &top, nil
	}
	ask := v.askAgain(top)
	ask.Mode, ask.Reason = mode, reason
	request := StartRequest{UserID: top.Subject.ID, Reason: reason, Ticket: top.Ticket, Mode: mode}
	if err := v.checkChain(v.r.Context(), ask, v.startedAs(ask.Actor)); err != nil {
		return nil, v.deny(top.Actor, top.Subject, request, err)
	}
	// To give up what one may do takes no reason.
	if mode.exceeds(top.Mode) {
		if err := v.needs(ask); err != nil {
			return nil, err
		}
		if err := v.beforeStart(ask); err != nil {
			return nil, v.deny(top.Actor, top.Subject, request, err)
		}
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

// startedAs is whom the application saw when the impersonation in use was started.
func (v *visit) startedAs(actor Actor) User {
	if len(v.stack) > 1 {
		return v.stack[len(v.stack)-2].Subject.User
	}
	return actor.User
}

// exceeds reports whether a mode lets more be done than another. Of two of the
// application's own, each may do what the other may not.
func (m Mode) exceeds(other Mode) bool { return m != other && m != ReadOnly && other != ReadWrite }

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

// postMode is the endpoint that changes the mode.
func (v *visit) postMode() error {
	read, err := v.readFields(fieldMode, fieldReason, v.config.NextParam)
	if err != nil {
		return v.loggedInOr(err)
	}
	changed, err := v.changeMode(Mode(read[fieldMode]), strings.TrimSpace(read[fieldReason]))
	var needed *NeededError
	switch {
	case errors.As(err, &needed) && acceptsHTML(v.r):
		problem := describe(err)
		data := v.writeData(read[v.config.NextParam])
		data.Mode, data.Reason, data.Problem = Mode(read[fieldMode]), read[fieldReason], &problem
		v.page(problem.Status, PageWrite, data)
		return nil
	case err != nil:
		return err
	case wantsJSON(v.r):
		return v.writeJSON(http.StatusOK, impersonationOf(*changed))
	}
	v.redirect(v.landing(read[v.config.NextParam], v.cameFrom(), v.public(v.r, v.config.StartURL)))
	return nil
}

// getMode is the form that asks for another mode.
func (v *visit) getMode() error {
	if len(v.stack) == 0 {
		return ErrNotImpersonating
	}
	next, err := queryText(v.r, v.config.NextParam, maxField)
	if err != nil {
		return err
	}
	v.page(http.StatusOK, PageWrite, v.writeData(next))
	return nil
}

func (v *visit) writeData(next string) WriteData {
	data := WriteData{Modes: v.modeChoices(), Next: next, Mode: ReadWrite}
	if len(v.stack) > 0 {
		data.Impersonation = v.stack.Top()
		data.Modes = slices.DeleteFunc(data.Modes, func(m Mode) bool { return m == data.Impersonation.Mode })
	}
	return data
}
