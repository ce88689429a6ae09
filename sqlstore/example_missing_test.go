package sqlstore_test

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/guise-go/guise/sqlstore"
)

// Where the application may not create tables, this is what somebody has to run
// first.
func ExampleMissing() {
	db, err := sql.Open("sqlite", "file:guarded?mode=memory&cache=shared")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer db.Close()

	missing, err := sqlstore.Missing(context.Background(), db, sqlstore.SQLite)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, migration := range missing {
		fmt.Println(migration.Version, migration.Name) // and migration.SQL, to be run
	}
}
