package checkup

import (
	"database/sql"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"github.com/guise-go/guise"
	"github.com/guise-go/guise/cmd/guise/internal/database"
	"github.com/guise-go/guise/internal/databases"
	"github.com/guise-go/guise/sqlstore"
)

// durable is what is found of the tests' own servers: that of PostgreSQL is a fast
// one, which does without.
var durable = map[string]string{"PostgreSQL": "advice durability: fsync is off", "MariaDB": "ok durability"}

// weaken has a MariaDB server lose what it has acknowledged.
func weaken(t *testing.T, db *sql.DB) {
	t.Helper()
	for setting, want := range map[string]string{"0": "wrong durability: innodb_flush_log_at_trx_commit is 0", "1": "ok durability"} {
		if _, err := db.ExecContext(t.Context(), `SET GLOBAL innodb_flush_log_at_trx_commit = `+setting); err != nil {
			t.Fatal(err)
		}
		expect(t, durability(t.Context(), db, sqlstore.MySQL), want)
	}
}

// endSummerTime asks a MariaDB server in both of the hours that have the same name.
func endSummerTime(t *testing.T, db *sql.DB) {
	t.Helper()
	db.SetMaxOpenConns(1) // so that what is set is where it is asked
	ends := time.Date(2026, 10, 25, 1, 0, 0, 0, time.UTC)
	run := func(statement string) {
		t.Helper()
		if _, err := db.ExecContext(t.Context(), statement); err != nil {
			t.Fatalf("%s: %v", statement, err)
		}
	}
	run(`INSERT INTO mysql.time_zone VALUES (77, 'N')`)
	run(`INSERT INTO mysql.time_zone_name VALUES ('Town', 77)`)
	run(`INSERT INTO mysql.time_zone_transition_type VALUES (77, 0, 7200, 1, 'S'), (77, 1, 3600, 0, 'W')`)
	run(fmt.Sprintf(`INSERT INTO mysql.time_zone_transition VALUES (77, %d, 0), (77, %d, 1)`, ends.AddDate(0, -7, 0).Unix(), ends.Unix()))
	run(`SET time_zone = 'Town'`)
	for _, at := range []time.Time{ends.Add(-30 * time.Minute), ends.Add(30 * time.Minute)} {
		run(fmt.Sprintf(`SET timestamp = %d`, at.Unix()))
		expect(t, Findings{clock(t.Context(), db, sqlstore.MySQL, func() time.Time { return at })}, "ok clock")
	}
}

// dropKept takes away one of the triggers, as a restored backup may.
var dropKept = map[string]string{
	"SQLite":     `DROP TRIGGER guise_events_kept`,
	"PostgreSQL": `ALTER TABLE guise_events ENABLE REPLICA TRIGGER guise_events_kept`,
	"MariaDB":    `DROP TRIGGER guise_events_kept`,
}

// TestDatabase_EachFinding on every engine.
func TestDatabase_EachFinding(t *testing.T) {
	t.Parallel()
	for engine, where := range map[string]func(t *testing.T) string{
		"SQLite":     func(t *testing.T) string { return filepath.Join(t.TempDir(), "app.db") },
		"PostgreSQL": func(t *testing.T) string { return databases.Postgres(t).URL },
		"MariaDB":    func(t *testing.T) string { return databases.MySQL(t).URL },
	} {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			address, err := database.Parse(where(t))
			if err != nil {
				t.Fatal(err)
			}
			db, err := address.Open(t.Context(), database.Create)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = db.Close() })
			found := Database(t.Context(), db, address)
			expect(t, found, "ok database", "ok clock", "wrong migrations: ")
			if found.Right() {
				t.Error("right, without tables")
			}
			store, err := sqlstore.Open(t.Context(), db, address.Engine)
			if err != nil {
				t.Fatal(err)
			}
			found = Database(t.Context(), db, address)
			expect(t, found, "ok migrations", "ok triggers", "ok log: it is empty")
			if !found.Right() {
				t.Errorf("%+v", found)
			}
			if err := store.Append(t.Context(), guise.Event{Kind: guise.KindNote, Time: time.Now(), Note: "a call"}); err != nil {
				t.Fatal(err)
			}
			expect(t, Database(t.Context(), db, address), "ok log: its head is 1:")
			if _, err := db.ExecContext(t.Context(), dropKept[engine]); err != nil {
				t.Fatal(err)
			}
			expect(t, Database(t.Context(), db, address), "wrong triggers: missing or switched off: guise_events_kept;")
			if err := store.Append(t.Context(), guise.Event{Kind: guise.KindNote, Time: time.Now(), Note: "another"}); err != nil {
				t.Fatal(err)
			}
			for statement, want := range map[string]string{
				`UPDATE guise_head SET seq = 0`:  "wrong log: by its head it is empty, and it has event 1",
				`UPDATE guise_head SET seq = -3`: "wrong log: its head is event -3, which is missing",
				`UPDATE guise_head SET seq = 3`:  "wrong log: its head is event 3, which is missing",
				`UPDATE guise_head SET seq = 1, hash = (SELECT hash FROM guise_events WHERE seq = 1)`: "wrong log: its head is event 1, and event 2 is behind it",
			} {
				if _, err := db.ExecContext(t.Context(), statement); err != nil {
					t.Fatal(err)
				}
				expect(t, Database(t.Context(), db, address), want)
			}
			if _, err := db.ExecContext(t.Context(), `INSERT INTO guise_migrations (version, name, checksum) VALUES (999, 'later', 'x')`); err != nil {
				t.Fatal(err)
			}
			expect(t, Database(t.Context(), db, address), "wrong migrations: ")
			if _, err := db.ExecContext(t.Context(), `DELETE FROM guise_migrations WHERE version = 999`); err != nil {
				t.Fatal(err)
			}
			if _, err := db.ExecContext(t.Context(), `DELETE FROM guise_head`); err != nil {
				t.Fatal(err)
			}
			expect(t, Database(t.Context(), db, address), "wrong log: sqlstore: the one row of guise_head is missing")
			if engine == "SQLite" {
				return // it has no clock, and no settings of its own
			}
			expect(t, durability(t.Context(), db, address.Engine), durable[engine])
			if engine == "MariaDB" {
				own := databases.StartMySQL(t).Database(t).Open(t)
				weaken(t, own)
				endSummerTime(t, own)
			}
			for skew, want := range map[time.Duration]string{
				0: "ok clock", time.Minute: "wrong clock: ", -time.Minute: "wrong clock: ",
			} {
				one := clock(t.Context(), db, address.Engine, func() time.Time { return time.Now().Add(skew) })
				expect(t, Findings{one}, want)
			}
		})
	}
}
