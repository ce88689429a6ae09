package sqlguard

import (
	"context"
	"database/sql/driver"
	"errors"
)

// What follows calls a driver as database/sql does: by the method that takes a
// context, or else by the older one, with a look at the context before.

func canExec(inner driver.Conn) bool {
	switch inner.(type) {
	case driver.ExecerContext, driver.Execer: //lint:ignore SA1019 drivers have it
		return true
	}
	return false
}

func canQuery(inner driver.Conn) bool {
	switch inner.(type) {
	case driver.QueryerContext, driver.Queryer: //lint:ignore SA1019 drivers have it
		return true
	}
	return false
}

func execDirect(ctx context.Context, inner driver.Conn, query string, args []driver.NamedValue) (driver.Result, error) {
	if execer, ok := inner.(driver.ExecerContext); ok {
		return execer.ExecContext(ctx, query, args)
	}
	values, err := unnamed(ctx, args)
	if err != nil {
		return nil, err
	}
	return inner.(driver.Execer).Exec(query, values) //lint:ignore SA1019 drivers have it
}

func queryDirect(ctx context.Context, inner driver.Conn, query string, args []driver.NamedValue) (driver.Rows, error) {
	if queryer, ok := inner.(driver.QueryerContext); ok {
		return queryer.QueryContext(ctx, query, args)
	}
	values, err := unnamed(ctx, args)
	if err != nil {
		return nil, err
	}
	return inner.(driver.Queryer).Query(query, values) //lint:ignore SA1019 drivers have it
}

func prepareContext(ctx context.Context, inner driver.Conn, query string) (driver.Stmt, error) {
	if preparer, ok := inner.(driver.ConnPrepareContext); ok {
		return preparer.PrepareContext(ctx, query)
	}
	prepared, err := inner.Prepare(query)
	if err == nil && ctx.Err() != nil {
		_ = prepared.Close() // it was never used
		return nil, ctx.Err()
	}
	return prepared, err
}

func execStmt(ctx context.Context, inner driver.Stmt, args []driver.NamedValue) (driver.Result, error) {
	if execer, ok := inner.(driver.StmtExecContext); ok {
		return execer.ExecContext(ctx, args)
	}
	values, err := unnamed(ctx, args)
	if err != nil {
		return nil, err
	}
	return inner.Exec(values) //lint:ignore SA1019 drivers have it
}

func queryStmt(ctx context.Context, inner driver.Stmt, args []driver.NamedValue) (driver.Rows, error) {
	if queryer, ok := inner.(driver.StmtQueryContext); ok {
		return queryer.QueryContext(ctx, args)
	}
	values, err := unnamed(ctx, args)
	if err != nil {
		return nil, err
	}
	return inner.Query(values) //lint:ignore SA1019 drivers have it
}

// unnamed are the arguments for a method that takes neither names nor a context.
func unnamed(ctx context.Context, args []driver.NamedValue) ([]driver.Value, error) {
	values := make([]driver.Value, len(args))
	for i, arg := range args {
		if arg.Name != "" {
			return nil, errors.New("sqlguard: the driver does not support the use of Named Parameters")
		}
		values[i] = arg.Value
	}
	return values, ctx.Err()
}

// numbered are arguments by their place.
func numbered(values []driver.Value) []driver.NamedValue {
	args := make([]driver.NamedValue, len(values))
	for i, value := range values {
		args[i] = driver.NamedValue{Ordinal: i + 1, Value: value}
	}
	return args
}
