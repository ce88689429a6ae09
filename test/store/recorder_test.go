package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"strings"
	"sync"
	"testing"
	"time"

	"modernc.org/sqlite"
)

// recorder notes every statement that goes to a database, and lets some fail.
type recorder struct {
	driver driver.Driver
	name   string

	mu  sync.Mutex
	ran []recorded
	// fail decides what goes wrong with a statement, and lose with the answer of
	// one that ran; nil is nothing.
	fail, lose func(query string) error
}

type recorded struct {
	query string
	args  []driver.NamedValue
}

// openRecorded opens a file of SQLite's through a recorder.
func openRecorded(t *testing.T, name string) (*sql.DB, *recorder) {
	t.Helper()
	return record(t, &sqlite.Driver{}, "file:"+name)
}

// record opens a database through a recorder.
func record(t *testing.T, through driver.Driver, name string) (*sql.DB, *recorder) {
	t.Helper()
	r := &recorder{driver: through, name: name}
	db := sql.OpenDB(r)
	t.Cleanup(func() { _ = db.Close() })
	return db, r
}

// take returns what ran since it was last called.
func (r *recorder) take() []recorded {
	r.mu.Lock()
	defer r.mu.Unlock()
	ran := r.ran
	r.ran = nil
	return ran
}

// untilTriedAgain returns when a statement that begins so has run twice, which
// a store does that waits for what it was refused the first time.
func (r *recorder) untilTriedAgain(t *testing.T, beginning string) {
	t.Helper()
	tries := 0
	for deadline := time.Now().Add(20 * time.Second); tries < 2; time.Sleep(time.Millisecond) {
		for _, ran := range r.take() {
			if strings.HasPrefix(ran.query, beginning) {
				tries++
			}
		}
		if time.Now().After(deadline) {
			t.Fatalf("%q ran %d times", beginning, tries)
		}
	}
}

func (r *recorder) Driver() driver.Driver { return r.driver }

func (r *recorder) Connect(context.Context) (driver.Conn, error) {
	conn, err := r.driver.Open(r.name)
	if err != nil {
		return nil, err
	}
	return recordedConn{conn, r}, nil
}

type recordedConn struct {
	driver.Conn
	recorder *recorder
}

func (c recordedConn) note(query string, args []driver.NamedValue) error {
	c.recorder.mu.Lock()
	defer c.recorder.mu.Unlock()
	c.recorder.ran = append(c.recorder.ran, recorded{query, args})
	if c.recorder.fail == nil {
		return nil
	}
	return c.recorder.fail(query)
}

func (c recordedConn) ExecContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
	if err := c.note(query, args); err != nil {
		return nil, err
	}
	result, err := c.Conn.(driver.ExecerContext).ExecContext(ctx, query, args)
	if err == nil && c.recorder.lose != nil {
		err = c.recorder.lose(query)
	}
	return result, err
}

func (c recordedConn) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	if err := c.note(query, args); err != nil {
		return nil, err
	}
	rows, err := c.Conn.(driver.QueryerContext).QueryContext(ctx, query, args)
	if err == nil && c.recorder.lose != nil {
		if err = c.recorder.lose(query); err != nil {
			_ = rows.Close()
			return nil, err
		}
	}
	return rows, err
}

func (c recordedConn) PrepareContext(ctx context.Context, query string) (driver.Stmt, error) {
	statement, err := c.Conn.(driver.ConnPrepareContext).PrepareContext(ctx, query)
	if err != nil {
		return nil, err
	}
	return recordedStmt{statement, c, query}, nil
}

// recordedStmt is a prepared statement, noted each time that it runs.
type recordedStmt struct {
	driver.Stmt
	conn  recordedConn
	query string
}

func (s recordedStmt) ExecContext(ctx context.Context, args []driver.NamedValue) (driver.Result, error) {
	if err := s.conn.note(s.query, args); err != nil {
		return nil, err
	}
	return s.Stmt.(driver.StmtExecContext).ExecContext(ctx, args)
}

func (s recordedStmt) QueryContext(ctx context.Context, args []driver.NamedValue) (driver.Rows, error) {
	if err := s.conn.note(s.query, args); err != nil {
		return nil, err
	}
	return s.Stmt.(driver.StmtQueryContext).QueryContext(ctx, args)
}
