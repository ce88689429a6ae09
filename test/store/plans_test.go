package store

import (
	"database/sql"
	"strings"
	"testing"
	"time"

	"github.com/guise-go/guise"
	"github.com/guise-go/guise/sqlstore"
)

// copies makes a log in which almost everything ended long ago.
const copies = `WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 2000)
	INSERT INTO guise_impersonations SELECT 'old-' || n, 'old-' || n, parent_id, depth, 'ended', mode, reason, ticket, code,
	actor_id, actor_username, actor_name, actor_email, actor_tenant,
	subject_id || n, subject_username, subject_name, subject_email, subject_tenant,
	started_at - n, expires_at, last_seen_at, started_at, 'stopped',
	ended_by_id, ended_by_username, ended_by_name, ended_by_email, ended_by_tenant, note,
	return_to, client_ip, user_agent, randomblob(32), search FROM guise_impersonations, numbers WHERE id = 'imp-1'`

// TestQueries_NeverReadTheWholeLog asks SQLite how it would run each statement,
// with and without statistics.
func TestQueries_NeverReadTheWholeLog(t *testing.T) {
	t.Parallel()
	for name, prepare := range map[string]string{"without statistics": copies, "with statistics": copies + `; ANALYZE`} {
		t.Run(name, func(t *testing.T) {
			db, recorder := openRecorded(t, newFile(t))
			store := openStore(t, db)
			next := prepareLog(t, store, db, prepare)
			for _, call := range everyCall(t, store, next) {
				recorder.take()
				if err := call.do(); err != nil {
					t.Fatalf("%s: %v", call.name, err)
				}
				ran := recorder.take()
				for _, statement := range ran {
					checkPlan(t, db, call.name, statement)
				}
				if len(ran) == 0 || call.name == "Resolve" && len(ran) != 1 {
					t.Errorf("%s ran %d statements", call.name, len(ran))
				}
			}
		})
	}
}

// prepareLog has two impersonations running, some events, and what the engine's
// own SQL adds. It returns the cursor of the second page of the log.
func prepareLog(t *testing.T, store *sqlstore.Store, db *sql.DB, prepare ...string) (next string) {
	t.Helper()
	for _, start := range []guise.Start{start("imp-1", "ada"), start("imp-3", "eve")} {
		start.MaxRunning = 1
		if err := store.Start(t.Context(), start); err != nil {
			t.Fatal(err)
		}
	}
	// Of a table with two rows, statistics say that reading it all is best.
	if err := store.Append(t.Context(), make([]guise.Event, 1000)...); err != nil {
		t.Fatal(err)
	}
	for _, statement := range prepare {
		mustExec(t, db, statement)
	}
	page, err := store.Impersonations(t.Context(), guise.LogQuery{Limit: 1})
	if err != nil || page.Next == "" {
		t.Fatalf("Impersonations: Next %q, %v", page.Next, err)
	}
	return page.Next
}

// everyCall is each method of the store, on a log that is prepared.
func everyCall(t *testing.T, store *sqlstore.Store, next string) []act {
	ctx := t.Context()
	second := start("imp-2", "ada")
	second.Impersonation.ParentID, second.Impersonation.StackID, second.Impersonation.Depth = "imp-1", "imp-1", 2
	list := func(query guise.LogQuery) error { _, err := store.Impersonations(ctx, query); return err }
	return []act{
		{"Start, stacked", func() error { return store.Start(ctx, second) }},
		{"Start, limited", func() error { start := start("imp-4", "zoe"); start.MaxRunning = 1; return store.Start(ctx, start) }},
		{"Touch", func() error { return store.Touch(ctx, "imp-3", noon()) }},
		{"ChangeMode", func() error { return store.ChangeMode(ctx, guise.ModeChange{ID: "imp-3", Mode: guise.ReadWrite}) }},
		{"Resolve", func() error { _, err := store.Resolve(ctx, start("imp-3", "eve").Token); return err }},
		{"Running", func() error { _, err := store.Running(ctx, "", 10); return err }},
		{"Running, of one", func() error { _, err := store.Running(ctx, "ada", 10); return err }},
		{"Due", func() error { _, err := store.Due(ctx, noon(), noon(), 10); return err }},
		{"Due, not idle", func() error { _, err := store.Due(ctx, noon(), time.Time{}, 10); return err }},
		{"Ended", func() error { _, err := store.Ended(ctx, []string{"imp-1", "imp-3"}); return err }},
		{"Progress", func() error { _, err := store.Progress(ctx, []string{"imp-1", "imp-3"}, 10); return err }},
		{"Impersonation", func() error { _, err := store.Impersonation(ctx, "imp-1"); return err }},
		{"the log", func() error { return list(guise.LogQuery{}) }},
		{"the log, next page", func() error { return list(guise.LogQuery{Cursor: next}) }},
		{"the log, of an actor", func() error { return list(guise.LogQuery{ActorID: "ada"}) }},
		{"the log, of a subject", func() error { return list(guise.LogQuery{SubjectID: "42"}) }},
		{"the log, of a state", func() error { return list(guise.LogQuery{State: guise.StateDenied}) }},
		{"the log, of all at once", func() error {
			return list(guise.LogQuery{
				State: guise.StateEnded, ActorID: "ada", SubjectID: "42", Cause: guise.CauseIdle, Mode: guise.ReadWrite,
				Tenant: "acme", Text: "nowhere", From: noon().Add(-time.Hour), To: noon(), Cursor: next,
			})
		}},
		{"the log, of a time", func() error { return list(guise.LogQuery{From: noon()}) }},
		{"Events", func() error { _, err := store.Events(ctx, "", 1, 10); return err }},
		{"Events, of one", func() error { _, err := store.Events(ctx, "imp-1", 1, 10); return err }},
		{"Unattached", func() error { _, err := store.Unattached(ctx, 0, 10); return err }},
		{"Head", func() error { _, _, err := store.Head(ctx); return err }},
		{"End", func() error { _, err := store.End(ctx, end("imp-3")); return err }},
		{"End, with resume", func() error { end := end("imp-2"); end.Resume[0] = 1; _, err := store.End(ctx, end); return err }},
		{"End, of the first", func() error { _, err := store.End(ctx, end("imp-1")); return err }},
		{"Purge", func() error {
			purged, err := store.Purge(ctx, purge(100))
			if purged.Events != 100 {
				t.Errorf("Purge: %+v; want 100 events deleted", purged)
			}
			return err
		}},
	}
}

// checkPlan fails when SQLite would read all rows, all tokens, or all that one
// actor ever did, or would sort the log.
func checkPlan(t *testing.T, db *sql.DB, name string, statement recorded) {
	t.Helper()
	verb, _, _ := strings.Cut(statement.query, " ")
	if verb != "SELECT" && verb != "UPDATE" && verb != "DELETE" {
		return
	}
	var args []any
	for _, arg := range statement.args {
		args = append(args, arg.Value)
	}
	rows, err := db.QueryContext(t.Context(), "EXPLAIN QUERY PLAN "+statement.query, args...)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var id, parent, unused int
		var step string
		if err := rows.Scan(&id, &parent, &unused, &step); err != nil {
			t.Fatal(err)
		}
		// "newest" is what a subquery with a limit found.
		everyRow := strings.HasPrefix(step, "SCAN") && !strings.Contains(step, "INDEX") && step != "SCAN newest"
		everyToken := strings.Contains(step, "token_hash>")
		everyOld := strings.Contains(statement.query, "actor_id = ? AND state = 'active'") && !strings.Contains(step, "running_of")
		aStack := strings.Contains(statement.query, "depth") && !strings.Contains(statement.query, "LIMIT")
		if everyRow || everyToken || everyOld || strings.Contains(step, "TEMP B-TREE") && !aStack {
			t.Errorf("%s: %s\nfor %s", name, step, statement.query)
		}
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
}
