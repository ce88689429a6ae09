package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/guise-go/guise/cmd/guise/internal/database"
	"github.com/guise-go/guise/cmd/guise/schooldesk"
	"github.com/guise-go/guise/sqlstore"
)

// source is which database a command works on.
type source struct {
	DB   string `name:"db" placeholder:"URL" help:"Database: the path of an SQLite file, postgres://… or mysql://… (GUISE_DB)."`
	Data string `placeholder:"DIR" help:"The demo's database in its folder, in place of --db."`
}

// address is where the database is; a flag wins over the environment.
func (s source) address() (database.Address, error) {
	text := s.DB
	switch {
	case s.DB != "" && s.Data != "":
		return database.Address{}, usageError{errors.New("--db and --data name two databases; leave one of them out")}
	case s.Data != "":
		return database.Address{Engine: sqlstore.SQLite, File: filepath.Join(s.Data, schooldesk.DatabaseFile)}, nil
	case s.DB == "":
		text = os.Getenv("GUISE_DB")
	}
	if text == "" {
		return database.Address{}, usageError{errors.New("which database? Name it by --db or GUISE_DB, or the demo's folder by --data")}
	}
	address, err := database.Parse(text)
	if err != nil {
		return address, usageError{err}
	}
	return address, nil
}

// open opens the store in a database that has Guise's tables already: only
// migrate and copy make any.
func (s source) open(ctx context.Context) (*sqlstore.Store, *sql.DB, error) {
	address, err := s.address()
	if err != nil {
		return nil, nil, err
	}
	db, err := address.Open(ctx)
	if err != nil {
		return nil, nil, err
	}
	store, err := openMigrated(ctx, db, address)
	if err != nil {
		_ = db.Close() // nothing was written
		return nil, nil, err
	}
	return store, db, nil
}

func openMigrated(ctx context.Context, db *sql.DB, address database.Address) (*sqlstore.Store, error) {
	missing, err := sqlstore.Missing(ctx, db, address.Engine)
	if err != nil {
		return nil, err
	}
	if len(missing) > 0 {
		return nil, fmt.Errorf("%s lacks Guise's tables from version %d on, or its user may not see them; run guise migrate, if it is the right database", address, missing[0].Version)
	}
	return sqlstore.Open(ctx, db, address.Engine)
}
