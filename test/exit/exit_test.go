package exit

import (
	"bytes"
	"database/sql"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/guise-go/guise"
	"github.com/guise-go/guise/internal/databases"
	"github.com/guise-go/guise/sqlstore"
)

// places is an empty database on each engine.
var places = map[sqlstore.Engine]func(*testing.T) (driver, dsn string){
	sqlstore.SQLite: func(t *testing.T) (string, string) {
		return "sqlite", "file:" + filepath.Join(t.TempDir(), "app.db") + "?_pragma=journal_mode(WAL)&_pragma=busy_timeout(5000)"
	},
	sqlstore.Postgres: func(t *testing.T) (string, string) {
		d := databases.Postgres(t)
		return d.Driver, d.DSN
	},
	sqlstore.MySQL: func(t *testing.T) (string, string) {
		d := databases.MySQL(t)
		return d.Driver, d.DSN
	},
}

// TestP1_RecordedFirst_KilledAtEachPoint of a refused attempt, a start, a
// change of mode, a write and a stop: what was answered is there, what was not is
// there whole or not at all, the log verifies, and the life that was cut off can
// go on or be ended.
func TestP1_RecordedFirst_KilledAtEachPoint(t *testing.T) {
	for engine, place := range places {
		t.Run(string(engine), func(t *testing.T) {
			t.Parallel()
			driver, dsn := place(t)
			db, err := sql.Open(driver, dsn)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = db.Close() })
			store, err := sqlstore.Open(t.Context(), db, engine)
			if err != nil {
				t.Fatal(err)
			}
			for at := 1; ; at++ {
				said := killed(t, at, engine, driver, dsn)
				l := lifeOf(t, store, fmt.Sprint(at), said)
				l.wantWhole()
				l.wantGoesOn()
				if strings.Contains(said, "done\n") {
					if l.wantAll(); at < 40 {
						t.Errorf("there are %d points", at-1)
					}
					t.Logf("killed at %d points", at-1)
					break
				}
				if t.Failed() {
					return
				}
			}
			verified(t, store)
		})
	}
}

// killed runs a life in a process of its own, which is killed, and returns what
// it said until then.
func killed(t *testing.T, at int, engine sqlstore.Engine, driver, dsn string) string {
	t.Helper()
	child := exec.CommandContext(t.Context(), os.Args[0])
	child.Env = append(os.Environ(), fmt.Sprint(atVariable, "=", at), fmt.Sprint(engineVariable, "=", engine), driverVariable+"="+driver, dsnVariable+"="+dsn)
	var wrong bytes.Buffer
	child.Stderr = &wrong
	said, err := child.Output()
	if wasKilled := strings.Contains(string(said), "killed "); (err != nil) != wasKilled || wrong.Len() > 0 {
		t.Fatalf("point %d: %v\n%s\n%s", at, err, said, &wrong)
	}
	return string(said)
}

// life is what there is of one afterwards.
type life struct {
	*testing.T
	*app
	said    string
	tries   []guise.Impersonation
	rows    []guise.Impersonation // not of the tries
	events  map[guise.Kind]int
	written map[int]int // by status
}

func lifeOf(t *testing.T, store guise.Store, actor, said string) *life {
	t.Helper()
	l := &life{T: t, said: said, events: map[guise.Kind]int{}, written: map[int]int{}}
	found, err := store.Impersonations(t.Context(), guise.LogQuery{ActorID: actor, Limit: 10})
	if err != nil {
		t.Fatal(err)
	}
	for _, one := range found.Impersonations {
		if one.State == guise.StateDenied {
			l.tries = append(l.tries, one)
		} else {
			l.rows = append(l.rows, one)
		}
		events, err := store.Events(t.Context(), one.ID, 0, 100)
		if err != nil {
			t.Fatal(err)
		}
		for _, event := range events {
			if l.events[event.Kind]++; event.Kind == guise.KindRequest {
				l.written[event.Status]++
			}
		}
	}
	if l.app, err = newApp(store, actor); err != nil {
		t.Fatal(err)
	}
	if _, rest, found := strings.Cut(said, "\nstarted 201 "); found {
		l.cookie, _, _ = strings.Cut(rest, "\n")
	}
	return l
}

func (l *life) answered(what string) bool { return strings.Contains("\n"+l.said, "\n"+what+" ") }

// wantWhole: answered is there; a row and its event are there both or not at all.
func (l *life) wantWhole() {
	l.Helper()
	row, ended, mode := guise.Impersonation{}, 0, 0
	if len(l.rows) > 0 {
		row = l.rows[0]
	}
	if row.State == guise.StateEnded {
		ended = 1
	}
	if row.Mode == guise.ReadWrite {
		mode = 1
	}
	for _, one := range []struct {
		what         string
		state, event int
		answered     bool
	}{
		{"refusal", len(l.tries), l.events[guise.KindDenied], l.answered("denied")},
		{"start", len(l.rows), l.events[guise.KindStarted], l.answered("started")},
		{"mode", mode, l.events[guise.KindModeChanged], l.answered("mode changed")},
		{"end", ended, l.events[guise.KindEnded], l.answered("stopped")},
		{"write, before", l.written[0], l.written[0], l.answered("ran /write")},
		{"write, after", l.written[200], l.written[200], l.answered("wrote")},
	} {
		if one.state != one.event || one.event > 1 || one.answered && one.event == 0 {
			l.Errorf("%s: %d are there, %d events, answered: %v; the process said\n%s", one.what, one.state, one.event, one.answered, l.said)
		}
	}
	if l.answered("ran /write") && !strings.Contains(l.said, "ran /write maya\n") {
		l.Errorf("the write ran as somebody else:\n%s", l.said)
	}
}

// wantGoesOn: the next request is the subject's, or refused; and leaving works,
// also for whoever never heard that it began.
func (l *life) wantGoesOn() {
	l.Helper()
	running := len(l.rows) == 1 && l.rows[0].State == guise.StateActive
	if l.cookie != "" {
		want, as := http.StatusForbidden, ""
		if running {
			want, as = http.StatusOK, "maya"
		}
		if got := l.do("GET", "/", ""); got.Code != want || as != "" && got.Body.String() != as {
			l.Errorf("P3: afterwards: %d %s; want %d %s", got.Code, got.Body, want, as)
		}
	}
	if running {
		path := "/impersonate/stop"
		if l.cookie == "" {
			path = "/impersonate/live/" + l.rows[0].ID + "/end"
		}
		if got := l.post(path, ""); got.Code != http.StatusOK {
			l.Errorf("P10: leaving afterwards: %d %s", got.Code, got.Body)
		}
	}
	l.cookie = ""
	if got := l.post("/impersonate/start", "user_id=maya"); got.Code != http.StatusCreated {
		l.Errorf("the next start: %d %s", got.Code, got.Body)
	}
}

// wantAll: a life that was not cut off has done everything.
func (l *life) wantAll() {
	l.Helper()
	for _, answer := range []string{"denied 403", "started 201", "mode changed 200", "wrote 200", "stopped 200"} {
		if !l.answered(answer) {
			l.Errorf("without being killed: no %q in\n%s", answer, l.said)
		}
	}
}

func verified(t *testing.T, store guise.Store) {
	t.Helper()
	var chain guise.Verifier
	for after := int64(0); ; {
		events, err := store.Events(t.Context(), "", after, 1000)
		if err != nil {
			t.Fatal(err)
		}
		for _, event := range events {
			if err := chain.Add(event); err != nil {
				t.Errorf("P9: %v", err)
			}
			after = event.Seq
		}
		if len(events) == 0 {
			break
		}
	}
	if err := chain.Done(); err != nil {
		t.Errorf("P9: %v", err)
	}
}
