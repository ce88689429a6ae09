package sqlstore_test

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/guise-go/guise/sqlstore"
)

// The application opens its database as it always does, with a driver of its
// own choice, and hands it over.
func ExampleOpen() {
	db, err := sql.Open("sqlite", "file:app.db?_pragma=journal_mode(WAL)")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer db.Close()

	store, err := sqlstore.Open(context.Background(), db, sqlstore.SQLite)
	if err != nil {
		fmt.Println(err)
		return
	}
	_ = store // goes into guise.Config.Store
}
