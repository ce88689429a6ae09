package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"

	"modernc.org/sqlite"

	"github.com/guise-go/guise"
)

// older is an SQLite that says it is older than it is, and knows no more.
type older struct{ *recorder }

func (o older) Connect(ctx context.Context) (driver.Conn, error) {
	conn, err := o.recorder.Connect(ctx)
	if err != nil {
		return nil, err
	}
	return olderConn{conn.(recordedConn)}, nil
}

type olderConn struct{ recordedConn }

func (c olderConn) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	if query == "SELECT sqlite_version()" {
		query = "SELECT '3.43.2'"
	}
	return c.recordedConn.QueryContext(ctx, query, args)
}

// TestSQLite_AnOlderOneReadsTheSameEvents, which it joins in another way.
func TestSQLite_AnOlderOneReadsTheSameEvents(t *testing.T) {
	t.Parallel()
	name := newFile(t)
	store := openStore(t, openDB(t, name, 1))
	at := time.Date(2026, 5, 4, 9, 0, 0, 0, time.UTC)
	person := guise.User{ID: "ada", Username: "ada", Name: "Ada ß", Email: "ada@school.example", Tenant: "7"}
	request := guise.Event{Kind: guise.KindRequest, Time: at, ImpersonationID: "i-1", Actor: guise.Actor{User: person}, Subject: guise.Subject{User: person},
		Mode: guise.ReadOnly, Reason: "'", Method: "GET", Path: "/", Status: 200, Duration: time.Second, ClientIP: "::1", UserAgent: "a", RequestID: "r"}
	purged := guise.Event{Kind: guise.KindNote, Time: at, By: guise.Actor{User: person}, Note: "n", PurgedTo: 7, PurgedHash: guise.Hash{0, 1, 2}}
	if err := store.Append(t.Context(), request, purged, guise.Event{Kind: guise.KindNote, Time: at}); err != nil {
		t.Fatal(err)
	}
	r := &recorder{driver: &sqlite.Driver{}, name: "file:" + name, fail: func(query string) error {
		if strings.Contains(query, "concat_ws") {
			return errors.New("no such function: concat_ws")
		}
		return nil
	}}
	db := sql.OpenDB(older{r})
	t.Cleanup(func() { _ = db.Close() })
	for _, id := range []string{"", "i-1"} {
		want, err := store.Events(t.Context(), id, 0, 10)
		got, olderErr := openStore(t, db).Events(t.Context(), id, 0, 10)
		if err != nil || olderErr != nil || len(want) == 0 || !reflect.DeepEqual(got, want) {
			t.Errorf("of %q: %+v, %v\nand by the older %+v, %v", id, want, err, got, olderErr)
		}
	}

	// Whoever can write to the database can also make a table that takes a NULL.
	for _, statement := range []string{
		"CREATE TABLE forged AS SELECT * FROM guise_events", "DROP TABLE guise_events", "ALTER TABLE forged RENAME TO guise_events",
		"UPDATE guise_events SET reason = NULL WHERE seq = 2",
	} {
		if _, err := openDB(t, name, 1).ExecContext(t.Context(), statement); err != nil {
			t.Fatal(err)
		}
	}
	for which, store := range map[string]guise.Store{"the newer": store, "the older": openStore(t, db)} {
		var wrong *guise.ChainError
		if _, err := store.Events(t.Context(), "", 0, 10); !errors.As(err, &wrong) || wrong.Seq != 2 || !strings.Contains(wrong.Problem, "NULL") {
			t.Errorf("P9: %s says %v of a NULL in event 2", which, err)
		}
	}
}
