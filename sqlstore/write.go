package sqlstore

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"fmt"
	"time"

	"github.com/guise-go/guise"
)

// tx is one write: the transaction, and the head of the log within it.
type tx struct {
	ctx context.Context
	session
	*dialect

	head head
}

// write runs change in a transaction that has the log to itself. When change
// fails or panics, or the context ends, nothing of it remains.
func (s *Store) write(ctx context.Context, change func(*tx) error) error {
	var last head
	err := s.transact(ctx, s.changing(change, &last))
	if err == nil {
		s.last.Store(&last)
	}
	return err
}

// changing is a change of what is on record, after which last is the log's head.
func (s *Store) changing(change func(*tx) error, last *head) transaction {
	do := func(ctx context.Context, in session) error {
		t := &tx{ctx: ctx, session: in, dialect: s.dialect}
		if err := s.briefly(ctx, t.takeHead); err != nil {
			return err
		}
		before := t.head
		if err := change(t); err != nil {
			return err
		}
		*last = t.head
		if t.head == before {
			return nil
		}
		return t.one(t.moveHead, t.head.seq, t.head.hash[:])
	}
	return transaction{prepare: s.dialect.prepare, begin: s.begin, do: do}
}

// takeHead waits for other writers to end.
func (t *tx) takeHead(ctx context.Context) error {
	heads, err := collect(ctx, t.session, scanHead, t.lockHead)
	if err != nil {
		return err
	}
	if len(heads) != 1 {
		return errNoHead
	}
	t.head = heads[0]
	return nil
}

// transaction is what is done between begin and commit, on a connection that
// prepare has made ready.
type transaction struct {
	prepare preparation
	begin   beginning
	do      func(context.Context, session) error
	// long says that so much may be written that even its COMMIT takes long.
	long bool
}

// transact carries out a transaction.
func (s *Store) transact(ctx context.Context, t transaction) error {
	release, err := s.queue(ctx)
	if err != nil {
		return err
	}
	defer release()
	if !s.dialect.undoes {
		_, err := s.once(ctx, s.patiently, t)
		return err
	}
	// The store's patience is for others: what it does itself may take longer.
	return s.patiently(ctx, func(context.Context) error {
		return reconnecting(func() (harmless bool, err error) {
			begun, err := s.once(ctx, s.briefly, t)
			return !begun, err
		})
	})
}

// once is one transaction, with each step run by step. It reports whether the
// transaction began, since what happens from then on is not harmless to repeat.
func (s *Store) once(ctx context.Context, step stepper, t transaction) (begun bool, err error) {
	var conn *sql.Conn
	err = step(ctx, func(ctx context.Context) (err error) {
		conn, err = s.db.Conn(ctx)
		return err
	})
	if err != nil {
		return false, err
	}
	defer func() { _ = conn.Close() }() // back to the pool, or gone already: see leave

	// From here on, cleaning up must work even when ctx is over.
	restore, undone := func(context.Context) error { return nil }, notUndone
	committed := false
	defer func() { s.leave(ctx, conn, undone() || committed, restore) }()

	// Apart from begin, which may be tried often: the second time, prepare
	// would take its own setting for the application's.
	err = step(ctx, func(ctx context.Context) error {
		put, err := t.prepare(ctx, conn)
		if put != nil {
			restore = put
		}
		return err
	})
	if err != nil {
		return false, err
	}
	var in session
	if in, undone, err = t.begin(ctx, step, conn); err != nil {
		return false, err
	}
	if err := t.do(ctx, in); err != nil {
		return true, err
	}
	if err := ctx.Err(); err != nil {
		return true, err // the last moment at which nothing has happened yet
	}
	// Past this point the caller's impatience no longer counts: an interrupted
	// commit may or may not have happened, and nobody could say which.
	err = s.commit(ctx, step, t, in)
	committed = err == nil
	return true, err
}

func (s *Store) commit(ctx context.Context, step stepper, t transaction, in session) error {
	if !t.long {
		sure, cancel := s.surely(ctx, latest)
		defer cancel()
		return step(sure, run(in, `COMMIT`))
	}
	// The store's patience is for others that are in the way: cut short, what has
	// happened would be reported as failed.
	sure, cancel := context.WithoutCancel(ctx), context.CancelFunc(func() {})
	if deadline, ok := ctx.Deadline(); ok {
		sure, cancel = context.WithDeadline(sure, deadline.Add(latest))
	}
	defer cancel()
	return step(sure, func(context.Context) error { return run(in, `COMMIT`)(sure) })
}

// latest is how long after its caller's deadline a last step may take: enough
// for a database that works, and no more for one that never answers.
const latest = time.Second

// surely is the context of a last step, which is not cut short by its caller's
// impatience, and by its caller's deadline only this much later.
func (s *Store) surely(ctx context.Context, later time.Duration) (context.Context, context.CancelFunc) {
	patience := s.patience
	if deadline, ok := ctx.Deadline(); ok {
		patience = min(patience, max(time.Until(deadline), 0)+later)
	}
	return context.WithTimeout(context.WithoutCancel(ctx), patience)
}

// queue waits for the one write of this process.
func (s *Store) queue(ctx context.Context) (release func(), err error) {
	err = s.patiently(ctx, func(ctx context.Context) error {
		// Of two things that are ready, select takes either.
		if err := ctx.Err(); err != nil {
			return err
		}
		select {
		case s.writing <- struct{}{}:
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	})
	return func() { <-s.writing }, err
}

// leave makes the connection fit for the application's next use: no open
// transaction, its own settings. One that can't be is closed.
func (s *Store) leave(ctx context.Context, conn *sql.Conn, over bool, restore func(context.Context) error) {
	ctx, cancel := s.surely(ctx, latest)
	defer cancel()
	if (over || rolledBack(ctx, conn)) && restore(ctx) == nil {
		return
	}
	_ = conn.Raw(func(any) error { return driver.ErrBadConn })
}

// rolledBack reports whether no transaction is open any more. An engine may
// have rolled back by itself, which makes ROLLBACK an error; a connection on
// which BEGIN works had none open. (Closing it would be simpler, but a
// database in memory would go with it.)
func rolledBack(ctx context.Context, conn *sql.Conn) bool {
	if _, err := conn.ExecContext(ctx, `ROLLBACK`); err == nil {
		return true
	}
	if _, err := conn.ExecContext(ctx, `BEGIN`); err != nil {
		return false
	}
	_, err := conn.ExecContext(ctx, `ROLLBACK`)
	return err == nil
}

// exec returns how many rows a statement wrote.
func (t *tx) exec(query string, values ...any) (int64, error) {
	for _, value := range values {
		if unfit(value) {
			return 0, fmt.Errorf("sqlstore: %.40q is not valid UTF-8 without NUL bytes; clean it before it is stored", value)
		}
	}
	result, err := t.ExecContext(t.ctx, query, values...)
	if err != nil {
		return 0, err
	}
	return result.RowsAffected()
}

// one runs a statement that must write exactly one row.
func (t *tx) one(query string, values ...any) error { return t.rows(1, query, values...) }

// rows runs a statement that must write exactly this many rows.
func (t *tx) rows(want int, query string, values ...any) error {
	n, err := t.exec(query, values...)
	if err == nil && n != int64(want) {
		err = fmt.Errorf("sqlstore: %d rows written instead of %d by: %s", n, want, query)
	}
	return err
}

// inUse runs an update of a row in use.
func (t *tx) inUse(query string, values ...any) error {
	n, err := t.exec(query, values...)
	if err == nil && n == 0 {
		err = guise.ErrNotRunning
	}
	return err
}

// insert stores a new impersonation; token is nil for a refused attempt.
func (t *tx) insert(i guise.Impersonation, token any) error {
	return t.one(t.insertImpersonation, newRow(i, token)...)
}

func newRow(i guise.Impersonation, token any) []any {
	return append(impersonationValues(i), token, searched(i))
}

// eventsAtOnce is how many events one statement inserts where there are as many.
// SQLite allows 999 values, so it can't be more than 27.
const eventsAtOnce = 16

// record appends events, numbered and linked.
func (t *tx) record(events ...guise.Event) error {
	for len(events) > 0 {
		insert, n := t.insertEvent, 1
		if len(events) >= eventsAtOnce {
			insert, n = t.insertEvents, eventsAtOnce
		}
		values := make([]any, 0, n*eventWidth)
		for _, event := range events[:n] {
			event = event.Chained(t.head.seq, t.head.hash)
			values = append(values, eventValues(event)...)
			t.head = head{event.Seq, event.Hash}
		}
		if err := t.rows(n, insert, values...); err != nil {
			return err
		}
		events = events[n:]
	}
	return nil
}
