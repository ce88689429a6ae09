package store

import (
	"context"
	"database/sql"
	"errors"
	"reflect"
	"testing"

	"modernc.org/sqlite"

	"github.com/guise-go/guise"
	"github.com/guise-go/guise/internal/databases"
	"github.com/guise-go/guise/sqlstore"
)

// every is an empty database of each engine, and a store in it.
var every = map[string]func(*testing.T) (*sql.DB, *sqlstore.Store){
	"SQLite": func(t *testing.T) (*sql.DB, *sqlstore.Store) {
		db := openDB(t, newFile(t)+wal, 0)
		return db, openStore(t, db)
	},
	"PostgreSQL": func(t *testing.T) (*sql.DB, *sqlstore.Store) {
		return onServer(t, sqlstore.Postgres, databases.Postgres(t))
	},
	"MariaDB": func(t *testing.T) (*sql.DB, *sqlstore.Store) { return onServer(t, sqlstore.MySQL, databases.MySQL(t)) },
}

func onServer(t *testing.T, engine sqlstore.Engine, database *databases.Database) (*sql.DB, *sqlstore.Store) {
	t.Helper()
	db := database.Open(t)
	store, err := sqlstore.Open(t.Context(), db, engine)
	if err != nil {
		t.Fatal(err)
	}
	return db, store
}

// aLife is a purged log with one impersonation that runs on another, one that
// ended, a refused attempt, and more events than one statement copies.
func aLife(t *testing.T, store *sqlstore.Store) {
	t.Helper()
	longLog(t, store, 450)
	if _, err := store.Purge(t.Context(), purge(3)); err != nil {
		t.Fatal(err)
	}
	for _, id := range []string{"imp-2", "imp-3"} {
		if err := store.Start(t.Context(), start(id, id)); err != nil {
			t.Fatal(err)
		}
	}
	above := start("imp-4", "imp-3")
	above.Impersonation.ParentID, above.Impersonation.StackID, above.Impersonation.Depth = "imp-3", "imp-3", 2
	if err := store.Start(t.Context(), above); err != nil {
		t.Fatal(err)
	}
	if _, err := store.End(t.Context(), end("imp-2")); err != nil {
		t.Fatal(err)
	}
	denied := start("imp-5", "eve").Impersonation
	denied.State, denied.Code, denied.Reason = guise.StateDenied, "superuser", "ünïcode 'quoted' \\ % _ 🎭"
	if err := store.Deny(t.Context(), denied, guise.Event{Kind: guise.KindDenied, Time: noon(), ImpersonationID: "imp-5"}); err != nil {
		t.Fatal(err)
	}
}

// TestCopy_FromEachEngineToEach: what is there afterwards is what was there,
// the chain included, and goes on.
func TestCopy_FromEachEngineToEach(t *testing.T) {
	t.Parallel()
	for from, open := range every {
		t.Run(from, func(t *testing.T) {
			t.Parallel()
			_, source := open(t)
			aLife(t, source)
			for to, open := range every {
				t.Run("to "+to, func(t *testing.T) {
					_, target := open(t)
					told := 0
					copied, err := sqlstore.Copy(t.Context(), target, source, func(events int) { told = events })
					if err != nil {
						t.Fatal(err)
					}
					same(t, source, target)
					if seq, hash, err := target.Head(t.Context()); err != nil || copied.Seq != seq || copied.Hash != hash || told != copied.Events || copied.Impersonations != 5 {
						t.Errorf("Copy says %+v and told of %d; Head is %d, %s, %v", copied, told, seq, hash, err)
					}
					goesOn(t, target)
					if _, err := sqlstore.Copy(t.Context(), target, source, nil); !errors.Is(err, sqlstore.ErrNotEmpty) {
						t.Errorf("Copy a second time: %v; want ErrNotEmpty", err)
					}
				})
			}
		})
	}
}

// same compares all that two stores answer.
func same(t *testing.T, a, b *sqlstore.Store) {
	t.Helper()
	ctx := t.Context()
	for what, read := range map[string]func(s *sqlstore.Store) (any, error){
		"events":         func(s *sqlstore.Store) (any, error) { return s.Events(ctx, "", 0, 1000) },
		"impersonations": func(s *sqlstore.Store) (any, error) { return s.Impersonations(ctx, guise.LogQuery{Limit: 1000}) },
		"a search": func(s *sqlstore.Store) (any, error) {
			return s.Impersonations(ctx, guise.LogQuery{Text: "ÜNÏCODE 'QUOTED' \\ %"})
		},
		"what runs": func(s *sqlstore.Store) (any, error) { return s.Running(ctx, "", 10) },
		"a stack":   func(s *sqlstore.Store) (any, error) { return s.Resolve(ctx, start("imp-4", "").Token) },
	} {
		left, err := read(a)
		right, err2 := read(b)
		if err != nil || err2 != nil || !reflect.DeepEqual(left, right) {
			t.Errorf("%s, copied: %v %+v\nwas: %v %+v", what, err2, right, err, left)
		}
	}
}

// goesOn ends what was running when it was copied.
func goesOn(t *testing.T, store *sqlstore.Store) {
	t.Helper()
	if ended, err := store.End(t.Context(), end("imp-3")); err != nil || len(ended) != 2 {
		t.Errorf("End of a stack that was copied: %+v, %v", ended, err)
	}
	verified(t, store)
}

// TestCopy_WholeOrNotAtAll: neither what was given up nor a log that doesn't
// verify leaves anything.
func TestCopy_WholeOrNotAtAll(t *testing.T) {
	t.Parallel()
	for name, open := range every {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			sourceDB, source := every["SQLite"](t)
			_, target := open(t)
			aLife(t, source)
			ctx, cancel := context.WithCancel(t.Context())
			if _, err := sqlstore.Copy(ctx, target, source, func(int) { cancel() }); !errors.Is(err, context.Canceled) {
				t.Errorf("Copy, given up: %v", err)
			}
			for _, forge := range []string{
				`UPDATE guise_events SET note = 'x' WHERE seq = 300`,
				`UPDATE guise_events SET note = '' WHERE seq = 300; DELETE FROM guise_events WHERE seq > 450`,
			} {
				forgeSQLite(t, sourceDB, forge)
				var wrong *guise.ChainError
				if _, err := sqlstore.Copy(t.Context(), target, source, nil); !errors.As(err, &wrong) {
					t.Errorf("Copy after %s: %v; want the event named", forge, err)
				}
			}
			page, err := target.Impersonations(t.Context(), guise.LogQuery{})
			events, err2 := target.Events(t.Context(), "", 0, 10)
			if err != nil || err2 != nil || len(page.Impersonations)+len(events) != 0 {
				t.Errorf("in the target are %d impersonations and %d events: %v, %v", len(page.Impersonations), len(events), err, err2)
			}
		})
	}
}

// TestCopy_ToAnOlderSQLite, which has room for 999 values in a statement.
func TestCopy_ToAnOlderSQLite(t *testing.T) {
	t.Parallel()
	_, source := every["SQLite"](t)
	aLife(t, source)
	db := openDB(t, newFile(t), 1)
	target := openStore(t, db)
	conn, err := db.Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	const variables = 9 // SQLITE_LIMIT_VARIABLE_NUMBER
	_, err = sqlite.Limit(conn, variables, 999)
	if err := errors.Join(err, conn.Close()); err != nil {
		t.Fatal(err)
	}
	if _, err := sqlstore.Copy(t.Context(), target, source, nil); err != nil {
		t.Fatal(err)
	}
	same(t, source, target)
}

// forgeSQLite writes what the triggers keep programs from writing.
func forgeSQLite(t *testing.T, db *sql.DB, statement string) {
	t.Helper()
	if _, err := db.ExecContext(t.Context(), `DROP TRIGGER IF EXISTS guise_events_unchanged; DROP TRIGGER IF EXISTS guise_events_kept; `+statement); err != nil {
		t.Fatal(err)
	}
}
