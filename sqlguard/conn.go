package sqlguard

import (
	"context"
	"database/sql/driver"

	"github.com/guise-go/guise"
)

// conn is a driver's connection, and what the guard knows about it. As with every
// driver, only one goroutine uses it at a time.
type conn struct {
	inner   driver.Conn
	dialect *dialect

	// queryOnly says that the guard has turned on SQLite's query_only, and sure
	// that nobody can have turned it off since.
	queryOnly, sure bool
	// begun says that a transaction may have been begun as text, on SQLite and
	// while read-only.
	begun bool
	// tx is the transaction that the connection is in, doubt that it may be in
	// another one.
	tx    transaction
	doubt bool
	// manual says that MySQL begins a transaction with every statement.
	manual bool
	// open counts the statements under way in a bracket, since rows stay open.
	open int
	// broken says that nobody knows what state the connection is in: it must
	// not be used again.
	broken bool
	// prepares says that the driver wants statements with arguments prepared.
	prepares bool
}

// transaction is what kind of transaction a connection is in.
type transaction int

const (
	outside transaction = iota
	reading             // the database holds it to reading
	writing             // begun to write, or nobody knows
)

// wrap gives the connection the methods for running statements directly that
// the driver's own has: without them, database/sql prepares.
func wrap(c *conn) driver.Conn {
	execs, queries := canExec(c.inner), canQuery(c.inner)
	switch {
	case execs && queries:
		return struct {
			*conn
			execer
			queryer
		}{c, execer{c}, queryer{c}}
	case execs:
		return struct {
			*conn
			execer
		}{c, execer{c}}
	case queries:
		return struct {
			*conn
			queryer
		}{c, queryer{c}}
	}
	return c
}

// unwrap gives out the driver's connection, without the guard on. What it is used
// for nobody knows, as with a statement whose text can't be read.
func (c *conn) unwrap(ctx context.Context) (driver.Conn, error) {
	if c.open > 0 {
		return nil, errOpen
	}
	if err := c.free(ctx, ""); err != nil {
		return nil, err
	}
	if !c.dialect.setting {
		c.unsure()
	}
	return c.inner, nil
}

type execer struct{ c *conn }

func (e execer) ExecContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
	c := e.c
	if guise.MayWrite(ctx) {
		if err := c.free(ctx, query); err != nil {
			return nil, err
		}
		return execDirect(ctx, c.inner, query, args)
	}
	if c.prepares && len(args) > 0 {
		return nil, driver.ErrSkip
	}
	return guarded(ctx, c, query, args, func() (driver.Result, error) {
		result, err := execDirect(ctx, c.inner, query, args)
		c.prepares = c.prepares || err == driver.ErrSkip && len(args) > 0
		return result, err
	})
}

type queryer struct{ c *conn }

func (q queryer) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	c := q.c
	if guise.MayWrite(ctx) {
		if err := c.free(ctx, query); err != nil {
			return nil, err
		}
		return queryDirect(ctx, c.inner, query, args)
	}
	if c.prepares && len(args) > 0 {
		return nil, driver.ErrSkip
	}
	return guardedRows(ctx, c, query, args, func() (driver.Rows, error) {
		rows, err := queryDirect(ctx, c.inner, query, args)
		c.prepares = c.prepares || err == driver.ErrSkip && len(args) > 0
		return rows, err
	})
}

// Prepare is PrepareContext for those who have no context.
func (c *conn) Prepare(query string) (driver.Stmt, error) {
	return c.PrepareContext(context.Background(), query)
}

// PrepareContext already looks at the text, or lifts the guard: on SQLite,
// preparing a PRAGMA sets it.
func (c *conn) PrepareContext(ctx context.Context, query string) (driver.Stmt, error) {
	inner, err := c.prepare(ctx, query)
	if err != nil {
		return nil, err
	}
	return wrapStmt(&stmt{c: c, inner: inner, query: query}), nil
}

func (c *conn) prepare(ctx context.Context, query string) (driver.Stmt, error) {
	unheld := func() (driver.Stmt, error) { return prepareContext(ctx, c.inner, query) }
	if c.broken {
		return nil, driver.ErrBadConn
	}
	switch {
	case !guise.MayWrite(ctx):
		if c.dialect.runs(query) {
			return guarded(ctx, c, query, nil, unheld)
		}
		if _, err := c.dialect.verdict(query); err != nil {
			return nil, guise.RefuseWrite(ctx, err)
		}
	case c.dialect.setting:
		if err := c.free(ctx, query); err != nil {
			return nil, err
		}
	}
	inner, err := unheld()
	return inner, c.refusal(ctx, err)
}

// Begin is BeginTx for those who have no context.
func (c *conn) Begin() (driver.Tx, error) { return c.BeginTx(context.Background(), driver.TxOptions{}) }

// Close closes the driver's connection.
func (c *conn) Close() error { return c.inner.Close() }

// Ping asks the driver, if it can be asked.
func (c *conn) Ping(ctx context.Context) error {
	if pinger, ok := c.inner.(driver.Pinger); ok {
		return pinger.Ping(ctx)
	}
	return nil
}

// ResetSession is called before the connection is used again.
func (c *conn) ResetSession(ctx context.Context) error {
	if !c.usable() {
		return driver.ErrBadConn
	}
	if resetter, ok := c.inner.(driver.SessionResetter); ok {
		return resetter.ResetSession(ctx)
	}
	return nil
}

// IsValid is called before the connection goes back to the pool. Whoever gets it
// next must not write into a transaction that somebody has left open, who was
// refused in it, say.
func (c *conn) IsValid() bool {
	if c.begun {
		c.begun = false
		_ = c.command(context.Background(), "ROLLBACK") // where there is none, SQLite says so
	}
	validator, ok := c.inner.(driver.Validator)
	return c.usable() && (!ok || validator.IsValid())
}

// usable: a bracket that is still open is one that could not be closed.
func (c *conn) usable() bool { return !c.broken && c.open == 0 }

// CheckNamedValue asks the driver's connection. ErrSkip is as if there were no
// such method.
func (c *conn) CheckNamedValue(value *driver.NamedValue) error {
	if checker, ok := c.inner.(driver.NamedValueChecker); ok {
		return checker.CheckNamedValue(value)
	}
	return driver.ErrSkip
}
