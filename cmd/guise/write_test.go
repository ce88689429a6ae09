package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/guise-go/guise"
)

// TestLiveEnd_IsOnRecord on every engine: who, why, by which cause; and once.
func TestLiveEnd_IsOnRecord(t *testing.T) {
	t.Parallel()
	for engine, address := range addresses {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			where, _ := written(t, address(t))
			if _, said := guiseSays("live list --json --db " + where); !strings.Contains(said, `"i-2"`) {
				t.Fatalf("before: %s", said)
			}
			if status, said := guiseSays("live end i-2 --by Olga --note stolen --db " + where); status != 0 || said != "Ended impersonation i-2\n" {
				t.Fatalf("status %d, %s", status, said)
			}
			store := reopened(t, where)
			i, err := store.Impersonation(t.Context(), "i-2")
			olga := guise.User{ID: "operator:Olga", Name: "Olga"}
			if err != nil || i.State != guise.StateEnded || i.Cause != guise.CauseRevoked || person(i.EndedBy.User) != person(olga) || i.Note != "stolen" {
				t.Errorf("%+v, %v", i, err)
			}
			events, err := store.Events(t.Context(), "i-2", 0, 10)
			if last := events[len(events)-1]; err != nil || last.Kind != guise.KindEnded || person(last.By.User) != person(olga) || last.Note != "stolen" {
				t.Errorf("%+v, %v", last, err)
			}
			for id, says := range map[string]string{"i-2": "is not running", "i-9": "no impersonation"} {
				if status, said := guiseSays("live end " + id + " --by Olga --note stolen --db " + where); status != exitNo || !strings.Contains(said, says) {
					t.Errorf("%s: status %d, %s", id, status, said)
				}
			}
			if status, said := guiseSays("log verify --db " + where); status != 0 {
				t.Errorf("afterwards: %s", said)
			}
			if _, said := guiseSays("live list --json --db " + where); strings.Contains(said, `"i-2"`) {
				t.Errorf("it still runs: %s", said)
			}
		})
	}
}

// TestLogPurge_LeavesAChainThatVerifies on every engine, says who did it, and
// never takes what runs.
func TestLogPurge_LeavesAChainThatVerifies(t *testing.T) {
	t.Parallel()
	for engine, address := range addresses {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			where, _ := written(t, address(t))
			purge := "log purge --before 2026-05-05 --by Olga --note law --yes --db " + where
			if status, said := guiseSays(strings.Replace(purge, "--yes", "", 1)); status != exitUsage {
				t.Fatalf("without --yes: status %d, %s", status, said)
			}
			if status, said := guiseSays(purge); status != 0 || said != "Purged 4 events and 1 impersonations from before 2026-05-05 00:00:00Z\n" {
				t.Fatalf("status %d, %s", status, said)
			}
			if status, said := guiseSays("log verify --db " + where); status != 0 || !strings.Contains(said, "The log holds: 6 events from number 6 on, 1 impersonations") {
				t.Errorf("status %d, %s", status, said)
			}
			events, err := reopened(t, where).Events(t.Context(), "", 10, 10)
			if err != nil || len(events) != 1 || events[0].Kind != guise.KindPurged || events[0].By.ID != "operator:Olga" || events[0].Note != "law" {
				t.Errorf("%+v, %v", events, err)
			}
			if status, said := guiseSays(purge); status != 0 || !strings.Contains(said, "Purged 0 events") {
				t.Errorf("once more: status %d, %s", status, said)
			}
		})
	}
}

func TestProgress_OneLineNowAndThen(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	bar := &progress{to: &b}
	bar.of("events", 50, 200)
	bar.of("events", 51, 200) // too soon after the first
	bar.last = time.Time{}.Add(1)
	bar.of("events", 300, 200)
	bar.last = time.Time{}.Add(1)
	bar.reached("rows", 7, 15*time.Minute, time.Hour)
	bar.last = time.Time{}.Add(1)
	bar.reached("rows", 8, time.Hour, 0)
	bar.done()
	want := ""
	for _, line := range []string{
		"[#######                       ] 50 of 200 events", "[##############################] 300 of 200 events",
		"[#######                       ] 7 rows", "[##############################] 8 rows",
	} {
		want += clearLine + wrapOff + line + wrapOn
	}
	want += clearLine
	if b.String() != want {
		t.Errorf("%q\nwant %q", &b, want)
	}
	if silent := (output{&b, &b}).progress(); silent.to != nil {
		t.Error("it speaks to what is no terminal")
	}
	new(progress).of("events", 1, 2) // says nothing, to nobody
}

// TestLogPurge_NotAMomentLater: what was recorded right at --before stays, however
// long the command takes.
func TestLogPurge_NotAMomentLater(t *testing.T) {
	t.Parallel()
	where := filepath.Join(t.TempDir(), "app.db")
	if err := os.WriteFile(where, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if status, said := guiseSays("migrate --db " + where); status != 0 {
		t.Fatal(said)
	}
	day := time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)
	for _, at := range []time.Time{day.Add(-time.Microsecond), day} {
		if err := reopened(t, where).Append(t.Context(), guise.Event{Kind: guise.KindNote, Time: at, Note: "a call"}); err != nil {
			t.Fatal(err)
		}
	}
	if _, said := guiseSays("log purge --before 2020-01-01 --by Olga --note law --yes --db " + where); !strings.HasPrefix(said, "Purged 1 events") {
		t.Error(said)
	}
}

// TestJSON_OfWhatChangesSomething: a script reads how many, which, and the head.
func TestJSON_OfWhatChangesSomething(t *testing.T) {
	t.Parallel()
	where, _ := written(t, filepath.Join(t.TempDir(), "app.db"))
	to, empty := filepath.Join(t.TempDir(), "copy.db"), filepath.Join(t.TempDir(), "empty.db")
	if err := os.WriteFile(empty, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, row := range []struct {
		args string
		says []string
	}{
		{"migrate --print --db " + empty, []string{`"missing": [`, `"version": 1`, `"sql": "`, `CREATE TABLE guise_events`}},
		{"migrate --db " + empty, []string{`"applied": [`, `"name": "tables"`}},
		{"migrate --db " + empty, []string{`"applied": []`}},
		{"migrate --print --db " + empty, []string{`"missing": []`}},
		{"copy --from " + where + " --to " + to, []string{`"events": 9`, `"impersonations": 2`, `"seq": 10`}},
		{"log purge --before 2026-05-05 --by Olga --note law --yes --db " + to, []string{`"events": 4`, `"impersonations": 1`, `"before": "2026-05-05T00:00:00Z"`}},
		{"live end i-2 --by Olga --note stolen --db " + to, []string{`"id": "i-2"`, `"cause": "revoked"`, `"note": "stolen"`}},
	} {
		status, said := guiseSays(row.args + " --json")
		if status != 0 || !json.Valid([]byte(said)) {
			t.Errorf("%s: status %d, %s", row.args, status, said)
		}
		for _, says := range row.says {
			if !strings.Contains(said, says) {
				t.Errorf("%s: %s\nlacks %s", row.args, said, says)
			}
		}
	}
}
