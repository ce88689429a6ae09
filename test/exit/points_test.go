package exit

import (
	"context"
	"database/sql/driver"
	"fmt"
	"os"
	"strings"
	"syscall"
)

// points are where the process can end; it ends at one of them.
type points struct{ left int }

// reached is called at each point, by one goroutine at a time.
func (p *points) reached(format string, args ...any) {
	if p.left--; p.left != 0 {
		return
	}
	fmt.Printf("killed %s\n", fmt.Sprintf(format, args...))
	// As kill -9 does it: nothing is flushed, closed or deferred.
	_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
	select {}
}

// connector has a point before each statement, and one after each commit: before
// a call of the store is before its first statement, after it is after its
// commit, and after any other statement is before the next.
type connector struct {
	driver driver.Driver
	dsn    string
	*points
}

func (c connector) Driver() driver.Driver { return c.driver }

func (c connector) Connect(context.Context) (driver.Conn, error) {
	inner, err := c.driver.Open(c.dsn)
	if err != nil {
		return nil, err
	}
	return conn{inner, c.points}, nil
}

type conn struct {
	driver.Conn
	*points
}

func (c conn) before(query string) {
	c.reached("before %.60q", strings.Join(strings.Fields(query), " "))
}

func (c conn) ExecContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
	c.before(query)
	if query == "COMMIT" {
		defer c.reached("after COMMIT")
	}
	return c.Conn.(driver.ExecerContext).ExecContext(ctx, query, args)
}

func (c conn) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	c.before(query)
	return c.Conn.(driver.QueryerContext).QueryContext(ctx, query, args)
}

func (c conn) PrepareContext(ctx context.Context, query string) (driver.Stmt, error) {
	prepared, err := c.Conn.(driver.ConnPrepareContext).PrepareContext(ctx, query)
	if err != nil {
		return nil, err
	}
	return stmt{prepared, c, query}, nil
}

type stmt struct {
	driver.Stmt
	conn
	query string
}

func (s stmt) Close() error { return s.Stmt.Close() }

func (s stmt) ExecContext(ctx context.Context, args []driver.NamedValue) (driver.Result, error) {
	s.before(s.query)
	return s.Stmt.(driver.StmtExecContext).ExecContext(ctx, args)
}

func (s stmt) QueryContext(ctx context.Context, args []driver.NamedValue) (driver.Rows, error) {
	s.before(s.query)
	return s.Stmt.(driver.StmtQueryContext).QueryContext(ctx, args)
}
