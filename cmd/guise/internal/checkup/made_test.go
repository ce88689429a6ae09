package checkup

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/guise-go/guise/cmd/guise/internal/database"
	"github.com/guise-go/guise/internal/databases"
	"github.com/guise-go/guise/sqlstore"
)

const (
	then       = "\n" // between two statements
	lostTable  = "wrong tables: missing, or not as they were made: table guise_tallies"
	lostUnique = "wrong tables: missing, or not as they were made: index guise_impersonations_token"
	lostIndex  = "advice tables: indexes that are missing: guise_events_impersonation;"
	noTrigger  = "wrong triggers: not as they were made: guise_events_appended; whoever"
	sometimes  = "wrong triggers: not as they were made: guise_events_kept; whoever"
)

// undone is what somebody may do to what the migrations made, and what is found.
var undone = map[sqlstore.Engine]map[string]string{
	sqlstore.SQLite: {
		`DROP TABLE guise_tallies`:              lostTable,
		`DROP INDEX guise_impersonations_token`: lostUnique,
		`DROP INDEX guise_impersonations_token` + then + `CREATE INDEX guise_impersonations_token ON guise_impersonations (token_hash)`: lostUnique,
		`DROP INDEX guise_events_impersonation`: lostIndex,
		`DROP TRIGGER guise_events_appended` + then + `CREATE TRIGGER guise_events_appended BEFORE INSERT ON guise_events BEGIN SELECT 1; END`:                     noTrigger,
		`DROP TRIGGER guise_events_kept` + then + `CREATE TRIGGER guise_events_kept BEFORE DELETE ON guise_events WHEN false BEGIN SELECT RAISE(ABORT, 'no'); END`: sometimes,
	},
	sqlstore.Postgres: {
		`DROP TABLE guise_tallies`:              lostTable,
		`DROP INDEX guise_impersonations_token`: lostUnique,
		`DROP INDEX guise_impersonations_token` + then + `CREATE INDEX guise_impersonations_token ON guise_impersonations (token_hash)`: lostUnique,
		`DROP INDEX guise_events_impersonation`: lostIndex,
		`CREATE OR REPLACE FUNCTION guise_events_appended() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$`:                                                                                             noTrigger,
		`DROP TRIGGER guise_events_appended ON guise_events` + then + `CREATE TRIGGER guise_events_appended BEFORE INSERT ON guise_events FOR EACH ROW WHEN (NEW.seq < 0) EXECUTE FUNCTION guise_events_appended()`:      noTrigger,
		`DROP TRIGGER guise_events_kept ON guise_events` + then + `CREATE TRIGGER guise_events_kept BEFORE TRUNCATE ON guise_events FOR EACH STATEMENT EXECUTE FUNCTION guise_events_kept()`:                             sometimes,
		`DROP TRIGGER guise_events_kept ON guise_events` + then + `CREATE TRIGGER guise_events_kept BEFORE UPDATE OF note OR DELETE OR TRUNCATE ON guise_events FOR EACH STATEMENT EXECUTE FUNCTION guise_events_kept()`: sometimes,
	},
	sqlstore.MySQL: {
		`DROP TABLE guise_tallies`: lostTable,
		`ALTER TABLE guise_impersonations DROP INDEX guise_impersonations_token`:                                                                   lostUnique,
		`ALTER TABLE guise_impersonations DROP INDEX guise_impersonations_token, ADD INDEX guise_impersonations_token (token_hash)`:                lostUnique,
		`ALTER TABLE guise_events DROP INDEX guise_events_impersonation`:                                                                           lostIndex,
		`DROP TRIGGER guise_events_appended` + then + `CREATE TRIGGER guise_events_appended BEFORE INSERT ON guise_events FOR EACH ROW SET @a = 1`: noTrigger,
		`DROP TRIGGER guise_events_kept` + then + `CREATE TRIGGER guise_events_kept AFTER DELETE ON guise_events FOR EACH ROW SET @a = 1`:          sometimes,
	},
}

// TestDatabase_WhatTheMigrationsMade: each is missed, and a trigger that does
// nothing is none.
func TestDatabase_WhatTheMigrationsMade(t *testing.T) {
	t.Parallel()
	for engine, where := range map[sqlstore.Engine]func(t *testing.T) string{
		sqlstore.SQLite:   func(t *testing.T) string { return filepath.Join(t.TempDir(), "app.db") },
		sqlstore.Postgres: func(t *testing.T) string { return databases.Postgres(t).URL },
		sqlstore.MySQL:    func(t *testing.T) string { return databases.MySQL(t).URL },
	} {
		t.Run(string(engine), func(t *testing.T) {
			t.Parallel()
			for statements, want := range undone[engine] {
				t.Run(statements, func(t *testing.T) {
					address, err := database.Parse(where(t))
					if err != nil {
						t.Fatal(err)
					}
					db, err := address.Open(t.Context(), database.Create)
					if err != nil {
						t.Fatal(err)
					}
					t.Cleanup(func() { _ = db.Close() })
					if _, err := sqlstore.Open(t.Context(), db, engine); err != nil {
						t.Fatal(err)
					}
					expect(t, Database(t.Context(), db, address), "ok tables", "ok triggers")
					for statement := range strings.SplitSeq(statements, then) {
						if _, err := db.ExecContext(t.Context(), statement); err != nil {
							t.Fatalf("%s: %v", statement, err)
						}
					}
					expect(t, Database(t.Context(), db, address), want)
				})
			}
		})
	}
}
