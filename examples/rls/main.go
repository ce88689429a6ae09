// Command rls is an application whose rows PostgreSQL itself keeps apart (row
// level security): by the tenant and the user that a request is for. While
// impersonating these are the subject's, and each row that is written keeps the
// actor, too.
package main

import (
	"context"
	"database/sql"
	_ "embed"

	"github.com/guise-go/guise"
	"github.com/guise-go/guise/examples/internal/app"
	"github.com/guise-go/guise/examples/internal/pg"
	"github.com/guise-go/guise/examples/internal/site"
)

//go:embed schema.sql
var schema string

func main() { pg.Main(open) }

// open makes the application on the database.
func open(ctx context.Context, url string) (*app.App, error) {
	db, users, store, err := pg.Data(ctx, url)
	if err != nil {
		return nil, err
	}
	a, err := serve(ctx, db, users, store)
	if err != nil {
		_ = db.Close()
		return nil, err
	}
	a.Close = func(context.Context) error { return db.Close() }
	return a, nil
}

func serve(ctx context.Context, db *sql.DB, users guise.Directory, store guise.Store) (*app.App, error) {
	if _, err := db.ExecContext(ctx, schema); err != nil {
		return nil, err
	}
	s := &site.Site{Data: &notes{db, users}, Users: users, Store: store}
	handler, m, err := s.Open()
	if err != nil {
		return nil, err
	}
	return &app.App{Handler: handler, Guise: m}, nil
}
