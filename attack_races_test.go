package guise_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/guise-go/guise"
)

// TestAttack_RacesOfEverything: starts, stacked starts, stops, revocations,
// mode changes, rights, time and the sweep, all at once. Nothing fails,
// nothing ends twice, the books agree, and no request with a token ever ran as
// the actor.
func TestAttack_RacesOfEverything(t *testing.T) {
	w := newWorld(t, func(c *guise.Config) {
		c.MaxDepth, c.Policy, c.DefaultMode, c.MaxRunning = 3, guise.SuperusersAndStaff, guise.ReadWrite, 2
	})
	ctx, stop := context.WithCancel(t.Context())
	var sweeping, acting sync.WaitGroup
	sweeping.Go(func() { _ = w.manager.Run(ctx) })
	for n := range 12 {
		acting.Go(func() {
			b := w.login("1")
			for i := range 40 {
				w.anything(b, n, i)
			}
		})
	}
	acting.Wait()
	stop()
	sweeping.Wait()
	for _, ran := range w.written() {
		if strings.HasPrefix(ran, "POST /carried ") && strings.HasSuffix(ran, " as 1") {
			t.Errorf("ran %q", ran)
		}
	}
	running, err := w.store.Store.Running(t.Context(), "1", 100)
	if err != nil || len(running) > 2 {
		t.Errorf("%d run (%v); MaxRunning is 2", len(running), err)
	}
	w.checkBooks("afterwards")
	if len(w.seen(guise.KindEnded)) != len(w.logged(guise.KindEnded)) {
		t.Error("the hook saw other endings than the log")
	}
}

// anything does one of everything.
func (w *world) anything(b *browser, n, i int) {
	switch (n*7 + i*3) % 11 {
	case 0, 1, 2:
		b.mustNotFail("POST", "/impersonate/start", "user_id="+[]string{"3", "10", "11"}[i%3])
	case 3, 4:
		b.mustNotFail("POST", "/impersonate/stop", "")
	case 5:
		if running, _ := w.store.Store.Running(w.t.Context(), "", 5); len(running) > 0 {
			_ = w.manager.End(w.t.Context(), running[i%len(running)].ID, guise.Actor{User: everyone()[1]}, "enough")
		}
	case 6:
		w.change("3", func(u *guise.User) { u.Staff = i%2 == 0 })
	case 7:
		b.mustNotFail("POST", "/impersonate/mode", "mode=read_only&reason=x")
	case 8:
		w.advance(time.Duration(i%4) * time.Minute)
	default:
		path := "/bare"
		if b.impersonates() {
			path = "/carried"
		}
		b.mustNotFail("POST", path, "a=b")
	}
}

func (b *browser) mustNotFail(method, path, body string) {
	if got := b.do(method, path, body, asJSON); got.Code >= 500 {
		b.w.t.Errorf("%s %s: %d %s", method, path, got.Code, got.Body)
	}
}

// TestAttack_StackedStartsAtOnceMakeOne: one parent has one child, however many
// ask at once.
func TestAttack_StackedStartsAtOnceMakeOne(t *testing.T) {
	w := newWorld(t, staffChain)
	b := w.login("1")
	b.start("3")
	codes := make([]int, 20)
	var wg sync.WaitGroup
	for i := range codes {
		other := b.copy()
		wg.Go(func() { codes[i] = other.post("/impersonate/start", fmt.Sprintf("user_id=%d", 10+i%2)).Code })
	}
	wg.Wait()
	running, err := w.store.Store.Running(t.Context(), "", 10)
	if err != nil || count(codes, 201) != 1 || len(running) != 1 || running[0].Depth != 2 {
		t.Errorf("%v, running %+v, %v; want one child", codes, running, err)
	}
	w.checkBooks("afterwards")
}

// TestAttack_AClockThatGoesBackBreaksNothing: it neither ends what runs nor
// brings back what is over.
func TestAttack_AClockThatGoesBackBreaksNothing(t *testing.T) {
	w := newWorld(t, nil)
	b := w.login("1")
	b.start("10")
	w.advance(-time.Hour)
	if got := b.sees(); got != "10" {
		t.Errorf("an hour back sees %s", got)
	}
	w.advance(3 * time.Hour)
	old := b.copy()
	if got := b.sees(); got != "303 /impersonate/ended?cause=expired" {
		t.Errorf("past the limit sees %s", got)
	}
	w.advance(-3 * time.Hour)
	if got := old.sees(); got != "303 /impersonate/ended?cause=expired" {
		t.Errorf("back before it sees %s; what is over stays over", got)
	}
	w.checkBooks("afterwards")
}

// TestAttack_APlantedCookieGivesNobodyAnything: an attacker's own handle in
// somebody else's browser, and the names of partitions made up.
func TestAttack_APlantedCookieGivesNobodyAnything(t *testing.T) {
	for _, owner := range []string{"", "2", "10", "11"} { // nobody, another superuser, the subject, a bystander
		w := newWorld(t, func(c *guise.Config) { c.DefaultMode, c.IsolateCookies = guise.ReadWrite, []string{"session"} })
		attacker := w.login("1")
		id := attacker.start("10").json()["id"].(string)
		other := w.login(owner)
		other.cookies["guise"] = attacker.cookies["guise"]
		other.cookies["guise-"+id+"-session"] = "fixed"
		if got := other.post("/notes", "a=b"); got.Code != 403 || len(w.written()) > 0 {
			t.Errorf("in the browser of %q: %d, ran %q", owner, got.Code, w.written())
		}
		if other.impersonates() || other.cookies["guise-"+id+"-session"] != "" {
			t.Errorf("in the browser of %q are left %v", owner, other.cookies)
		}
		if got := attacker.sees(); !strings.HasPrefix(got, "303 ") {
			t.Errorf("the handle still works for its first owner: %s", got)
		}
	}
}
