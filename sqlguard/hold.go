package sqlguard

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/guise-go/guise"
)

// errWriting is a statement in a transaction that can't be made read-only.
var errWriting = errors.New("sqlguard: this transaction was begun to write, outside of the impersonation; begin one with the request's context")

// errOpen is a savepoint's statement, or an Unwrap, while rows are being read.
var errOpen = errors.New("sqlguard: close the rows first: what they are read in would end")

// free makes the connection what it is without the guard, for a context that
// may write.
func (c *conn) free(ctx context.Context, query string) error {
	if c.broken {
		return driver.ErrBadConn
	}
	if c.dialect.setting {
		if c.tx == reading {
			// It stays so to its end, unless this is the PRAGMA that lifts it.
			c.sure = false
			return nil
		}
		return c.lift(ctx)
	}
	c.note(query)
	return nil
}

// note watches, while the guard is at rest, for a transaction that is begun or
// ended as text: that decides what a bracket does to what comes next.
func (c *conn) note(query string) {
	usual := c.dialect.lexings[0]
	first, _, _ := usual.next(query)
	rows := first.is("SELECT") || first.is("INSERT") || first.is("UPDATE") || first.is("DELETE")
	switch {
	case c.tx == reading && !(rows && strings.IndexByte(query, ';') < 0):
		c.tx = writing // it may end or lift the driver's transaction; what follows is not known
	case rows: // nearly all statements
	case first.is("BEGIN"), first.is("START"), first.is("XA"):
		c.tx = writing
	case first.is("COMMIT"), first.is("END"), first.is("ABORT"),
		first.is("ROLLBACK") && !usual.statements(query)[0].rollsBackTo():
		c.tx = outside
	}
}

// hold makes the database refuse to write in the statement that comes next,
// which release must follow. After an error the statement must not run.
func (c *conn) hold(ctx context.Context, query string) (release func() error, err error) {
	switch {
	case c.broken:
		return nil, driver.ErrBadConn
	case ctx.Err() != nil:
		return nil, ctx.Err()
	}
	v, err := c.dialect.verdict(query)
	if err != nil {
		return nil, guise.RefuseWrite(ctx, err)
	}
	if c.dialect.setting {
		return nothing, c.set(ctx)
	}
	begin, end := c.dialect.begin, c.dialect.end
	switch {
	case c.tx == writing && c.dialect.enter == "":
		return nil, guise.RefuseWrite(ctx, errWriting)
	case v == control && c.open > 0:
		// Fail closed: it could undo the bracket that rows are still read in.
		return nil, guise.RefuseWrite(ctx, errOpen)
	case c.tx == reading, v == plain, v == control:
		return nothing, nil
	case c.tx == writing:
		begin, end = c.dialect.enter, c.dialect.leave
	}
	if c.open == 0 {
		if err := c.command(ctx, begin); err != nil {
			return nil, c.fail(ctx, err)
		}
	}
	c.open++
	return func() error { return c.closeBracket(ctx, end) }, nil
}

func nothing() error { return nil }

// patience is how long the end of a bracket may take when the request that the
// statement belonged to has gone.
const patience = 10 * time.Second

// closeBracket ends what hold began, even when the context is over: the
// connection will be used by others.
func (c *conn) closeBracket(ctx context.Context, end string) error {
	if c.open--; c.open > 0 {
		return nil // rows of another statement are being read
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), patience)
	defer cancel()
	if err := c.command(ctx, end); err != nil {
		c.broken = true
		return fmt.Errorf("sqlguard: ending what was read-only: %w", err)
	}
	return nil
}

// fail makes the connection unusable: its state could not be changed, so nobody
// knows what it is. database/sql takes another one.
func (c *conn) fail(ctx context.Context, err error) error {
	c.broken = true
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return fmt.Errorf("sqlguard: %w: the connection could not be made read-only, or writable again: %w", driver.ErrBadConn, err)
}

// command runs one of the guard's own statements.
func (c *conn) command(ctx context.Context, query string) error {
	if canExec(c.inner) {
		if _, err := execDirect(ctx, c.inner, query, nil); err != driver.ErrSkip {
			return err
		}
	}
	prepared, err := prepareContext(ctx, c.inner, query)
	if err != nil {
		return err
	}
	defer prepared.Close()
	_, err = execStmt(ctx, prepared, nil)
	return err
}

// refusal is the error that the caller gets for one of the database's.
func (c *conn) refusal(ctx context.Context, err error) error {
	if err != nil && !guise.MayWrite(ctx) && c.dialect.refused(err) {
		return guise.RefuseWrite(ctx, err)
	}
	return err
}

// guarded runs a statement held to reading.
func guarded[T any](ctx context.Context, c *conn, query string, run func() (T, error)) (T, error) {
	var none T
	release, err := c.hold(ctx, query)
	if err != nil {
		return none, err
	}
	result, err := run()
	if released := release(); released != nil && err == nil {
		return none, released
	}
	return result, c.refusal(ctx, err)
}

// guardedRows is guarded until the rows are closed.
func guardedRows(ctx context.Context, c *conn, query string, run func() (driver.Rows, error)) (driver.Rows, error) {
	release, err := c.hold(ctx, query)
	if err != nil {
		return nil, err
	}
	inner, err := run()
	if err != nil {
		_ = release() // should that break the connection, it is not used again
		return nil, c.refusal(ctx, err)
	}
	return &rows{Rows: inner, c: c, ctx: ctx, release: release}, nil
}
