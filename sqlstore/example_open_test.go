package sqlstore_test

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/guise-go/guise"
	"github.com/guise-go/guise/sqlstore"
)

// The application opens its database as it always does, and hands it over.
func ExampleOpen() {
	// In an application: its file or its server, by a driver of its own choice.
	db, err := sql.Open("sqlite", "file:app?mode=memory&cache=shared")
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
	config := guise.Config{Store: store} // and the others
	last, _, err := config.Store.Head(context.Background())
	fmt.Println("events in the log:", last, err)
}
