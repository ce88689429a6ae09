package guise_test

import (
	"context"
	"net/http"
	"testing"
	"time"

	"github.com/guise-go/guise"
)

// crossed is a store that lets another request in between: first runs right
// before the first End or Touch.
type crossed struct {
	guise.Store
	beforeEnd, beforeTouch func()
}

func (s *crossed) End(ctx context.Context, end guise.End) ([]guise.Impersonation, error) {
	if first := s.beforeEnd; first != nil {
		s.beforeEnd = nil
		first()
	}
	return s.Store.End(ctx, end)
}

func (s *crossed) Touch(ctx context.Context, id string, at time.Time) error {
	if first := s.beforeTouch; first != nil {
		s.beforeTouch = nil
		first()
	}
	return s.Store.Touch(ctx, id, at)
}

// Both clicks have found the stack running before either ends it.
func TestAttack_P3_TwoStopsThatCrossLeaveOneOnly(t *testing.T) {
	store := &crossed{}
	w := newWorld(t, func(c *guise.Config) { staffChain(c); store.Store, c.Store = c.Store, store })
	b := w.login("1")
	b.start("3")
	b.start("10")
	second := b.copy()
	store.beforeEnd = func() { b.do("POST", "/impersonate/stop", "", asPage) }
	b.take(second.do("POST", "/impersonate/stop", "", asPage))
	if got := b.sees(); got != "3" {
		t.Errorf("sees %s; want 3", got)
	}
}

// A request with the token of the one below has found it in use; then another
// is started on top; then it is touched.
func TestAttack_P3_AStartThatCrossesARequestIsKept(t *testing.T) {
	store := &crossed{}
	w := newWorld(t, func(c *guise.Config) { staffChain(c); store.Store, c.Store = c.Store, store })
	b := w.login("1")
	b.start("3")
	w.advance(5 * time.Minute)
	late := b.copy()
	store.beforeTouch = func() { b.start("10") }
	b.take(late.do("GET", "/data", "", "Accept: */*", "Sec-Fetch-Mode: cors"))
	if got := b.sees(); got != "10" {
		t.Errorf("sees %s; want 10", got)
	}
}

// Two tabs start on top of the same one at once, and the answer to the refused
// one comes last.
func TestAttack_P3_TwoStackedStartsThatCrossLeaveTheFirst(t *testing.T) {
	w := newWorld(t, staffChain)
	b := w.login("1")
	b.start("3")
	late := b.copy()
	crossing := &crossed{Store: w.store.Store}
	w.store.Store = startCrossed{crossing, func() { w.store.Store = crossing.Store; b.start("10") }}
	b.take(late.post("/impersonate/start", "user_id=11"))
	if got := b.sees(); got != "10" {
		t.Errorf("sees %s; want 10", got)
	}
}

type startCrossed struct {
	guise.Store
	first func()
}

func (s startCrossed) Start(ctx context.Context, start guise.Start) error {
	s.first()
	return s.Store.Start(ctx, start)
}

// A page goes on asking when its impersonation is over, with nothing but the mark
// that it is. A late answer to that takes no handle away that the actor was given
// meanwhile: a request clears what it carries, and nothing else.
func TestAttack_P3_ALateAnswerToTheMarkAloneTakesNothingAway(t *testing.T) {
	poll := func(b *browser) answer { return b.do("GET", "/data", "", "Accept: */*", "Sec-Fetch-Mode: cors") }
	for name, request := range map[string]func(late *browser) answer{
		"a fetch":        poll,
		"a page":         func(late *browser) answer { return late.get("/") },
		"the page ended": func(late *browser) answer { return late.get("/impersonate/ended") },
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, nil)
			b := w.login("1")
			id := b.start("10").json()["id"].(string)
			if err := w.manager.End(t.Context(), id, guise.Actor{User: everyone()[1]}, "enough"); err != nil {
				t.Fatal(err)
			}
			poll(b)
			late := b.copy()
			if late.impersonates() || late.cookies["guise-over"] == "" {
				t.Fatalf("carries %v; want the mark and no handle", late.cookies)
			}
			b.get("/") // says that it is over
			b.start("11")
			b.take(request(late))
			if got := b.sees(); got != "11" {
				t.Errorf("sees %s; want 11", got)
			}
		})
	}
}

// Whether the browser was given another handle meanwhile is asked of the store.
// Where that fails, the handle stays: one that is over does no harm, and without
// one that is good the next request would run as the actor.
func TestAttack_P3_ALateAnswerWhileTheStoreFailsTakesNothingAway(t *testing.T) {
	for down, row := range map[string]struct {
		stack     []string
		meanwhile func(w *world, b *browser)
		want      string
	}{
		"Running": {[]string{"3"}, func(_ *world, b *browser) { b.start("10") }, "10"},
		"Ended": {[]string{"3", "10"}, func(w *world, b *browser) {
			w.advance(2 * time.Minute) // nothing was started a moment ago
			b.post("/impersonate/stop", "")
		}, "3"},
	} {
		t.Run(down, func(t *testing.T) {
			w := newWorld(t, func(c *guise.Config) { staffChain(c); c.Store = frailStore{c.Store.(*faultyStore)} })
			b := w.login("1")
			for _, subject := range row.stack {
				b.start(subject)
			}
			late := b.copy()
			row.meanwhile(w, b)
			w.store.fail(down)
			b.take(late.get("/"))
			w.store.fail()
			if got := b.sees(); got != row.want {
				t.Errorf("sees %s; want %s", got, row.want)
			}
		})
	}
}

// Nobody is locked out by what they do in another browser: a minute after it ended,
// the page that says so takes the handle away whatever else runs.
func TestAttack_AnotherBrowserLocksNobodyOut(t *testing.T) {
	w := newWorld(t, nil)
	here := w.login("1")
	id := here.start("10").json()["id"].(string)
	if err := w.manager.End(t.Context(), id, guise.Actor{User: everyone()[1]}, "enough"); err != nil {
		t.Fatal(err)
	}
	w.login("1").start("11") // in the other one
	w.advance(2 * time.Minute)
	if got := here.get("/"); got.Code != http.StatusSeeOther {
		t.Fatalf("%d; want to be told that it is over", got.Code)
	}
	here.get("/impersonate/ended?cause=revoked")
	if got := here.sees(); got != "1" || here.impersonates() {
		t.Errorf("afterwards sees %s, and carries %v; want 1, and no handle", got, here.cookies)
	}
}
