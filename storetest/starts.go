package storetest

import (
	"errors"
	"fmt"
	"sync/atomic"

	"github.com/guise-go/guise"
)

// Rules 6, 7 and 9: how impersonations begin and change.

func parentLosesItsToken(e *env) {
	bottom := e.start("a1")
	middle := e.startOn(bottom)
	top := e.startOn(middle)
	e.wantResolved(tokenOf(bottom.ID))
	e.wantResolved(tokenOf(middle.ID))
	e.wantResolved(tokenOf(top.ID), bottom.ID, middle.ID, top.ID)
	if got := e.get(bottom.ID).State; got != guise.StateActive {
		e.Errorf("the one that waits has state %q; want it active", got)
	}
}

func parentThatCantBe(e *env) {
	waiting := e.start("a1")
	e.startOn(waiting)
	over := e.start("a2")
	e.mustEnd(ending(over.ID))
	for what, parent := range map[string]guise.Impersonation{
		"waits below another": waiting,
		"is over":             over,
		"was refused":         e.deny("a3"),
		"is unknown":          e.draft("a4"),
	} {
		child := on(parent, e.draft(parent.Actor.ID))
		e.unchanged("a parent that "+what, func() {
			e.wantErr("Start on one that "+what, e.store.Start(e.ctx, started(child)), guise.ErrNotRunning)
		})
	}
}

func racingChildren(e *env) {
	parent := e.start("a1")
	var born atomic.Int32
	e.race(func(n int, store guise.Store) {
		child := on(parent, draft(fmt.Sprintf("child-%02d", n), "a1", after(5)))
		switch err := store.Start(e.ctx, started(child)); {
		case err == nil:
			born.Add(1)
		case !errors.Is(err, guise.ErrNotRunning):
			e.Errorf("Start: %v; want ErrNotRunning", err)
		}
	})
	if got := born.Load(); got != 1 {
		e.Errorf("%d children were started on one parent; want 1", got)
	}
	if got := len(e.chain()); got != 2 {
		e.Errorf("the log has %d events; want 2", got)
	}
}

// limited is a start of a new stack with MaxRunning set.
func limited(i guise.Impersonation, maxRunning int) guise.Start {
	start := started(i)
	start.MaxRunning = maxRunning
	return start
}

func oneTooMany(e *env) {
	first := e.start("a1")
	if err := e.store.Start(e.ctx, limited(e.draft("a1"), 2)); err != nil {
		e.Fatalf("Start of the second of two: %v", err)
	}
	for _, limit := range []int{1, 2} {
		e.unchanged("the one too many", func() {
			err := e.store.Start(e.ctx, limited(e.draft("a1"), limit))
			var tooMany *guise.RunningError
			if !errors.As(err, &tooMany) || !errors.Is(err, guise.ErrTooManyRunning) {
				e.Fatalf("Start with MaxRunning %d: %v; want a RunningError", limit, err)
			}
			if !same(tooMany.Running.Actor, first.Actor) || !same(tooMany.Running, e.get(tooMany.Running.ID)) {
				e.Errorf("the RunningError names %+v; want one that the actor has running", tooMany.Running)
			}
		})
	}
}

func whatDoesNotCount(e *env) {
	e.start("a1")                       // another actor's
	e.mustEnd(ending(e.start("a2").ID)) // one that is over
	e.deny("a2")                        // one that never began
	bottom := e.draft("a2")
	if err := e.store.Start(e.ctx, limited(bottom, 1)); err != nil {
		e.Fatalf("Start of the first: %v", err)
	}
	top := on(bottom, e.draft("a2"))
	if err := e.store.Start(e.ctx, limited(top, 1)); err != nil {
		e.Fatalf("Start on top, with MaxRunning 1: %v; a stack counts once", err)
	}
	if err := e.store.Start(e.ctx, limited(e.draft("a2"), 2)); err != nil {
		e.Errorf("Start while a stack of two runs, with MaxRunning 2: %v; a stack counts once", err)
	}
}

func noLimit(e *env) {
	for _, limit := range []int{0, 0, -1, -1} {
		if err := e.store.Start(e.ctx, limited(e.draft("a1"), limit)); err != nil {
			e.Errorf("Start with MaxRunning %d: %v", limit, err)
		}
	}
}

func fortyRacingStarts(maxRunning int) func(*env) {
	return func(e *env) {
		var succeeded atomic.Int32
		e.race(func(n int, store guise.Store) {
			switch err := store.Start(e.ctx, limited(draft(fmt.Sprintf("race-%02d", n), "a1", noon()), maxRunning)); {
			case err == nil:
				succeeded.Add(1)
			case !errors.Is(err, guise.ErrTooManyRunning):
				e.Errorf("Start: %v; want ErrTooManyRunning", err)
			}
		})
		running, err := e.store.Running(e.ctx, "a1", racers)
		if int(succeeded.Load()) != maxRunning || len(running) != maxRunning || err != nil {
			e.Errorf("%d starts succeeded and %d run (%v); want %d", succeeded.Load(), len(running), err, maxRunning)
		}
		if got := len(e.chain()); got != maxRunning {
			e.Errorf("the log has %d events; want %d", got, maxRunning)
		}
	}
}

func modeChanges(e *env) {
	bottom := e.start("a1")
	top := e.startOn(bottom)
	change := guise.ModeChange{ID: top.ID, Mode: "grading", Event: about(guise.KindModeChanged, top)}
	if err := e.store.ChangeMode(e.ctx, change); err != nil {
		e.Fatalf("ChangeMode: %v", err)
	}
	top.Mode = "grading"
	if got := e.get(top.ID); !same(got, top) {
		e.Errorf("the one named\n got %+v\nwant %+v", got, top)
	}
	if got := e.get(bottom.ID); !same(got, bottom) {
		e.Errorf("the one below it\n got %+v\nwant %+v", got, bottom)
	}
}

// notInUse returns one of each kind that nothing may change.
func (e *env) notInUse() map[string]string {
	e.Helper()
	waiting, over := e.start("w1"), e.start("w2")
	e.startOn(waiting)
	e.mustEnd(ending(over.ID))
	return map[string]string{
		"waits": waiting.ID, "is over": over.ID, "was refused": e.deny("w3").ID, "is unknown": "nobody's", "has no ID": "",
	}
}

func modeOfOthers(e *env) {
	for what, id := range e.notInUse() {
		e.unchanged("one that "+what, func() {
			err := e.store.ChangeMode(e.ctx, guise.ModeChange{ID: id, Mode: guise.ReadWrite, Event: guise.Event{Kind: guise.KindModeChanged}})
			e.wantErr("ChangeMode of one that "+what, err, guise.ErrNotRunning)
		})
	}
}
