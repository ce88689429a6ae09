package store

import (
	"context"
	"database/sql"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/guise-go/guise"
	"github.com/guise-go/guise/sqlstore"
)

// TestP9_EventsAreAppendOnly: a slip of an operator or of another program is
// stopped by the database itself.
func TestP9_EventsAreAppendOnly(t *testing.T) {
	db := openDB(t, newFile(t), 0)
	store := openStore(t, db)
	for _, id := range []string{"imp-1", "imp-2"} {
		if err := store.Start(t.Context(), start(id, id)); err != nil {
			t.Fatal(err)
		}
	}
	before := chain(t, t.Context(), store)
	const copied = `SELECT 1, time, kind, impersonation_id, actor_id, actor_username, actor_name, actor_email, actor_tenant,
		subject_id, subject_username, subject_name, subject_email, subject_tenant, by_id, by_username, by_name, by_email, by_tenant,
		mode, 'another', ticket, cause, code, note, method, path, status, duration, client_ip, user_agent, request_id, purged_to, purged_hash, prev, hash
		FROM guise_events WHERE seq = 2`
	for _, statement := range []string{
		`UPDATE guise_events SET reason = 'another' WHERE seq = 1`,
		`UPDATE guise_events SET seq = seq + 10`,
		`DELETE FROM guise_events`,
		`INSERT OR REPLACE INTO guise_events ` + copied,
	} {
		if _, err := db.Exec(statement); err == nil || !strings.Contains(err.Error(), "guise: events are") {
			t.Errorf("%.60s…: %v; want the trigger's error", statement, err)
		}
	}
	if got := chain(t, t.Context(), store); len(got) != len(before) {
		t.Errorf("the log has %d events; want %d", len(got), len(before))
	}

	// A purge can, for as long as its transaction lasts.
	tx, err := db.Begin()
	if err != nil {
		t.Fatal(err)
	}
	for _, statement := range []string{
		`UPDATE guise_head SET purging = 1`, `DELETE FROM guise_events WHERE seq = 1`, `UPDATE guise_head SET purging = 0`,
	} {
		if _, err := tx.Exec(statement); err != nil {
			t.Errorf("in a purge, %s: %v", statement, err)
		}
	}
	if err := tx.Commit(); err != nil {
		t.Fatal(err)
	}
}

// TestWrites_WaitForAnotherWriter: no busy timeout is set, so SQLite itself
// refuses at once.
func TestWrites_WaitForAnotherWriter(t *testing.T) {
	for name, pragmas := range map[string]string{"rollback journal": "", "WAL": wal} {
		t.Run(name, func(t *testing.T) {
			file := newFile(t) + pragmas
			db, recorder := openRecorded(t, file)
			store, other := openStore(t, db), openDB(t, file, 0)

			waitsForItsTurn(t, store, func() (unlock func()) { return lock(t, other) }, func() {
				recorder.untilTriedAgain(t, `UPDATE guise_head SET seq = seq`)
			})
		})
	}
}

// waitsForItsTurn starts while another writer has what it needs: it goes on when
// the other has written, and gives up at the caller's deadline. untilItWaits
// returns when the first of these waits.
func waitsForItsTurn(t *testing.T, store *sqlstore.Store, lock func() (unlock func()), untilItWaits func()) {
	t.Helper()
	unlock := lock()
	done := make(chan error, 1)
	go func() { done <- store.Start(t.Context(), start("imp-1", "ada")) }()
	untilItWaits()
	select {
	case err := <-done:
		t.Fatalf("Start did not wait: %v", err)
	default:
	}
	unlock()
	if err := <-done; err != nil {
		t.Errorf("Start after the other has written: %v", err)
	}

	unlock = lock()
	brief, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if err := store.Start(brief, start("imp-2", "ada")); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("Start while another writes, with a deadline: %v; want context.DeadlineExceeded", err)
	}
	unlock()
	if err := store.Start(t.Context(), start("imp-3", "ada")); err != nil {
		t.Errorf("Start after one that was given up: %v", err)
	}
	if _, err := store.Impersonation(t.Context(), "imp-2"); !errors.Is(err, guise.ErrNotFound) {
		t.Errorf("the start that was given up: %v; want ErrNotFound", err)
	}
	if got := chain(t, t.Context(), store); len(got) != 2 || got[0].ImpersonationID != "imp-1" || got[1].ImpersonationID != "imp-3" {
		t.Errorf("the log has %d events; want those of the other two starts", len(got))
	}
}

// lock holds the database's write lock until unlock is called.
func lock(t *testing.T, db *sql.DB) (unlock func()) {
	t.Helper()
	conn, err := db.Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	if _, err := conn.ExecContext(t.Context(), `BEGIN IMMEDIATE`); err != nil {
		t.Fatal(err)
	}
	return func() {
		t.Helper()
		if _, err := conn.ExecContext(t.Context(), `COMMIT`); err != nil {
			t.Error(err)
		}
	}
}

// TestWrites_LeaveTheConnectionAsItWas: the one connection is the
// application's, and in memory it is the whole database.
func TestWrites_LeaveTheConnectionAsItWas(t *testing.T) {
	db := openDB(t, ":memory:?_pragma=synchronous(NORMAL)", 1)
	store := openStore(t, db)
	for name, write := range map[string]func(){
		"that succeeds": func() {
			if err := store.Start(t.Context(), start("imp-1", "ada")); err != nil {
				t.Error(err)
			}
		},
		"that fails": func() {
			if err := store.Touch(t.Context(), "unknown", noon()); !errors.Is(err, guise.ErrNotRunning) {
				t.Error(err)
			}
		},
		"that panics": func() {
			defer func() { _ = recover() }()
			failing := end("imp-1")
			failing.Event = func(guise.Impersonation) guise.Event { panic("no event") }
			_, _ = store.End(t.Context(), failing)
		},
		"whose context ends in between": func() {
			if err := store.Start(t.Context(), start("imp-9", "eve")); err != nil {
				t.Fatal(err)
			}
			ctx, cancel := context.WithCancel(t.Context())
			cancelling := end("imp-9")
			cancelling.Event = func(guise.Impersonation) guise.Event {
				cancel()
				return guise.Event{Kind: guise.KindEnded}
			}
			if ended, err := store.End(ctx, cancelling); !errors.Is(err, context.Canceled) {
				t.Errorf("End: %v, %v; want context.Canceled", ended, err)
			}
			if i, err := store.Impersonation(t.Context(), "imp-9"); err != nil || i.State != guise.StateActive {
				t.Errorf("the one whose end was cancelled: %v, %v; want it active", i.State, err)
			}
		},
	} {
		write()
		var level int
		if err := db.QueryRow(`PRAGMA synchronous`).Scan(&level); err != nil || level != 1 {
			t.Errorf("after a write %s synchronous is %d, %v; want it at NORMAL (1)", name, level, err)
		}
		if _, err := db.Exec(`BEGIN IMMEDIATE; ROLLBACK`); err != nil {
			t.Errorf("after a write %s: %v", name, err)
		}
		chain(t, t.Context(), store)
	}
}
