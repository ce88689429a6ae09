package sqlstore_test

import (
	"fmt"

	"github.com/guise-go/guise/sqlstore"
)

// Where the application may not create tables, someone who may runs these.
func ExampleMigrations() {
	migrations, err := sqlstore.Migrations(sqlstore.SQLite)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, migration := range migrations {
		fmt.Println(migration.Version, migration.Name)
	}
	// Output:
	// 1 tables
	// 2 tallies
}
