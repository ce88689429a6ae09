package guise

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"sync"
	"time"
)

const (
	// flushAfter is how long a read may wait to be logged.
	flushAfter = 500 * time.Millisecond
	// maxPending is how many reads may wait; the next one writes them itself.
	maxPending = 256
	// maxKept is how many are kept while the log can't be written. From then
	// on they are counted, and the count is put on record.
	maxKept = 4096
)

// activity logs the requests made while impersonating: a write before it runs
// and its outcome after, reads in batches.
type activity struct {
	m *Manager

	mu      sync.Mutex
	pending []Event
	since   time.Time // when the first of pending came, or failed to be written
	lost    int       // reads that were only counted
}

func newActivity(m *Manager) *activity { return &activity{m: m} }

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
	ctx := context.WithoutCancel(e.request.Context())
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

// later keeps an event to be written with others, and writes them when they
// have waited long enough or there are many.
func (a *activity) later(ctx context.Context, event Event) error {
	a.mu.Lock()
	if len(a.pending) == 0 {
		a.since = event.Time
	}
	if len(a.pending) < maxKept {
		a.pending = append(a.pending, event)
	} else {
		a.lost++
	}
	// A multiple, so that a log that can't be written isn't tried each time.
	due := len(a.pending)%maxPending == 0 && a.lost == 0 || event.Time.Sub(a.since) >= flushAfter
	a.mu.Unlock()
	if due {
		return a.flush(ctx)
	}
	return nil
}

// flush writes what waits. What can't be written goes on waiting.
func (a *activity) flush(ctx context.Context) error {
	a.mu.Lock()
	batch, lost := a.pending, a.lost
	a.pending, a.lost = nil, 0
	a.mu.Unlock()
	if len(batch) == 0 {
		return nil
	}
	if lost > 0 {
		batch = append(batch, a.gap(lost))
	}
	if err := a.m.config.Store.Append(ctx, batch...); err != nil {
		a.putBack(batch, lost)
		return fmt.Errorf("guise: logging %d requests: %w", len(batch), err)
	}
	return nil
}

// putBack keeps what could not be written, ahead of what has come since.
func (a *activity) putBack(batch []Event, lost int) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if lost > 0 {
		batch = batch[:len(batch)-1] // the gap is counted anew
	}
	all := append(batch, a.pending...)
	kept := min(len(all), maxKept)
	a.pending, a.lost, a.since = all[:kept], a.lost+lost+len(all)-kept, a.m.now()
}

// gap says how many reads are missing from the log.
func (a *activity) gap(lost int) Event {
	return Event{
		Kind: KindNote, Time: a.m.now(),
		Note: fmt.Sprintf("The log could not be written for a while: %d more requests that only read were made while impersonating.", lost),
	}
}
