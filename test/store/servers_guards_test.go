package store

import (
	"database/sql"
	"errors"
	"strings"
	"testing"

	"github.com/guise-go/guise"
	"github.com/guise-go/guise/sqlstore"
)

// TestP9_Servers_EventsAreAppendOnly: a slip of an operator or of another
// program is stopped by the database itself.
func TestP9_Servers_EventsAreAppendOnly(t *testing.T) {
	slips := map[string][]string{
		"PostgreSQL": {`TRUNCATE guise_events`, `INSERT INTO guise_events SELECT * FROM guise_events ON CONFLICT (seq) DO UPDATE SET reason = 'another'`},
		"MariaDB":    {`REPLACE INTO guise_events SELECT * FROM guise_events`, `INSERT INTO guise_events SELECT * FROM guise_events ON DUPLICATE KEY UPDATE reason = 'another'`},
	}
	for name, s := range servers {
		t.Run(name, func(t *testing.T) {
			database := s.database(t)
			store, db := openOn(t, s.engine, database), database.Open(t)
			for _, id := range []string{"imp-1", "imp-2"} {
				if err := store.Start(t.Context(), start(id, id)); err != nil {
					t.Fatal(err)
				}
			}
			for _, slip := range append(slips[name],
				`UPDATE guise_events SET reason = 'another' WHERE seq = 1`, `UPDATE guise_events SET seq = seq + 10`, `DELETE FROM guise_events`) {
				if _, err := db.Exec(slip); err == nil || !strings.Contains(err.Error(), "guise: events are") {
					t.Errorf("%.60s…: %v; want the trigger's error", slip, err)
				}
			}
			if got := chain(t, t.Context(), store); len(got) != 2 {
				t.Errorf("the log has %d events; want 2", len(got))
			}
		})
	}
}

// TestServers_WaitForAnotherWriter, and give up at the caller's deadline.
func TestServers_WaitForAnotherWriter(t *testing.T) {
	for name, s := range servers {
		t.Run(name, func(t *testing.T) {
			database := s.database(t)
			store, other := openOn(t, s.engine, database), database.Open(t)

			waitsForItsTurn(t, store, func() (unlock func()) { return lockHead(t, other) }, func() {
				s.untilOneWaits(t, other)
				if _, err := store.Impersonation(t.Context(), "imp-1"); !errors.Is(err, guise.ErrNotFound) {
					t.Errorf("a read while another writes: %v; want ErrNotFound, at once", err)
				}
			})
		})
	}
}

// lockHead is another writer that takes its time.
func lockHead(t *testing.T, db *sql.DB) (unlock func()) {
	t.Helper()
	tx, err := db.Begin()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = tx.Rollback() }) // an error, if it was unlocked
	var seq int
	if err := tx.QueryRow(`SELECT seq FROM guise_head FOR UPDATE`).Scan(&seq); err != nil {
		t.Fatal(err)
	}
	return func() {
		t.Helper()
		if err := tx.Rollback(); err != nil {
			t.Error(err)
		}
	}
}

// TestP1_Postgres_DurableWhateverTheApplicationSets looks from a trigger, within
// the store's transaction. The application finds its setting as it was.
func TestP1_Postgres_DurableWhateverTheApplicationSets(t *testing.T) {
	s := servers["PostgreSQL"]
	for setting, want := range map[string]string{"off": "on", "local": "local", "remote_apply": "remote_apply"} {
		t.Run(setting, func(t *testing.T) {
			database := s.database(t)
			openOn(t, s.engine, database)
			db := database.Open(t)
			db.SetMaxOpenConns(1) // so that the setting is where the store writes
			for _, statement := range []string{
				`CREATE TABLE seen (setting TEXT)`,
				`CREATE FUNCTION see() RETURNS trigger LANGUAGE plpgsql AS
					'BEGIN INSERT INTO seen SELECT current_setting(''synchronous_commit''); RETURN NEW; END'`,
				`CREATE TRIGGER see BEFORE INSERT ON guise_events FOR EACH ROW EXECUTE FUNCTION see()`,
				`SET synchronous_commit = ` + setting,
			} {
				mustExec(t, db, statement)
			}
			store, err := sqlstore.Open(t.Context(), db, s.engine)
			if err != nil {
				t.Fatal(err)
			}
			if err := store.Start(t.Context(), start("imp-1", "ada")); err != nil {
				t.Fatal(err)
			}
			var within, after string
			if err := db.QueryRow(`SELECT setting, current_setting('synchronous_commit') FROM seen`).Scan(&within, &after); err != nil {
				t.Fatal(err)
			}
			if within != want || after != setting {
				t.Errorf("within the write it is %q, and afterwards %q; want %q, then %q", within, after, want, setting)
			}
		})
	}
}

// TestMySQL_NothingIsShortened: an application that is not strict would have
// texts cut off, and the log would not verify.
func TestMySQL_NothingIsShortened(t *testing.T) {
	s := servers["MariaDB"]
	database := s.database(t)
	openOn(t, s.engine, database)
	db := database.Open(t)
	db.SetMaxOpenConns(1)
	mustExec(t, db, `SET SESSION sql_mode = 'NO_ZERO_DATE'`)
	store, err := sqlstore.Open(t.Context(), db, s.engine)
	if err != nil {
		t.Fatal(err)
	}
	if err := store.Start(t.Context(), start(strings.Repeat("x", 256), "ada")); err == nil {
		t.Error("Start with an ID that does not fit: no error; want it refused")
	}
	if err := store.Start(t.Context(), start("imp-1", "ada")); err != nil {
		t.Error(err)
	}
	var mode string
	if err := db.QueryRow(`SELECT @@SESSION.sql_mode`).Scan(&mode); err != nil || mode != "NO_ZERO_DATE" {
		t.Errorf("afterwards sql_mode is %q, %v; want the application's own", mode, err)
	}
	if got := chain(t, t.Context(), store); len(got) != 1 {
		t.Errorf("the log has %d events; want 1", len(got))
	}
}

// TestServers_IDsAreComparedByteByByte: to many collations these are equal.
func TestServers_IDsAreComparedByteByByte(t *testing.T) {
	for name, s := range servers {
		t.Run(name, func(t *testing.T) {
			store := openOn(t, s.engine, s.database(t))
			alike := []string{"ada", "ADA", "ada ", "ada\t", "adá", "ada\u0301", "ada\u200b"}
			for _, id := range alike {
				one := start(id, id)
				one.MaxRunning = 1
				one.Impersonation.Subject.ID = id
				if err := store.Start(t.Context(), one); err != nil {
					t.Errorf("Start of %q: %v", id, err)
				}
			}
			for _, id := range alike {
				i, err := store.Impersonation(t.Context(), id)
				if err != nil || i.Actor.ID != id {
					t.Errorf("Impersonation(%q): of actor %q, %v", id, i.Actor.ID, err)
				}
				for _, query := range []guise.LogQuery{{ActorID: id}, {SubjectID: id}} {
					if page, err := store.Impersonations(t.Context(), query); err != nil || len(page.Impersonations) != 1 {
						t.Errorf("Impersonations(%+v): %d, %v; want 1", query, len(page.Impersonations), err)
					}
				}
				if running, err := store.Running(t.Context(), id, 10); err != nil || len(running) != 1 {
					t.Errorf("Running(%q): %d, %v; want 1", id, len(running), err)
				}
			}
		})
	}
}
