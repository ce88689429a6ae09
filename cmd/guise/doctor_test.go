package main

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"github.com/guise-go/guise/cmd/guise/internal/checkup"
)

// TestDoctor_SaysWhatToDo, and by its exit status whether anything is wrong.
func TestDoctor_SaysWhatToDo(t *testing.T) {
	t.Parallel()
	for engine, address := range addresses {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			doctors(t, engine, address(t))
		})
	}
}

func doctors(t *testing.T, engine, address string) {
	t.Helper()
	where, db := written(t, address)
	if status, said := guiseSays("doctor --db " + where); status != 0 || !strings.Contains(said, "ok      log: its head is 10:") || !strings.Contains(said, "index: not looked at") {
		t.Errorf("a good one: status %d, %s", status, said)
	}
	execAll(t, db, people4)
	if status, said := guiseSays("doctor --db " + where + people4Flags); status != 0 || !strings.Contains(said, "advice  index: ") {
		t.Errorf("without an index: status %d, %s", status, said)
	}
	if engine != "MariaDB" { // which has no such index
		if status, said := guiseSays("users index --apply --db " + where + people4Flags); status != 0 {
			t.Fatal(said)
		}
		if status, said := guiseSays("doctor --db " + where + people4Flags); status != 0 || !strings.Contains(said, "ok      index: ") {
			t.Errorf("with an index: status %d, %s", status, said)
		}
	}
	if status, said := guiseSays("doctor --table persons --db " + where); status != exitNo || !strings.Contains(said, "--active is required") ||
		!strings.Contains(said, "ok      log: ") {
		t.Errorf("half a table: status %d, %s", status, said)
	}
	execAll(t, db, dropTriggers[engine])
	execAll(t, db, `UPDATE guise_events SET note = 'another' WHERE seq = 10; UPDATE guise_events SET note = 'forged' WHERE seq = 10`)
	if status, said := guiseSays("doctor --db " + where); status != exitNo || !strings.Contains(said, "wrong   log: event 10") || !strings.Contains(said, "to do: run guise log verify") {
		t.Errorf("a forged one: status %d, %s", status, said)
	}
	if status, said := guiseSays("log list --db " + where + "-not"); status != exitFailed || strings.Count(said, "\n") != 1 || !strings.HasPrefix(said, "guise: cannot open ") {
		t.Errorf("none: status %d, %s; want one line", status, said)
	}
	if status, said := guiseSays("doctor --db " + where + "-not"); status != exitNo || strings.Contains(said, "u000a") || !strings.Contains(said, "wrong   database: ") {
		t.Errorf("none: status %d, %s", status, said)
	}
}

// TestDoctor_OfASite, alone: nothing that it answers moves the terminal.
func TestDoctor_OfASite(t *testing.T) {
	t.Parallel()
	if os.Getenv("GUISE_DB") != "" {
		t.Skip("GUISE_DB names a database")
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Set-Cookie", "session=1; Path=/; HttpOnly")
	}))
	defer server.Close()
	status, said := guiseSays("doctor --json --url " + server.URL)
	var answer struct {
		Right    bool
		Findings checkup.Findings
	}
	if err := json.Unmarshal([]byte(said), &answer); err != nil || status != exitNo || answer.Right || len(answer.Findings) != 4 {
		t.Errorf("status %d, %v, %s", status, err, said)
	}
	for _, address := range []string{"app.example", "ftp://app.example/", "https://"} {
		if status, said := guiseSays("doctor --url " + address); status != exitUsage || !strings.Contains(said, "--url") {
			t.Errorf("%s: status %d, %s", address, status, said)
		}
	}
}
