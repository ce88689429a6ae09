package sqlguard

import (
	"context"
	"database/sql/driver"

	"github.com/guise-go/guise"
)

// stmt is a prepared statement. Whoever prepared it, the context that it is run
// with decides.
type stmt struct {
	c     *conn
	inner driver.Stmt
	query string
}

// wrapStmt gives the statement the ColumnConverter that the driver's own has:
// where there is one, database/sql asks it and nobody else.
func wrapStmt(s *stmt) driver.Stmt {
	//lint:ignore SA1019 where a driver still has it, it must be called
	if converter, ok := s.inner.(driver.ColumnConverter); ok {
		return converting{s, converter}
	}
	return s
}

// converting has the method written out: an embedded ColumnConverter would be a
// field of that name, which hides the method.
type converting struct {
	*stmt
	converter driver.ColumnConverter //lint:ignore SA1019 as above
}

func (c converting) ColumnConverter(index int) driver.ValueConverter {
	return c.converter.ColumnConverter(index)
}

func (s *stmt) Close() error  { return s.inner.Close() }
func (s *stmt) NumInput() int { return s.inner.NumInput() }

func (s *stmt) ExecContext(ctx context.Context, args []driver.NamedValue) (driver.Result, error) {
	if guise.MayWrite(ctx) {
		if err := s.c.free(ctx, s.query); err != nil {
			return nil, err
		}
		return execStmt(ctx, s.inner, args)
	}
	return guarded(ctx, s.c, s.query, args, func() (driver.Result, error) { return execStmt(ctx, s.inner, args) })
}

func (s *stmt) QueryContext(ctx context.Context, args []driver.NamedValue) (driver.Rows, error) {
	if guise.MayWrite(ctx) {
		if err := s.c.free(ctx, s.query); err != nil {
			return nil, err
		}
		return queryStmt(ctx, s.inner, args)
	}
	return guardedRows(ctx, s.c, s.query, args, func() (driver.Rows, error) { return queryStmt(ctx, s.inner, args) })
}

// Exec is ExecContext for those who have no context.
func (s *stmt) Exec(args []driver.Value) (driver.Result, error) {
	return s.ExecContext(context.Background(), numbered(args))
}

// Query is QueryContext for those who have no context.
func (s *stmt) Query(args []driver.Value) (driver.Rows, error) {
	return s.QueryContext(context.Background(), numbered(args))
}

// CheckNamedValue asks whom database/sql would ask: the statement, or else the
// connection.
func (s *stmt) CheckNamedValue(value *driver.NamedValue) error {
	if checker, ok := s.inner.(driver.NamedValueChecker); ok {
		return checker.CheckNamedValue(value)
	}
	return s.c.CheckNamedValue(value)
}
