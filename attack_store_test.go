package guise_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/guise-go/guise"
	"github.com/guise-go/guise/console"
)

// frailStore can fail at every method, even at those that only read.
type frailStore struct{ *faultyStore }

func (s frailStore) Ended(ctx context.Context, ids []string) ([]string, error) {
	if err := s.err(ctx, "Ended"); err != nil {
		return nil, err
	}
	return s.faultyStore.Ended(ctx, ids)
}

func (s frailStore) Impersonation(ctx context.Context, id string) (guise.Impersonation, error) {
	if err := s.err(ctx, "Impersonation"); err != nil {
		return guise.Impersonation{}, err
	}
	return s.faultyStore.Impersonation(ctx, id)
}

func (s frailStore) Impersonations(ctx context.Context, query guise.LogQuery) (guise.LogPage, error) {
	if err := s.err(ctx, "Impersonations"); err != nil {
		return guise.LogPage{}, err
	}
	return s.faultyStore.Impersonations(ctx, query)
}

func (s frailStore) Events(ctx context.Context, id string, after int64, limit int) ([]guise.Event, error) {
	if err := s.err(ctx, "Events"); err != nil {
		return nil, err
	}
	return s.faultyStore.Events(ctx, id, after, limit)
}

func (s frailStore) Unattached(ctx context.Context, before int64, limit int) ([]guise.Event, error) {
	if err := s.err(ctx, "Unattached"); err != nil {
		return nil, err
	}
	return s.faultyStore.Unattached(ctx, before, limit)
}

// everyRequest is one request to each endpoint and kind of route; ID stands for
// that of the impersonation.
var everyRequest = []struct{ method, path, body string }{
	{"GET", "/", ""}, {"POST", "/notes", "a=b"}, {"POST", "/logout", ""}, {"GET", "/admin/x", ""}, {"POST", "/account/x", "a=b"},
	{"POST", "/impersonate/start", "user_id=11"}, {"POST", "/impersonate/start", "user_id=99"}, {"POST", "/impersonate/start", "user_id=12"},
	{"POST", "/impersonate/stop", ""}, {"POST", "/impersonate/mode", "mode=read_only&reason=x"}, {"GET", "/impersonate/mode", ""},
	{"GET", "/impersonate/status", ""}, {"GET", "/impersonate/leave", ""}, {"GET", "/impersonate/ended", ""},
	{"GET", "/impersonate/users", ""}, {"GET", "/impersonate/users/10", ""}, {"GET", "/impersonate/live", ""},
	{"POST", "/impersonate/live/ID/end", ""}, {"GET", "/impersonate/log", ""}, {"GET", "/impersonate/log/ID", ""},
	{"GET", "/impersonate/log/export?format=csv", ""}, {"GET", "/impersonate/explain?subject=10", ""},
	{"GET", "/impersonate/log/unattached", ""},
}

// TestAttack_TheStoreFailsAtEachCallOfEachEndpoint: whatever can't be looked up or
// recorded is refused and not half done, never answered with 500 or with what
// went wrong inside, and never run as the actor.
func TestAttack_TheStoreFailsAtEachCallOfEachEndpoint(t *testing.T) {
	pages, err := console.New(guise.ConsoleOptions{})
	if err != nil {
		t.Fatal(err)
	}
	for _, method := range []string{"Start", "Deny", "ChangeMode", "End", "Resolve", "Touch", "Running", "Append", "Impersonation", "Impersonations", "Events", "Unattached"} {
		for _, later := range []time.Duration{5 * time.Minute, 20 * time.Minute} { // due for a touch, idle
			t.Run(fmt.Sprintf("%s down after %v", method, later), func(t *testing.T) {
				for n, request := range everyRequest {
					for _, depth := range []int{n % 2, 2} {
						attackFrailStore(t, pages, method, later, request.method, request.path, request.body, depth)
					}
				}
			})
		}
	}
}

func attackFrailStore(t *testing.T, pages guise.Console, down string, later time.Duration, method, path, body string, depth int) {
	t.Helper()
	w := newWorld(t, func(c *guise.Config) {
		c.MaxDepth, c.Policy, c.MaxRunning, c.DefaultMode = 3, guise.SuperusersAndStaff, 2, guise.ReadWrite
		c.Logout, c.Exclude, c.Forbid = []string{"POST /logout"}, []string{"/admin/"}, []string{"/account/"}
		c.Store = frailStore{c.Store.(*faultyStore)}
		c.Console = func(guise.ConsoleOptions) (guise.Console, error) { return pages, nil }
	})
	b, id, effective := w.login("1"), "none", "1"
	for _, subject := range []string{"3", "10"}[:depth] {
		id, effective = b.start(subject).json()["id"].(string), subject
	}
	w.advance(later)
	w.store.fail(down)
	for _, accept := range []string{asPage, asJSON} {
		got := b.copy().do(method, strings.ReplaceAll(path, "ID", id), body, accept)
		w.checkRefusal(got, fmt.Sprintf("%s %s %s, %d deep", method, path, body, depth))
	}
	for _, ran := range w.written() {
		if !strings.HasSuffix(ran, " as "+effective) {
			t.Errorf("%s %s, %d deep: ran %q; want as %s or not at all", method, path, depth, ran, effective)
		}
	}
	w.store.fail()
	w.checkBooks(method + " " + path)
}

// checkRefusal makes sure that an answer is in order, whatever was down.
func (w *world) checkRefusal(got answer, what string) {
	w.t.Helper()
	if got.Code == http.StatusInternalServerError || got.Code > http.StatusServiceUnavailable {
		w.t.Errorf("%s: %d", what, got.Code)
	}
	if page := got.Body.String(); strings.Contains(page, errDown.Error()) || strings.Contains(page, "guise: ") {
		w.t.Errorf("%s: the answer says what went wrong inside: %s", what, page)
	}
}

// checkBooks makes sure that the log and the rows say the same: nothing is half
// done.
func (w *world) checkBooks(what string) {
	w.t.Helper()
	running, err := w.store.Store.Running(w.t.Context(), "", 1000)
	if err != nil {
		w.t.Fatal(err)
	}
	active, ended := 0, map[string]int{}
	for _, one := range running {
		active += one.Depth
	}
	for _, event := range w.logged(guise.KindEnded) {
		if ended[event.ImpersonationID]++; ended[event.ImpersonationID] > 1 {
			w.t.Errorf("%s: %s ended more than once", what, event.ImpersonationID)
		}
	}
	if started := len(w.logged(guise.KindStarted)); started-len(ended) != active {
		w.t.Errorf("%s: the log has %d starts and %d ends, but %d are active", what, started, len(ended), active)
	}
}
