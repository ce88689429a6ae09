package guise

import (
	"context"
	"log/slog"
	"net/http"
	"time"
)

// eventOf is an event about an impersonation.
func eventOf(kind Kind, at time.Time, i Impersonation) Event {
	return Event{
		Kind: kind, Time: at, ImpersonationID: i.ID,
		Actor: Actor{cleanUser(i.Actor.User)}, Subject: Subject{cleanUser(i.Subject.User)},
		Mode: i.Mode, Reason: i.Reason, Ticket: i.Ticket,
	}
}

// from adds to an event where its request came from.
func (m *Manager) from(r *http.Request, event Event) Event {
	if r == nil {
		return event
	}
	event.ClientIP = clean(m.config.ClientIP(r), maxClientIP)
	event.UserAgent = clean(r.UserAgent(), maxUserAgent)
	event.RequestID = clean(r.Header.Get("X-Request-Id"), maxRequestID)
	return event
}

// tell calls a hook. A hook can't undo what is on record, so it must not stop
// what follows from that either.
func (m *Manager) tell(ctx context.Context, hook func(context.Context, Event), event Event) {
	if hook == nil {
		return
	}
	defer func() {
		if panicked := recover(); panicked != nil {
			m.config.Logger.ErrorContext(ctx, "guise: a hook panicked", slog.String("event", string(event.Kind)), slog.Any("panic", panicked))
		}
	}()
	hook(context.WithoutCancel(ctx), event)
}
