package sqlusers_test

import (
	"database/sql"
	"fmt"

	"github.com/guise-go/guise/sqlusers"
)

// The table is described as it is. What has no column of its own is an
// expression in parentheses, in which the table is called u.
func ExampleNew() {
	db, err := sql.Open("pgx", "postgres:///app")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer db.Close()

	users, err := sqlusers.New(db, sqlusers.Config{
		Engine: sqlusers.Postgres, Table: "accounts.users",
		ID: "id", Name: "(u.first_name || ' ' || u.last_name)", Email: "email",
		Active: "is_active", Superuser: "(u.role = 'admin')", Tenant: "company_id",
		Attributes: map[string]string{"plan": "(u.settings ->> 'plan')"},
		Where:      "u.deleted_at IS NULL",
	})
	if err != nil {
		fmt.Println(err) // every column that is not there, by the name of its field
		return
	}
	_ = users // Config.Users
}
