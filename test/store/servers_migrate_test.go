package store

import (
	"context"
	"database/sql"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/guise-go/guise/internal/databases"
	"github.com/guise-go/guise/sqlstore"
)

func TestServers_TwentyInstancesMigrateOneEmptyDatabase(t *testing.T) {
	t.Parallel()
	for name, s := range servers {
		t.Run(name, func(t *testing.T) {
			database := s.database(t)
			var group sync.WaitGroup
			for range 20 {
				db := database.Open(t)
				group.Go(func() {
					if _, err := sqlstore.Open(t.Context(), db, s.engine); err != nil {
						t.Error(err)
					}
				})
			}
			group.Wait()
			var applied int
			if err := database.Open(t).QueryRow(`SELECT count(*) FROM guise_migrations`).Scan(&applied); err != nil {
				t.Fatal(err)
			}
			if all, _ := sqlstore.Migrations(s.engine); applied != len(all) {
				t.Errorf("%d migrations are on record; want %d", applied, len(all))
			}
		})
	}
}

func TestServers_RefuseADatabaseTheyDoNotKnow(t *testing.T) {
	t.Parallel()
	for name, s := range servers {
		for what, spoil := range map[string]struct{ sql, want string }{
			"newer":         {`INSERT INTO guise_migrations (version, name, checksum) VALUES (99, 'later', 'x')`, "at version 99"},
			"another build": {`UPDATE guise_migrations SET checksum = 'x' WHERE version = 1`, "different builds"},
			"without head":  {`DELETE FROM guise_head`, "the one row of guise_head is missing"},
		} {
			t.Run(name+", "+what, func(t *testing.T) {
				database := s.database(t)
				openOn(t, s.engine, database)
				db := database.Open(t)
				mustExec(t, db, spoil.sql)
				store, err := sqlstore.Open(t.Context(), db, s.engine)
				if err == nil {
					err = store.Start(t.Context(), start("imp-1", "ada"))
				}
				if err == nil || !strings.Contains(err.Error(), spoil.want) {
					t.Errorf("%v; want an error that says %q", err, spoil.want)
				}
			})
		}
	}
}

// TestServers_MigrationGoesOn where an instance died in the middle of one.
func TestServers_MigrationGoesOn(t *testing.T) {
	t.Parallel()
	all, err := sqlstore.Migrations(sqlstore.MySQL)
	if err != nil {
		t.Fatal(err)
	}
	// PostgreSQL undoes what a transaction did; here every statement stays.
	statements := strings.Split(strings.TrimSpace(all[0].SQL), "\n\n")
	for n := range len(statements) + 1 {
		database := databases.MySQL(t)
		db := database.Open(t)
		for _, statement := range statements[:n] {
			mustExec(t, db, statement)
		}
		store, err := sqlstore.Open(t.Context(), db, sqlstore.MySQL)
		if err != nil {
			t.Fatalf("after %d of %d statements: %v", n, len(statements), err)
		}
		if err := store.Start(t.Context(), start("imp-1", "ada")); err != nil {
			t.Errorf("after %d of %d statements: %v", n, len(statements), err)
		}
		checkGuarded(t, db)
	}
}

// migratingMySQL is the lock's name by a hash that each MySQL has, also under FIPS.
const migratingMySQL = `concat('guise ', left(sha2(database(), 256), 40))`

// TestServers_WaitForTheOneThatMigrates: the lock is the database's own, so it
// also ends with an instance that dies.
func TestServers_WaitForTheOneThatMigrates(t *testing.T) {
	for name, locked := range map[string]struct {
		server
		lock, unlock string
		tries        string // how what the store tries begins
	}{
		"PostgreSQL": {servers["PostgreSQL"], `SELECT pg_try_advisory_lock(444351476581)`, `SELECT pg_advisory_unlock(444351476581)`,
			`SELECT pg_try_advisory_xact_lock`},
		"MariaDB": {servers["MariaDB"], `SELECT get_lock(` + migratingMySQL + `, 0)`, `DO release_lock(` + migratingMySQL + `)`,
			`SELECT get_lock`},
	} {
		t.Run(name, func(t *testing.T) {
			database := locked.database(t)
			conn, err := database.Open(t).Conn(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			defer conn.Close()
			lock := func() (got sql.NullBool) {
				t.Helper()
				if err := conn.QueryRowContext(t.Context(), locked.lock).Scan(&got); err != nil {
					t.Fatal(err)
				}
				return got
			}
			if got := lock(); !got.Bool {
				t.Fatal("the lock is taken")
			}
			brief, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
			defer cancel()
			if _, err := sqlstore.Open(brief, database.Open(t), locked.engine); err == nil {
				t.Error("Open while another migrates: no error; want it to wait")
			}
			db, recorder := record(t, database.Open(t).Driver(), database.DSN)
			done := make(chan error, 1)
			go func() {
				_, err := sqlstore.Open(t.Context(), db, locked.engine)
				done <- err
			}()
			recorder.untilTriedAgain(t, locked.tries)
			select {
			case err := <-done:
				t.Fatalf("Open did not wait: %v", err)
			default:
			}
			if _, err := conn.ExecContext(t.Context(), locked.unlock); err != nil {
				t.Fatal(err)
			}
			if err := <-done; err != nil {
				t.Errorf("Open, after the other is done: %v", err)
			}
			if got := lock(); !got.Bool {
				t.Error("Open is done and keeps its lock")
			}
		})
	}
}

// TestServers_AppliedByHand is the way of those whose application may neither
// make tables nor write to them all: someone runs the printed scripts.
func TestServers_AppliedByHand(t *testing.T) {
	for name, limited := range map[string]struct {
		server
		rights []string
	}{
		"PostgreSQL": {servers["PostgreSQL"], []string{
			`CREATE ROLE app_NAME LOGIN PASSWORD 'secret'`, `GRANT SELECT, INSERT, UPDATE ON ALL TABLES IN SCHEMA public TO app_NAME`,
		}},
		"MariaDB": {servers["MariaDB"], []string{
			`CREATE USER app_NAME IDENTIFIED BY 'secret'`, `GRANT SELECT, INSERT, UPDATE ON * TO app_NAME`,
		}},
	} {
		t.Run(name, func(t *testing.T) {
			database := limited.database(t)
			db := database.Open(t)
			all, err := sqlstore.Migrations(limited.engine)
			if err != nil {
				t.Fatal(err)
			}
			for _, migration := range all {
				for _, statement := range asTheCommandLine(limited.engine, migration.String()) {
					mustExec(t, db, statement)
				}
			}
			user := "app_" + database.Name()
			t.Cleanup(func() {
				for _, statement := range []string{`DROP OWNED BY ` + user, `DROP USER ` + user} {
					_, _ = db.ExecContext(context.Background(), statement) // the first is PostgreSQL's alone
				}
			})
			for _, statement := range limited.rights {
				mustExec(t, db, strings.ReplaceAll(statement, "app_NAME", user))
			}
			store := openOn(t, limited.engine, database.As(t, user, "secret"))
			if err := store.Start(t.Context(), start("imp-1", "ada")); err != nil {
				t.Errorf("Start: %v", err)
			}
			chain(t, t.Context(), store)
		})
	}
}

// asTheCommandLine splits a script as psql and mariadb do, or hands it over
// whole where the driver takes it so.
func asTheCommandLine(engine sqlstore.Engine, script string) (statements []string) {
	if engine == sqlstore.Postgres {
		return []string{script}
	}
	end, statement := ";", ""
	for line := range strings.Lines(script) {
		if delimiter, ok := strings.CutPrefix(line, "DELIMITER "); ok {
			end = strings.TrimSpace(delimiter)
			continue
		}
		statement += line
		if text, ok := strings.CutSuffix(strings.TrimSpace(line), end); ok && !strings.HasPrefix(text, "--") {
			statements = append(statements, strings.TrimSuffix(strings.TrimSpace(statement), end))
			statement = ""
		}
	}
	return statements
}

func TestServers_FailWhereTablesCannotBeMade(t *testing.T) {
	for name, s := range servers {
		t.Run(name, func(t *testing.T) {
			database := s.database(t)
			user := "none_" + database.Name()
			db := database.Open(t)
			mustExec(t, db, map[sqlstore.Engine]string{
				sqlstore.Postgres: `CREATE ROLE ` + user + ` LOGIN PASSWORD 'secret'`,
				sqlstore.MySQL:    `GRANT SELECT ON * TO ` + user + ` IDENTIFIED BY 'secret'`,
			}[s.engine])
			t.Cleanup(func() { _, _ = db.ExecContext(context.Background(), `DROP USER `+user) })
			if s.engine == sqlstore.Postgres {
				mustExec(t, db, `REVOKE CREATE ON SCHEMA public FROM public`) // as it is from version 15 on
			}
			_, err := sqlstore.Open(t.Context(), database.As(t, user, "secret").Open(t), s.engine)
			if err == nil || !strings.Contains(err.Error(), "denied") {
				t.Errorf("Open: %v; want an error that says what is denied", err)
			}
		})
	}
}

func mustExec(t *testing.T, db *sql.DB, statement string) {
	t.Helper()
	if _, err := db.ExecContext(t.Context(), statement); err != nil {
		t.Fatalf("%.200s: %v", statement, err)
	}
}
