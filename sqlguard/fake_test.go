package sqlguard_test

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"reflect"
	"strings"
)

// record is what a driver made for a test was asked to do.
type record struct {
	lines     []string
	queryOnly bool // of SQLite's PRAGMA
	isMySQL   bool // which has no @@in_transaction
}

func (r *record) add(what ...any) { r.lines = append(r.lines, fmt.Sprintln(what...)) }

// own reports whether a statement is the guard's and not the application's:
// the driver obeys it and notes nothing.
func (r *record) own(query string) bool {
	r.queryOnly = r.queryOnly && query != "PRAGMA query_only = 0" || query == "PRAGMA query_only = 1"
	return strings.HasPrefix(query, "PRAGMA query_only") || strings.HasPrefix(query, "SELECT @@") ||
		query == "BEGIN READ ONLY" || query == "START TRANSACTION READ ONLY" || strings.HasPrefix(query, "ROLLBACK")
}

// connector is a driver's connector, which makes connections of one kind.
type connector struct {
	r    *record
	made driver.Conn
}

func (c connector) Connect(context.Context) (driver.Conn, error) {
	c.r.add("connect")
	return c.made, nil
}
func (c connector) Driver() driver.Driver { return nil }
func (c connector) Close() error          { c.r.add("close connector"); return nil }

// conn has what every connection must have. Each of the types after it has one
// thing that a connection may have; a kind of connection is a struct of some.
type conn struct {
	r    *record
	stmt func(base stmt) driver.Stmt
	rows func(base rows) driver.Rows
}

func (c conn) Prepare(query string) (driver.Stmt, error) {
	base := stmt{c.r, query, c.rows}
	if c.r.own(query) {
		return base, nil
	}
	c.r.add("prepare", query)
	return c.stmt(base), nil
}

func (c conn) Close() error              { c.r.add("close connection"); return nil }
func (c conn) Begin() (driver.Tx, error) { c.r.add("begin"); return tx{c.r}, nil }

type (
	pinger     struct{ r *record }
	execer     struct{ c conn } // without a context, as drivers were once
	execerCtx  struct{ c conn }
	queryer    struct{ c conn }
	queryerCtx struct{ c conn }
	skipper    struct{ c conn } // wants statements with arguments to be prepared
	preparer   struct{ c conn }
	beginner   struct{ r *record }
	resetter   struct{ r *record }
	validator  struct{ r *record }
	checker    struct{ r *record }
)

func (p pinger) Ping(context.Context) error { p.r.add("ping"); return errors.New("no answer") }

func (e execer) Exec(query string, args []driver.Value) (driver.Result, error) {
	return e.c.r.exec("exec", query, args)
}

func (e execerCtx) ExecContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
	return e.c.r.exec("exec with "+whose(ctx), query, args)
}

func (q queryer) Query(query string, args []driver.Value) (driver.Rows, error) {
	return q.c.query("query", query, args)
}

func (q queryerCtx) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	return q.c.query("query with "+whose(ctx), query, args)
}

func (s skipper) ExecContext(_ context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
	if len(args) > 0 {
		return nil, driver.ErrSkip
	}
	return s.c.r.exec("exec", query, args)
}

func (s skipper) QueryContext(_ context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	if len(args) > 0 {
		return nil, driver.ErrSkip
	}
	return s.c.query("query", query, args)
}

func (p preparer) PrepareContext(ctx context.Context, query string) (driver.Stmt, error) {
	if !p.c.r.own(query) {
		p.c.r.add("prepare with", whose(ctx))
	}
	return p.c.Prepare(query)
}

func (b beginner) BeginTx(ctx context.Context, options driver.TxOptions) (driver.Tx, error) {
	b.r.add("begin with", whose(ctx), options.Isolation, options.ReadOnly)
	return tx(b), nil
}

func (s resetter) ResetSession(ctx context.Context) error {
	s.r.add("reset with", whose(ctx))
	return nil
}
func (v validator) IsValid() bool { v.r.add("valid?"); return false }

// CheckNamedValue knows a type of the driver's own, drops one, and leaves the
// others to whoever else can.
func (c checker) CheckNamedValue(value *driver.NamedValue) error {
	c.r.add("check", value.Value)
	switch value.Value.(type) {
	case special:
		value.Value = "special"
		return nil
	case option:
		return driver.ErrRemoveArgument
	}
	return driver.ErrSkip
}

type special struct{}
type option struct{}

func (r *record) exec(how, query string, args any) (driver.Result, error) {
	if !r.own(query) {
		r.add(how, query, args)
	}
	return driver.RowsAffected(3), nil
}

func (c conn) query(how, query string, args any) (driver.Rows, error) {
	base := rows{r: c.r, left: 2}
	if c.r.own(query) {
		switch {
		case c.r.isMySQL && strings.Contains(query, "@@in_transaction"):
			return nil, errors.New("Error 1193 (HY000): Unknown system variable 'in_transaction'")
		case c.r.isMySQL && query == "SELECT @@autocommit":
			return &told{values: []driver.Value{int64(1)}}, nil
		case strings.HasPrefix(query, "SELECT @@"):
			return &told{values: []driver.Value{[]byte("1"), []byte("0")}}, nil // autocommit, and no transaction
		}
		on := map[bool]driver.Value{true: int64(1), false: int64(0)}
		return &told{values: []driver.Value{on[c.r.queryOnly]}}, nil
	}
	c.r.add(how, query, args)
	return c.rows(base), nil
}

// whose says which caller a context comes from, whatever was put around it.
func whose(ctx context.Context) string {
	caller, _ := ctx.Value(mark{}).(string)
	return caller
}

type mark struct{}

type tx struct{ r *record }

func (t tx) Commit() error { t.r.add("commit"); return nil }
func (t tx) Rollback() error {
	t.r.add("roll back")
	return errors.New("rolled back, with a complaint")
}

// stmt has what every statement must have.
type stmt struct {
	r     *record
	query string
	rows  func(base rows) driver.Rows
}

func (s stmt) NumInput() int { return -1 }
func (s stmt) Close() error {
	if !s.r.own(s.query) {
		s.r.add("close statement")
	}
	return nil
}

func (s stmt) Exec(args []driver.Value) (driver.Result, error) {
	return s.r.exec("exec prepared", s.query, args)
}

func (s stmt) Query(args []driver.Value) (driver.Rows, error) {
	return conn{r: s.r, rows: s.rows}.query("query prepared", s.query, args)
}

type (
	stmtExecer  struct{ s stmt }
	stmtQueryer struct{ s stmt }
	converter   struct{ r *record }
)

func (e stmtExecer) ExecContext(ctx context.Context, args []driver.NamedValue) (driver.Result, error) {
	return e.s.r.exec("exec prepared with "+whose(ctx), e.s.query, args)
}

func (q stmtQueryer) QueryContext(ctx context.Context, args []driver.NamedValue) (driver.Rows, error) {
	return conn{r: q.s.r, rows: q.s.rows}.query("query prepared with "+whose(ctx), q.s.query, args)
}

func (c converter) ColumnConverter(index int) driver.ValueConverter {
	c.r.add("converter", index)
	return driver.String
}

// rows has what every result must have.
type rows struct {
	r    *record
	left int
}

func (r *rows) Columns() []string { return []string{"id", "text"} }
func (r *rows) Close() error      { r.r.add("close rows"); return nil }
func (r *rows) Next(dest []driver.Value) error {
	if r.left--; r.left < 0 {
		return io.EOF
	}
	dest[0], dest[1] = int64(r.left), []byte("text")
	return nil
}

type (
	sets       struct{ rows *rows }
	scanType   struct{}
	typeName   struct{}
	length     struct{}
	nullable   struct{}
	precisions struct{}
)

func (s sets) HasNextResultSet() bool                                 { s.rows.r.add("more?"); return true }
func (s sets) NextResultSet() error                                   { s.rows.r.add("more"); return errors.New("that was all") }
func (scanType) ColumnTypeScanType(int) reflect.Type                  { return reflect.TypeFor[int64]() }
func (typeName) ColumnTypeDatabaseTypeName(index int) string          { return fmt.Sprint("TYPE", index) }
func (length) ColumnTypeLength(int) (int64, bool)                     { return 200, true }
func (nullable) ColumnTypeNullable(int) (nullable, ok bool)           { return true, true }
func (precisions) ColumnTypePrecisionScale(int) (a, b int64, ok bool) { return 9, 2, true }

// told is the answer to one of the guard's own questions: one row.
type told struct {
	values []driver.Value
	done   bool
}

func (t *told) Columns() []string { return make([]string, len(t.values)) }
func (t *told) Close() error      { return nil }
func (t *told) Next(dest []driver.Value) error {
	if t.done {
		return io.EOF
	}
	t.done = true
	copy(dest, t.values)
	return nil
}
