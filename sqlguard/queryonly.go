package sqlguard

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
)

// set turns query_only on, on a connection that may still write.
func (c *conn) set(ctx context.Context) error {
	if c.queryOnly && c.sure {
		return nil
	}
	on, err := c.readQueryOnly(ctx)
	if err != nil {
		return c.fail(ctx, err)
	}
	if on {
		return nil // the application has turned it on, which the guard must not lift
	}
	if err := c.command(ctx, "PRAGMA query_only = 1"); err != nil {
		return c.fail(ctx, err)
	}
	// SQLite ignores a pragma that it does not know.
	on, err = c.readQueryOnly(ctx)
	if err == nil && !on {
		err = errors.New("PRAGMA query_only had no effect")
	}
	if err != nil {
		return c.fail(ctx, err)
	}
	c.queryOnly, c.sure = true, true
	return nil
}

// lift turns off what set turned on.
func (c *conn) lift(ctx context.Context) error {
	if !c.queryOnly {
		return nil
	}
	if err := c.command(ctx, "PRAGMA query_only = 0"); err != nil {
		return c.fail(ctx, err)
	}
	c.queryOnly = false
	return nil
}

// stillHeld turns query_only on again if it has been lifted, for a statement with
// another context, after the rows of this one were asked for: the driver may not
// have run it yet.
func (c *conn) stillHeld(ctx context.Context) error {
	if !c.dialect.setting || c.broken {
		return nil // a bracket stays until the rows are closed
	}
	return c.set(context.WithoutCancel(ctx)) // rows that are there can be read to their end
}

func (c *conn) readQueryOnly(ctx context.Context) (on bool, err error) {
	prepared, err := prepareContext(ctx, c.inner, "PRAGMA query_only")
	if err != nil {
		return false, err
	}
	defer prepared.Close()
	found, err := queryStmt(ctx, prepared, nil)
	if err != nil {
		return false, err
	}
	defer found.Close()
	value := make([]driver.Value, len(found.Columns()))
	if err := found.Next(value); err != nil || len(value) != 1 {
		return false, fmt.Errorf("PRAGMA query_only tells nothing: %w", err)
	}
	switch fmt.Sprint(value[0]) {
	case "1", "true":
		return true, nil
	case "0", "false":
		return false, nil
	}
	return false, fmt.Errorf("PRAGMA query_only is %v", value[0])
}
