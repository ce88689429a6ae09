package sqlstore

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"io"
	"slices"
	"strings"
	"sync"
	"testing"
)

// fake is a database that answers as a test tells it to: the root module has
// no driver, and no real database fails on request.
type fake struct {
	engine Engine
	mu     sync.Mutex
	// statements is what was run, by its first words, on any connection.
	statements []string
	// fail decides what goes wrong with a statement.
	fail func(statement string) error
	// synchronous is SQLite's setting.
	synchronous int64
	// modes is MySQL's sql_mode.
	modes  string
	closed int
}

// newFake returns a fake SQLite and a store on it, all migrations applied.
func newFake(t *testing.T) (*fake, *Store) {
	t.Helper()
	return newFakeOf(t, SQLite)
}

func newFakeOf(t *testing.T, engine Engine) (*fake, *Store) {
	t.Helper()
	f := &fake{engine: engine, synchronous: 1, modes: "STRICT_TRANS_TABLES", fail: func(string) error { return nil }}
	db := sql.OpenDB(f)
	t.Cleanup(func() { _ = db.Close() })
	store, err := Open(t.Context(), db, engine)
	if err != nil {
		t.Fatal(err)
	}
	f.statements = nil
	return f, store
}

// count says how often statements with this beginning were run.
func (f *fake) count(beginning string) (n int) {
	for _, statement := range f.statements {
		if strings.HasPrefix(statement, beginning) {
			n++
		}
	}
	return n
}

func (f *fake) Connect(context.Context) (driver.Conn, error) { return &fakeConn{f}, nil }
func (f *fake) Driver() driver.Driver                        { return nil }

type fakeConn struct{ *fake }

func (c *fakeConn) Prepare(text string) (driver.Stmt, error) { return &fakeStatement{c, text}, nil }
func (c *fakeConn) Begin() (driver.Tx, error)                { return fakeTx{c}, c.note("BEGIN") }
func (c *fakeConn) Close() error                             { c.closed++; return nil }

// fakeTx is one that ends as its statements say.
type fakeTx struct{ *fakeConn }

func (t fakeTx) Commit() error { panic("the store commits by itself") }

func (t fakeTx) Rollback() error {
	if slices.Contains(t.statements, "COMMIT") {
		return errors.New("there is nothing to roll back") // as a test looks at one write
	}
	return t.note("ROLLBACK")
}

// fakeStatement is prepared, and noted when it runs.
type fakeStatement struct {
	*fakeConn
	text string
}

func (s *fakeStatement) Close() error                               { return nil }
func (s *fakeStatement) NumInput() int                              { return -1 }
func (s *fakeStatement) Exec([]driver.Value) (driver.Result, error) { panic("without a context") }
func (s *fakeStatement) Query([]driver.Value) (driver.Rows, error)  { panic("without a context") }

func (s *fakeStatement) ExecContext(ctx context.Context, _ []driver.NamedValue) (driver.Result, error) {
	return s.fakeConn.ExecContext(ctx, s.text, nil)
}

func (s *fakeStatement) QueryContext(ctx context.Context, _ []driver.NamedValue) (driver.Rows, error) {
	return s.fakeConn.QueryContext(ctx, s.text, nil)
}

func (c *fakeConn) note(statement string) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	statement = strings.Join(strings.Fields(statement), " ")
	c.statements = append(c.statements, statement[:min(len(statement), 32)])
	return c.fail(statement)
}

func (c *fakeConn) ExecContext(ctx context.Context, statement string, _ []driver.NamedValue) (driver.Result, error) {
	if err := c.note(statement); err != nil {
		return nil, err
	}
	if statement == "COMMIT" && ctx.Err() != nil {
		return nil, ctx.Err() // as a driver that interrupts what is under way
	}
	if level, ok := strings.CutPrefix(statement, "PRAGMA synchronous = "); ok {
		c.synchronous = map[string]int64{"0": 0, "1": 1, "FULL": 2}[level]
	}
	return driver.RowsAffected(1), nil
}

func (c *fakeConn) QueryContext(_ context.Context, query string, _ []driver.NamedValue) (driver.Rows, error) {
	if err := c.note(query); err != nil {
		return nil, err
	}
	switch {
	case query == "PRAGMA synchronous":
		return rowsOf([]driver.Value{c.synchronous}), nil
	case strings.HasSuffix(query, "@@SESSION.sql_mode"):
		return rowsOf([]driver.Value{c.modes}), nil
	case strings.Contains(query, "autocommit"):
		return rowsOf(), nil
	case strings.HasPrefix(query, "SELECT (SELECT count(*)"):
		return rowsOf([]driver.Value{int64(0)}), nil // of a copy: there is nothing yet
	case strings.Contains(query, "sqlite_master"), strings.Contains(query, "pg_class"), strings.Contains(query, "information_schema"):
		return rowsOf([]driver.Value{int64(1)}), nil
	case strings.Contains(query, "guise_migrations"):
		all, err := Migrations(c.engine)
		rows := make([][]driver.Value, 0, len(all))
		for _, m := range all {
			rows = append(rows, []driver.Value{int64(m.Version), m.Checksum})
		}
		return rowsOf(rows...), err
	case strings.Contains(query, "guise_head"):
		return rowsOf([]driver.Value{int64(0), make([]byte, 32)}), nil
	}
	return rowsOf(), nil
}

type fakeRows struct {
	columns []string
	rows    [][]driver.Value
}

func rowsOf(rows ...[]driver.Value) *fakeRows {
	r := &fakeRows{rows: rows}
	if len(rows) > 0 {
		r.columns = slices.Repeat([]string{"column"}, len(rows[0]))
	}
	return r
}

func (r *fakeRows) Columns() []string { return r.columns }

func (r *fakeRows) Close() error { return nil }

func (r *fakeRows) Next(into []driver.Value) error {
	if len(r.rows) == 0 {
		return io.EOF
	}
	copy(into, r.rows[0])
	r.rows = r.rows[1:]
	return nil
}
