package sqlusers

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"io"
	"testing"

	"github.com/guise-go/guise"
)

// A database with made-up answers, which no real one should give.
type (
	madeUp struct {
		id     string // of the one row; "" is no row
		before func() // runs before the answer
	}
	madeUpRows struct {
		id   string
		read bool
	}
)

func (m madeUp) Connect(context.Context) (driver.Conn, error) { return m, nil }
func (m madeUp) Driver() driver.Driver                        { return nil }
func (m madeUp) Prepare(string) (driver.Stmt, error)          { return nil, errors.ErrUnsupported }
func (m madeUp) Begin() (driver.Tx, error)                    { return nil, errors.ErrUnsupported }
func (m madeUp) Close() error                                 { return nil }

func (m madeUp) QueryContext(context.Context, string, []driver.NamedValue) (driver.Rows, error) {
	m.before()
	return &madeUpRows{id: m.id}, nil
}

func (r *madeUpRows) Columns() []string { return make([]string, 9) }
func (r *madeUpRows) Close() error      { return nil }

func (r *madeUpRows) Next(row []driver.Value) error {
	if r.read || r.id == "" {
		return io.EOF
	}
	r.read = true
	for i := range row {
		row[i] = ""
	}
	row[0], row[1] = r.id, "text"
	return nil
}

func over(t *testing.T, m madeUp) *Directory {
	db := sql.OpenDB(m)
	t.Cleanup(func() { db.Close() })
	d := &Directory{db: db, everyRequest: db, engine: sqlite{}, table: tableName{name: "users"}, id: column{sql: "u.id"}}
	d.compose("")
	return d
}

// Who becomes whom rests on the ID, so it is compared in Go as well.
func TestAnAnswerWithAnotherIDIsNobody(t *testing.T) {
	for _, id := range []string{"7 ", "07", "８"} {
		d := over(t, madeUp{id: id, before: func() {}})
		if u, err := d.User(t.Context(), "7"); !errors.Is(err, guise.ErrUserNotFound) {
			t.Errorf("User(7), answered with %q, = %+v, %v; want ErrUserNotFound", id, u, err)
		}
		if found, err := d.Users(t.Context(), "7", "8"); err != nil || len(found) != 0 {
			t.Errorf("Users(7, 8), answered with %q, = %+v, %v; want nobody", id, found, err)
		}
	}
}

// A driver may take the end of its context for the end of the rows.
func TestAnAnswerAfterTheContextsEndIsAnError(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	d := over(t, madeUp{before: cancel})
	if u, err := d.User(ctx, "7"); !errors.Is(err, context.Canceled) {
		t.Errorf("User = %+v, %v; want Canceled", u, err)
	}
	ctx, cancel = context.WithCancel(t.Context())
	d = over(t, madeUp{before: cancel})
	if page, err := d.Search(ctx, guise.Query{}); !errors.Is(err, context.Canceled) {
		t.Errorf("Search = %+v, %v; want Canceled", page, err)
	}
}
