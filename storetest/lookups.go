package storetest

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/guise-go/guise"
)

// Rules 14 to 16, Running and Due: what requests and the sweep ask.

func resolveStack(e *env) {
	bottom := e.start("a1")
	middle := e.startOn(bottom)
	top := e.startOn(middle)
	stack, err := e.store.Resolve(e.ctx, tokenOf(top.ID))
	if want := []guise.Impersonation{bottom, middle, top}; err != nil || !same([]guise.Impersonation(stack), want) {
		e.Errorf("Resolve\n got %+v, %v\nwant %+v", stack, err, want)
	}
}

func resolveEnded(e *env) {
	alone, bottom := e.start("a1"), e.start("a2")
	top := e.startOn(bottom)
	e.mustEnd(ending(alone.ID))
	e.mustEnd(ending(bottom.ID))
	e.wantResolved(tokenOf(alone.ID), alone.ID)
	e.wantResolved(tokenOf(top.ID), top.ID)
	if stack, _ := e.store.Resolve(e.ctx, tokenOf(top.ID)); len(stack) == 1 && !same(stack.Top(), e.get(top.ID)) {
		e.Errorf("Resolve: %+v; want it as it is on record: %+v", stack.Top(), e.get(top.ID))
	}
}

func resolveUnknown(e *env) {
	e.wantResolved(tokenOf("nobody's"))
	bottom := e.start("a1")
	e.startOn(bottom)
	e.deny("a2")
	e.wantResolved(tokenOf("nobody's"))
	e.wantResolved(guise.TokenHash{}) // the zero token is nobody's, not that of those without one
}

func endedHereIsEndedThere(e *env) {
	i := e.start("a1")
	if stack, err := e.other.Resolve(e.ctx, tokenOf(i.ID)); err != nil || stack.Top().State != guise.StateActive {
		e.Fatalf("the other store resolves %+v, %v; want it active", stack, err)
	}
	if _, err := e.other.End(e.ctx, ending(i.ID)); err != nil {
		e.Fatalf("End: %v", err)
	}
	if stack, err := e.store.Resolve(e.ctx, tokenOf(i.ID)); err != nil || stack.Top().State != guise.StateEnded {
		e.Errorf("ended by the other store, and this one resolves %+v, %v", stack, err)
	}
	e.wantErr("Touch", e.store.Touch(e.ctx, i.ID, after(2)), guise.ErrNotRunning)
}

func touchForwardOnly(e *env) {
	i := e.start("a1")
	for _, step := range []struct{ at, want time.Time }{
		{after(10), after(10)}, {after(5), after(10)}, {after(10), after(10)}, {after(11).Add(999), after(11)},
	} {
		if err := e.store.Touch(e.ctx, i.ID, step.at); err != nil {
			e.Fatalf("Touch: %v", err)
		}
		if got := e.get(i.ID).LastSeenAt; got != step.want {
			e.Errorf("after Touch(%v) LastSeenAt is %v; want %v", step.at, got, step.want)
		}
	}
	if got := e.head(); got != 1 {
		e.Errorf("Touch wrote to the log: %d events; want 1", got)
	}
}

func resumeNeverGoesBack(e *env) {
	bottom := e.start("a1")
	if err := e.store.Touch(e.ctx, bottom.ID, after(90)); err != nil {
		e.Fatalf("Touch: %v", err)
	}
	top := e.startOn(bottom)
	e.mustEnd(resuming(top.ID, tokenOf("fresh"))) // at minute 60
	if got := e.get(bottom.ID).LastSeenAt; got != after(90) {
		e.Errorf("LastSeenAt went from %v to %v", after(90), got)
	}
}

func racingTouches(e *env) {
	i := e.start("a1")
	e.race(func(n int, store guise.Store) {
		if err := store.Touch(e.ctx, i.ID, after(n*7%racers+10)); err != nil {
			e.Errorf("Touch: %v", err)
		}
	})
	if got, want := e.get(i.ID).LastSeenAt, after(racers-1+10); got != want {
		e.Errorf("LastSeenAt is %v; want the latest, %v", got, want)
	}
}

func touchOthers(e *env) {
	for what, id := range e.notInUse() {
		e.unchanged("one that "+what, func() {
			e.wantErr("Touch of one that "+what, e.store.Touch(e.ctx, id, after(90)), guise.ErrNotRunning)
		})
	}
}

func running(e *env) {
	first, bottom := e.start("a1"), e.start("a1")
	top := e.startOn(bottom)
	other, over := e.start("a2"), e.start("a1")
	e.mustEnd(ending(over.ID))
	e.deny("a1")
	for _, ask := range []struct {
		actor string
		limit int
		want  []string
	}{
		{"", 10, []string{other.ID, top.ID, first.ID}},
		{"a1", 10, []string{top.ID, first.ID}},
		{"a2", 10, []string{other.ID}},
		{"nobody", 10, nil},
		{"", 2, []string{other.ID, top.ID}},
		{"a1", 1, []string{top.ID}},
		{"", 0, nil},
		{"", -1, nil},
	} {
		got, err := e.store.Running(e.ctx, ask.actor, ask.limit)
		if err != nil {
			e.Errorf("Running(%q, %d): %v", ask.actor, ask.limit, err)
		}
		e.wantIDs(fmt.Sprintf("Running(%q, %d)", ask.actor, ask.limit), got, ask.want...)
	}
}

func (e *env) wantDue(now, idleSince time.Time, want ...string) {
	e.Helper()
	due, err := e.store.Due(e.ctx, now, idleSince, 10)
	if err != nil {
		e.Fatalf("Due: %v", err)
	}
	// The contract names no order.
	slices.SortFunc(due, func(a, b guise.Impersonation) int { return a.StartedAt.Compare(b.StartedAt) })
	e.wantIDs(fmt.Sprintf("Due(%v, %v)", now, idleSince), due, want...)
}

func due(e *env) {
	var none time.Time
	short, endless := e.draft("a1"), e.draft("a2")
	short.ExpiresAt, endless.ExpiresAt = after(20), none
	e.mustStart(short)
	e.mustStart(endless)
	for id, at := range map[string]time.Time{short.ID: after(15), endless.ID: after(10)} {
		if err := e.store.Touch(e.ctx, id, at); err != nil {
			e.Fatalf("Touch: %v", err)
		}
	}
	e.wantDue(after(20).Add(-time.Microsecond), none)
	e.wantDue(after(20), none, short.ID)
	e.wantDue(after(9999), none, short.ID) // no limit is no limit
	e.wantDue(after(15), after(9))
	e.wantDue(after(15), after(10), endless.ID)
	e.wantDue(after(15), after(15), short.ID, endless.ID)
	e.wantDue(after(20), after(10), short.ID, endless.ID)
	for _, limit := range []int{1, 0, -1} {
		if got, err := e.store.Due(e.ctx, after(20), after(10), limit); err != nil || len(got) != max(limit, 0) {
			e.Errorf("Due with limit %d: %d impersonations, %v", limit, len(got), err)
		}
	}
	never := e.draft("a3")
	never.ExpiresAt, never.LastSeenAt = none, none
	e.mustStart(never)
	e.wantDue(noon(), none) // no idle limit is no limit, even for one never seen
}

func dueInUse(e *env) {
	e.notInUse()
	running, err := e.store.Running(e.ctx, "", 10)
	if err != nil || len(running) != 1 {
		e.Fatalf("Running: %+v, %v; want the one on top", running, err)
	}
	e.wantDue(after(9999), time.Time{}, running[0].ID)
	e.wantDue(noon(), after(9999), running[0].ID)
}

func endedAmongMany(e *env) {
	waiting := e.start("a1")
	top, over, denied := e.startOn(waiting), e.start("a2"), e.deny("a3")
	e.mustEnd(ending(over.ID))
	ids := []string{waiting.ID, "unknown", top.ID, over.ID, denied.ID, ""}
	for n := range 3000 {
		ids = append(ids, fmt.Sprint("unknown ", n))
	}
	ended, err := e.store.Ended(e.ctx, ids)
	want := slices.DeleteFunc(slices.Clone(ids), func(id string) bool { return id == waiting.ID || id == top.ID })
	slices.Sort(ended)
	slices.Sort(want)
	if err != nil || !slices.Equal(ended, want) {
		e.Errorf("Ended answers with %d IDs, %v; want all %d but the two active ones", len(ended), err, len(want))
	}
	if ended, err := e.store.Ended(e.ctx, nil); err != nil || len(ended) != 0 {
		e.Errorf("Ended of none: %q, %v", ended, err)
	}
}

func oneImpersonation(e *env) {
	i, denied := e.start("a1"), e.deny("a2")
	for _, want := range []guise.Impersonation{i, denied} {
		if got := e.get(want.ID); !same(got, want) {
			e.Errorf("Impersonation(%s)\n got %+v\nwant %+v", want.ID, got, want)
		}
	}
	for _, id := range []string{"", "unknown", i.ID + " ", "IMP-001", "imp-%", "imp-00_"} {
		if got, err := e.store.Impersonation(e.ctx, id); !errors.Is(err, guise.ErrNotFound) {
			e.Errorf("Impersonation(%q): %+v, %v; want ErrNotFound", id, got, err)
		}
	}
}
