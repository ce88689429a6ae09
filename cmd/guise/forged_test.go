package main

import (
	"bytes"
	"crypto/sha256"
	"database/sql"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/guise-go/guise"
	"github.com/guise-go/guise/cmd/guise/internal/database"
	"github.com/guise-go/guise/internal/databases"
	"github.com/guise-go/guise/sqlstore"
)

// addresses makes the address of an empty database on each engine.
var addresses = map[string]func(t *testing.T) string{
	"SQLite":     func(t *testing.T) string { return filepath.Join(t.TempDir(), "app.db") },
	"PostgreSQL": func(t *testing.T) string { return databases.Postgres(t).URL },
	"MariaDB":    func(t *testing.T) string { return databases.MySQL(t).URL },
}

// dropTriggers is what whoever owns the tables can do first.
var dropTriggers = map[string]string{
	"SQLite":     `DROP TRIGGER guise_events_unchanged; DROP TRIGGER guise_events_kept; DROP TRIGGER guise_events_appended`,
	"PostgreSQL": `DROP TRIGGER guise_events_kept ON guise_events; DROP TRIGGER guise_events_appended ON guise_events`,
	"MariaDB":    `DROP TRIGGER guise_events_unchanged; DROP TRIGGER guise_events_kept; DROP TRIGGER guise_events_appended`,
}

// forgeries are what somebody who can write to the database might do to a log of
// nine events: 2 to 5 about i-1, 6 and 7 about i-2, 8 the purge of the first, two notes.
var forgeries = map[string]struct {
	statements string
	says       string
}{
	"a changed reason":                {`UPDATE guise_events SET reason = 'a call' WHERE seq = 3`, "event 3 was changed"},
	"a changed time":                  {`UPDATE guise_events SET time = time + 1 WHERE seq = 4`, "event 4 was changed"},
	"two columns swapped":             {`UPDATE guise_events SET actor_id = '42', subject_id = 'ada' WHERE seq = 3`, "event 3 was changed"},
	"a changed note":                  {`UPDATE guise_events SET note = 'all is well' WHERE seq = 9`, "event 9 was changed"},
	"a text moved to the next":        {`UPDATE guise_events SET reason = '', ticket = reason WHERE seq = 3`, "event 3 was changed"},
	"a removed event":                 {`DELETE FROM guise_events WHERE seq = 4`, "event 4 is missing"},
	"a removed event, moved up":       {`DELETE FROM guise_events WHERE seq = 9; UPDATE guise_events SET seq = 9 WHERE seq = 10`, "event 9 is not linked"},
	"two events swapped":              {`UPDATE guise_events SET seq = 99 WHERE seq = 4; UPDATE guise_events SET seq = 4 WHERE seq = 5; UPDATE guise_events SET seq = 5 WHERE seq = 99`, "event 4 is not linked"},
	"a replayed event":                {`INSERT INTO guise_events SELECT 11, ` + allButSeq + ` FROM guise_events WHERE seq = 10`, "event 11 is not linked"},
	"a removed end":                   {`DELETE FROM guise_events WHERE seq > 8`, "event 9 is missing"},
	"more removed than purged":        {`DELETE FROM guise_events WHERE seq = 2`, "event 3 is the first there is, and no purge"},
	"a purge that says it took more":  {`DELETE FROM guise_events WHERE seq = 2; UPDATE guise_events SET purged_to = 2 WHERE kind = 'purged'`, "was changed"},
	"a row that says another subject": {`UPDATE guise_impersonations SET subject_name = 'Cy' WHERE id = 'i-1'`, `impersonation i-1 has the subject's name "Cy" in its row, and "Ben" in event 2`},
	"a row that says another mode":    {`UPDATE guise_impersonations SET mode = 'read_only' WHERE id = 'i-1'`, `impersonation i-1 has the mode "read_only" in its row`},
	"a row that says another note":    {`UPDATE guise_impersonations SET note = '' WHERE id = 'i-1'`, `impersonation i-1 has the note "" in its row`},
	"a row ended by nobody":           {`UPDATE guise_impersonations SET state = 'ended', ended_at = started_at WHERE id = 'i-2'`, "no event says that it ended"},
	"a running row with a note":       {`UPDATE guise_impersonations SET note = 'all is well' WHERE id = 'i-2'`, `impersonation i-2 has the note "all is well" in its row`},
	"a running row with an end":       {`UPDATE guise_impersonations SET ended_at = started_at + 1 WHERE id = 'i-2'`, `impersonation i-2 has the end "2026-05-04T09:00:00.000001Z" in its row`},
	"a running row with a cause":      {`UPDATE guise_impersonations SET cause = 'expired' WHERE id = 'i-2'`, `impersonation i-2 has the cause "expired" in its row`},
	"a running row with an ender":     {`UPDATE guise_impersonations SET ended_by_name = 'Cy' WHERE id = 'i-2'`, `impersonation i-2 has the ender's name "Cy" in its row`},
	"a row in no state there is":      {`UPDATE guise_impersonations SET state = 'paused' WHERE id = 'i-2'`, `impersonation i-2 has the state "paused" in its row`},
	"a row removed":                   {`DELETE FROM guise_impersonations WHERE id = 'i-1'`, "impersonation i-1 has no row, and event 2 (started)"},
	"a row without events":            {`UPDATE guise_impersonations SET id = 'i-9' WHERE id = 'i-2'`, "impersonation i-9 has a row, and no event"},
	"a row without an ID":             {`UPDATE guise_impersonations SET id = '' WHERE id = 'i-2'`, `impersonation "" has a row, and no event`},
	"a head with a shorter hash":      {`UPDATE guise_head SET hash = substr(hash, 1, 31)`, "event 10 has "},
	"a head before the log":           {`UPDATE guise_head SET seq = 0, hash = ` + zeros, "event 0 is where the store says that the log ends"},
	"a head in what is purged":        {`UPDATE guise_head SET seq = 1, hash = (SELECT prev FROM guise_events WHERE seq = 2)`, "event 1 is where the store says that the log ends"},
	"a head below zero":               {`UPDATE guise_head SET seq = -3`, "event -3 is where the store says that the log ends"},
	"a head in the middle":            {`UPDATE guise_head SET seq = 5`, "event 5 has the hash"},
	"a head removed":                  {`DELETE FROM guise_head`, "event 1 and what follows may not be all there is"},
}

// zeros is the hash of no event, on each engine.
const zeros = `(SELECT purged_hash FROM guise_events WHERE seq = 3)`

const allButSeq = "time, kind, impersonation_id, actor_id, actor_username, actor_name, actor_email, actor_tenant, " +
	"subject_id, subject_username, subject_name, subject_email, subject_tenant, by_id, by_username, by_name, by_email, by_tenant, " +
	"mode, reason, ticket, cause, code, note, method, path, status, duration, client_ip, user_agent, request_id, " +
	"purged_to, purged_hash, prev, hash"

// TestP9_LogVerify_FindsEachForgery on every engine, and names what is wrong.
func TestP9_LogVerify_FindsEachForgery(t *testing.T) {
	t.Parallel()
	for engine, address := range addresses {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			for name, forgery := range forgeries {
				t.Run(name, func(t *testing.T) {
					where, db := written(t, address(t))
					if status, said := guiseSays("log verify --db " + where); status != 0 || !strings.Contains(said, "The log holds: 9 events from number 2 on, 2 impersonations") {
						t.Fatalf("before: status %d, %s", status, said)
					}
					execAll(t, db, dropTriggers[engine])
					execAll(t, db, forgery.statements)
					if status, said := guiseSays("log verify --db " + where); status != exitNo || !strings.Contains(said, forgery.says) {
						t.Errorf("status %d, %s\nwant status %d, and %q", status, said, exitNo, forgery.says)
					}
				})
			}
		})
	}
}

// TestP9_LogVerify_AgainstANotedHead: a log that was cut, head and all, holds by
// itself; a head that was noted elsewhere shows it.
func TestP9_LogVerify_AgainstANotedHead(t *testing.T) {
	t.Parallel()
	for engine, address := range addresses {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			where, db := written(t, address(t))
			_, noted := guiseSays("log head --db " + where)
			verify := "log verify --db " + where + " --head " + strings.TrimSpace(noted)
			if status, said := guiseSays(verify); status != 0 {
				t.Fatalf("as it was noted: status %d, %s", status, said)
			}
			execAll(t, db, dropTriggers[engine])
			execAll(t, db, `DELETE FROM guise_events WHERE seq = 10;
				UPDATE guise_head SET seq = 9, hash = (SELECT hash FROM guise_events WHERE seq = 9)`)
			if status, said := guiseSays("log verify --db " + where); status != 0 {
				t.Errorf("cut, and nothing noted: status %d, %s", status, said)
			}
			if status, said := guiseSays(verify); status != exitNo || !strings.Contains(said, "event 10 was noted as the head") {
				t.Errorf("cut: status %d, %s; want the missing end", status, said)
			}
			if status, said := guiseSays("log verify --db " + where + " --head 1:" + strings.Repeat("ab", 32)); status != exitNo || !strings.Contains(said, "event 1 is not the event that was noted") {
				t.Errorf("another of what is purged: status %d, %s", status, said)
			}
			wrong := "log verify --db " + where + " --head 9:" + strings.Repeat("ab", 32)
			if status, said := guiseSays(wrong); status != exitNo || !strings.Contains(said, "event 9 is not the event that was noted") {
				t.Errorf("another head: status %d, %s", status, said)
			}
		})
	}
}

// TestP9_LogVerify_APurgedHeadIsNoForgery, and no proof either.
func TestP9_LogVerify_APurgedHeadIsNoForgery(t *testing.T) {
	t.Parallel()
	for engine, address := range addresses {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			where, db := written(t, address(t))
			purged(t, storeIn(t, where, db)) // up to event 5
			verify := "log verify --db " + where + " --head 3:" + strings.Repeat("ab", 32)
			if status, said := guiseSays(verify); status != exitNo || !strings.HasPrefix(said, "Can't be compared: event 3 was noted as the head and has been purged") {
				t.Errorf("status %d, %s", status, said)
			}
			execAll(t, db, `UPDATE guise_impersonations SET note = 'x' WHERE id = 'i-2'`)
			if status, said := guiseSays(verify); status != exitNo || !strings.HasPrefix(said, "The log does not hold: impersonation i-2") {
				t.Errorf("and a forged row: status %d, %s", status, said)
			}
		})
	}
}

// TestLogVerify_JSON_NamesTheEvent, even one of a number that no event has.
func TestLogVerify_JSON_NamesTheEvent(t *testing.T) {
	t.Parallel()
	where, db := written(t, filepath.Join(t.TempDir(), "app.db"))
	execAll(t, db, dropTriggers["SQLite"])
	execAll(t, db, `INSERT INTO guise_events SELECT 0, `+allButSeq+` FROM guise_events WHERE seq = 10`)
	if status, said := guiseSays("log verify --json --db " + where); status != exitNo || !strings.Contains(said, "\n  \"seq\": 0,") {
		t.Errorf("status %d, %s", status, said)
	}
	execAll(t, db, `DELETE FROM guise_events WHERE seq = 0; UPDATE guise_impersonations SET id = 'i-9' WHERE id = 'i-2'`)
	if status, said := guiseSays("log verify --json --db " + where); status != exitNo || strings.Contains(said, "\n  \"seq\"") || !strings.Contains(said, `"i-9"`) {
		t.Errorf("status %d, %s; want an impersonation that no event is about", status, said)
	}
}

// guiseSays runs a command line, and returns what it printed on either stream.
func guiseSays(line string) (status int, said string) {
	var both bytes.Buffer
	status = run(strings.Fields(line), &both, &both)
	return status, both.String()
}

func execAll(t *testing.T, db *sql.DB, statements string) {
	t.Helper()
	for statement := range strings.SplitSeq(statements, ";") {
		if _, err := db.ExecContext(t.Context(), statement); err != nil {
			t.Fatalf("%s: %v", statement, err)
		}
	}
}

// written fills a database by the store alone, and returns its address and a
// handle to forge with.
func written(t *testing.T, where string) (string, *sql.DB) {
	t.Helper()
	address, err := database.Parse(where)
	if err != nil {
		t.Fatal(err)
	}
	db, err := address.Open(t.Context(), database.Create)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	store, err := sqlstore.Open(t.Context(), db, address.Engine)
	if err != nil {
		t.Fatal(err)
	}
	day := time.Date(2026, 5, 4, 9, 0, 0, 0, time.UTC)
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(store.Append(t.Context(), guise.Event{Kind: guise.KindNote, Time: day.AddDate(0, -1, 0), Note: "long ago"}))
	ada, ben := guise.Actor{User: guise.User{ID: "ada", Name: "Ada"}}, guise.Subject{User: guise.User{ID: "42", Name: "Ben"}}
	about := func(kind guise.Kind, i guise.Impersonation) guise.Event {
		return guise.Event{Kind: kind, Time: day, ImpersonationID: i.ID, Actor: ada, Subject: ben, Mode: i.Mode, Reason: i.Reason}
	}
	for n, id := range []string{"i-1", "i-2"} {
		i := guise.Impersonation{ID: id, StackID: id, Depth: 1, State: guise.StateActive, Mode: guise.ReadOnly, Reason: "a question",
			Actor: ada, Subject: ben, StartedAt: day, LastSeenAt: day, ExpiresAt: day.Add(time.Hour)}
		must(store.Start(t.Context(), guise.Start{Impersonation: i, Token: sha256.Sum256([]byte(id)), Event: about(guise.KindStarted, i)}))
		request := about(guise.KindRequest, i)
		request.Method, request.Path, request.Status = "GET", fmt.Sprint("/", n), 200
		must(store.Append(t.Context(), request))
		if n == 1 {
			break
		}
		i.Mode = guise.ReadWrite
		must(store.ChangeMode(t.Context(), guise.ModeChange{ID: id, Mode: i.Mode, Event: about(guise.KindModeChanged, i)}))
		_, err := store.End(t.Context(), guise.End{ID: id, At: day.Add(time.Minute), Cause: guise.CauseRevoked, By: ada, Note: "enough",
			Event: func(i guise.Impersonation) guise.Event {
				event := about(guise.KindEnded, i)
				event.Time, event.Cause, event.By, event.Note = i.EndedAt, i.Cause, i.EndedBy, i.Note
				return event
			}})
		must(err)
	}
	_, err = store.Purge(t.Context(), guise.Purge{Before: day.AddDate(0, 0, -1), Event: func(guise.Purged) guise.Event {
		return guise.Event{Kind: guise.KindPurged, Time: day.Add(2 * time.Minute), By: ada}
	}})
	must(err)
	must(store.Append(t.Context(), guise.Event{Kind: guise.KindNote, Time: day.Add(3 * time.Minute), Note: "a call"},
		guise.Event{Kind: guise.KindNote, Time: day.Add(4 * time.Minute), Note: "another"}))
	return where, db
}
