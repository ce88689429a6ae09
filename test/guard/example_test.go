package guard_test

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"

	"github.com/guise-go/guise"
	"github.com/guise-go/guise/sqlguard"
	_ "modernc.org/sqlite"
)

// looking is the context of a request that is made while somebody only looks,
// here as a job gets it that such a request has put into a queue.
func looking() context.Context {
	ctx, err := guise.Resume(context.Background(),
		`{"guise":1,"id":"i","actor":{"id":"1"},"subject":{"id":"2"},"mode":"read_only","stack_id":"i"}`)
	if err != nil {
		panic(err)
	}
	return ctx
}

// Where the application calls sql.Open, it calls this instead. A query with
// the context of a read-only impersonation can then write nothing.
func ExampleOpen() {
	db, err := sqlguard.Open("sqlite", "file:notes?mode=memory&cache=shared", sqlguard.SQLite)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer db.Close() // it is a *sql.DB like any other

	_, err = db.ExecContext(context.Background(), "CREATE TABLE notes (text TEXT)")
	fmt.Println("the application itself:", err)
	_, err = db.ExecContext(looking(), "INSERT INTO notes VALUES ('x')")
	fmt.Println("while somebody only looks:", errors.Is(err, guise.ErrReadOnly))
	// Output:
	// the application itself: <nil>
	// while somebody only looks: true
}

// Where the application makes a connector of its own, that is wrapped.
func ExampleNew() {
	inner, err := sql.Open("sqlite", "")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer inner.Close()
	connector := dsn{inner.Driver(), "file:letters?mode=memory&cache=shared"} // or that of pgx's stdlib, or of mysql
	db := sql.OpenDB(sqlguard.New(connector, sqlguard.SQLite))
	defer db.Close()

	_, err = db.ExecContext(looking(), "CREATE TABLE letters (text TEXT)")
	fmt.Println(errors.Is(err, guise.ErrReadOnly))
	// Output: true
}

// dsn is the least connector there is.
type dsn struct {
	driver driver.Driver
	name   string
}

func (d dsn) Connect(context.Context) (driver.Conn, error) { return d.driver.Open(d.name) }
func (d dsn) Driver() driver.Driver                        { return d.driver }
