package prepared

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"sync/atomic"
	"testing"
)

// counting is a driver that counts what it prepares.
type counting struct {
	prepared atomic.Int32
	fail     error
}

func (c *counting) Connect(context.Context) (driver.Conn, error) { return connection{c}, nil }
func (c *counting) Driver() driver.Driver                        { return nil }

type connection struct{ *counting }

func (c connection) Prepare(string) (driver.Stmt, error) {
	c.prepared.Add(1)
	return statement{}, c.fail
}
func (connection) Begin() (driver.Tx, error) { return nil, errors.ErrUnsupported }
func (connection) Close() error              { return nil }

type statement struct{}

func (statement) Close() error                               { return nil }
func (statement) NumInput() int                              { return -1 }
func (statement) Exec([]driver.Value) (driver.Result, error) { return nil, errors.ErrUnsupported }
func (statement) Query([]driver.Value) (driver.Rows, error)  { return nothing{}, nil }

type nothing struct{}

func (nothing) Columns() []string         { return []string{"a"} }
func (nothing) Close() error              { return nil }
func (nothing) Next([]driver.Value) error { return io.EOF }

func open(t *testing.T) (*counting, *Statements) {
	c := &counting{}
	db := sql.OpenDB(c)
	db.SetMaxOpenConns(1)
	t.Cleanup(func() { _ = db.Close() })
	return c, New(db)
}

func ask(t *testing.T, s *Statements, query string) error {
	t.Helper()
	rows, err := s.QueryContext(t.Context(), query)
	if err != nil {
		return err
	}
	return errors.Join(rows.Close(), rows.Err())
}

func TestPreparesOnce(t *testing.T) {
	c, s := open(t)
	for range 10 {
		for _, query := range []string{"a", "b"} {
			if err := ask(t, s, query); err != nil {
				t.Fatal(err)
			}
		}
	}
	if n := c.prepared.Load(); n != 2 {
		t.Errorf("two queries were prepared %d times", n)
	}
}

func TestKeepsNoMoreThanMost(t *testing.T) {
	_, s := open(t)
	for i := range 2 * most {
		if err := ask(t, s, fmt.Sprint(i)); err != nil {
			t.Fatal(err)
		}
	}
	if len(s.all) != most {
		t.Errorf("%d statements are kept; want %d", len(s.all), most)
	}
}

// A failure is of that one call: nothing of it stays.
func TestKeepsNoFailure(t *testing.T) {
	c, s := open(t)
	c.fail = errors.New("down")
	if err := ask(t, s, "a"); !errors.Is(err, c.fail) {
		t.Errorf("error %v; want %v", err, c.fail)
	}
	c.fail = nil
	if err := ask(t, s, "a"); err != nil {
		t.Errorf("after the failure: %v", err)
	}
}
