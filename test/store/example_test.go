package store_test

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/guise-go/guise"
	"github.com/guise-go/guise/sqlstore"
	_ "modernc.org/sqlite"
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
	// Output: events in the log: 0 <nil>
}

// What somebody has to run first, where the application may not create tables.
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
	// Output:
	// 1 tables
	// 2 tallies
}

// A log moves to another database, from SQLite to PostgreSQL say, with its
// chain of hashes as it was.
func ExampleCopy() {
	var stores []*sqlstore.Store
	for _, name := range []string{"old", "new"} {
		db, err := sql.Open("sqlite", "file:"+name+"?mode=memory&cache=shared")
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
		stores = append(stores, store)
	}
	from, to := stores[0], stores[1]
	call := guise.Event{Kind: guise.KindNote, Time: time.Date(2026, 5, 4, 9, 0, 0, 0, time.UTC), Note: "a call"}
	if err := from.Append(context.Background(), call); err != nil {
		fmt.Println(err)
		return
	}

	copied, err := sqlstore.Copy(context.Background(), to, from, nil)
	fmt.Println(copied.Events, err)
	// Output: 1 <nil>
}
