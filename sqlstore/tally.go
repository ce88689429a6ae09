package sqlstore

import (
	"context"
	"fmt"
	"slices"

	"github.com/guise-go/guise"
)

// Tally implements [guise.Tallies].
func (s *Store) Tally(ctx context.Context, add guise.Tally) (before, after int, err error) {
	err = s.write(ctx, func(t *tx) (err error) {
		before, after, err = t.tally(add)
		return err
	})
	if err != nil {
		return 0, 0, err
	}
	return before, after, nil
}

func (t *tx) tally(add guise.Tally) (before, after int, err error) {
	forget := fmt.Sprintf(`DELETE FROM guise_tallies WHERE ends <= %s`, t.marks(1, 1))
	if _, err := t.exec(forget, add.Now.Add(-guise.TallyKept).UnixMicro()); err != nil {
		return 0, 0, err
	}
	sizes, err := collect(t.ctx, t.session, scanCount, fmt.Sprintf(`SELECT count(*) FROM guise_tallies WHERE tally = %s`, t.marks(1, 1)), add.Set[:])
	if err != nil || len(sizes) != 1 {
		return 0, 0, err
	}
	before = sizes[0]
	fresh, err := t.fresh(add)
	if err != nil {
		return 0, 0, err
	}
	fresh = fresh[:min(len(fresh), max(add.Max-before, 0))]
	insert := fmt.Sprintf(`INSERT INTO guise_tallies (tally, member, ends) VALUES (%s)`, t.marks(1, 3))
	for _, member := range fresh {
		if err := t.one(insert, add.Set[:], member[:], add.Until.UnixMicro()); err != nil {
			return 0, 0, err
		}
	}
	after = before + len(fresh)
	if before < add.Max && after == add.Max {
		return before, after, t.record(add.Event)
	}
	return before, after, nil
}

// fresh lists those to add that are not in the set yet, each once.
func (t *tx) fresh(add guise.Tally) ([]guise.Hash, error) {
	known := map[guise.Hash]bool{}
	for some := range slices.Chunk(add.Members, idsAtOnce) {
		args := []any{add.Set[:]}
		for _, member := range some {
			args = append(args, member[:])
		}
		query := fmt.Sprintf(`SELECT member FROM guise_tallies WHERE tally = %s AND member IN (%s)`, t.marks(1, 1), t.marks(2, len(some)))
		found, err := collect(t.ctx, t.session, scanHash, query, args...)
		if err != nil {
			return nil, err
		}
		for _, member := range found {
			known[member] = true
		}
	}
	var fresh []guise.Hash
	for _, member := range add.Members {
		if !known[member] {
			known[member] = true
			fresh = append(fresh, member)
		}
	}
	return fresh, nil
}

func scanHash(scan func(...any) error) (h guise.Hash, err error) {
	err = scan(digest{(*[32]byte)(&h)})
	return h, err
}
