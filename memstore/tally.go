package memstore

import (
	"context"
	"time"

	"github.com/guise-go/guise"
)

// tally is one set, and until when it counts.
type tally struct {
	members map[guise.Hash]struct{}
	until   time.Time
}

// Tally implements [guise.Tallies].
func (s *Store) Tally(ctx context.Context, add guise.Tally) (before, after int, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := ctx.Err(); err != nil {
		return 0, 0, err
	}
	for key, old := range s.tallies {
		if !add.Now.Before(old.until.Add(guise.TallyKept)) {
			delete(s.tallies, key)
		}
	}
	set := s.tallies[add.Set]
	if set.members == nil {
		set = tally{map[guise.Hash]struct{}{}, add.Until}
		s.tallies[add.Set] = set
	}
	before = len(set.members)
	for _, member := range add.Members {
		if len(set.members) < add.Max {
			set.members[member] = struct{}{}
		}
	}
	after = len(set.members)
	if before < add.Max && after == add.Max {
		s.record(add.Event)
	}
	return before, after, nil
}
