package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	_ "modernc.org/sqlite"

	"github.com/guise-go/guise"
	"github.com/guise-go/guise/internal/databases"
	"github.com/guise-go/guise/sqlstore"
)

// handles are one for each instance, on the same database.
type handles struct {
	open   []*sql.DB
	stores []guise.Store
	remove func() error
}

func (p plan) open(ctx context.Context) (*handles, error) {
	switch p.store {
	case "sqlite":
		return openSQLite(ctx)
	case "postgres":
		return openPostgres(ctx)
	}
	return nil, fmt.Errorf("-store is %q; it must be sqlite or postgres", p.store)
}

func openSQLite(ctx context.Context) (*handles, error) {
	folder, err := os.MkdirTemp("", "guise-load")
	if err != nil {
		return nil, err
	}
	h := &handles{remove: func() error { return os.RemoveAll(folder) }}
	dsn := "file:" + filepath.Join(folder, "app.db") + "?_pragma=journal_mode(WAL)&_pragma=busy_timeout(5000)"
	return h.instances(ctx, sqlstore.SQLite, func() (*sql.DB, error) { return sql.Open("sqlite", dsn) })
}

func openPostgres(ctx context.Context) (*handles, error) {
	server, err := databases.RunPostgres(databases.Durable)
	if err != nil {
		return nil, err
	}
	h := &handles{remove: server.Close}
	created, err := server.Create(ctx, "load")
	if err == nil {
		err = created.Close()
	}
	if err != nil {
		return nil, errors.Join(err, h.close())
	}
	return h.instances(ctx, sqlstore.Postgres, func() (*sql.DB, error) { return server.Open("load") })
}

// instances opens two, each with as many connections as one may have.
func (h *handles) instances(ctx context.Context, engine sqlstore.Engine, open func() (*sql.DB, error)) (*handles, error) {
	for range 2 {
		db, err := open()
		if err != nil {
			return nil, errors.Join(err, h.close())
		}
		db.SetMaxOpenConns(16)
		db.SetMaxIdleConns(16)
		h.open = append(h.open, db)
		store, err := sqlstore.Open(ctx, db, engine)
		if err != nil {
			return nil, errors.Join(err, h.close())
		}
		h.stores = append(h.stores, store)
	}
	return h, nil
}

func (h *handles) close() (err error) {
	for _, db := range h.open {
		err = errors.Join(err, db.Close())
	}
	return errors.Join(err, h.remove())
}
