package guise

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"
)

const (
	// flushAfter is how long a read may wait to be logged.
	flushAfter = 500 * time.Millisecond
	// maxPending is how many reads may wait until one of them writes them all,
	// and how many are written at once: even a slow store gets through those.
	maxPending = 256
	// maxKept is how many are kept while the log can't be written, or not fast
	// enough. Any beyond that are counted, and the count is put on record.
	maxKept = 4096
)

// reads are the requests that only read, and that wait to be logged. However
// slow the store is, they take no more memory than maxKept events and as many
// counts. Writes never come here: each is on record before it runs.
type reads struct {
	m *Manager
	// writing holds one: batches are written one after the other.
	writing chan struct{}

	mu      sync.Mutex
	pending []Event
	since   time.Time        // when the first of pending came, or failed to be written
	counted map[string]count // by impersonation; what did not fit into pending
}

// count is how many reads of an impersonation were not kept one by one.
type count struct {
	about Event
	n     int
}

func newReads(m *Manager) reads {
	return reads{m: m, writing: make(chan struct{}, 1), counted: map[string]count{}}
}

// later keeps an event to be written with others, and writes them when they
// have waited long enough or there are many, unless that is being done.
func (a *reads) later(ctx context.Context, event Event) error {
	if !a.keep(event) {
		return nil
	}
	select {
	case a.writing <- struct{}{}:
		defer func() { <-a.writing }()
		return a.write(ctx)
	default:
		return nil
	}
}

// keep reports whether it is time to write.
func (a *reads) keep(event Event) (due bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if len(a.pending) == 0 {
		a.since = event.Time
	}
	waited := event.Time.Sub(a.since) >= flushAfter
	if len(a.pending) >= maxKept {
		a.count(event, 1)
		return waited
	}
	a.pending = append(a.pending, event)
	// A multiple, so that a log that can't be written isn't tried every time.
	return waited || len(a.pending)%maxPending == 0
}

// count counts reads like this one: for a limited number of impersonations each
// by itself, so that the counts can't grow without end either.
func (a *reads) count(event Event, n int) {
	id := event.ImpersonationID
	if _, known := a.counted[id]; !known && len(a.counted) >= maxKept {
		id, event = "", Event{}
	}
	a.counted[id] = count{event, a.counted[id].n + n}
}

// flush writes what waits. What can't be written goes on waiting.
func (a *reads) flush(ctx context.Context) error {
	waiting, cancel := a.m.begin(ctx)
	defer cancel()
	select {
	case a.writing <- struct{}{}:
		defer func() { <-a.writing }()
		return a.write(ctx)
	case <-waiting.Done():
		return fmt.Errorf("guise: another batch of requests is still being logged: %w", context.Cause(waiting))
	}
}

// write writes everything that was waiting when it was called. Only the holder
// of writing calls it, so nobody else takes anything from the front of pending.
func (a *reads) write(ctx context.Context) error {
	a.mu.Lock()
	left, counted := len(a.pending), a.counted
	a.counted = map[string]count{}
	a.mu.Unlock()
	for left > 0 {
		n, err := a.writeFirst(ctx, min(left, maxPending))
		if err != nil {
			a.countAgain(counted)
			return err
		}
		left -= n
	}
	gaps := make([]Event, 0, len(counted))
	for one := range maps.Values(counted) {
		gaps = append(gaps, a.gap(one))
	}
	for some := range slices.Chunk(gaps, maxPending) {
		if err := a.m.config.Store.Append(ctx, some...); err != nil {
			a.countAgain(counted)
			return fmt.Errorf("guise: logging that requests were counted: %w", err)
		}
		for _, event := range some {
			delete(counted, event.ImpersonationID)
		}
	}
	return nil
}

// writeFirst writes the first n of those that are waiting.
func (a *reads) writeFirst(ctx context.Context, n int) (int, error) {
	a.mu.Lock()
	batch := slices.Clone(a.pending[:n])
	a.mu.Unlock()
	err := a.m.config.Store.Append(ctx, batch...)
	a.mu.Lock()
	defer a.mu.Unlock()
	if err != nil {
		a.since = a.m.now()
		return 0, fmt.Errorf("guise: logging %d requests: %w", len(a.pending), err)
	}
	if a.pending = slices.Delete(a.pending, 0, n); len(a.pending) > 0 {
		a.since = a.pending[0].Time
	}
	return n, nil
}

// countAgain keeps the counts that could not be written.
func (a *reads) countAgain(counted map[string]count) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, one := range counted {
		a.count(one.about, one.n)
	}
}

// gap says how many reads are missing from the log.
func (a *reads) gap(c count) Event {
	event := c.about
	return Event{
		Kind: KindNote, Time: a.m.now(), ImpersonationID: event.ImpersonationID,
		Actor: event.Actor, Subject: event.Subject, Mode: event.Mode,
		Note: fmt.Sprintf("The log could not be written for a while: %d more requests that only read were made while impersonating.", c.n),
	}
}
