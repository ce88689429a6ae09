// Command sqlc is an application on queries that sqlc generated. Generated code
// takes what it is given, so the two IDs come from one place.
package main

import (
	"context"
	"database/sql"
	_ "embed"
	"errors"

	"github.com/guise-go/guise"
	"github.com/guise-go/guise/examples/internal/app"
	"github.com/guise-go/guise/examples/internal/pg"
	"github.com/guise-go/guise/examples/internal/site"
	"github.com/guise-go/guise/examples/sqlc/db"
)

//go:embed schema.sql
var schema string

func main() { pg.Main(open) }

// open makes the application on the database.
func open(ctx context.Context, url string) (*app.App, error) {
	pool, users, store, err := pg.Data(ctx, url)
	if err != nil {
		return nil, err
	}
	a, err := serve(ctx, pool, users, store)
	if err != nil {
		return nil, errors.Join(err, pool.Close())
	}
	a.Close = func(context.Context) error { return pool.Close() }
	return a, nil
}

func serve(ctx context.Context, pool *sql.DB, users guise.Directory, store guise.Store) (*app.App, error) {
	if _, err := pool.ExecContext(ctx, schema); err != nil {
		return nil, err
	}
	s := &site.Site{Data: &notes{db.New(pool), users}, Users: users, Store: store}
	handler, m, err := s.Open()
	if err != nil {
		return nil, err
	}
	return &app.App{Handler: handler, Guise: m}, nil
}

type notes struct {
	queries *db.Queries
	users   guise.Directory
}

func (n *notes) Person(ctx context.Context, id string) (guise.User, error) {
	return pg.Person(ctx, n.users, id)
}

func (n *notes) Notes(ctx context.Context) ([]string, error) {
	owner, _ := whose(ctx)
	return n.queries.NotesOf(ctx, owner)
}

func (n *notes) AddNote(ctx context.Context, text string) error {
	owner, writer := whose(ctx)
	return n.queries.AddNote(ctx, db.AddNoteParams{Owner: owner, WrittenBy: writer, Text: text})
}

// whose says for whom a request is, and who really makes it: the same person,
// unless somebody impersonates.
func whose(ctx context.Context) (owner, writer string) {
	owner = site.User(ctx).ID
	if actor, ok := guise.ActorFrom(ctx); ok {
		return owner, actor.ID
	}
	return owner, owner
}
