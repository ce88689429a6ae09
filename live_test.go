package guise_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/guise-go/guise"
	"github.com/guise-go/guise/console"
)

// soFar is what the Live endpoint says of the only one that runs.
func (w *world) soFar() string {
	w.t.Helper()
	got := w.login("2").do("GET", "/impersonate/live", "", asJSON)
	if got.Code != http.StatusOK {
		w.t.Fatalf("GET live: %d", got.Code)
	}
	one := got.json()["impersonations"].([]any)[0].(map[string]any)
	last, _ := one["last_request"].(map[string]any)
	return fmt.Sprintln(one["requests"], one["writes"], one["more_requests"], last["method"], last["path"], last["status"])
}

func TestLive_SaysHowFarEachHasGot(t *testing.T) {
	for activity, want := range map[guise.Activity][3]string{
		guise.ActivityAll:    {"0 0 false <nil> <nil> <nil>", "2 1 false POST /notes 405", "3 1 false GET /notes 200"},
		guise.ActivityWrites: {"0 0 false <nil> <nil> <nil>", "1 1 false POST /notes 405", "1 1 false POST /notes 405"},
		guise.ActivityNone:   {"<nil> <nil> <nil> <nil> <nil> <nil>", "<nil> <nil> <nil> <nil> <nil> <nil>", "<nil> <nil> <nil> <nil> <nil> <nil>"},
	} {
		w := newWorld(t, func(c *guise.Config) { c.Activity = activity })
		b := w.login("1")
		b.start("10")
		steps := []func(){func() {}, func() { b.get("/notes"); w.soFar(); b.post("/notes", "") }, func() { b.get("/notes") }}
		for n, do := range steps {
			do()
			if got := w.soFar(); got != want[n]+"\n" {
				t.Errorf("%s, step %d: %q, want %q", activity, n, got, want[n])
			}
		}
	}
}

// When nothing more can be logged, one must still see what runs, and what is on
// record of it, to end it.
func TestLive_IsShownWhenTheLogCantBeWritten(t *testing.T) {
	w := newWorld(t, nil)
	b := w.login("1")
	id := b.start("10").json()["id"].(string)
	b.get("/notes")
	w.store.fail("Append")
	if got := w.soFar(); got != "0 0 false <nil> <nil> <nil>\n" {
		t.Errorf("%q", got)
	}
	if got := w.login("2").do("GET", "/impersonate/log/"+id, "", asJSON); got.Code != http.StatusOK || len(got.json()["events"].([]any)) != 1 {
		t.Errorf("GET log/%s: %d %s; want 200 and the start", id, got.Code, got.Body)
	}
}

// askedFor is a store that says how much it was asked to look at.
type askedFor struct {
	guise.Store
	ids, newest int
}

func (c *askedFor) Progress(ctx context.Context, ids []string, newest int) (map[string]guise.Progress, error) {
	c.ids, c.newest = len(ids), newest
	return c.Store.Progress(ctx, ids, newest)
}

// However many run, the page looks at a limited number of events.
func TestLive_LooksAtABoundedNumberOfEvents(t *testing.T) {
	store := &askedFor{}
	w := newWorld(t, func(c *guise.Config) { store.Store, c.Store = c.Store, store })
	for n := range 205 {
		if n == 1 || n == 204 {
			w.soFar()
			if store.ids != min(n, 200) || store.newest > 10_000 || store.ids*store.newest > 20_000 || store.newest < 100 {
				t.Errorf("of %d that run, %d are asked for, %d events of each", n, store.ids, store.newest)
			}
		}
		one := guise.Impersonation{
			ID: fmt.Sprint("imp", n), StackID: fmt.Sprint("imp", n), Depth: 1, State: guise.StateActive, StartedAt: w.clock(), LastSeenAt: w.clock(),
			Actor: guise.Actor{User: guise.User{ID: fmt.Sprint("a", n)}}, Subject: guise.Subject{User: guise.User{ID: "10"}}, Mode: guise.ReadOnly,
		}
		token := guise.TokenHash{1: byte(n), 2: byte(n >> 8), 3: 1}
		if err := store.Store.Start(t.Context(), guise.Start{Impersonation: one, Token: token, Event: guise.Event{Kind: guise.KindStarted, ImpersonationID: one.ID}}); err != nil {
			t.Fatal(err)
		}
	}
}

// TestLive_SaysWhatWasJustEnded: what the address names is not more than the viewer
// may see, and nothing that still runs.
func TestLive_SaysWhatWasJustEnded(t *testing.T) {
	w := newWorld(t, func(c *guise.Config) { c.Console, c.Policy = console.New, guise.SuperusersAndStaff })
	over, runs := w.login("1"), w.login("2")
	ended, running := over.start("10").json()["id"].(string), runs.start("11").json()["id"].(string)
	over.post("/impersonate/stop", "")
	for _, row := range []struct {
		who, id string
		says    bool
	}{{"1", ended, true}, {"1", running, false}, {"1", "nothing", false}, {"1", "", false}, {"3", ended, false}} {
		got := w.login(row.who).get("/impersonate/live?ended=" + row.id)
		if says := strings.Contains(pageWords(got.Body.String()), "Ended: Ada Admin as Maya Customer"); got.Code != 200 || says != row.says {
			t.Errorf("%s asks for %q: %d, says so: %v", row.who, row.id, got.Code, says)
		}
	}
}
