// Package prepared keeps the statements of queries that are asked with every
// request.
package prepared

import (
	"context"
	"database/sql"
	"sync"
)

// most is how many texts are kept. What every request asks has only a few.
const most = 32

// Statements prepares each query once on each connection, where preparing it is
// most of what it costs: SQLite compiles the text, MySQL asks the server once
// more. It is not for PostgreSQL, whose drivers do so by themselves, and can
// leave it out behind a pooler.
type Statements struct {
	db  *sql.DB
	mu  sync.Mutex
	all map[string]*sql.Stmt
}

// New keeps statements of the database, for as long as that is open.
func New(db *sql.DB) *Statements { return &Statements{db: db, all: map[string]*sql.Stmt{}} }

// QueryContext is that of the database.
func (s *Statements) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	statement, err := s.statement(ctx, query)
	if err != nil {
		return nil, err
	}
	if statement == nil {
		return s.db.QueryContext(ctx, query, args...)
	}
	return statement.QueryContext(ctx, args...)
}

// statement is nil when there are too many texts already.
func (s *Statements) statement(ctx context.Context, query string) (*sql.Stmt, error) {
	s.mu.Lock()
	have, full := s.all[query], len(s.all) >= most
	s.mu.Unlock()
	if have != nil || full {
		return have, nil
	}
	// Not under the lock: it may have to wait for a connection.
	made, err := s.db.PrepareContext(ctx, query)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if have := s.all[query]; have != nil { // somebody else was faster
		_ = made.Close() // nothing was asked through it
		return have, nil
	}
	s.all[query] = made
	return made, nil
}

// Prepare prepares queries before they are asked.
func (s *Statements) Prepare(ctx context.Context, queries ...string) error {
	for _, query := range queries {
		if _, err := s.statement(ctx, query); err != nil {
			return err
		}
	}
	return nil
}

// Transaction asks within a transaction of the database.
type Transaction struct {
	*sql.Tx
	statements *Statements
}

// In uses the statements that were prepared for the transaction's connection,
// even when there is no other connection; anything else is sent as it is.
func (s *Statements) In(tx *sql.Tx) Transaction { return Transaction{tx, s} }

// QueryContext is that of the transaction.
func (t Transaction) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	if statement := t.statements.known(query); statement != nil {
		return t.StmtContext(ctx, statement).QueryContext(ctx, args...)
	}
	return t.Tx.QueryContext(ctx, query, args...)
}

// ExecContext is that of the transaction.
func (t Transaction) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	if statement := t.statements.known(query); statement != nil {
		return t.StmtContext(ctx, statement).ExecContext(ctx, args...)
	}
	return t.Tx.ExecContext(ctx, query, args...)
}

// known is a statement that was prepared, or nil.
func (s *Statements) known(query string) *sql.Stmt {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.all[query]
}
