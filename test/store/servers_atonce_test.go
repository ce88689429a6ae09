package store

import (
	"context"
	"errors"
	"io"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/guise-go/guise"
	"github.com/guise-go/guise/sqlstore"
)

// isAtOnce reports whether a statement does a whole write.
func isAtOnce(query string) bool {
	return strings.HasPrefix(query, `WITH head`) || strings.HasPrefix(query, `BEGIN NOT ATOMIC`)
}

// onEach tests each engine that is a server.
func onEach(t *testing.T, test func(*testing.T, server)) {
	t.Parallel()
	for name, s := range servers {
		t.Run(name, func(t *testing.T) { test(t, s) })
	}
}

// atOnceActs are the writes that can be done at once, on a store where imp-0
// runs. Each leaves one event about imp-1.
var atOnceActs = map[string]func(*testing.T, *sqlstore.Store) error{
	"Start": func(t *testing.T, store *sqlstore.Store) error {
		first := start("imp-1", "bob")
		first.MaxRunning = 1
		return store.Start(t.Context(), first)
	},
	"Append": func(t *testing.T, store *sqlstore.Store) error {
		return store.Append(t.Context(), guise.Event{Kind: guise.KindRequest, ImpersonationID: "imp-1"})
	},
	"End": func(t *testing.T, store *sqlstore.Store) error {
		ending := end("imp-0")
		event := ending.Event
		ending.Event = func(i guise.Impersonation) guise.Event {
			made := event(i)
			made.ImpersonationID = "imp-1"
			return made
		}
		ended, err := store.End(t.Context(), ending)
		if len(ended) != 1 || ended[0].State != guise.StateEnded {
			t.Errorf("End: %v; want one that has ended", ended)
		}
		return err
	},
}

// TestP1_AtOnce_WholeAndNotTwice: whatever becomes of the one statement, or of
// its answer, the write is on record when the call returns, and once.
func TestP1_AtOnce_WholeAndNotTwice(t *testing.T) { onEach(t, wholeAndNotTwice) }

func wholeAndNotTwice(t *testing.T, s server) {
	empty := s.cases(t)
	for name, row := range map[string]struct {
		meddle func(r *recorder, theirs func() error)
		tries  int
	}{
		"as expected":             {func(*recorder, func() error) {}, 1},
		"it never reached":        {func(r *recorder, _ func() error) { r.fail = atOnce(1, lost) }, 1},
		"the answer got lost":     {func(r *recorder, _ func() error) { r.lose = atOnce(1, lost) }, 1},
		"somebody else was first": {func(r *recorder, theirs func() error) { r.fail = atOnce(1, theirs) }, 2},
		"others are always first": {func(r *recorder, theirs func() error) { r.fail = atOnce(99, theirs) }, 2},
	} {
		for act, do := range atOnceActs {
			t.Run(act+", "+name, func(t *testing.T) {
				database := empty(t)
				store, recorder := recordedOn(t, s.engine, database)
				other := openOn(t, s.engine, database)
				if err := store.Start(t.Context(), start("imp-0", "ada")); err != nil {
					t.Fatal(err)
				}
				recorder.take()
				row.meddle(recorder, func() error { return other.Append(t.Context(), guise.Event{Kind: guise.KindNote}) })
				if err := do(t, store); err != nil {
					t.Error(err)
				}
				tries := 0
				for _, ran := range recorder.take() {
					if isAtOnce(ran.query) {
						tries++
					}
				}
				if tries != row.tries {
					t.Errorf("it was tried at once %d times; want %d", tries, row.tries)
				}
				events, err := other.Events(t.Context(), "imp-1", 0, 100)
				if err != nil || len(events) != 1 {
					t.Errorf("on record are %v, %v; want one event", events, err)
				}
				verified(t, other)
			})
		}
	}
}

// atOnce does something to the first writes that are done at once.
func atOnce(times int, do func() error) func(string) error {
	return func(query string) error {
		if times == 0 || !isAtOnce(query) {
			return nil
		}
		times--
		return do()
	}
}

func lost() error { return io.ErrUnexpectedEOF }

// TestAtOnce_EndsWhatIsThere: also when that has changed since it was read.
func TestAtOnce_EndsWhatIsThere(t *testing.T) { onEach(t, endsWhatIsThere) }

func endsWhatIsThere(t *testing.T, s server) {
	empty := s.cases(t)
	for name, change := range map[string]func(context.Context, *sqlstore.Store) error{
		"its mode": func(ctx context.Context, other *sqlstore.Store) error {
			return other.ChangeMode(ctx, guise.ModeChange{ID: "imp-0", Mode: guise.ReadWrite})
		},
		"when it was last seen": func(ctx context.Context, other *sqlstore.Store) error {
			return other.Touch(ctx, "imp-0", noon().Add(time.Second))
		},
	} {
		t.Run(name, func(t *testing.T) {
			database := empty(t)
			store, recorder := recordedOn(t, s.engine, database)
			other := openOn(t, s.engine, database)
			if err := store.Start(t.Context(), start("imp-0", "ada")); err != nil {
				t.Fatal(err)
			}
			recorder.fail = atOnce(1, func() error { return change(t.Context(), other) })
			ended, err := store.End(t.Context(), end("imp-0"))
			if err != nil || len(ended) != 1 {
				t.Fatalf("End: %v, %v; want one", ended, err)
			}
			if is, err := store.Impersonation(t.Context(), "imp-0"); err != nil || !reflect.DeepEqual(is, ended[0]) {
				t.Errorf("End returned %+v; on record is %+v, %v", ended[0], is, err)
			}
		})
	}
}

// TestAtOnce_RefusesAsTheLongWay: what must not be is refused, with the same error.
func TestAtOnce_RefusesAsTheLongWay(t *testing.T) { onEach(t, refusesAsTheLongWay) }

func refusesAsTheLongWay(t *testing.T, s server) {
	store := openOn(t, s.engine, s.database(t))
	one, more := start("imp-1", "ada"), start("imp-2", "ada")
	one.MaxRunning, more.MaxRunning = 1, 1
	if err := store.Start(t.Context(), one); err != nil {
		t.Fatal(err)
	}
	var running *guise.RunningError
	if err := store.Start(t.Context(), more); !errors.As(err, &running) || running.Running.ID != "imp-1" {
		t.Errorf("Start of one too many: %v; want a RunningError that names imp-1", err)
	}
	if err := store.Start(t.Context(), one); err == nil {
		t.Error("an ID was taken twice")
	}
	for range 2 {
		if _, err := store.End(t.Context(), end("imp-1")); err != nil {
			t.Error(err)
		}
	}
	if seq, _, err := store.Head(t.Context()); err != nil || seq != 2 {
		t.Errorf("the log ends at %d, %v; want 2: one start, one end", seq, err)
	}
	verified(t, store)
}
