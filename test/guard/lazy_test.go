package guard_test

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"testing"

	"github.com/guise-go/guise"
	"github.com/guise-go/guise/sqlguard"
)

// lazy is a connector whose connections run a query as its first row is asked
// for, as some drivers for SQLite do.
type lazy struct {
	driver driver.Driver
	dsn    string
}

func (l lazy) Driver() driver.Driver { return l.driver }

func (l lazy) Connect(context.Context) (driver.Conn, error) {
	inner, err := l.driver.Open(l.dsn)
	return lazyConn{inner}, err
}

type lazyConn struct{ driver.Conn }

func (c lazyConn) BeginTx(ctx context.Context, options driver.TxOptions) (driver.Tx, error) {
	return c.Conn.(driver.ConnBeginTx).BeginTx(ctx, options)
}

func (c lazyConn) ExecContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
	return c.Conn.(driver.ExecerContext).ExecContext(ctx, query, args)
}

func (c lazyConn) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	return &lazyRows{run: func() (driver.Rows, error) { return c.Conn.(driver.QueryerContext).QueryContext(ctx, query, args) }}, nil
}

// lazyRows have one column.
type lazyRows struct {
	driver.Rows
	run func() (driver.Rows, error)
}

func (*lazyRows) Columns() []string { return []string{"id"} }

func (r *lazyRows) Next(dest []driver.Value) (err error) {
	if r.Rows == nil {
		if r.Rows, err = r.run(); err != nil {
			return err
		}
	}
	return r.Rows.Next(dest)
}

func (r *lazyRows) Close() error {
	if r.Rows == nil {
		return nil
	}
	return r.Rows.Close()
}

// TestReadOnly_DriversThatRunAtTheFirstRow: what counts is whose statement it
// is, also when others with other contexts have run on the connection since.
func TestReadOnly_DriversThatRunAtTheFirstRow(t *testing.T) {
	free := t.Context()
	for name, between := range map[string]func(*sql.Conn) error{
		"nothing": func(*sql.Conn) error { return nil },
		"a write": func(c *sql.Conn) error {
			_, err := c.ExecContext(free, `DELETE FROM notes WHERE id = 9`)
			return err
		},
		"a read":                 func(c *sql.Conn) error { return queryAll(free, c, `SELECT id FROM notes`) },
		"the guard being lifted": func(c *sql.Conn) error { _, err := c.ExecContext(free, `PRAGMA query_only = 0`); return err },
		"its lifting prepared": func(c *sql.Conn) error {
			prepared, err := c.PrepareContext(free, `PRAGMA query_only = 0`)
			if err != nil {
				return err
			}
			return prepared.Close()
		},
		"its lifting on the driver's own connection": func(c *sql.Conn) error { return raw(free, c, `PRAGMA query_only = 0`) },
	} {
		t.Run(name, func(t *testing.T) {
			e := engines[0]
			registered, dsn := e.source(t)
			plain, err := sql.Open(registered, dsn)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { plain.Close() })
			for _, s := range e.setup {
				if _, err := plain.Exec(s); err != nil {
					t.Fatal(err)
				}
			}
			guarded := sql.OpenDB(sqlguard.New(lazy{plain.Driver(), dsn}, e.kind))
			t.Cleanup(func() { guarded.Close() })
			before, c := contents(t, plain), connection(t, guarded)
			rows, err := c.QueryContext(acting(t, guise.ReadOnly), insert+` RETURNING id`)
			if err != nil {
				t.Fatal(err)
			}
			if err := between(c); err != nil {
				t.Fatal(err)
			}
			if rows.Next() {
				t.Error("it returned a row")
			}
			mustRefuse(t, "at the first row", rows.Err())
			_ = rows.Close()
			if after := contents(t, plain); after != before {
				t.Errorf("it wrote: %s", after)
			}
			if _, err := c.ExecContext(free, insert); err != nil {
				t.Errorf("afterwards, whoever may write: %v", err)
			}
		})
	}
}
