package databases

import (
	"context"
	"crypto/rand"
	"database/sql"
	"net/url"
	"strings"
	"testing"
	"time"
)

// Database is a database that only one test uses.
type Database struct {
	// URL is its address: postgres://… or mysql://…
	URL string
	// Driver and DSN are what [sql.Open] takes.
	Driver, DSN string

	kind *kind
}

// Postgres returns an empty database on a PostgreSQL server, which is dropped
// when the test ends. Without a server it skips the test, or fails it where
// one was promised.
func Postgres(t testing.TB) *Database {
	t.Helper()
	return newDatabase(t, postgres(), sharedServer(t, postgres(), sharedPostgres))
}

// MySQL returns an empty database on a MariaDB or MySQL server, as [Postgres]
// does.
func MySQL(t testing.TB) *Database {
	t.Helper()
	return newDatabase(t, mariadb(), sharedServer(t, mariadb(), sharedMariaDB))
}

// Open returns a handle on the database, which is closed when the test ends.
func (d *Database) Open(t testing.TB) *sql.DB {
	t.Helper()
	db, err := sql.Open(d.Driver, d.DSN)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Errorf("closing the database: %v", err)
		}
	})
	return db
}

// newDatabase creates a database on the server at the address.
func newDatabase(t testing.TB, k *kind, server *url.URL) *Database {
	t.Helper()
	// Servers named by a variable may have been shared with other processes.
	name := "guise_test_" + strings.ToLower(rand.Text()[:12])
	if err := k.administer(t.Context(), server, k.create(name)); err != nil {
		t.Fatalf("creating a database on %s: %v", server.Redacted(), err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		// A server that its test has killed took the database along.
		if err := k.administer(ctx, server, k.drop(name)); err != nil && !t.Failed() {
			t.Logf("dropping database %s: %v", name, err)
		}
	})
	address := *server
	address.Path = "/" + name
	dsn, err := k.dsn(&address)
	if err != nil {
		t.Fatal(err)
	}
	return &Database{URL: address.String(), Driver: k.driver, DSN: dsn, kind: k}
}

// Name is the database's name on its server.
func (d *Database) Name() string {
	name, _, _ := strings.Cut(d.URL[strings.LastIndexByte(d.URL, '/')+1:], "?")
	return name
}

// As is the same database for another user of the server.
func (d *Database) As(t testing.TB, name, password string) *Database {
	t.Helper()
	address, err := url.Parse(d.URL)
	if err != nil {
		t.Fatal(err)
	}
	address.User = url.UserPassword(name, password)
	dsn, err := d.kind.dsn(address)
	if err != nil {
		t.Fatal(err)
	}
	return &Database{URL: address.String(), Driver: d.Driver, DSN: dsn, kind: d.kind}
}
