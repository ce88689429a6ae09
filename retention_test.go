package guise_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/guise-go/guise"
)

const aMonth = 30 * 24 * time.Hour

func keepAMonth(c *guise.Config) { c.RetainFor, c.AllowPurge = aMonth, true }

func TestNew_RetainForIsALimitThatHolds(t *testing.T) {
	for name, try := range map[string]struct {
		retain time.Duration
		purge  bool
		want   string
	}{
		"for ever":                {0, false, ""},
		"for ever, purge allowed": {0, true, ""},
		"a day":                   {24 * time.Hour, true, ""},
		"a month":                 {aMonth, true, ""},
		"negative":                {-time.Hour, true, "is -1h0m0s; it must be 24 hours or more"},
		"30, of nothing":          {30, true, "is 30ns; it must be 24 hours or more"},
		"less than a day":         {24*time.Hour - 1, true, "24 hours or more"},
		"that nothing enforces":   {aMonth, false, "set AllowPurge too"},
	} {
		t.Run(name, func(t *testing.T) {
			config := minimal()
			config.RetainFor, config.AllowPurge = try.retain, try.purge
			_, err := guise.New(config)
			var wrong *guise.ConfigError
			switch {
			case try.want == "" && err != nil:
				t.Error(err)
			case try.want != "" && (!errors.As(err, &wrong) || wrong.Field != "RetainFor" || !strings.Contains(wrong.Problem, try.want)):
				t.Errorf("New: %v; want RetainFor named, and %q", err, try.want)
			}
		})
	}
}

// past starts and stops an impersonation by user 1: two events.
func (w *world) past() {
	w.t.Helper()
	b := w.login("1")
	b.start("10")
	b.post("/impersonate/stop", "")
}

// oldAndNew has one impersonation from forty days ago and one from now.
func oldAndNew(t *testing.T, change func(*guise.Config)) *world {
	t.Helper()
	w := newWorld(t, change)
	w.past()
	w.advance(40 * 24 * time.Hour)
	w.past()
	return w
}

func TestPurge_IsOffUnlessTheConfigSaysSo(t *testing.T) {
	for name, change := range map[string]func(*guise.Config){
		"by default":        nil,
		"without RetainFor": func(c *guise.Config) { c.AllowPurge = true },
	} {
		t.Run(name, func(t *testing.T) {
			w := oldAndNew(t, change)
			if purged, err := w.manager.Purge(t.Context(), guise.Actor{User: everyone()[0]}, ""); !errors.Is(err, guise.ErrSwitchedOff) || purged != (guise.Purged{}) {
				t.Errorf("Purge: %+v, %v; want ErrSwitchedOff", purged, err)
			}
			for _, method := range []string{"POST", "GET"} {
				if got := w.login("1").do(method, "/impersonate/log/purge", "", asJSON); got.Code != http.StatusNotFound {
					t.Errorf("%s: %d; want 404", method, got.Code)
				}
			}
			w.sweepOnce()
			if n := len(allEvents(t, w.store.Store)); n != 4 {
				t.Errorf("the log has %d events; want all 4", n)
			}
		})
	}
}

func TestPurge_IsAnEventAndTheRestVerifies(t *testing.T) {
	w := oldAndNew(t, keepAMonth)
	got := w.login("2").post("/impersonate/log/purge", form("note", "a month is over"))
	if got.Code != http.StatusOK || got.json()["events"] != 2.0 || got.json()["impersonations"] != 1.0 || len(got.json()) != 2 {
		t.Fatalf("%d %s; want 2 events and 1 impersonation", got.Code, got.Body)
	}
	purges := w.logged(guise.KindPurged)
	if len(purges) != 1 {
		t.Fatalf("%d purged events; want 1", len(purges))
	}
	if e := purges[0]; e.By.Name != "Bo Boss" || e.By.Superuser || e.Note != "a month is over" || e.Time != w.clock() || e.PurgedTo != 2 ||
		e.ImpersonationID != "" || e.Actor.ID != "" || e.ClientIP != "192.0.2.1" {
		t.Errorf("recorded %+v", e)
	}
	log := allEvents(t, w.store.Store)
	if _, err := verify(log); err != nil || log[0].Seq != 3 {
		t.Errorf("the rest, from event %d on: %v", log[0].Seq, err)
	}
	if got := w.login("1").do("GET", "/impersonate/log", "", asJSON); len(got.json()["impersonations"].([]any)) != 1 {
		t.Errorf("the log's page: %s; want the younger one alone", got.Body)
	}
	if got := w.login("2").post("/impersonate/log/purge", ""); got.Code != http.StatusOK || got.json()["events"] != 0.0 {
		t.Errorf("a second time: %d %s; want nothing purged", got.Code, got.Body)
	}
	if n := len(w.logged(guise.KindPurged)); n != 1 {
		t.Errorf("a purge of nothing left %d events; want none of its own", n-1)
	}
}

func TestPurge_TheEndpointRefuses(t *testing.T) {
	noPurge := func(_ context.Context, _ guise.Actor, action guise.Action) error {
		if action == guise.ActionPurge {
			return guise.Deny("keep-it", "The log is kept.")
		}
		return nil
	}
	for name, try := range map[string]struct {
		actor, body string
		change      func(*guise.Config)
		headers     []string
		status      int
	}{
		"nobody":                {"", "", nil, nil, 401},
		"a customer":            {"10", "", nil, nil, 403},
		"staff":                 {"3", "", nil, nil, 403},
		"whom Permit refuses":   {"1", "", func(c *guise.Config) { c.Permit = noPurge }, nil, 403},
		"of another origin":     {"1", "", nil, []string{"Sec-Fetch-Site: cross-site"}, 403},
		"a note too long":       {"1", "note=" + strings.Repeat("x", 5000), nil, nil, 400},
		"an unknown field":      {"1", `{"before":"2030-01-01"}`, nil, []string{"Content-Type: application/json"}, 400},
		"someone not logged in": {"", "note=" + strings.Repeat("x", 5000), nil, nil, 401},
	} {
		t.Run(name, func(t *testing.T) {
			w := oldAndNew(t, func(c *guise.Config) {
				keepAMonth(c)
				if try.change != nil {
					try.change(c)
				}
			})
			got := w.login(try.actor).do("POST", "/impersonate/log/purge", try.body, append(try.headers, asJSON)...)
			if got.Code != try.status {
				t.Errorf("%d %s; want %d", got.Code, got.Body, try.status)
			}
			if n := len(allEvents(t, w.store.Store)); n != 4 {
				t.Errorf("the log has %d events; want all 4", n)
			}
		})
	}
	w := oldAndNew(t, keepAMonth)
	if got := w.login("1").do("GET", "/impersonate/log/purge", "", asJSON); got.Code != http.StatusMethodNotAllowed || got.Header().Get("Allow") != "POST" {
		t.Errorf("GET: %d, Allow %q", got.Code, got.Header().Get("Allow"))
	}
	w.store.fail("Purge")
	if got := w.login("1").post("/impersonate/log/purge", ""); got.Code != http.StatusServiceUnavailable {
		t.Errorf("store down: %d; want 503", got.Code)
	}
}

func TestPurge_ABrowserLandsOnTheLog(t *testing.T) {
	w := oldAndNew(t, keepAMonth)
	for body, want := range map[string]string{
		"": "/impersonate/log/unattached", "next=/admin": "/admin", "next=//evil.example": "/impersonate/log/unattached",
	} {
		if got := w.login("1").do("POST", "/impersonate/log/purge", body, asPage); got.Code != http.StatusSeeOther || got.location() != want {
			t.Errorf("%q: %d to %q; want 303 to %s", body, got.Code, got.location(), want)
		}
	}
}

// TestPurge_WhileImpersonatingIsByTheRealUser: the console always acts as the
// real user, and what runs stays.
func TestPurge_WhileImpersonatingIsByTheRealUser(t *testing.T) {
	w := newWorld(t, func(c *guise.Config) {
		keepAMonth(c)
		c.MaxDuration, c.IdleTimeout = -1, -1
	})
	w.past()
	b := w.login("1")
	b.start("10")
	w.advance(2 * aMonth)
	if got := b.post("/impersonate/log/purge", ""); got.json()["events"] != 2.0 {
		t.Errorf("%d %s; want the 2 events before the running one", got.Code, got.Body)
	}
	if purges := w.logged(guise.KindPurged); len(purges) != 1 || purges[0].By.ID != "1" {
		t.Errorf("recorded %+v", purges)
	}
	if got := b.sees(); got != "10" {
		t.Errorf("afterwards sees %s; want still 10", got)
	}
}

// bulk adds n old notes to the log.
func (w *world) bulk(n int) {
	w.t.Helper()
	batch := make([]guise.Event, n)
	for k := range batch {
		batch[k] = guise.Event{Time: w.clock(), Kind: guise.KindNote}
	}
	if err := w.store.Append(w.t.Context(), batch...); err != nil {
		w.t.Fatal(err)
	}
}

func TestPurge_GoesOnInStepsUntilItIsDone(t *testing.T) {
	w := newWorld(t, keepAMonth)
	w.past()
	w.bulk(5000)
	w.advance(2 * aMonth)
	w.past()
	boss := everyone()[1]
	boss.Name = "Bo\xffBoss" // which not every database could keep
	purged, err := w.manager.Purge(t.Context(), guise.Actor{User: boss}, "all\x00of it")
	if err != nil || purged.Events != 5002 || purged.Impersonations != 1 || purged.Seq != 5002 {
		t.Errorf("Purge: %+v, %v; want 5002 events and 1 impersonation", purged, err)
	}
	purges := w.logged(guise.KindPurged)
	if len(purges) < 2 || len(purges) > 50 || purges[len(purges)-1].PurgedHash != purged.Hash {
		t.Errorf("%d steps, the last up to %+v; want several, and the last as returned", len(purges), purges[len(purges)-1])
	}
	for _, step := range purges {
		if step.By.ID != "2" || step.By.Name != "Bo\ufffdBoss" || step.Note != "all\ufffdof it" {
			t.Errorf("a step is recorded as %+v", step)
		}
	}
	if _, err := verify(allEvents(t, w.store.Store)); err != nil {
		t.Error(err)
	}
}

// steppedStore runs before and after each purge; nil is nothing.
type steppedStore struct {
	guise.Store
	before func(ctx context.Context) error
	after  func()
}

func (s *steppedStore) Purge(ctx context.Context, purge guise.Purge) (guise.Purged, error) {
	if err := s.before(ctx); err != nil {
		return guise.Purged{}, err
	}
	if s.after != nil {
		defer s.after()
	}
	return s.Store.Purge(ctx, purge)
}

func TestPurge_SaysWhatWasDeletedBeforeAnError(t *testing.T) {
	for name, stop := range map[string]struct {
		second func(cancel func()) error
		after  func(cancel func())
		want   error
	}{
		"the store goes down":        {func(func()) error { return errDown }, func(func()) {}, errDown},
		"the caller goes away":       {func(cancel func()) error { cancel(); return nil }, func(func()) {}, context.Canceled},
		"the caller goes in a pause": {func(func()) error { return nil }, func(cancel func()) { cancel() }, context.Canceled},
	} {
		t.Run(name, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			steps := 0
			before := func(context.Context) error {
				if steps++; steps == 2 {
					return stop.second(cancel)
				}
				return nil
			}
			w := newWorld(t, func(c *guise.Config) {
				keepAMonth(c)
				c.Store = &steppedStore{c.Store, before, func() { stop.after(cancel) }}
			})
			w.bulk(5000)
			w.advance(2 * aMonth)
			purged, err := w.manager.Purge(ctx, guise.Actor{User: everyone()[0]}, "")
			log := allEvents(t, w.store.Store)
			if !errors.Is(err, stop.want) || purged.Events == 0 || purged.Events == 5000 || log[0].Seq != purged.Seq+1 {
				t.Errorf("after %d steps: %+v, %v; the log begins with event %d", steps, purged, err, log[0].Seq)
			}
			if _, err := verify(log); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestRun_PurgesAtOnceAndThenEveryHour(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := oldAndNew(t, keepAMonth)
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error, 1)
		go func() { done <- w.manager.Run(ctx) }()
		for _, step := range []struct {
			advance time.Duration // of the application's clock
			sleep   time.Duration // of Run's
			upTo    int64         // what the one purge on record says
		}{
			{0, time.Second, 2},
			{aMonth - time.Second, 2 * time.Hour, 2}, // not old yet
			{time.Minute, 59 * time.Minute, 2},       // old, and not looked at yet
			{0, time.Minute, 5},                      // the first purge went with it
		} {
			w.advance(step.advance)
			time.Sleep(step.sleep)
			synctest.Wait()
			purges := w.logged(guise.KindPurged)
			if len(purges) != 1 || purges[0].By.ID != "" || purges[0].PurgedTo != step.upTo {
				t.Fatalf("after %v of Run: %+v; want one purge on record, by nobody, up to event %d", step.sleep, purges, step.upTo)
			}
		}
		cancel()
		<-done
	})
}

// TestP5_APurgeHoldsUpNothing: what reaches its limit ends within a second
// while a purge hangs, or fails, and Run waits for it in the end.
func TestP5_APurgeHoldsUpNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var tries, returned atomic.Int32
		w := newWorld(t, func(c *guise.Config) {
			keepAMonth(c)
			c.Clock, c.MaxDuration = time.Now, time.Minute
			c.StoreTimeout = 3 * time.Hour // so that it hangs for as long as the test wants
			c.Store = &steppedStore{c.Store, func(ctx context.Context) error {
				if tries.Add(1) == 1 {
					return errDown
				}
				<-ctx.Done()
				time.Sleep(time.Second)
				returned.Add(1)
				return ctx.Err()
			}, nil}
		})
		w.t = t
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error, 1)
		go func() { done <- w.manager.Run(ctx) }()
		time.Sleep(2 * time.Hour)
		synctest.Wait()
		if n := tries.Load(); n != 2 {
			t.Errorf("%d purges were tried in two hours, the first of which failed; want 2", n)
		}
		w.login("1").start("10")
		time.Sleep(time.Minute + time.Second)
		synctest.Wait()
		if n := len(w.seen(guise.KindEnded)); n != 1 {
			t.Errorf("while a purge hangs, %d ended within a second of their limit; want 1", n)
		}
		cancel()
		if err := <-done; !errors.Is(err, context.Canceled) || returned.Load() != 1 {
			t.Errorf("Run returned %v, and the purge had returned: %v", err, returned.Load() == 1)
		}
	})
}
