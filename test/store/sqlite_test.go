package store

import (
	"database/sql"
	"path/filepath"
	"testing"

	_ "modernc.org/sqlite"

	"github.com/guise-go/guise"
	"github.com/guise-go/guise/sqlstore"
	"github.com/guise-go/guise/storetest"
)

const wal = "?_pragma=journal_mode(WAL)&_pragma=synchronous(NORMAL)"

// settings are ways in which applications open their SQLite database. The
// store has to keep its promises with each.
var settings = map[string]struct {
	pragmas  string
	maxConns int
}{
	"as the driver does it":    {"", 0},
	"WAL, many connections":    {wal, 0},
	"WAL, a busy timeout":      {wal + "&_pragma=busy_timeout(5000)&_txlock=immediate", 0},
	"WAL, one connection":      {wal, 1},
	"one connection, not sync": {"?_pragma=journal_mode(MEMORY)&_pragma=synchronous(OFF)", 1},
}

func openDB(t *testing.T, name string, maxConns int) *sql.DB {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+name)
	if err != nil {
		t.Fatal(err)
	}
	db.SetMaxOpenConns(maxConns)
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return db
}

func openStore(t *testing.T, db *sql.DB) *sqlstore.Store {
	t.Helper()
	store, err := sqlstore.Open(t.Context(), db, sqlstore.SQLite)
	if err != nil {
		t.Fatal(err)
	}
	return store
}

func newFile(t *testing.T) string {
	t.Helper()
	return filepath.Join(t.TempDir(), "app.db")
}

func TestSQLite_KeepsEveryRule(t *testing.T) {
	t.Parallel()
	t.Run("in a file", func(t *testing.T) {
		t.Parallel()
		storetest.Run(t, func(t *testing.T) guise.Store { return openStore(t, openDB(t, newFile(t), 0)) })
	})
	t.Run("in memory", func(t *testing.T) {
		t.Parallel()
		storetest.Run(t, func(t *testing.T) guise.Store { return openStore(t, openDB(t, ":memory:", 1)) })
	})
}

func TestSQLite_TwoInstances(t *testing.T) {
	t.Parallel()
	for name, s := range settings {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			storetest.RunShared(t, func(t *testing.T) (a, b guise.Store) {
				file := newFile(t) + s.pragmas
				return openStore(t, openDB(t, file, s.maxConns)), openStore(t, openDB(t, file, s.maxConns))
			})
		})
	}
}
