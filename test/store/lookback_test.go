package store

import (
	"database/sql"
	"slices"
	"strings"
	"testing"

	"github.com/guise-go/guise"
	"github.com/guise-go/guise/sqlstore"
)

// manyEnded is a log of 5,001, of which a page looks at 2,000.
func manyEnded(token string) string {
	statement := strings.ReplaceAll(strings.ReplaceAll(ended, "TOKEN", token), "1000", "5000")
	return strings.Replace(statement, "'stopped'", "CASE WHEN n = 4500 THEN 'idle' ELSE 'stopped' END", 1)
}

// rare are filters that only the 4,500th of the log fits.
var rare = map[string]guise.LogQuery{
	"a cause":                  {Cause: guise.CauseIdle},
	"a cause, of an actor":     {Cause: guise.CauseIdle, ActorID: "ada"},
	"a cause, of a state":      {Cause: guise.CauseIdle, State: guise.StateEnded},
	"a state, actor and cause": {Cause: guise.CauseIdle, State: guise.StateEnded, ActorID: "ada", Mode: guise.ReadOnly, Text: "A CALL"},
}

// checkLookBack follows each filter to its end: what fits is found once, and
// each page before says how far back it looked.
func checkLookBack(t *testing.T, store *sqlstore.Store) {
	t.Helper()
	for name, query := range rare {
		var found []string
		empty, earlier := 0, noon()
		for {
			page, err := store.Impersonations(t.Context(), query)
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			for _, one := range page.Impersonations {
				found = append(found, one.ID)
			}
			if (page.Next == "") != page.LookedTo.IsZero() {
				t.Fatalf("%s: a page that looked to %v has the next %q", name, page.LookedTo, page.Next)
			}
			if page.Next == "" {
				break
			}
			if !page.LookedTo.Before(earlier) {
				t.Fatalf("%s: looked to %v, and then to %v", name, earlier, page.LookedTo)
			}
			if earlier = page.LookedTo; len(page.Impersonations) == 0 {
				empty++
			}
			query.Cursor = page.Next
		}
		if !slices.Equal(found, []string{"old-4500"}) || empty != 2 {
			t.Errorf("%s: found %q after %d empty pages; want old-4500 after 2", name, found, empty)
		}
	}
	// What an index finds by itself is found at once, however far back.
	page, err := store.Impersonations(t.Context(), guise.LogQuery{SubjectID: "424500", Cause: guise.CauseIdle})
	if err != nil || len(page.Impersonations) != 1 || page.Next != "" {
		t.Errorf("of one subject: %d found, next %q, %v; want 1 and no more", len(page.Impersonations), page.Next, err)
	}
}

func TestSQLite_LooksBackALittleAtATime(t *testing.T) {
	t.Parallel()
	db, recorder := openRecorded(t, newFile(t))
	store := openStore(t, db)
	startOne(t, store, db, manyEnded(`randomblob(32)`))
	checkLookBack(t, store)
	for _, statement := range searching(t, store, recorder) {
		checkPlan(t, db, "a search", statement)
	}
}

func TestPostgres_LooksBackALittleAtATime(t *testing.T) {
	t.Parallel()
	database := servers["PostgreSQL"].database(t)
	store, recorder := recordedOn(t, sqlstore.Postgres, database)
	db := database.Open(t)
	startOne(t, store, db, manyEnded(`sha256(n::text::bytea)`), `VACUUM ANALYZE guise_impersonations`)
	checkLookBack(t, store)
	for _, statement := range searching(t, store, recorder) {
		checkPostgresPlan(t, db, "a search", statement)
	}
	checkWalk(t, store, db, recorder)
}

// checkWalk: a page that is full soon ends the walk. PostgreSQL must not think
// that nearly nothing fits, and fetch and sort all there is.
func checkWalk(t *testing.T, store *sqlstore.Store, db *sql.DB, recorder *recorder) {
	t.Helper()
	recorder.take()
	page, err := store.Impersonations(t.Context(), guise.LogQuery{ActorID: "ada", State: guise.StateEnded, Mode: guise.ReadOnly})
	if err != nil || len(page.Impersonations) != 20 {
		t.Fatalf("%d found, %v; want a page", len(page.Impersonations), err)
	}
	for _, statement := range recorder.take() {
		if plan := postgresPlan(t, db, statement); strings.Contains(plan, "Sort") || strings.Contains(plan, "Bitmap") {
			t.Errorf("%s\nis not a walk along an index:\n%s", statement.query, plan)
		}
	}
}

func TestMySQL_LooksBackALittleAtATime(t *testing.T) {
	t.Parallel()
	db := servers["MariaDB"].database(t).Open(t)
	db.SetMaxOpenConns(1) // which counts for itself
	store, err := sqlstore.Open(t.Context(), db, sqlstore.MySQL)
	if err != nil {
		t.Fatal(err)
	}
	mustExec(t, db, `SET SESSION max_recursive_iterations = 6000`)
	startOne(t, store, db, manyEnded(`unhex(sha2(n, 256))`), `ANALYZE TABLE guise_impersonations`)
	checkLookBack(t, store)
	before := rowsRead(t, db)
	if _, err := store.Impersonations(t.Context(), guise.LogQuery{Text: "nowhere"}); err != nil {
		t.Fatal(err)
	}
	if read := rowsRead(t, db) - before; read > 4_100 {
		t.Errorf("a search looked at %d rows; want 2000 of the index and as many of the table", read)
	}
}

// searching is what a search that finds nothing runs.
func searching(t *testing.T, store *sqlstore.Store, recorder *recorder) []recorded {
	t.Helper()
	recorder.take()
	if _, err := store.Impersonations(t.Context(), guise.LogQuery{Text: "nowhere"}); err != nil {
		t.Fatal(err)
	}
	ran := recorder.take()
	if len(ran) != 2 {
		t.Fatalf("a search ran %d statements; want one for where it ends, one for what it finds", len(ran))
	}
	return ran
}

// startOne has one impersonation running, and what the statements add to it.
func startOne(t *testing.T, store *sqlstore.Store, db *sql.DB, statements ...string) {
	t.Helper()
	if err := store.Start(t.Context(), start("imp-1", "ada")); err != nil {
		t.Fatal(err)
	}
	for _, statement := range statements {
		mustExec(t, db, statement)
	}
}

// TestLog_ShowsARowOfOthers: what somebody else has written into a row, and this
// store never would, is seen as it is, and hides no other row.
func TestLog_ShowsARowOfOthers(t *testing.T) {
	t.Parallel()
	db, _ := openRecorded(t, newFile(t))
	store := openStore(t, db)
	startOne(t, store, db, `UPDATE guise_impersonations SET reason = 'a' || char(0) || 'b' WHERE id = 'imp-1'`)
	if err := store.Start(t.Context(), start("imp-2", "bob")); err != nil {
		t.Fatal(err)
	}
	page, err := store.Impersonations(t.Context(), guise.LogQuery{})
	if err != nil || len(page.Impersonations) != 2 {
		t.Fatalf("%d found, %v; want both", len(page.Impersonations), err)
	}
	for _, one := range page.Impersonations {
		if want := map[string]string{"imp-1": "a\x00b", "imp-2": "a call"}[one.ID]; one.Reason != want || one.Mode != guise.ReadOnly {
			t.Errorf("%s has the reason %q and the mode %q; want %q", one.ID, one.Reason, one.Mode, want)
		}
	}
}
