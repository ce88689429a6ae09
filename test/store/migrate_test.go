package store

import (
	"strings"
	"sync"
	"testing"

	"github.com/guise-go/guise/sqlstore"
)

func TestOpen_ManyInstancesMigrateOneEmptyDatabase(t *testing.T) {
	for name, pragmas := range map[string]string{"rollback journal": "", "WAL": wal} {
		t.Run(name, func(t *testing.T) {
			file := newFile(t) + pragmas
			var group sync.WaitGroup
			for range 8 {
				db := openDB(t, file, 0)
				group.Go(func() {
					if _, err := sqlstore.Open(t.Context(), db, sqlstore.SQLite); err != nil {
						t.Error(err)
					}
				})
			}
			group.Wait()
			var applied int
			if err := openDB(t, file, 0).QueryRow(`SELECT count(*) FROM guise_migrations`).Scan(&applied); err != nil {
				t.Fatal(err)
			}
			if all, _ := sqlstore.Migrations(sqlstore.SQLite); applied != len(all) {
				t.Errorf("%d migrations are on record; want %d", applied, len(all))
			}
		})
	}
}

func TestOpen_RefusesADatabaseItDoesNotKnow(t *testing.T) {
	for name, spoil := range map[string]struct{ sql, want string }{
		"newer":           {`INSERT INTO guise_migrations (version, name, checksum) VALUES (99, 'later', 'x')`, "at version 99"},
		"another build":   {`UPDATE guise_migrations SET checksum = 'x' WHERE version = 1`, "different builds"},
		"only half there": {`DELETE FROM guise_migrations`, "already exists"},
	} {
		t.Run(name, func(t *testing.T) {
			db := openDB(t, newFile(t), 0)
			openStore(t, db)
			if _, err := db.Exec(spoil.sql); err != nil {
				t.Fatal(err)
			}
			store, err := sqlstore.Open(t.Context(), db, sqlstore.SQLite)
			if err == nil || !strings.Contains(err.Error(), spoil.want) {
				t.Errorf("Open: %v, %v; want an error that says %q", store, err, spoil.want)
			}
		})
	}
}

// TestMigrations_AppliedByHand is the way of those whose application may not
// create tables: someone runs the printed scripts, and Open only reads.
func TestMigrations_AppliedByHand(t *testing.T) {
	file := newFile(t)
	db := openDB(t, file, 0)
	all, err := sqlstore.Migrations(sqlstore.SQLite)
	if err != nil {
		t.Fatal(err)
	}
	for _, migration := range all {
		if _, err := db.Exec(migration.String()); err != nil {
			t.Fatalf("%d: %v", migration.Version, err)
		}
	}
	readOnly := openDB(t, file+"?mode=ro", 0)
	if _, err := sqlstore.Open(t.Context(), readOnly, sqlstore.SQLite); err != nil {
		t.Errorf("Open of an up-to-date database that can't be written: %v", err)
	}
	store := openStore(t, db)
	if err := store.Start(t.Context(), start("imp-1", "ada")); err != nil {
		t.Errorf("Start: %v", err)
	}
	chain(t, t.Context(), store)
}

func TestOpen_FailsWhereTablesCannotBeMade(t *testing.T) {
	file := newFile(t)
	if _, err := openDB(t, file, 0).Exec(`CREATE TABLE app (id)`); err != nil {
		t.Fatal(err)
	}
	if _, err := sqlstore.Open(t.Context(), openDB(t, file+"?mode=ro", 0), sqlstore.SQLite); err == nil {
		t.Error("Open of a read-only database without tables: no error")
	}
}
