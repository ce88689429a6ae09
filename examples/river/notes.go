package main

import (
	"context"
	"log/slog"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/riverqueue/river"

	"github.com/guise-go/guise"
	"github.com/guise-go/guise/examples/internal/pg"
	"github.com/guise-go/guise/examples/internal/site"
)

const schema = `CREATE TABLE IF NOT EXISTS notes (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, owner text NOT NULL, text text NOT NULL
)`

// notes are in a table; each new one makes a job.
type notes struct {
	pool  *pgxpool.Pool
	users guise.Directory
	jobs  *river.Client[pgx.Tx]
}

func (n *notes) Person(ctx context.Context, id string) (guise.User, error) {
	return pg.Person(ctx, n.users, id)
}

func (n *notes) Notes(ctx context.Context) ([]string, error) {
	rows, err := n.pool.Query(ctx, `SELECT text FROM notes WHERE owner = $1 ORDER BY id`, site.User(ctx).ID)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowTo[string])
}

// AddNote writes the note and its job, or neither.
func (n *notes) AddNote(ctx context.Context, text string) error {
	return pgx.BeginFunc(ctx, n.pool, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, `INSERT INTO notes (owner, text) VALUES ($1, $2)`, site.User(ctx).ID, text); err != nil {
			return err
		}
		_, err := n.jobs.InsertTx(ctx, tx, noteAdded{Owner: site.User(ctx).ID, Text: text}, nil)
		return err
	})
}

// noteAdded is the job of telling somebody of a new note of theirs.
type noteAdded struct {
	Owner string `json:"owner"`
	Text  string `json:"text"`
}

func (noteAdded) Kind() string { return "note_added" }

// tellOwner works that job. Here it logs what it would send.
type tellOwner struct {
	river.WorkerDefaults[noteAdded]
	log *slog.Logger
}

func (w *tellOwner) Work(ctx context.Context, job *river.Job[noteAdded]) error {
	by := "you"
	if actor, ok := guise.ActorFrom(ctx); ok {
		by = actor.Name + ", for you"
	}
	w.log.InfoContext(ctx, "told", "owner", job.Args.Owner, "note", job.Args.Text, "by", by)
	return nil
}
