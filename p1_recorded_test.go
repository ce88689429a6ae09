package guise_test

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"testing"

	"github.com/guise-go/guise"
)

func TestP1_NobodyActsWithoutARecord(t *testing.T) {
	for _, broken := range []string{"Start", "Running", "*"} {
		t.Run(broken+" fails", func(t *testing.T) {
			w := newWorld(t, nil)
			b := w.login("1")
			w.store.fail(broken)
			if got := b.post("/impersonate/start", "user_id=10"); got.Code != http.StatusServiceUnavailable {
				t.Errorf("start: %d, want 503", got.Code)
			}
			w.store.fail()
			if b.impersonates() || b.sees() != "1" {
				t.Errorf("acts as %s although nothing was recorded", b.sees())
			}
			if n := len(w.seen(guise.KindStarted)); n != 0 {
				t.Errorf("%d started hooks; want none", n)
			}
		})
	}
}

func TestP1_StartIsInTheLogBeforeTheAnswer(t *testing.T) {
	w := newWorld(t, nil)
	id := w.login("1").start("10", "reason", " empty timetable ", "ticket", "T-7").json()["id"]
	logged := w.logged(guise.KindStarted)
	if len(logged) != 1 {
		t.Fatalf("%d started events, want 1", len(logged))
	}
	e := logged[0]
	if e.ImpersonationID != id || e.Actor.ID != "1" || e.Subject.Name != "Maya Customer" || e.Reason != "empty timetable" || e.Ticket != "T-7" || e.Mode != guise.ReadOnly || e.ClientIP != "192.0.2.1" {
		t.Errorf("recorded %+v", e)
	}
}

func TestP1_RefusalsAreOnRecord(t *testing.T) {
	for _, try := range []struct{ name, actor, subject, code string }{
		{"by the policy", "3", "1", "may-not-find"},
		{"of a customer", "10", "11", "may-not-find"},
		{"of an unknown user", "1", "99", "user-not-found"},
		{"of an inactive user", "1", "12", "subject-inactive"},
		{"of a superuser", "1", "2", "superuser"},
		{"of oneself", "1", "1", "oneself"},
	} {
		t.Run(try.name, func(t *testing.T) {
			w := newWorld(t, nil)
			b := w.login(try.actor)
			b.post("/impersonate/start", form("user_id", try.subject, "reason", "curious"))
			events := w.logged(guise.KindDenied)
			if len(events) != 1 || events[0].Code != try.code || events[0].Actor.ID != try.actor || events[0].Subject.ID != try.subject || events[0].Reason != "curious" {
				t.Errorf("recorded %+v; want one refusal with code %s", events, try.code)
			}
			if hooks := w.seen(guise.KindDenied); len(hooks) != 1 {
				t.Errorf("%d denied hooks, want 1", len(hooks))
			}
		})
	}
}

func TestP1_ARefusalThatCantBeRecordedIsA503(t *testing.T) {
	w := newWorld(t, nil)
	w.store.fail("Deny")
	if got := w.login("10").post("/impersonate/start", "user_id=11"); got.Code != http.StatusServiceUnavailable {
		t.Errorf("%d, want 503", got.Code)
	}
}

func TestP1_AWriteIsRecordedBeforeItRuns(t *testing.T) {
	var atRun []guise.Event
	w := newWorld(t, nil)
	w.handler = w.manager.Middleware(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		atRun, _ = w.store.Store.Events(r.Context(), "", 0, 100)
		rw.WriteHeader(http.StatusTeapot)
	}))
	b := w.login("1")
	b.start("10", "mode", "read_write", "reason", "repair")
	b.do("POST", "/notes?secret=1", "text=hidden")
	if last := atRun[len(atRun)-1]; last.Kind != guise.KindRequest || last.Method != "POST" || last.Path != "/notes" || last.Status != 0 {
		t.Errorf("while the write ran, the log ended with %+v", last)
	}
	events := w.logged(guise.KindRequest)
	if len(events) != 2 || events[1].Status != http.StatusTeapot {
		t.Errorf("afterwards it has %+v; want the outcome 418", events)
	}

	w.store.fail("Append")
	atRun = nil
	if got := b.do("POST", "/notes", "text=b"); got.Code != http.StatusServiceUnavailable || atRun != nil {
		t.Errorf("a write that can't be recorded: %d, ran: %v; want 503 and not run", got.Code, atRun != nil)
	}
}

func TestActivity_SaysWhichRequestsAreLogged(t *testing.T) {
	for activity, want := range map[guise.Activity][]string{
		"":                   {"GET 200", "POST 0", "POST 200", "DELETE 0", "DELETE 200"},
		guise.ActivityWrites: {"POST 0", "POST 200", "DELETE 0", "DELETE 200"},
		guise.ActivityNone:   nil,
	} {
		t.Run(string(activity), func(t *testing.T) {
			w := newWorld(t, func(c *guise.Config) { c.Activity, c.DefaultMode = activity, guise.ReadWrite })
			b := w.login("1")
			b.start("10")
			b.get("/a")
			b.do("POST", "/a", "x=1")
			b.do("DELETE", "/a", "")
			var got []string
			for _, e := range w.logged(guise.KindRequest) {
				got = append(got, e.Method+" "+strconv.Itoa(e.Status))
			}
			slices.Sort(got)
			slices.Sort(want)
			if !slices.Equal(got, want) {
				t.Errorf("logged %q, want %q", got, want)
			}
		})
	}
}

// TestHooks_BeforeStartIsAskedForMore: what the hook refuses at the start is not
// had by asking later; to go back to less needs nobody's leave.
func TestHooks_BeforeStartIsAskedForMore(t *testing.T) {
	var asked []guise.Mode
	w := newWorld(t, func(c *guise.Config) {
		c.Hooks.BeforeStart = func(_ context.Context, ask guise.Ask) error {
			asked = append(asked, ask.Mode)
			if ask.Reason == "curious" {
				return guise.Deny("no-reason", "That is no reason.")
			}
			return nil
		}
	})
	b := w.login("1")
	b.start("10")
	for _, try := range []struct {
		mode, reason string
		status       int
	}{{"read_write", "curious", 403}, {"read_write", "repair", 200}, {"read_only", "curious", 200}} {
		if got := b.post("/impersonate/mode", form("mode", try.mode, "reason", try.reason)); got.Code != try.status {
			t.Errorf("%s, %s: %d %s; want %d", try.mode, try.reason, got.Code, got.Body, try.status)
		}
	}
	if want := []guise.Mode{guise.ReadOnly, guise.ReadWrite, guise.ReadWrite}; !slices.Equal(asked, want) {
		t.Errorf("asked about %q; want %q", asked, want)
	}
	if denied := w.logged(guise.KindDenied); len(denied) != 1 || denied[0].Code != "no-reason" {
		t.Errorf("refused on record: %+v", denied)
	}
}

func TestHooks_BeforeStartCanRefuse(t *testing.T) {
	for name, try := range map[string]struct {
		err  error
		want int
	}{
		"nil":        {nil, http.StatusCreated},
		"a refusal":  {guise.Deny("not-today", "Not on a Sunday."), http.StatusForbidden},
		"a failure":  {errors.New("help desk is down"), http.StatusServiceUnavailable},
		"ctx passed": {nil, http.StatusCreated},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, func(c *guise.Config) {
				c.Hooks.BeforeStart = func(ctx context.Context, ask guise.Ask) error {
					if ask.Subject.ID != "10" || ask.Request == nil || ctx.Err() != nil {
						t.Errorf("asked %+v", ask)
					}
					return try.err
				}
			})
			b := w.login("1")
			if got := b.post("/impersonate/start", "user_id=10"); got.Code != try.want || b.impersonates() != (try.err == nil) {
				t.Errorf("%d, impersonates %v; want %d", got.Code, b.impersonates(), try.want)
			}
		})
	}
}

func TestHooks_APanicChangesNothing(t *testing.T) {
	w := newWorld(t, func(c *guise.Config) {
		c.Hooks.Started = func(context.Context, guise.Event) { panic("boom") }
	})
	b := w.login("1")
	b.start("10")
	if got := b.sees(); got != "10" {
		t.Errorf("sees %s", got)
	}
}
