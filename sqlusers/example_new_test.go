package sqlusers_test

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/guise-go/guise"
	"github.com/guise-go/guise/sqlusers"
)

// The table is described as it is. Where there is no column, write an expression
// in parentheses, in which the table is called u. Everything that isn't there is
// reported at once, by the name of its field.
func ExampleNew() {
	db, err := sql.Open("sqlite", ":memory:")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer db.Close()
	db.SetMaxOpenConns(1) // each connection to :memory: is a database of its own
	if _, err := db.Exec(`
		CREATE TABLE users (id INTEGER PRIMARY KEY, full_name TEXT, email TEXT, locked_at TEXT, role TEXT, school_id INT);
		INSERT INTO users VALUES
			(1, 'Ada Support', 'ada@desk.example', NULL, 'admin', NULL),
			(2, 'Émile Zola', 'emile@north.example', NULL, 'teacher', 7)`); err != nil {
		fmt.Println(err)
		return
	}
	users, err := sqlusers.New(db, sqlusers.Config{
		Engine: sqlusers.SQLite, Table: "users",
		ID: "id", Name: "full_name", Email: "email", Tenant: "school_id",
		Active: "(u.locked_at IS NULL)", Superuser: "(u.role = 'admin')",
		Attributes: map[string]string{"role": "role"},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	page, err := users.Search(context.Background(), guise.Query{Text: "émile NORTH"})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, u := range page.Users {
		fmt.Println(u.ID, u.Label(), u.Tenant, u.Active, u.Superuser, u.Attributes["role"])
	}

	_, err = sqlusers.New(db, sqlusers.Config{
		Engine: sqlusers.SQLite, Table: "users", ID: "uid", Email: "emial", Active: "(1 = 1)",
	})
	fmt.Println(err)
}
