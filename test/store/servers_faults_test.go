package store

import (
	"database/sql"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/go-sql-driver/mysql"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/guise-go/guise"
	"github.com/guise-go/guise/internal/databases"
	"github.com/guise-go/guise/sqlstore"
)

// undone are the errors with which an engine undoes a transaction.
var undone = map[string][]error{
	"PostgreSQL": {&pgconn.PgError{Code: "40001"}, &pgconn.PgError{Code: "40P01"}, &pgconn.PgError{Code: "55P03"}},
	"MariaDB":    {&mysql.MySQLError{Number: 1205}, &mysql.MySQLError{Number: 1213}, &mysql.MySQLError{Number: 1020}},
}

// act is one write of a story.
type act struct {
	name string
	do   func() error
}

// story is one of each write.
func story(t *testing.T, store *sqlstore.Store) []act {
	ctx := t.Context()
	first, child, denied := start("imp-1", "ada"), start("imp-2", "ada"), start("imp-3", "ada")
	first.MaxRunning = 1
	child.Impersonation.ParentID, child.Impersonation.StackID, child.Impersonation.Depth = "imp-1", "imp-1", 2
	denied.Impersonation.State = guise.StateDenied
	resume := end("imp-2")
	resume.Resume[0] = 1
	ending := func(end guise.End) error {
		ended, err := store.End(ctx, end)
		if err == nil && len(ended) != 1 {
			err = fmt.Errorf("%d ended; want 1", len(ended))
		}
		return err
	}
	return []act{
		{"Start", func() error { return store.Start(ctx, first) }},
		{"Touch", func() error { return store.Touch(ctx, "imp-1", noon().Add(time.Second)) }},
		{"ChangeMode", func() error { return store.ChangeMode(ctx, guise.ModeChange{ID: "imp-1", Mode: guise.ReadWrite}) }},
		{"Start, stacked", func() error { return store.Start(ctx, child) }},
		{"Deny", func() error { return store.Deny(ctx, denied.Impersonation, denied.Event) }},
		{"End, with resume", func() error { return ending(resume) }},
		{"Append", func() error {
			return store.Append(ctx, guise.Event{Kind: guise.KindNote}, guise.Event{Kind: guise.KindNote})
		}},
		{"End", func() error { return ending(end("imp-1")) }},
		{"Tally", func() error {
			_, _, err := store.Tally(ctx, guise.Tally{
				Set: guise.Hash{1}, Members: []guise.Hash{{1}, {2}}, Max: 2, Now: noon(), Until: noon(), Event: guise.Event{Kind: guise.KindLimited},
			})
			return err
		}},
		{"Purge", func() error { _, err := store.Purge(ctx, purge(0)); return err }},
	}
}

// recordedOn opens a store through a recorder.
func recordedOn(t *testing.T, engine sqlstore.Engine, database *databases.Database) (*sqlstore.Store, *recorder) {
	t.Helper()
	db, recorder := record(t, database.Open(t).Driver(), database.DSN)
	store, err := sqlstore.Open(t.Context(), db, engine)
	if err != nil {
		t.Fatal(err)
	}
	return store, recorder
}

// failing lets the n-th statement fail, and says afterwards how many more there
// would have had to be. What is written at once fails always, so that it is
// written the long way; see servers_atonce_test.go.
func (r *recorder) failing(n int, err error) (left func() int) {
	r.fail = func(query string) error {
		if query == `ROLLBACK` {
			return nil
		}
		if isAtOnce(query) {
			return err
		}
		if n--; n != 0 {
			return nil
		}
		return err
	}
	return func() int { r.fail = nil; return n }
}

// TestP1_Servers_WholeOrNotAtAll lets each statement of each write fail in turn.
func TestP1_Servers_WholeOrNotAtAll(t *testing.T) {
	t.Parallel()
	broken := errors.New("broken")
	for name, s := range servers {
		t.Run(name, func(t *testing.T) {
			database := s.database(t)
			store, recorder := recordedOn(t, s.engine, database)
			db := database.Open(t)
			for _, act := range story(t, store) {
				for n := 1; ; n++ {
					before := contents(t, db)
					left := recorder.failing(n, broken)
					err := act.do()
					if left() > 0 { // it ran fewer statements: all of them worked
						if err != nil || n < 5 || contents(t, db) == before {
							t.Errorf("%s, after %d statements failed in turn: %v; want it done", act.name, n-1, err)
						}
						break
					}
					if !errors.Is(err, broken) {
						t.Fatalf("%s: statement %d failed, and it says %v", act.name, n, err)
					}
					if after := contents(t, db); after != before {
						t.Errorf("%s: statement %d failed, and it left\n%s; want\n%s", act.name, n, after, before)
					}
				}
			}
			checkGuarded(t, db)
			verified(t, store)
		})
	}
}

// contents sums up all that is stored.
func contents(t *testing.T, db *sql.DB) string {
	t.Helper()
	var head, events, tallies, rows, seen, inUse, modes, over int64
	err := db.QueryRow(`SELECT (SELECT seq FROM guise_head), (SELECT coalesce(sum(seq), 0) FROM guise_events), (SELECT count(*) FROM guise_tallies), count(*),
		coalesce(sum(last_seen_at), 0), count(token_hash), count(CASE WHEN mode = 'read_write' THEN 1 END), count(ended_at)
		FROM guise_impersonations`).Scan(&head, &events, &tallies, &rows, &seen, &inUse, &modes, &over)
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprint(head, events, tallies, rows, seen, inUse, modes, over)
}

// TestServers_UndoneIsDoneAgain lets the engine undo each write at each of its
// statements in turn: it is done once, and nobody hears of it.
func TestServers_UndoneIsDoneAgain(t *testing.T) {
	t.Parallel()
	for name, s := range servers {
		t.Run(name, func(t *testing.T) {
			empty := s.cases(t)
			for at := 1; ; at++ {
				store, recorder := recordedOn(t, s.engine, empty(t))
				reached := false
				for _, act := range story(t, store) {
					left := recorder.failing(at, fmt.Errorf("wrapped: %w", undone[name][at%3]))
					if err := act.do(); err != nil {
						t.Errorf("%s, undone at statement %d: %v", act.name, at, err)
					}
					reached = left() <= 0 || reached
				}
				if !reached {
					break
				}
				if seq, _, err := store.Head(t.Context()); err != nil || seq != 10 {
					t.Errorf("undone at statement %d: the log ends at %d, %v; want 10, each event once", at, seq, err)
				}
				verified(t, store)
			}
		})
	}
}

// TestServers_LocksThatTimeOut: where the application has the engine give up a
// lock early, the store tries again.
func TestServers_LocksThatTimeOut(t *testing.T) {
	for name, short := range map[string]struct {
		server
		setting string
		hold    time.Duration
	}{
		"PostgreSQL": {servers["PostgreSQL"], `SET lock_timeout = '20ms'`, 200 * time.Millisecond},
		"MariaDB":    {servers["MariaDB"], `SET SESSION innodb_lock_wait_timeout = 0`, 200 * time.Millisecond},
	} {
		t.Run(name, func(t *testing.T) {
			database := short.database(t)
			db := database.Open(t)
			db.SetMaxOpenConns(1)
			store, err := sqlstore.Open(t.Context(), db, short.engine)
			if err != nil {
				t.Fatal(err)
			}
			mustExec(t, db, short.setting)
			unlock := lockHead(t, database.Open(t))
			time.AfterFunc(short.hold, unlock)
			if err := store.Start(t.Context(), start("imp-1", "ada")); err != nil {
				t.Errorf("Start, while another writes for %v: %v", short.hold, err)
			}
			chain(t, t.Context(), store)
		})
	}
}

// untilOneWaits returns when a connection to the database waits for a lock.
func (s server) untilOneWaits(t *testing.T, db *sql.DB) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); ; time.Sleep(5 * time.Millisecond) {
		var waiting int
		if err := db.QueryRow(s.waiting).Scan(&waiting); err != nil {
			t.Fatal(err)
		}
		if waiting > 0 {
			return
		}
		if time.Now().After(deadline) {
			t.Fatal("nobody waits for a lock")
		}
	}
}

// TestServers_Deadlock: a foreign transaction has a row that the store wants,
// and wants the head that the store has.
func TestServers_Deadlock(t *testing.T) {
	t.Parallel()
	for name, s := range servers {
		t.Run(name, func(t *testing.T) {
			database := s.database(t)
			store := openOn(t, s.engine, database)
			if err := store.Start(t.Context(), start("imp-1", "ada")); err != nil {
				t.Fatal(err)
			}
			foreign, err := database.Open(t).Begin()
			if err != nil {
				t.Fatal(err)
			}
			if _, err := foreign.Exec(`UPDATE guise_impersonations SET note = 'x' WHERE id = 'imp-1'`); err != nil {
				t.Fatal(err)
			}
			done := make(chan error, 1)
			go func() { done <- store.Touch(t.Context(), "imp-1", noon()) }()
			s.untilOneWaits(t, database.Open(t))                         // it has the head, and wants the row
			_, _ = foreign.Exec(`SELECT seq FROM guise_head FOR UPDATE`) // one of the two is undone
			_ = foreign.Rollback()
			if err := <-done; err != nil {
				t.Errorf("Touch, in a deadlock with another transaction: %v", err)
			}
			if i, err := store.Impersonation(t.Context(), "imp-1"); err != nil || i.Note != "" {
				t.Errorf("Impersonation: note %q, %v; want nothing of what was rolled back", i.Note, err)
			}
		})
	}
}
