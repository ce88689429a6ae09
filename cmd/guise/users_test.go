package main

import (
	"encoding/json"
	"io"
	"log/slog"
	"path/filepath"
	"strings"
	"testing"

	"github.com/guise-go/guise/cmd/guise/internal/database"
	"github.com/guise-go/guise/cmd/guise/schooldesk"
)

// demoData is a folder with the demo's database.
func demoData(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	app, err := schooldesk.Open(t.Context(), schooldesk.Options{
		Data: dir, Users: 30, Logger: slog.New(slog.NewTextHandler(io.Discard, nil)),
		Impersonation: schooldesk.Impersonation{Policy: "superusers", MaxDepth: 1, Starts: 20},
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := app.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	return dir
}

// TestUsers_OfTheDemo: with --data nobody has to name a column.
func TestUsers_OfTheDemo(t *testing.T) {
	t.Parallel()
	dir := demoData(t)
	status, said := guiseSays("users search --json --data " + dir + " admin schooldesk.example")
	var answer struct{ Users []userJSON }
	if err := json.Unmarshal([]byte(said), &answer); status != 0 || err != nil || len(answer.Users) == 0 {
		t.Fatalf("status %d, %v, %s", status, err, said)
	}
	admin := answer.Users[0]
	if !admin.Superuser || !admin.Active || admin.Tenant == "" || admin.Name == "" || admin.Username == "" {
		t.Errorf("a column is not the right one: %+v", admin)
	}
	if status, said := guiseSays("users show --data " + dir + " " + admin.ID); status != 0 || !strings.Contains(said, "active, staff, superuser") && !strings.Contains(said, "active, superuser") {
		t.Errorf("status %d, %s", status, said)
	}
	if status, said := guiseSays("users show --data " + dir + " nobody"); status != exitNo || !strings.Contains(said, `no user with the ID "nobody"`) {
		t.Errorf("nobody: status %d, %s", status, said)
	}
	if status, said := guiseSays("users search --limit 5 --data " + dir); status != 0 || strings.Count(said, "\n") != 7 || !strings.Contains(said, "More: --cursor ") {
		t.Errorf("a page of everyone: status %d, %s", status, said)
	}
}

// people4 is a table of four, as an application might have it.
const people4 = `CREATE TABLE persons (nr INTEGER PRIMARY KEY, called VARCHAR(200), mail VARCHAR(200), live INTEGER, helps INTEGER, root INTEGER);
	INSERT INTO persons VALUES (1, 'Root', 'root@x.example', 1, 0, 1), (2, 'Stan Staff', 'stan@x.example', 1, 1, 0),
		(3, 'Cy Customer', 'cy@x.example', 1, 0, 0), (4, 'Gone', 'gone@x.example', 0, 0, 0)`

const people4Flags = " --table persons --id nr --name called --email mail --active live --staff helps --superuser root"

func peopleDatabase(t *testing.T, where string) string {
	t.Helper()
	address, err := database.Parse(where)
	if err != nil {
		t.Fatal(err)
	}
	db, err := address.Open(t.Context(), database.Create)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	execAll(t, db, people4)
	return " --db " + where + people4Flags
}

// TestUsersIndex_MadeCheckedAndRemoved on every engine.
func TestUsersIndex_MadeCheckedAndRemoved(t *testing.T) {
	t.Parallel()
	for engine, address := range addresses {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			where := address(t)
			flags := peopleDatabase(t, where)
			if engine == "MariaDB" { // it has no index that finds text within a word
				for _, what := range []string{"--print", "--apply", "--check"} {
					if status, said := guiseSays("users index " + what + flags); status != exitNo || !strings.Contains(said, "within a word") {
						t.Errorf("%s: status %d, %s", what, status, said)
					}
				}
				if status, said := guiseSays("users search CUST" + flags); status != 0 || !strings.Contains(said, "Cy Customer") {
					t.Errorf("search: status %d, %s", status, said)
				}
				return
			}
			for _, step := range []struct {
				what   string
				status int
				says   string
			}{
				{"--check", exitNo, "no index"},
				{"--print", 0, "persons"},
				{"--check", exitNo, "no index"}, // to print made none
				{"--apply", 0, "The index is made."},
				{"--check", 0, "The index is there, and right."},
				{"--apply", 0, "The index is made."}, // in place of the one that is there
				{"--drop", 0, "The index is gone."},
				{"--check", exitNo, "no index"},
				{"--drop", 0, "The index is gone."}, // already
			} {
				if status, said := guiseSays("users index " + step.what + flags); status != step.status || !strings.Contains(said, step.says) {
					t.Fatalf("%s: status %d, %s\nwant status %d, and %q", step.what, status, said, step.status, step.says)
				}
			}
			if status, said := guiseSays("users search CUST" + flags); status != 0 || !strings.Contains(said, "Cy Customer") || strings.Contains(said, "Root") {
				t.Errorf("search: status %d, %s", status, said)
			}
			// What is printed is a script, and what it makes is the index.
			_, script := guiseSays("users index --print" + flags)
			runScript(t, engine, where, script)
			if status, said := guiseSays("users index --check" + flags); status != 0 {
				t.Errorf("after the printed statements: status %d, %s\n%s", status, said, script)
			}
		})
	}
}

// runScript runs statements as the engine's own command line does.
func runScript(t *testing.T, engine, where, script string) {
	t.Helper()
	address, err := database.Parse(where)
	if err != nil {
		t.Fatal(err)
	}
	db, err := address.Open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	statements := []string{script}
	if engine == "PostgreSQL" { // which makes one transaction of several that come at once
		statements = strings.Split(script, ";\n")
	}
	for _, statement := range statements {
		if _, err := db.ExecContext(t.Context(), statement); err != nil {
			t.Fatalf("%v in %s", err, statement)
		}
	}
}

// TestUsers_SearchedPageByPageAndShown on every engine.
func TestUsers_SearchedPageByPageAndShown(t *testing.T) {
	t.Parallel()
	for engine, address := range addresses {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			flags := peopleDatabase(t, address(t))
			var all []string
			for cursor := ""; len(all) < 10; {
				status, said := guiseSays("users search --json --limit 3 x.example" + cursor + flags)
				var answer struct {
					Users []userJSON
					Next  string
				}
				if err := json.Unmarshal([]byte(said), &answer); err != nil || status != 0 {
					t.Fatalf("status %d, %v, %s", status, err, said)
				}
				for _, u := range answer.Users {
					all = append(all, u.ID)
				}
				if answer.Next == "" {
					break
				}
				cursor = " --cursor " + answer.Next
			}
			if got := strings.Join(all, " "); got != "1 2 3 4" {
				t.Errorf("page by page: %s", got)
			}
			for _, row := range []struct {
				line   string
				status int
				says   string
			}{
				{"users search STAN staff", 0, "2   Stan Staff"},
				{"users search nobody", 0, "ID  NAME"},
				{"users search --cursor nonsense", exitUsage, `--cursor is "nonsense"`},
				{"users show 4", 0, "inactive"},
				{"users show 9", exitNo, `no user with the ID "9"`},
				{"users show no-number", exitNo, `no user with the ID "no-number"`},
				{"users search --username nick", exitUsage, `--username is "nick", and persons has no such column`},
				{"users search --where (root", exitUsage, `--where is "(root"`},
			} {
				status, said := guiseSays(row.line + flags)
				if status != row.status || !strings.Contains(said, row.says) || status != 0 && strings.Count(said, "\n") != 1 {
					t.Errorf("%s: status %d, %s\nwant status %d, and %q", row.line, status, said, row.status, row.says)
				}
			}
		})
	}
}

// TestExplain_SaysWhichRuleRefuses, and that it did not ask the application.
func TestExplain_SaysWhichRuleRefuses(t *testing.T) {
	t.Parallel()
	for engine, address := range addresses {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			explains(t, peopleDatabase(t, address(t)))
		})
	}
}

func explains(t *testing.T, flags string) {
	t.Helper()
	for line, want := range map[string]string{
		"--actor 1 --subject 3":                    "",
		"--actor 1 --subject 3 --mode read_write":  "",
		"--actor 2 --subject 3":                    "policy superusers-only",
		"--actor 2 --subject 3 --policy staff":     "",
		"--actor 2 --subject 1 --policy staff":     "superuser superuser, policy subject-is-staff",
		"--actor 3 --subject 2 --policy staff":     "policy staff-only",
		"--actor 1 --subject 4":                    "subject-inactive subject-inactive",
		"--actor 4 --subject 3":                    "actor-inactive actor-inactive, policy superusers-only",
		"--actor 1 --subject 1":                    "oneself oneself, superuser superuser",
		"--actor 1 --subject 1 --allow-superusers": "oneself oneself",
	} {
		status, said := guiseSays("explain --json " + line + flags)
		var answer struct {
			Allowed  bool
			Rules    []ruleJSON
			NotAsked []string `json:"not_asked"`
		}
		if err := json.Unmarshal([]byte(said), &answer); err != nil {
			t.Fatalf("%s: %v in %s", line, err, said)
		}
		var refused []string
		for _, rule := range answer.Rules {
			if !rule.Holds {
				refused = append(refused, rule.Rule+" "+rule.Code)
			}
		}
		got := strings.Join(refused, ", ")
		if got != want || answer.Allowed != (want == "") || (status == exitNo) == (want == "") || len(answer.NotAsked) != 2 {
			t.Errorf("%s: status %d, refused by %q, want %q: %s", line, status, got, want, said)
		}
	}
	status, said := guiseSays("explain --actor 2 --subject 3" + flags)
	for _, says := range []string{"Stan Staff (2) may not act as Cy Customer (3) in mode read_only", "Only superusers", "Not asked: the application's own Policy and Scope"} {
		if status != exitNo || !strings.Contains(said, says) {
			t.Errorf("status %d, no %q in %s", status, says, said)
		}
	}
	if status, said := guiseSays("explain --actor 9 --subject 3" + flags); status != exitNo || !strings.Contains(said, `--actor: there is no user with the ID "9"`) {
		t.Errorf("nobody: status %d, %s", status, said)
	}
}

// TestUsers_AWrongColumnIsNamed, as a wrong call.
func TestUsers_AWrongColumnIsNamed(t *testing.T) {
	t.Parallel()
	flags := peopleDatabase(t, filepath.Join(t.TempDir(), "app.db"))
	for wrong, says := range map[string]string{
		strings.Replace(flags, "--email mail", "--email post", 1): `--email is "post"`,
		strings.Replace(flags, "--active live", "", 1):            "--active is required",
		strings.Replace(flags, "persons", "people", 1):            `--table is "people"`,
		strings.Replace(flags, "--table persons", "", 1):          "--table is required",
	} {
		if status, said := guiseSays("users search" + wrong); status != exitUsage || !strings.Contains(said, says) {
			t.Errorf("%s: status %d, %s", wrong, status, said)
		}
	}
}

// TestUsersSearch_AsManyAsWereAskedFor, also where the directory's pages are shorter
// or empty.
func TestUsersSearch_AsManyAsWereAskedFor(t *testing.T) {
	t.Parallel()
	where := filepath.Join(t.TempDir(), "app.db")
	flags := peopleDatabase(t, where)
	db, _ := handleOn(t, where)
	execAll(t, db, `WITH RECURSIVE n (n) AS (SELECT 5 UNION ALL SELECT n + 1 FROM n WHERE n < 25000)
		INSERT INTO persons SELECT n, CASE n WHEN 21000 THEN 'Zq' ELSE 'Anna' END, NULL, 1, 0, 0 FROM n`)
	for line, want := range map[string]struct {
		users int
		last  string
		more  bool
	}{
		"--limit 1000 anna": {1000, "1004", true},
		"--limit 450 anna":  {450, "454", true},
		"zq":                {1, "21000", false}, // which is too short for the index, and the directory looks at 10,000 at once
	} {
		status, said := guiseSays("users search --json " + line + flags)
		var answer struct {
			Users []userJSON
			Next  string
		}
		if err := json.Unmarshal([]byte(said), &answer); err != nil || status != 0 {
			t.Fatalf("status %d, %v, %.200s", status, err, said)
		}
		got := answer.Users
		if len(got) != want.users || got[len(got)-1].ID != want.last || (answer.Next != "") != want.more {
			t.Errorf("search %s: %d users, Next %q; want %d, the last with ID %s", line, len(got), answer.Next, want.users, want.last)
		}
	}
}
