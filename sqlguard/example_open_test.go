package sqlguard_test

import (
	"database/sql"
	"fmt"

	"github.com/guise-go/guise/sqlguard"
)

// Where the application calls sql.Open, it calls this instead. A query with
// the context of a read-only impersonation can then write nothing.
func ExampleOpen() {
	db, err := sqlguard.Open("pgx", "postgres:///app", sqlguard.Postgres)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer db.Close()
	db.SetMaxOpenConns(20) // it is a *sql.DB as any other
}

// Where the application makes a connector of its own, that is wrapped.
func ExampleNew() {
	inner, err := sql.Open("pgx", "postgres:///app")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer inner.Close()
	connector := dsn{inner.Driver(), "postgres:///app"} // or that of pgx's stdlib, or of mysql
	db := sql.OpenDB(sqlguard.New(connector, sqlguard.Postgres))
	defer db.Close()
}
