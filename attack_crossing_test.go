package guise_test

import (
	"context"
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
