package sqlstore_test

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/guise-go/guise"
	"github.com/guise-go/guise/sqlstore"
)

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
}
