package memstore

import (
	"context"

	"github.com/guise-go/guise"
)

// purgeLimit is how many events a purge without a limit deletes.
const purgeLimit = 1000

// Purge implements [guise.Retention].
func (s *Store) Purge(ctx context.Context, purge guise.Purge) (guise.Purged, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := ctx.Err(); err != nil {
		return guise.Purged{}, err
	}
	n := s.purgeable(purge)
	if n == 0 {
		return guise.Purged{}, nil
	}
	last, gone := s.events[n-1], s.withoutEvents(n)
	purged := guise.Purged{Events: n, Impersonations: len(gone), Seq: last.Seq, Hash: last.Hash}
	// Made before anything changes: an event that panics deletes nothing.
	event := purge.Event(purged)
	event.PurgedTo, event.PurgedHash = last.Seq, last.Hash
	s.record(event)
	s.events = append([]guise.Event(nil), s.events[n:]...) // a copy, or the old ones stay in memory
	for _, r := range gone {
		s.takeToken(r)
		delete(s.rows, r.ID)
	}
	return purged, nil
}

// purgeable is how many events go.
func (s *Store) purgeable(purge guise.Purge) int {
	limit := purge.Limit
	if limit <= 0 {
		limit = purgeLimit
	}
	run, onlyPurges := 0, true
	for _, event := range s.events {
		r := s.rows[event.ImpersonationID]
		if !event.Time.Before(micros(purge.Before)) || r != nil && r.active() {
			break
		}
		run++
		onlyPurges = onlyPurges && event.Kind == guise.KindPurged
	}
	if onlyPurges {
		return 0 // or each purge would leave something for the next one to do, for ever
	}
	return min(run, limit)
}

// withoutEvents returns the rows that have no event left after the first n.
func (s *Store) withoutEvents(n int) map[string]*row {
	gone := map[string]*row{}
	for _, event := range s.events[:n] {
		if r := s.rows[event.ImpersonationID]; r != nil && !r.active() {
			gone[r.ID] = r
		}
	}
	for _, event := range s.events[n:] {
		delete(gone, event.ImpersonationID)
	}
	return gone
}
