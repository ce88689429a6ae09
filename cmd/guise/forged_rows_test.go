package main

import (
	"database/sql"
	"strings"
	"testing"
	"time"

	"github.com/guise-go/guise"
	"github.com/guise-go/guise/cmd/guise/internal/database"
	"github.com/guise-go/guise/sqlstore"
)

// forgedRows are what might be done to a row after more has happened than
// [written] writes.
var forgedRows = map[string]struct {
	happens    func(t *testing.T, store *sqlstore.Store)
	statements string
	says       string
}{
	"a refused row with a note":         {refused, `UPDATE guise_impersonations SET note = 'let in' WHERE id = 'i-3'`, `impersonation i-3 has the note "let in" in its row`},
	"a refused row with a cause":        {refused, `UPDATE guise_impersonations SET cause = 'expired' WHERE id = 'i-3'`, `impersonation i-3 has the cause "expired" in its row`},
	"a refused row that ran":            {refused, `UPDATE guise_impersonations SET ended_at = started_at + 1 WHERE id = 'i-3'`, `impersonation i-3 has the end "2026-05-04T09:00:00.000001Z" in its row`},
	"another actor of what is purged":   {purged, `UPDATE guise_impersonations SET actor_id = 'cy' WHERE id = 'i-1'`, `impersonation i-1 has the actor's ID "cy" in its row, and "ada" in event 11 (note)`},
	"another subject of what is purged": {purged, `UPDATE guise_impersonations SET subject_id = '43' WHERE id = 'i-1'`, `impersonation i-1 has the subject's ID "43" in its row, and "42" in event 11 (note)`},
	"what is purged runs":               {purged, `UPDATE guise_impersonations SET state = 'active' WHERE id = 'i-1'`, `impersonation i-1 is "active" by its row`},
	"what is purged is in no state":     {purged, `UPDATE guise_impersonations SET state = 'paused' WHERE id = 'i-1'`, `impersonation i-1 is "paused" by its row`},
	"a refused row that was ended":      {refused, `UPDATE guise_impersonations SET ended_by_id = 'cy' WHERE id = 'i-3'`, `impersonation i-3 has the ender's ID "cy" in its row`},
}

// refused adds an attempt, i-3, as an application does.
func refused(t *testing.T, store *sqlstore.Store) {
	t.Helper()
	at := time.Date(2026, 5, 4, 9, 0, 0, 0, time.UTC)
	i := guise.Impersonation{ID: "i-3", StackID: "i-3", Depth: 1, State: guise.StateDenied, Mode: guise.ReadOnly, Code: "not_allowed",
		Actor: guise.Actor{User: guise.User{ID: "ada"}}, Subject: guise.Subject{User: guise.User{ID: "42"}}, StartedAt: at, EndedAt: at, LastSeenAt: at}
	event := guise.Event{Kind: guise.KindDenied, Time: at, ImpersonationID: i.ID, Actor: i.Actor, Subject: i.Subject, Mode: i.Mode, Code: i.Code}
	if err := store.Deny(t.Context(), i, event); err != nil {
		t.Fatal(err)
	}
}

// purged leaves of i-1 a note alone.
func purged(t *testing.T, store *sqlstore.Store) {
	t.Helper()
	at := time.Date(2026, 5, 5, 9, 0, 0, 0, time.UTC)
	ada, ben := guise.Actor{User: guise.User{ID: "ada"}}, guise.Subject{User: guise.User{ID: "42"}}
	note := guise.Event{Kind: guise.KindNote, Time: at, ImpersonationID: "i-1", Actor: ada, Subject: ben, By: ada, Note: "asked again"}
	if err := store.Append(t.Context(), note); err != nil {
		t.Fatal(err)
	}
	if _, err := store.Purge(t.Context(), guise.Purge{Before: at.Add(-time.Hour), Event: func(guise.Purged) guise.Event {
		return guise.Event{Kind: guise.KindPurged, Time: at, By: ada}
	}}); err != nil {
		t.Fatal(err)
	}
}

// TestP9_LogVerify_FindsEachForgedRow on every engine, and names what is wrong.
func TestP9_LogVerify_FindsEachForgedRow(t *testing.T) {
	t.Parallel()
	for engine, address := range addresses {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			for name, forgery := range forgedRows {
				t.Run(name, func(t *testing.T) {
					where, db := written(t, address(t))
					forgery.happens(t, storeIn(t, where, db))
					if status, said := guiseSays("log verify --db " + where); status != 0 {
						t.Fatalf("before: status %d, %s", status, said)
					}
					execAll(t, db, forgery.statements)
					if status, said := guiseSays("log verify --db " + where); status != exitNo || !strings.Contains(said, forgery.says) {
						t.Errorf("status %d, %s\nwant status %d, and %q", status, said, exitNo, forgery.says)
					}
				})
			}
		})
	}
}

// storeIn is the store in a database that has one.
func storeIn(t *testing.T, where string, db *sql.DB) *sqlstore.Store {
	t.Helper()
	address, err := database.Parse(where)
	if err != nil {
		t.Fatal(err)
	}
	store, err := sqlstore.Open(t.Context(), db, address.Engine)
	if err != nil {
		t.Fatal(err)
	}
	return store
}
