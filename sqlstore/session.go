package sqlstore

import (
	"context"
	"database/sql"

	"github.com/guise-go/guise/internal/prepared"
)

// session is where the statements of one transaction run.
type session interface {
	querier
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
}

// beginning begins a transaction on a connection. When all is done, undo is
// called, whatever the error: it undoes a transaction that is still open, and
// reports whether it did.
type beginning func(context.Context, stepper, *sql.Conn) (in session, undo func() bool, err error)

// notUndone leaves an open transaction to [Store.leave].
func notUndone() bool { return false }

// beginPlainly sends each statement as it is.
func (s *Store) beginPlainly(ctx context.Context, step stepper, conn *sql.Conn) (session, func() bool, error) {
	var in session = conn
	if s.dialect.literals {
		in = literally{conn}
	}
	return in, notUndone, step(ctx, run(in, s.dialect.begin))
}

// beginPrepared uses statements that the engine has compiled once; on SQLite,
// compiling is half of what a write costs apart from the disk. Only a [sql.Tx]
// can use those on a given connection, and how it begins is up to the driver. So
// the first statement is one that writes, even if nothing changes, and locks the
// database as BEGIN IMMEDIATE does.
func (s *Store) beginPrepared(ctx context.Context, step stepper, conn *sql.Conn) (in session, undo func() bool, err error) {
	var tx *sql.Tx
	err = step(ctx, func(context.Context) (err error) {
		// Its context ends no transaction: ending it is the job of once.
		tx, err = conn.BeginTx(context.WithoutCancel(ctx), nil)
		return err
	})
	if err != nil {
		return nil, notUndone, err
	}
	in = s.writes.In(tx)
	return in, func() bool { return tx.Rollback() == nil }, step(ctx, run(in, s.dialect.lock))
}

// prepareWrites prepares what is part of most writes, if that is worthwhile.
func (s *Store) prepareWrites(ctx context.Context) error {
	d := s.dialect
	if d.lock == "" {
		return nil
	}
	s.begin, s.writes = s.beginPrepared, prepared.New(s.db)
	return s.patiently(ctx, func(ctx context.Context) error {
		return s.writes.Prepare(ctx, d.lock, d.lockHead, d.moveHead, d.insertEvent, d.insertEvents, d.insertImpersonation,
			d.takeToken, d.giveToken, d.setMode, d.end, d.touch, d.activeStack, `COMMIT`)
	})
}

func run(in session, statement string) func(context.Context) error {
	return func(ctx context.Context) error {
		_, err := in.ExecContext(ctx, statement)
		return err
	}
}
