package sqlguard

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"reflect"
	"time"

	"github.com/guise-go/guise"
)

// errWriting is a statement in a transaction that can't be made read-only.
var errWriting = errors.New("sqlguard: this transaction was begun to write, outside of the impersonation; begin one with the request's context")

// errOpen is a savepoint's statement, or an Unwrap, while rows are being read.
var errOpen = errors.New("sqlguard: close the rows first: what they are read in would end")

// errFleeting is a statement whose end would undo what it is for.
var errFleeting = errors.New("sqlguard: outside of a transaction begun with the request's context, what this sets is undone at the end of the statement: run SET, or SELECT set_config(…), as a statement of its own")

// errRewritten is an argument that puts another text in the statement's place.
var errRewritten = errors.New("sqlguard: an argument with a method RewriteQuery is refused while read-only: what it makes of the statement can't be looked at")

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

// hold makes the database refuse to write in the statement that comes next,
// which release must follow. After an error the statement must not run.
func (c *conn) hold(ctx context.Context, query string, args []driver.NamedValue) (release func() error, err error) {
	switch {
	case c.broken:
		return nil, driver.ErrBadConn
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case rewritten(args):
		return nil, guise.RefuseWrite(ctx, errRewritten)
	}
	v, err := c.dialect.verdict(query)
	if err != nil {
		return nil, guise.RefuseWrite(ctx, err)
	}
	if c.dialect.setting {
		c.begun = c.begun || v == control
		return nothing, c.set(ctx)
	}
	if err := c.locate(ctx); err != nil {
		return nil, err
	}
	return c.bracket(ctx, v)
}

// bracket begins what a statement runs in, if it needs one, and says how it ends.
func (c *conn) bracket(ctx context.Context, v verdict) (release func() error, err error) {
	begin, end := c.dialect.begin, c.dialect.end
	switch {
	case c.tx == writing && c.dialect.enter == "":
		return nil, guise.RefuseWrite(ctx, errWriting)
	case v == fleeting && c.tx != reading:
		// Fail closed: a page that reads with another's setting shows another's data.
		return nil, guise.RefuseWrite(ctx, errFleeting)
	case v == control && c.open > 0:
		// Fail closed: it could undo the bracket that rows are still read in.
		return nil, guise.RefuseWrite(ctx, errOpen)
	case c.tx == reading, v == plain, v == control:
		return nothing, nil
	case c.tx == writing:
		begin, end = c.dialect.enter, c.dialect.leave
	}
	if c.open == 0 {
		switch err := c.command(ctx, begin); {
		case err == nil:
		case hasState(err, inFailedTransaction):
			return nil, err // as for every statement of the transaction: nothing has changed
		default:
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
	lasting, cancel := context.WithTimeout(context.WithoutCancel(ctx), patience)
	defer cancel()
	err := c.command(lasting, end)
	if err == nil {
		return nil
	}
	c.broken = true
	if ctx.Err() != nil {
		return ctx.Err() // for which the driver has closed the connection
	}
	return fmt.Errorf("sqlguard: ending what was read-only: %w", err)
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

// rewritten reports whether an argument puts another text in the statement's place
// after the guard has looked at it, as pgx lets one do. Its own that do put numbers
// in the place of names.
func rewritten(args []driver.NamedValue) bool {
	for _, arg := range args {
		t := reflect.TypeOf(arg.Value)
		if t == nil || t.PkgPath() == "github.com/jackc/pgx/v5" && (t.Name() == "NamedArgs" || t.Name() == "StrictNamedArgs") {
			continue
		}
		if _, rewrites := t.MethodByName("RewriteQuery"); rewrites {
			return true
		}
	}
	return false
}

// refusal is the error that the caller gets for one of the database's.
func (c *conn) refusal(ctx context.Context, err error) error {
	if err != nil && !guise.MayWrite(ctx) && c.dialect.refused(err) {
		return guise.RefuseWrite(ctx, err)
	}
	return err
}

// guarded runs a statement held to reading.
func guarded[T any](ctx context.Context, c *conn, query string, args []driver.NamedValue, run func() (T, error)) (T, error) {
	var none T
	release, err := c.hold(ctx, query, args)
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
func guardedRows(ctx context.Context, c *conn, query string, args []driver.NamedValue, run func() (driver.Rows, error)) (driver.Rows, error) {
	release, err := c.hold(ctx, query, args)
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
