package main

import (
	"bytes"
	"crypto/sha256"
	"database/sql"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/guise-go/guise"
	"github.com/guise-go/guise/cmd/guise/internal/database"
	"github.com/guise-go/guise/sqlstore"
)

// hostile is a text that a terminal would obey, and a spreadsheet too.
const hostile = "=HYPERLINK(1)\x1b[2J\r\n\u202eevil\u009b31m\ttab"

// hostileLog has one impersonation, i-3, of which every text is hostile.
func hostileLog(t *testing.T) string {
	t.Helper()
	where, db := written(t, filepath.Join(t.TempDir(), "app.db"))
	store, err := sqlstore.Open(t.Context(), db, sqlstore.SQLite)
	if err != nil {
		t.Fatal(err)
	}
	at := time.Date(2026, 5, 5, 9, 0, 0, 0, time.UTC)
	user := func(id string) guise.User {
		return guise.User{ID: id, Username: hostile, Name: hostile, Email: hostile, Tenant: hostile}
	}
	i := guise.Impersonation{ID: "i-3", StackID: "i-3", Depth: 1, State: guise.StateActive, Mode: guise.ReadOnly,
		Reason: hostile, Ticket: hostile, UserAgent: hostile, Actor: guise.Actor{User: user("eve")}, Subject: guise.Subject{User: user("43")},
		StartedAt: at, LastSeenAt: at, ExpiresAt: at.Add(time.Hour)}
	event := guise.Event{Kind: guise.KindStarted, Time: at, ImpersonationID: i.ID, Actor: i.Actor, Subject: i.Subject, Mode: i.Mode,
		Reason: i.Reason, Ticket: i.Ticket, UserAgent: hostile, Note: hostile}
	if err := store.Start(t.Context(), guise.Start{Impersonation: i, Token: sha256.Sum256([]byte("3")), Event: event}); err != nil {
		t.Fatal(err)
	}
	return where
}

// TestPrinted_NothingThatATerminalObeys: what people wrote can be read, and does
// nothing, however it is printed.
func TestPrinted_NothingThatATerminalObeys(t *testing.T) {
	t.Parallel()
	where := hostileLog(t)
	for _, line := range []string{
		"log list", "log list --json", "log show i-3", "log show i-3 --json", "live list", "live list --json",
		"log show \x1b[2J", "live end \x1b[2J --by a --note b",
	} {
		_, said := guiseSays(line + " --db " + where)
		if strings.ContainsFunc(said, func(r rune) bool { return r != '\n' && !unicode.IsPrint(r) }) {
			t.Errorf("%q printed what can't be seen: %q", line, said)
		}
		if !strings.Contains(said, `b[2J`) {
			t.Errorf("%q does not show what was written: %s", line, said)
		}
		if strings.Contains(said, "\nevil") || strings.Contains(said, "\n\\u202eevil") {
			t.Errorf("%q: a text began a line of its own: %s", line, said)
		}
	}
}

// ids is a JSON answer's impersonations, and its cursor.
func ids(t *testing.T, said string) (found, next string) {
	t.Helper()
	var answer struct {
		Impersonations []struct{ ID string }
		Next           string
	}
	if err := json.Unmarshal([]byte(said), &answer); err != nil {
		t.Fatalf("%v in %s", err, said)
	}
	for _, one := range answer.Impersonations {
		found += " " + one.ID
	}
	return strings.TrimSpace(found), answer.Next
}

func TestLogList_EachFilter(t *testing.T) {
	t.Parallel()
	where := hostileLog(t)
	for filter, want := range map[string]string{
		"":                          "i-3 i-2 i-1",
		"--state active":            "i-3 i-2",
		"--state denied":            "",
		"--cause revoked":           "i-1",
		"--mode read_only":          "i-3 i-2",
		"--mode read_write":         "i-1",
		"--actor eve":               "i-3",
		"--subject 42":              "i-2 i-1",
		"--tenant none":             "",
		"--text QUESTION":           "i-2 i-1",
		"--text hyperlink":          "i-3",
		"--from 2026-05-05":         "i-3",
		"--to 2026-05-05":           "i-2 i-1",
		"--to 2026-05-04T09:00:00Z": "",
		"--from 2026-05-04T11:00:00+02:00 --to 2026-05-04T09:00:01Z": "i-2 i-1",
	} {
		status, said := guiseSays("log list --json --db " + where + " " + filter)
		if found, next := ids(t, said); status != 0 || sorted(found) != sorted(want) || next != "" {
			t.Errorf("log list %s: status %d, %q, next %q; want %q", filter, status, found, next, want)
		}
	}
}

// sorted ignores the order of what began at one time.
func sorted(words string) string {
	all := map[string]bool{}
	for _, word := range strings.Fields(words) {
		all[word] = true
	}
	return fmt.Sprint(all)
}

func TestLogList_FollowsTheCursor(t *testing.T) {
	t.Parallel()
	where := hostileLog(t)
	var all []string
	for cursor := ""; ; {
		status, said := guiseSays("log list --json --limit 1 --db " + where + cursor)
		found, next := ids(t, said)
		all = append(all, found)
		if status != 0 || next == "" || len(all) > 3 {
			break
		}
		if _, said := guiseSays("log list --limit 1 --db " + where + cursor); !strings.Contains(said, "More: --cursor "+next+"\n") {
			t.Errorf("the page does not say how to go on: %s", said)
		}
		cursor = " --cursor " + next
	}
	if len(all) != 3 || sorted(strings.Join(all, " ")) != sorted("i-1 i-2 i-3") || all[0] != "i-3" {
		t.Errorf("page by page: %q; want each once, the newest first", all)
	}
	// As a script says it whose variable is not set.
	for _, empty := range []string{"log verify --head=", "log export --actor=", "log export --subject=", "log list --tenant=", "log list --state=", "log list --text="} {
		if status, said := guiseSays(empty + " --db " + where); status != exitUsage || !strings.Contains(said, "is empty: give it a value") {
			t.Errorf("%s: status %d, %s; want it refused", empty, status, said)
		}
	}
	if status, said := guiseSays("log list --cursor nonsense --db " + where); status != exitUsage || !strings.Contains(said, "--cursor") {
		t.Errorf("a cursor of nobody's: status %d, %s", status, said)
	}
}

func TestLogShow_SaysWhatCameFromElsewhere(t *testing.T) {
	t.Parallel()
	begun := guise.Impersonation{ClientIP: "192.0.2.7"}
	for address, want := range map[string]string{"192.0.2.7": "", "": "", "203.0.113.9": " from 203.0.113.9"} {
		if got := elsewhere(guise.Event{ClientIP: address}, begun); got != want {
			t.Errorf("an event from %q is shown with %q; want %q", address, got, want)
		}
	}
}

func TestLogShow_WithItsEvents(t *testing.T) {
	t.Parallel()
	where, _ := written(t, filepath.Join(t.TempDir(), "app.db"))
	status, said := guiseSays("log show i-1 --db " + where)
	text := strings.Join(strings.Fields(said), " ")
	for _, says := range []string{"actor Ada (ada)", "subject Ben (42)", "cause revoked", "ended by Ada (ada)", "note enough",
		"2 2026-05-04 09:00:00Z started", "request GET /0 200 in 0s", "mode_changed to read_write", "ended revoked by Ada (ada) enough"} {
		if status != 0 || !strings.Contains(text, says) {
			t.Errorf("status %d, no %q in %s", status, says, text)
		}
	}
	status, said = guiseSays("log show i-1 --json --db " + where)
	var answer struct {
		Impersonation struct{ ID, Cause string }
		Events        []struct {
			Seq  int
			Kind string
		}
	}
	if err := json.Unmarshal([]byte(said), &answer); err != nil || status != 0 {
		t.Fatalf("status %d, %v in %s", status, err, said)
	}
	if answer.Impersonation.ID != "i-1" || answer.Impersonation.Cause != "revoked" || fmt.Sprint(answer.Events) != "[{2 started} {3 request} {4 mode_changed} {5 ended}]" {
		t.Errorf("%+v", answer)
	}
	if status, said := guiseSays("log show i-9 --db " + where); status != exitNo || !strings.Contains(said, `no impersonation "i-9"`) {
		t.Errorf("one that is not there: status %d, %s", status, said)
	}
}

func TestLogExport(t *testing.T) {
	t.Parallel()
	where := hostileLog(t)
	var stdout, stderr bytes.Buffer
	if status := run([]string{"log", "export", "--db", where}, &stdout, &stderr); status != 0 || stderr.Len() != 0 {
		t.Fatalf("status %d, %s", status, &stderr)
	}
	rows, err := csv.NewReader(&stdout).ReadAll()
	if err != nil || len(rows) != 4 || rows[0][0] != "id" || rows[1][0] != "i-3" {
		t.Fatalf("%v, %q", err, rows)
	}
	for _, cell := range rows[1] {
		if strings.HasPrefix(cell, "=") {
			t.Errorf("a formula: %q", cell)
		}
	}
	file := filepath.Join(t.TempDir(), "out.jsonl")
	line := "log export --format jsonl --state ended --output " + file + " --db " + where
	if status, said := guiseSays(line); status != 0 || said != "Exported 1 impersonations to "+file+"\n" {
		t.Errorf("status %d, %s", status, said)
	}
	content, err := os.ReadFile(file)
	var one struct{ ID string }
	if err != nil || json.Unmarshal(content, &one) != nil || one.ID != "i-1" {
		t.Errorf("%v, %s", err, content)
	}
	if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v; what people wrote is for its owner alone", info.Mode(), err)
	}
	if status, said := guiseSays(line); status != exitUsage || !strings.Contains(said, "is there already") {
		t.Errorf("over a file that is there: status %d, %s", status, said)
	}
}

// TestLogExport_BrokenOff_LeavesNoFile: half a log must not look like a whole one.
func TestLogExport_BrokenOff_LeavesNoFile(t *testing.T) {
	t.Parallel()
	where, db := written(t, filepath.Join(t.TempDir(), "app.db"))
	execAll(t, db, `ALTER TABLE guise_impersonations RENAME COLUMN reason TO gone`)
	file := filepath.Join(t.TempDir(), "out.csv")
	if status, said := guiseSays("log export --output " + file + " --db " + where); status != exitFailed {
		t.Errorf("status %d, %s", status, said)
	}
	if _, err := os.Stat(file); err == nil {
		t.Error("it left a file")
	}
}

// reopened is the store at an address.
func reopened(t *testing.T, where string) *sqlstore.Store {
	t.Helper()
	db, engine := handleOn(t, where)
	store, err := sqlstore.Open(t.Context(), db, engine)
	if err != nil {
		t.Fatal(err)
	}
	return store
}

// handleOn is the database at an address.
func handleOn(t *testing.T, where string) (*sql.DB, sqlstore.Engine) {
	t.Helper()
	address, err := database.Parse(where)
	if err != nil {
		t.Fatal(err)
	}
	db, err := address.Open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db, address.Engine
}

// TestLogList_KeepsItsColumns: also where the newest has no reason.
func TestLogList_KeepsItsColumns(t *testing.T) {
	t.Parallel()
	where, db := written(t, filepath.Join(t.TempDir(), "app.db"))
	execAll(t, db, `UPDATE guise_impersonations SET reason = '', id = id || ' of many'`)
	_, said := guiseSays("log list --db " + where)
	lines := strings.Split(said, "\n")
	if at := strings.Index(lines[0], "REASON"); at <= len(lines[1]) || strings.HasSuffix(lines[1], " ") {
		t.Errorf("a reason stands over another column, or a line ends in spaces:\n%s", said)
	}
}

// TestLogExport_ToADash is to standard output, and makes no file.
func TestLogExport_ToADash(t *testing.T) {
	where, _ := written(t, filepath.Join(t.TempDir(), "app.db"))
	t.Chdir(t.TempDir())
	if status, said := guiseSays("log export -o - --format jsonl --db " + where); status != 0 || strings.Count(said, "\n") != 2 || !strings.Contains(said, `"i-2"`) {
		t.Errorf("status %d, %s", status, said)
	}
	if _, err := os.Stat("-"); err == nil {
		t.Error("there is a file called -")
	}
}
