package sqlguard

import (
	"context"
	"database/sql/driver"
	"errors"

	"github.com/guise-go/guise"
)

// BeginTx begins a transaction: one that reads only, in a context that may not
// write.
func (c *conn) BeginTx(ctx context.Context, options driver.TxOptions) (driver.Tx, error) {
	if c.broken {
		return nil, driver.ErrBadConn
	}
	if guise.MayWrite(ctx) {
		return c.beginFree(ctx, options)
	}
	if c.dialect.setting {
		if err := c.set(ctx); err != nil {
			return nil, err
		}
		options.ReadOnly = options.ReadOnly || canBeginTx(c.inner)
	} else {
		options.ReadOnly = true
	}
	begun, err := beginTx(ctx, c.inner, options)
	if err != nil {
		return nil, c.refusal(ctx, err)
	}
	c.tx = reading
	return &tx{inner: begun, c: c, ctx: ctx, undone: c.dialect.undoes}, nil
}

func (c *conn) beginFree(ctx context.Context, options driver.TxOptions) (driver.Tx, error) {
	if c.dialect.setting {
		if err := c.lift(ctx); err != nil {
			return nil, err
		}
	}
	begun, err := beginTx(ctx, c.inner, options)
	if err != nil {
		return nil, err
	}
	c.tx = writing
	if options.ReadOnly && c.dialect.enter == "" {
		c.tx = reading // only its end can lift this one
	}
	return &tx{inner: begun, c: c, ctx: ctx}, nil
}

// tx tells the connection when its transaction is over. There is no context at
// that time, and none is needed: a transaction that was begun to write is
// committed with what was written to it by those who may.
type tx struct {
	inner  driver.Tx
	c      *conn
	ctx    context.Context // that it was begun with
	undone bool
}

func (t *tx) Commit() error {
	t.over()
	if t.undone {
		return t.inner.Rollback() // nothing in it was meant to stay
	}
	return t.inner.Commit()
}

func (t *tx) Rollback() error {
	t.over()
	if t.ctx.Err() != nil && !keepable(t.c.inner) {
		t.c.broken = true // database/sql would not keep it; that it does is due to the guard's methods
	}
	return t.inner.Rollback()
}

// over notes the end: some drivers for SQLite turn query_only off after a
// read-only transaction.
func (t *tx) over() {
	t.c.tx, t.c.sure = outside, false
	t.c.doubt = t.c.doubt || t.c.manual
}

// keepable reports whether database/sql keeps such a connection after a rollback
// that a context's end has caused.
func keepable(inner driver.Conn) bool {
	_, resets := inner.(driver.SessionResetter)
	_, valid := inner.(driver.Validator)
	return resets && valid
}

func canBeginTx(inner driver.Conn) bool {
	_, ok := inner.(driver.ConnBeginTx)
	return ok
}

// beginTx begins a transaction as database/sql does.
func beginTx(ctx context.Context, inner driver.Conn, options driver.TxOptions) (driver.Tx, error) {
	if beginner, ok := inner.(driver.ConnBeginTx); ok {
		return beginner.BeginTx(ctx, options)
	}
	switch {
	case options.Isolation != 0:
		return nil, errors.New("sqlguard: the driver does not support a non-default isolation level")
	case options.ReadOnly:
		return nil, errors.New("sqlguard: the driver does not support read-only transactions")
	}
	//lint:ignore SA1019 the only way for a driver without BeginTx
	begun, err := inner.Begin()
	if err == nil && ctx.Err() != nil {
		_ = begun.Rollback() // what it fails for shows at the next use
		return nil, ctx.Err()
	}
	return begun, err
}
