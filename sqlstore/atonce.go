package sqlstore

import (
	"context"
	"database/sql"
	"slices"

	"github.com/guise-go/guise"
)

// atOnce are writes that an engine can do in one statement, which is a
// transaction by itself: it locks the head of the log, makes sure that it is
// the one the event is chained to, makes the change, appends the event and moves
// the head. If anything is not as expected it does nothing at all, and the write
// goes the long way, which is [Store.write]. It waits for nobody: the head being
// locked by another connection counts as not as expected.
type atOnce struct {
	append, start, end string
	// run runs such a statement, and returns 1 or, if it did nothing, 0.
	run func(ctx context.Context, db *sql.DB, statement string, values []any) (int64, error)
}

// oneStatement is a write at once: what the statement takes after its event.
type oneStatement struct {
	statement string
	event     guise.Event
	values    []any
}

// headTries is how many heads of the log a write at once is tried with.
const headTries = 2

// writeAtOnce is write, at once if that is possible.
func (s *Store) writeAtOnce(ctx context.Context, w oneStatement, change func(*tx) error) error {
	if w.statement == "" {
		return s.write(ctx, change)
	}
	done, doubtful, err := s.atOnce(ctx, w)
	if done || err != nil {
		return err
	}
	return s.write(ctx, func(t *tx) error {
		// Under the lock it is certain, for from here on the statement would
		// find another head.
		if happened, err := t.happened(doubtful); happened || err != nil {
			return err
		}
		return change(t)
	})
}

// atOnce reports whether the write is done. An event that is doubtful may be on
// record or not: its connection was lost before it answered, say.
func (s *Store) atOnce(ctx context.Context, w oneStatement) (done bool, doubtful *guise.Event, err error) {
	release, err := s.queue(ctx)
	if err != nil {
		return false, nil, err
	}
	defer release() // until then, nobody else in this process moves the head
	for range headTries {
		at, err := s.lastHead(ctx)
		if err != nil {
			return false, nil, err
		}
		event := w.event.Chained(at.seq, at.hash)
		n, err := s.execAlone(ctx, w.statement, slices.Concat([]any{at.seq, at.hash[:]}, eventValues(event), w.values))
		switch {
		case err != nil:
			return false, &event, over(ctx)
		case n == 1:
			s.last.Store(&head{event.Seq, event.Hash})
			return true, nil, nil
		}
		s.last.Store(nil)
	}
	return false, nil, nil
}

// lastHead is the head of the log as it was last seen: often a process is the
// only one that writes to it for a while.
func (s *Store) lastHead(ctx context.Context) (head, error) {
	if last := s.last.Load(); last != nil {
		return *last, nil
	}
	seq, hash, err := s.Head(ctx)
	return head{seq, hash}, err
}

// execAlone runs a statement that is a transaction by itself.
func (s *Store) execAlone(ctx context.Context, statement string, values []any) (rows int64, err error) {
	if slices.ContainsFunc(values, unfit) {
		return 0, nil // the long way says which
	}
	// Cut short, it may or may not have happened, so only the timeout ends it.
	sure, cancel := s.surely(ctx, 0)
	defer cancel()
	return s.dialect.atOnce.run(sure, s.db, statement, values)
}

// happened reports whether the event is on record.
func (t *tx) happened(event *guise.Event) (bool, error) {
	if event == nil {
		return false, nil
	}
	found, err := collect(t.ctx, t.session, t.newEventRow().scan, t.events, event.Seq-1, 1)
	return err == nil && len(found) == 1 && found[0].Hash == event.Hash, err
}
