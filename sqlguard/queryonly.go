package sqlguard

import (
	"context"
	"errors"
	"fmt"
	"strings"
)

// set turns query_only on, on a connection that may still write.
func (c *conn) set(ctx context.Context) error {
	if c.queryOnly && c.sure {
		return nil
	}
	ctx = context.WithoutCancel(ctx) // half done, the connection would be lost, and with it what is in memory alone
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
	if err := c.command(context.WithoutCancel(ctx), "PRAGMA query_only = 0"); err != nil {
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
	return c.set(ctx)
}

func (c *conn) readQueryOnly(ctx context.Context) (on bool, err error) {
	answer, err := c.ask(ctx, "PRAGMA query_only")
	if err != nil {
		return false, err
	}
	switch strings.Join(answer, " ") {
	case "1", "true":
		return true, nil
	case "0", "false":
		return false, nil
	}
	return false, fmt.Errorf("PRAGMA query_only is %q", answer)
}
