package guise

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
)

// activity logs the requests made while impersonating: a write before it runs
// and its outcome afterwards, reads in batches; see reads.
type activity struct{ reads }

func newActivity(m *Manager) *activity { return &activity{newReads(m)} }

// entry is the record of one request under way.
type entry struct {
	*activity
	request *http.Request
	event   Event
	logged  bool // whether this request is logged at all
	write   bool
}

// begin records a request that is about to run as the subject. If it is a
// write and can't be recorded, it must not run.
func (a *activity) begin(r *http.Request, top Impersonation) (*entry, error) {
	e := &entry{activity: a, request: r, write: !isSafe(r.Method)}
	e.logged = a.m.config.Activity == ActivityAll || a.m.config.Activity == ActivityWrites && e.write
	if !e.logged {
		return e, nil
	}
	e.event = a.requestEvent(r, top)
	if e.write {
		if err := a.m.config.Store.Append(r.Context(), e.event); err != nil {
			return nil, fmt.Errorf("guise: recording a write before it runs: %w", err)
		}
	}
	return e, nil
}

// finish records how the request was answered.
func (e *entry) finish(status int) {
	if !e.logged {
		return
	}
	now := e.m.now()
	e.event.Status, e.event.Duration = status, now.Sub(e.event.Time)
	// The application may have taken long: this is a separate step.
	ctx := e.m.within(context.WithoutCancel(e.request.Context()))
	var err error
	if e.write {
		e.event.Time = now
		err = e.m.config.Store.Append(ctx, e.event)
	} else {
		err = e.later(ctx, e.event)
	}
	if err != nil {
		// The request has run: all that is left is to tell the operator.
		e.m.config.Logger.ErrorContext(ctx, "guise: a request was not logged", slog.Any("error", err),
			slog.String("impersonation", e.event.ImpersonationID), slog.String("method", e.event.Method), slog.Int("status", status))
	}
}

// refused records a request that was not let through to the application.
func (a *activity) refused(r *http.Request, top Impersonation, status int) error {
	if a.m.config.Activity == ActivityNone {
		return nil
	}
	event := a.requestEvent(r, top)
	event.Status = status
	if err := a.m.config.Store.Append(r.Context(), event); err != nil {
		return fmt.Errorf("guise: recording a refused request: %w", err)
	}
	return nil
}

func (a *activity) requestEvent(r *http.Request, top Impersonation) Event {
	event := a.m.from(r, eventOf(KindRequest, a.m.now(), top))
	event.Reason, event.Ticket = "", "" // the start has them
	event.Method, event.Path = clean(r.Method, maxName), clean(r.URL.Path, maxPath)
	return event
}
