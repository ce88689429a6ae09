// Package pg is what the examples on PostgreSQL share: a table of people, Guise's
// own tables beside it, and a main function that brings a server along.
package pg

import (
	"context"
	"database/sql"
	"errors"
	"flag"
	"fmt"
	"os"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver pgx

	"github.com/guise-go/guise"
	"github.com/guise-go/guise/examples/internal/app"
	"github.com/guise-go/guise/examples/internal/desk"
	"github.com/guise-go/guise/internal/databases"
	"github.com/guise-go/guise/sqlstore"
	"github.com/guise-go/guise/sqlusers"
)

// Main is the main function of an example on PostgreSQL. Without -database it
// runs a server of its own, which is gone with the example.
func Main(open func(ctx context.Context, url string) (*app.App, error)) {
	url := flag.String("database", "", "the `URL` of an empty PostgreSQL database; none is a server that is gone afterwards")
	app.Main(func(ctx context.Context) (*app.App, error) {
		if *url != "" {
			return open(ctx, *url)
		}
		server, err := databases.RunPostgres()
		if err != nil {
			return nil, fmt.Errorf("%w; or name a database: -database postgres://user:password@host/name", err)
		}
		a, err := openOn(ctx, server, open)
		if err != nil {
			return nil, errors.Join(err, server.Close())
		}
		inner := a.Close
		a.Close = func(ctx context.Context) error { return errors.Join(inner(ctx), server.Close()) }
		return a, nil
	})
}

func openOn(ctx context.Context, server *databases.Server, open func(context.Context, string) (*app.App, error)) (*app.App, error) {
	db, err := server.Create(ctx, "notes")
	if err != nil {
		return nil, err
	}
	if err := db.Close(); err != nil {
		return nil, err
	}
	fmt.Fprintln(os.Stderr, "a database that is gone afterwards:", server.URL("notes"))
	return open(ctx, server.URL("notes"))
}

const people = `CREATE TABLE IF NOT EXISTS people (
	id bigint PRIMARY KEY, username text NOT NULL, name text NOT NULL, email text NOT NULL,
	tenant text NOT NULL, active boolean NOT NULL, superuser boolean NOT NULL
)`

// Data opens the database, puts the people into it, and returns where Guise
// finds them and keeps its log: in the same database.
func Data(ctx context.Context, url string) (*sql.DB, guise.Directory, guise.Store, error) {
	db, err := sql.Open("pgx", url)
	if err != nil {
		return nil, nil, nil, err
	}
	users, store, err := set(ctx, db)
	if err != nil {
		return nil, nil, nil, errors.Join(err, db.Close())
	}
	return db, users, store, nil
}

func set(ctx context.Context, db *sql.DB) (guise.Directory, guise.Store, error) {
	if _, err := db.ExecContext(ctx, people); err != nil {
		return nil, nil, err
	}
	for _, u := range desk.People() {
		if _, err := db.ExecContext(ctx, `INSERT INTO people VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING`,
			u.ID, u.Username, u.Name, u.Email, u.Tenant, u.Active, u.Superuser); err != nil {
			return nil, nil, err
		}
	}
	users, err := sqlusers.New(db, sqlusers.Config{
		Engine: sqlusers.Postgres, Table: "people", ID: "id", Username: "username", Name: "name", Email: "email",
		Tenant: "tenant", Active: "active", Superuser: "superuser",
	})
	if err != nil {
		return nil, nil, err
	}
	store, err := sqlstore.Open(ctx, db, sqlstore.Postgres)
	return users, store, err
}

// Person is the user with this ID; the zero user is nobody.
func Person(ctx context.Context, users guise.Directory, id string) (guise.User, error) {
	user, err := users.User(ctx, id)
	if errors.Is(err, guise.ErrUserNotFound) || err == nil && !user.Active {
		return guise.User{}, nil
	}
	return user, err
}
