// Package sqlstore keeps impersonations and their log in an SQL database that
// the application already has. It owns five tables whose names begin with
// guise_, and touches no other. It brings no driver: the application opens
// the database.
//
// Writes are serialised by the row of guise_head, on every engine and from any
// number of processes, so that the log is one unbroken chain.
//
// # SQLite
//
// Any driver and any settings will do: writes lock the database first, wait
// while another connection writes, and commit with synchronous FULL, so that a
// recorded fact survives a power cut even in an application that runs at NORMAL
// (its own setting is restored afterwards). Use WAL mode, or readers wait for
// writers. A database in memory belongs to one connection: give it
// SetMaxOpenConns(1), and never call the store while holding that connection.
// What a purge deletes can be read in the file until it is overwritten, unless
// the application sets PRAGMA secure_delete or runs VACUUM.
//
// # PostgreSQL
//
// The tables are those that the connections' search_path leads to. As long as no
// other instance is writing, a start, an end or an event by itself is one
// statement, which is a transaction of its own. Otherwise a write is one
// transaction at READ COMMITTED, whatever the application's own level, which
// locks guise_head first. Both commit to the disk even where synchronous_commit
// is off. It works behind a pooler that gives each transaction another
// connection, with the driver's settings for one. The functions of the triggers
// are written in PL/pgSQL.
//
// # MariaDB and MySQL
//
// The connections must use utf8mb4, as go-sql-driver does by default, and have
// autocommit on; a write is strict about texts that do not fit even where the
// application is not. Whether a commit is on the disk when it returns depends on
// the server's setting alone: innodb_flush_log_at_trx_commit must be 1, its
// default. On MariaDB a start, an end or an event by itself is one statement, as
// on PostgreSQL. Making the triggers needs the privilege TRIGGER and, on a
// server with a binary log, log_bin_trust_function_creators or a user who may do
// so without it. An ID of an impersonation has at most 255 bytes here. The tests
// run on MariaDB.
package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"time"

	"github.com/guise-go/guise"
	"github.com/guise-go/guise/internal/prepared"
)

// Engine names a database system.
type Engine string

// The engines, each by any driver for database/sql.
const (
	SQLite   Engine = "sqlite"   // SQLite 3.9 or newer
	Postgres Engine = "postgres" // PostgreSQL 12 or newer
	MySQL    Engine = "mysql"    // MariaDB 10.8 or newer, or MySQL 8.0.29 or newer
)

// Store is a [guise.Store] in an SQL database. Use [Open]. It holds no
// connection between calls and needs no closing; the database stays the
// application's.
type Store struct {
	db      *sql.DB
	dialect *dialect
	// everyRequest asks what every request asks.
	everyRequest querier
	// begin begins a write, with the statements that writes has prepared.
	begin  beginning
	writes *prepared.Statements
	// writing holds one: writers of this process queue here in order, with
	// their context, instead of fighting for the database's lock.
	writing chan struct{}
	// last is the head of the log as it was last seen; see atOnce.
	last atomic.Pointer[head]
	// patience is how long a call waits for other processes' locks when its
	// context sets no earlier end.
	patience time.Duration
}

var _ guise.Store = (*Store)(nil)

// defaultPatience is long for a person waiting for a page, and short compared
// with transactions, which should never be held open for so long.
const defaultPatience = 10 * time.Second

// Open returns the store in db, and first applies the [Migrations] that the
// database lacks. Any number of processes may do so at once. It needs the right
// to create tables only while one is missing. A database that a newer version
// has migrated is an error.
func Open(ctx context.Context, db *sql.DB, engine Engine) (*Store, error) {
	if db == nil {
		return nil, errors.New("sqlstore: Open needs a database, and got nil")
	}
	dialect, err := dialectOf(engine)
	if err != nil {
		return nil, err
	}
	s := &Store{db: db, dialect: dialect, everyRequest: db, writing: make(chan struct{}, 1), patience: defaultPatience}
	if engine != Postgres {
		s.everyRequest = prepared.New(db)
	}
	s.begin = s.beginPlainly
	if dialect.wrong != "" {
		wrong, err := read(ctx, s, scanText, dialect.wrong)
		if err == nil && len(wrong) > 0 {
			err = errors.New(strings.Join(wrong, "; "))
		}
		if err != nil {
			return nil, fmt.Errorf("sqlstore: opening: %w", err)
		}
	}
	if err := s.fit(ctx); err != nil {
		return nil, fmt.Errorf("sqlstore: opening: %w", err)
	}
	if err := s.migrate(ctx); err != nil {
		return nil, fmt.Errorf("sqlstore: migrating, by the statements of %s: %w", engine, err)
	}
	if err := s.prepareWrites(ctx); err != nil {
		return nil, fmt.Errorf("sqlstore: preparing: %w", err)
	}
	return s, nil
}
