package guise

import (
	"context"
	"fmt"
	"net/http"
)

// end is the one place where impersonations end: it records and observes
// each exactly once (promise P5), whoever else is ending it at the same time.
// It returns those that this call ended. The request is the one that caused
// it; nil when none did.
func (m *Manager) end(ctx context.Context, end End, r *http.Request) ([]Impersonation, error) {
	// What has been decided is carried out, also when the client goes away.
	ctx = context.WithoutCancel(ctx)
	end.At = m.now()
	end.Event = func(ended Impersonation) Event {
		event := eventOf(KindEnded, end.At, ended)
		event.Cause, event.By, event.Note = end.Cause, end.By, end.Note
		return m.from(r, event)
	}
	// Best effort: what was done should be on record before its end. If it can't
	// be written now, it is kept and written later; and it must leave time for
	// the end itself.
	m.flushBriefly(ctx)
	m.open.spare(r)
	ended, err := m.config.Store.End(ctx, end)
	if err != nil {
		return nil, fmt.Errorf("guise: ending impersonation %s: %w", end.ID, err)
	}
	for _, one := range ended {
		m.open.close(one.ID)
		m.tell(ctx, m.config.Hooks.Ended, end.Event(one))
	}
	return ended, nil
}

func (m *Manager) flushBriefly(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, m.config.StoreTimeout/2)
	defer cancel()
	_ = m.activity.flush(ctx)
}

// End ends an impersonation, and all that are stacked with it, in somebody
// else's name, with the cause `revoked`. By is who did it, note is what they
// wrote. It does not check rights; the endpoint does. The error is
// [ErrNotRunning] when it is over already, [ErrNotFound] when there never was
// one.
func (m *Manager) End(ctx context.Context, id string, by Actor, note string) error {
	_, err := m.revoke(ctx, id, by, note, nil)
	return err
}

func (m *Manager) revoke(ctx context.Context, id string, by Actor, note string, r *http.Request) (Impersonation, error) {
	ended, err := m.end(ctx, End{
		ID: id, Cause: CauseRevoked, By: Actor{cleanUser(by.User)}, Note: clean(note, maxNote),
	}, r)
	if err != nil {
		return Impersonation{}, err
	}
	for _, one := range ended {
		if one.ID == id {
			return one, nil
		}
	}
	if _, err := m.config.Store.Impersonation(ctx, id); err != nil {
		return Impersonation{}, err
	}
	return Impersonation{}, ErrNotRunning
}

// postRevoke ends somebody's impersonation; one's own needs no right.
func (v *visit) postRevoke() error {
	read, err := v.readFields(fieldNote, v.config.NextParam)
	if err != nil {
		return v.loggedInOr(err)
	}
	actor, _, err := v.reader()
	if err != nil {
		return err
	}
	one, err := v.visibleImpersonation(actor, v.r.PathValue("id"))
	if err != nil {
		return err
	}
	if one.Actor.ID != actor.ID {
		if err := v.permit(v.r.Context(), actor, ActionRevoke); err != nil {
			return err
		}
	}
	ended, err := v.revoke(v.r.Context(), one.ID, actor, read[fieldNote], v.r)
	switch {
	case err != nil:
		return err
	case wantsJSON(v.r):
		return v.writeJSON(http.StatusOK, impersonationOf(ended))
	}
	v.redirect(v.landing(read[v.config.NextParam], v.cameFrom(), v.base(v.r)+"users"))
	return nil
}
