package users_test

import (
	"database/sql"
	"fmt"
	"strconv"
	"testing"

	"github.com/guise-go/guise"
	"github.com/guise-go/guise/sqlusers"
	"github.com/guise-go/guise/userstest"
)

// shape is a table of users as some application has it.
type shape struct {
	name   string
	schema string
	// insert takes ID, username, name, email, tenant, active, staff,
	// superuser and team, in this order.
	insert string
	// remove takes the ID.
	remove string
	config sqlusers.Config
	// id makes the n-th user's ID; nil makes numbers.
	id func(n int) string
}

// with is the shape with another schema, insert and Config.
func (s shape) with(name, schema, insert string, change func(*sqlusers.Config), id func(int) string) shape {
	s.name, s.schema, s.insert, s.id = name, schema, insert, id
	if change != nil {
		change(&s.config)
	}
	return s
}

// removing is the shape with another statement to remove a user.
func (s shape) removing(statement string) shape {
	s.remove = statement
	return s
}

func uuid(n int) string { return fmt.Sprintf("%08x-aaaa-4bbb-8ccc-00000000000f", n*2654435761%(1<<32)) }

func mixedCase(n int) string { return fmt.Sprintf("U%dx", n*37%10007) }

func hexadecimal(n int) string { return fmt.Sprintf("%032x", n*65537) }

// engine is a database system and the tables that applications have on it.
type engine struct {
	name string
	// ordinary is the table that most applications have.
	ordinary shape
	shapes   func(*testing.T) []shape
	// open makes an empty database, clear makes one empty again.
	open  func(testing.TB) *sql.DB
	clear func(testing.TB, *sql.DB) *sql.DB
}

var engines = []engine{onSQLite, onPostgres, onMySQL}

// onEach runs the test on every engine.
func onEach(t *testing.T, test func(*testing.T, engine)) {
	for _, e := range engines {
		t.Run(e.name, func(t *testing.T) {
			t.Parallel()
			test(t, e)
		})
	}
}

// directory makes a database of the ordinary shape with these users.
func (e engine) directory(t testing.TB, users ...guise.User) changeable {
	t.Helper()
	return e.ordinary.directory(t, e.open(t), users...)
}

// changeable lets userstest change the table below the directory.
type changeable struct {
	*sqlusers.Directory
	t     testing.TB
	db    *sql.DB
	shape shape
}

func (c changeable) Put(u guise.User) {
	if _, err := c.db.Exec(c.shape.insert, values(u)...); err != nil {
		c.t.Errorf("adding %+v: %v", u, err)
	}
}

func (c changeable) Delete(id string) {
	if _, err := c.db.Exec(c.shape.remove, id); err != nil {
		c.t.Errorf("removing %q: %v", id, err)
	}
}

func values(u guise.User) []any {
	return []any{u.ID, u.Username, u.Name, u.Email, u.Tenant, u.Active, u.Staff, u.Superuser, u.Attributes[userstest.Attribute]}
}

// run runs the statements in the database.
func run(t testing.TB, db *sql.DB, statements ...string) {
	t.Helper()
	for _, statement := range statements {
		if _, err := db.Exec(statement); err != nil {
			t.Fatalf("%v in %s", err, statement)
		}
	}
}

// directory makes the shape's table with these users in an empty database.
func (s shape) directory(t testing.TB, db *sql.DB, users ...guise.User) changeable {
	t.Helper()
	run(t, db, s.schema)
	tx, err := db.Begin()
	if err != nil {
		t.Fatal(err)
	}
	for _, u := range users {
		if _, err := tx.Exec(s.insert, values(u)...); err != nil {
			t.Fatalf("adding %+v: %v", u, err)
		}
	}
	if err := tx.Commit(); err != nil {
		t.Fatal(err)
	}
	d, err := sqlusers.New(db, s.config)
	if err != nil {
		t.Fatal(err)
	}
	return changeable{d, t, db, s}
}

func TestEveryRuleHolds_OverTablesAsPeopleHaveThem(t *testing.T) {
	onEach(t, func(t *testing.T, e engine) {
		for _, s := range e.shapes(t) {
			t.Run(s.name, func(t *testing.T) {
				t.Parallel()
				db := e.open(t)
				id := s.id
				if id == nil {
					id = strconv.Itoa
				}
				userstest.RunIDs(t, id, func(t *testing.T, users []guise.User) guise.Directory {
					db = e.clear(t, db)
					return s.directory(t, db, users...)
				})
			})
		}
	})
}
