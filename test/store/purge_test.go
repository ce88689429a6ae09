package store

import (
	"database/sql"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/guise-go/guise"
	"github.com/guise-go/guise/sqlstore"
	"github.com/guise-go/guise/userstest"
)

// longLog records one impersonation of noon, with n requests and its end a
// minute later.
func longLog(t *testing.T, store *sqlstore.Store, n int) {
	t.Helper()
	batch := make([]guise.Event, n)
	for k := range batch {
		batch[k] = guise.Event{Kind: guise.KindRequest, Time: noon(), ImpersonationID: "imp-1", Path: "/notes/" + strings.Repeat("x", 100)}
	}
	if err := store.Start(t.Context(), start("imp-1", "ada")); err != nil {
		t.Fatal(err)
	}
	if err := store.Append(t.Context(), batch...); err != nil {
		t.Fatal(err)
	}
	if _, err := store.End(t.Context(), end("imp-1")); err != nil {
		t.Fatal(err)
	}
}

// TestP1_Purge_WholeOrNotAtAll lets each statement of a purge fail in turn.
func TestP1_Purge_WholeOrNotAtAll(t *testing.T) {
	db, recorder := openRecorded(t, newFile(t))
	store := openStore(t, db)
	longLog(t, store, 10)
	before, broken := chain(t, t.Context(), store), errors.New("broken")
	for n := 1; ; n++ {
		left := n
		recorder.fail = func(query string) error {
			if left--; left != 0 || query == `ROLLBACK` {
				return nil
			}
			return broken
		}
		purged, err := store.Purge(t.Context(), purge(0))
		recorder.fail = nil
		if left > 0 { // it ran fewer statements: all of them worked
			if err != nil || purged.Events != 11 || n < 10 {
				t.Errorf("after %d statements failed in turn, Purge: %+v, %v; want 11 events deleted", n-1, purged, err)
			}
			break
		}
		if !errors.Is(err, broken) {
			t.Fatalf("statement %d failed, and Purge says %+v, %v", n, purged, err)
		}
		if got := chain(t, t.Context(), store); len(got) != len(before) {
			t.Fatalf("statement %d failed, and %d of %d events are left", n, len(got), len(before))
		}
		if i, err := store.Impersonation(t.Context(), "imp-1"); err != nil || i.State != guise.StateEnded {
			t.Errorf("statement %d failed, and the impersonation is %+v, %v", n, i, err)
		}
		checkGuarded(t, db)
	}
	checkGuarded(t, db)
	verified(t, store)
	if _, err := store.Impersonation(t.Context(), "imp-1"); err != nil {
		t.Errorf("its end is recorded a minute later, and it went: %v", err)
	}
}

// checkGuarded checks that events can't be deleted outside a purge.
func checkGuarded(t *testing.T, db *sql.DB) {
	t.Helper()
	if _, err := db.Exec(`DELETE FROM guise_events`); err == nil || !strings.Contains(err.Error(), "only removed by a purge") {
		t.Fatalf("after a purge anyone can delete events: %v", err)
	}
}

// TestPurge_LetsOthersWrite: of a purge that takes many steps, another
// instance waits for no longer than a few.
func TestPurge_LetsOthersWrite(t *testing.T) {
	t.Parallel()
	file := newFile(t) + wal
	store, other := openStore(t, openDB(t, file, 0)), openStore(t, openDB(t, file, 0))
	longLog(t, store, 10_000)
	manager, err := guise.New(guise.Config{
		Identify: func(*http.Request) (string, error) { return "", nil }, Users: userstest.NewMemory(), Store: store,
		RetainFor: 24 * time.Hour, AllowPurge: true, Clock: func() time.Time { return noon().Add(48 * time.Hour) },
	})
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		if purged, err := manager.Purge(t.Context(), guise.Actor{}, ""); err != nil || purged.Events < 10_000 {
			t.Errorf("Purge: %+v, %v; want all deleted", purged, err)
		}
	}()
	writes, longest := 0, time.Duration(0)
	for running := true; running; writes++ {
		began := time.Now()
		if err := other.Append(t.Context(), guise.Event{Kind: guise.KindNote, Time: noon().Add(72 * time.Hour)}); err != nil {
			t.Fatal(err)
		}
		longest = max(longest, time.Since(began))
		select {
		case <-done:
			running = false
		default:
		}
	}
	if t.Logf("%d writes, the longest took %v", writes, longest); writes < 10 || longest > 3*time.Second {
		t.Errorf("during the purge another instance wrote %d times, the longest wait was %v; want it let in between the steps", writes, longest)
	}
	verified(t, store)
}

// verified checks that a log that was purged verifies, up to its head.
func verified(t *testing.T, store *sqlstore.Store) {
	t.Helper()
	var v guise.Verifier
	for {
		last, _ := v.Head()
		some, err := store.Events(t.Context(), "", last, 1000)
		if err != nil {
			t.Fatal(err)
		}
		for _, event := range some {
			if err := v.Add(event); err != nil {
				t.Fatal(err)
			}
		}
		if len(some) == 0 {
			break
		}
	}
	gotSeq, gotHash := v.Head()
	if seq, hash, err := store.Head(t.Context()); v.Done() != nil || err != nil || gotSeq != seq || gotHash != hash {
		t.Errorf("%v; it ends at %d, %s, and Head is %d, %s, %v", v.Done(), gotSeq, gotHash, seq, hash, err)
	}
}
