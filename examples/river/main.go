// Command river is an application with background jobs, kept in PostgreSQL by
// River. A job knows who really asked for it, however much later it runs, and
// no job had to be changed for that.
package main

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"os"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/rivermigrate"

	"github.com/guise-go/guise"
	"github.com/guise-go/guise/examples/internal/app"
	"github.com/guise-go/guise/examples/internal/pg"
	"github.com/guise-go/guise/examples/internal/site"
)

func main() {
	pg.Main(func(ctx context.Context, url string) (*app.App, error) { return open(ctx, url, os.Stderr) })
}

// open makes the application on the database; it logs to w.
func open(ctx context.Context, url string, w io.Writer) (*app.App, error) {
	db, users, store, err := pg.Data(ctx, url)
	if err != nil {
		return nil, err
	}
	pool, err := pgxpool.New(ctx, url)
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	shut := func() error { pool.Close(); return db.Close() }
	jobs, err := start(ctx, pool, slog.New(guise.LogHandler(slog.NewJSONHandler(w, nil))))
	if err != nil {
		return nil, errors.Join(err, shut())
	}
	s := &site.Site{Data: &notes{pool, users, jobs}, Users: users, Store: store}
	handler, m, err := s.Open()
	if err != nil {
		return nil, errors.Join(err, jobs.Stop(ctx), shut())
	}
	return &app.App{Handler: handler, Guise: m, Close: func(ctx context.Context) error {
		return errors.Join(jobs.Stop(ctx), shut())
	}}, nil
}

// start makes the tables and starts to work the jobs.
func start(ctx context.Context, pool *pgxpool.Pool, log *slog.Logger) (*river.Client[pgx.Tx], error) {
	if _, err := pool.Exec(ctx, schema); err != nil {
		return nil, err
	}
	driver := riverpgxv5.New(pool)
	migrator, err := rivermigrate.New(driver, nil)
	if err != nil {
		return nil, err
	}
	if _, err := migrator.Migrate(ctx, rivermigrate.DirectionUp, nil); err != nil {
		return nil, err
	}
	workers := river.NewWorkers()
	river.AddWorker(workers, &tellOwner{log: log})
	jobs, err := river.NewClient(driver, &river.Config{
		Queues:     map[string]river.QueueConfig{river.QueueDefault: {MaxWorkers: 4}},
		Workers:    workers,
		Middleware: carrying(), // this is the line that Guise adds
		Logger:     slog.New(slog.DiscardHandler),
	})
	if err != nil {
		return nil, err
	}
	// The jobs run until Stop, and not only as long as the making of the application.
	return jobs, jobs.Start(context.WithoutCancel(ctx))
}
