package main

import (
	"context"
	"database/sql"

	"github.com/guise-go/guise"
	"github.com/guise-go/guise/examples/internal/pg"
	"github.com/guise-go/guise/examples/internal/site"
)

// notes are in a table that shows nobody more than their own.
type notes struct {
	db    *sql.DB
	users guise.Directory
}

func (n *notes) Person(ctx context.Context, id string) (guise.User, error) {
	return pg.Person(ctx, n.users, id)
}

// Notes asks for every note there is. Which of them it gets, the policy says.
func (n *notes) Notes(ctx context.Context) (texts []string, err error) {
	return texts, n.as(ctx, func(tx *sql.Tx) error {
		rows, err := tx.QueryContext(ctx, `SELECT text FROM notes ORDER BY id`)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var text string
			if err := rows.Scan(&text); err != nil {
				return err
			}
			texts = append(texts, text)
		}
		return rows.Err()
	})
}

// AddNote writes the text alone: whose it is, and who really wrote it, the table
// takes from the transaction.
func (n *notes) AddNote(ctx context.Context, text string) error {
	return n.as(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO notes (text) VALUES ($1)`, text)
		return err
	})
}

// as does something in a transaction that has told PostgreSQL who is there.
//
// The settings are the transaction's (the last argument of set_config), never
// the connection's, which the pool gives to somebody else afterwards.
func (n *notes) as(ctx context.Context, do func(*sql.Tx) error) error {
	tx, err := n.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }() // nothing, after the commit

	user := site.User(ctx) // whom the application sees: the subject, while impersonating
	actor := user.ID
	if real, ok := guise.ActorFrom(ctx); ok {
		actor = real.ID
	}
	const settings = `SELECT set_config('app.tenant', $1, true), set_config('app.subject', $2, true), set_config('app.actor', $3, true)`
	if _, err := tx.ExecContext(ctx, settings, user.Tenant, user.ID, actor); err != nil {
		return err
	}
	// Owners and superusers are above the policies. In production the
	// application's own login is neither, and this line is not needed.
	if _, err := tx.ExecContext(ctx, `SET LOCAL ROLE guise_example_notes`); err != nil {
		return err
	}
	if err := do(tx); err != nil {
		return err
	}
	return tx.Commit()
}
