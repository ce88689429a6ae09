package databases

import (
	"context"
	"database/sql"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// both are the two kinds of servers, and how a test asks for them.
var both = map[string]struct {
	database func(testing.TB) *Database
	start    func(testing.TB, ...Option) *Server
	kind     func() *kind
	// parameter is one of the driver's. durable asks the server whether it is,
	// and yes is what it then says.
	parameter, durable, yes string
}{
	"PostgreSQL": {Postgres, StartPostgres, postgres, "application_name=guise", `SHOW fsync`, "on"},
	"MariaDB":    {MySQL, StartMySQL, mariadb, "timeout=2s", `SELECT @@innodb_flush_method`, "O_DIRECT"},
}

// isDurable asks a server.
func isDurable(t *testing.T, db *sql.DB, query, yes string) bool {
	t.Helper()
	var setting string
	if err := db.QueryRowContext(t.Context(), query).Scan(&setting); err != nil {
		t.Fatal(err)
	}
	return setting == yes
}

func mustExec(t *testing.T, db *sql.DB, statement string) {
	t.Helper()
	if _, err := db.ExecContext(t.Context(), statement); err != nil {
		t.Fatalf("%s: %v", statement, err)
	}
}

func count(t *testing.T, db *sql.DB, query string) (n int) {
	t.Helper()
	if err := db.QueryRowContext(t.Context(), query).Scan(&n); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	return n
}

func TestDatabases_AreEmptyAndApart(t *testing.T) {
	for name, row := range both {
		t.Run(name, func(t *testing.T) {
			first := row.database(t)
			mustExec(t, first.Open(t), `CREATE TABLE notes (id INTEGER)`)

			var second *Database
			t.Run("another test", func(t *testing.T) {
				second = row.database(t)
				if second.URL == first.URL {
					t.Fatal("two tests got the same database")
				}
				if server(first) != server(second) {
					t.Errorf("two tests of one process got two servers: %s and %s", server(first), server(second))
				}
				// No such table is here yet, or this fails.
				mustExec(t, second.Open(t), `CREATE TABLE notes (id INTEGER)`)
			})

			db, err := sql.Open(second.Driver, second.DSN)
			if err != nil {
				t.Fatal(err)
			}
			defer db.Close()
			if err := db.PingContext(t.Context()); err == nil {
				t.Error("the other test's database is still there after its end")
			}
			if n := count(t, first.Open(t), `SELECT count(*) FROM notes`); n != 0 {
				t.Errorf("this test's table has %d rows; want it here, and empty", n)
			}
		})
	}
}

// server is a database's URL without its name.
func server(d *Database) string { return d.URL[:strings.LastIndexByte(d.URL, '/')] }

func TestDatabases_AreUTF8(t *testing.T) {
	const text = "Zoë 李小龍 🙂"
	for name, row := range both {
		t.Run(name, func(t *testing.T) {
			db := row.database(t).Open(t)
			mustExec(t, db, `CREATE TABLE notes (text VARCHAR(100))`)
			mustExec(t, db, `INSERT INTO notes VALUES ('`+text+`')`)
			var got string
			if err := db.QueryRow(`SELECT lower(text) FROM notes`).Scan(&got); err != nil || got != strings.ToLower(text) {
				t.Errorf("%q went in, and its small letters are %q, %v", text, got, err)
			}
		})
	}
}

// TestServer_KillAndRestart: what was committed is there, what wasn't isn't, and
// the address is the same. The durable server is the one that writes at once.
func TestServer_KillAndRestart(t *testing.T) {
	for name, row := range both {
		t.Run(name, func(t *testing.T) {
			s := row.start(t, Durable)
			db := s.Database(t).Open(t)
			if !isDurable(t, db, row.durable, row.yes) {
				t.Errorf("%s: want %s on a durable server", row.durable, row.yes)
			}
			if shared := row.database(t).Open(t); isDurable(t, shared, row.durable, row.yes) {
				t.Errorf("%s: %s on the shared server, which is to be fast", row.durable, row.yes)
			}
			mustExec(t, db, `CREATE TABLE notes (id INTEGER)`)
			mustExec(t, db, `INSERT INTO notes VALUES (1)`)
			open, err := db.Begin()
			if err != nil {
				t.Fatal(err)
			}
			if _, err := open.Exec(`INSERT INTO notes VALUES (2)`); err != nil {
				t.Fatal(err)
			}

			s.Kill(t)
			if err := open.Commit(); err == nil {
				t.Error("a commit on a killed server succeeded")
			}
			if err := db.PingContext(t.Context()); err == nil {
				t.Error("a killed server answers")
			}
			s.Restart(t)
			if n := count(t, db, `SELECT count(*) FROM notes`); n != 1 {
				t.Errorf("%d rows are there; want the one that was committed", n)
			}
		})
	}
}

// TestServer_EndsWithItsTest also when the test has killed it, and when it could
// not be started again.
func TestServer_EndsWithItsTest(t *testing.T) {
	for name, row := range both {
		t.Run(name, func(t *testing.T) {
			var running, killed *Server
			t.Run("a test", func(t *testing.T) {
				running, killed = row.start(t), row.start(t)
				killed.Kill(t)
				// And what does not start says why.
				killed.programs.serve = filepath.Join(killed.dir, "no-such-program")
				if err := killed.start(); err == nil || !strings.Contains(err.Error(), "no-such-program") {
					t.Errorf("start: %v; want an error with the log", err)
				}
			})
			for what, s := range map[string]*Server{"a running server": running, "a killed server": killed} {
				if _, err := os.Stat(s.dir); !os.IsNotExist(err) {
					t.Errorf("the folder of %s is still there: %v", what, err)
				}
			}
			if runs(running.keeper.server) {
				t.Errorf("process %d still runs", running.keeper.server)
			}
		})
	}
}

// waitUntil polls, for what another process does.
func waitUntil(t *testing.T, what string, done func() bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	for !done() {
		select {
		case <-ctx.Done():
			t.Fatalf("waited in vain until %s", what)
		case <-time.After(10 * time.Millisecond):
		}
	}
}
