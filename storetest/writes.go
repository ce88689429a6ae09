package storetest

import (
	"fmt"
	"slices"
	"sync/atomic"

	"github.com/guise-go/guise"
)

// Rules 1, 2, 3 and 8: a write and its event.

func eachWriteStoresItsEvent(e *env) {
	i := e.start("a1")
	if err := e.store.ChangeMode(e.ctx, guise.ModeChange{ID: i.ID, Mode: guise.ReadWrite, Event: about(guise.KindModeChanged, i)}); err != nil {
		e.Fatalf("ChangeMode: %v", err)
	}
	denied := e.deny("a2")
	e.mustEnd(ending(i.ID))

	var got []string
	for _, event := range e.chain() {
		got = append(got, fmt.Sprint(event.Seq, " ", event.Kind, " ", event.ImpersonationID))
	}
	want := []string{"1 started " + i.ID, "2 mode_changed " + i.ID, "3 denied " + denied.ID, "4 ended " + i.ID}
	if !slices.Equal(got, want) {
		e.Errorf("the log is %q; want %q", got, want)
	}
}

func failedStartLeavesNothing(e *env) {
	parent, other := e.start("a1"), e.start("a2")
	child := on(parent, e.draft("a1"))
	child.ID = other.ID
	start := started(child)
	start.Token = tokenOf("a new one")
	e.unchanged("a start with an ID that is taken", func() {
		if err := e.store.Start(e.ctx, start); err == nil {
			e.Error("Start with an ID that is taken: no error")
		}
	})
	e.wantResolved(tokenOf(parent.ID), parent.ID)
	e.wantResolved(tokenOf("a new one"))
}

func panickingEventEndsNothing(e *env) {
	bottom := e.start("a1")
	top := e.startOn(bottom)
	end := ending(top.ID)
	end.Event = func(i guise.Impersonation) guise.Event {
		if i.ID == top.ID {
			panic("the second event can't be made")
		}
		return about(guise.KindEnded, i)
	}
	e.unchanged("an end whose event panics", func() {
		defer func() {
			if recover() == nil {
				e.Error("the panic of Event did not come through")
			}
		}()
		_, _ = e.store.End(e.ctx, end)
	})
	e.wantIDs("End afterwards", e.mustEnd(ending(top.ID)), bottom.ID, top.ID)
}

func writtenIsThereForEveryone(e *env) {
	i := e.start("a1")
	if _, err := e.other.Impersonation(e.ctx, i.ID); err != nil {
		e.Errorf("the other store, after Start: %v", err)
	}
	if err := e.store.Append(e.ctx, about(guise.KindNote, i)); err != nil {
		e.Fatalf("Append: %v", err)
	}
	if seq, _, err := e.other.Head(e.ctx); seq != 2 || err != nil {
		e.Errorf("the other store, after Append: Head is %d, %v; want 2", seq, err)
	}
	e.mustEnd(ending(i.ID))
	stack, err := e.other.Resolve(e.ctx, tokenOf(i.ID))
	if err != nil || stack.Top().State != guise.StateEnded {
		e.Errorf("the other store, after End: %+v, %v; want it ended", stack, err)
	}
}

func everyWriteAddsToOneChain(e *env) {
	bottom := e.start("a1")
	top := e.startOn(bottom)
	e.deny("a2")
	if err := e.store.Append(e.ctx, about(guise.KindRequest, top), about(guise.KindNote, top)); err != nil {
		e.Fatalf("Append: %v", err)
	}
	e.mustEnd(ending(bottom.ID))
	if got := len(e.chain()); got != 7 {
		e.Errorf("the log has %d events; want 7", got)
	}
}

func racingWritersMakeOneChain(e *env) {
	var failed atomic.Int32
	e.race(func(n int, store guise.Store) {
		id := fmt.Sprintf("race-%02d", n)
		i := draft(id, "a-"+id, noon())
		if err := store.Start(e.ctx, started(i)); err != nil {
			e.Errorf("Start: %v", err)
			failed.Add(1)
			return
		}
		if err := store.Append(e.ctx, about(guise.KindRequest, i), about(guise.KindRequest, i)); err != nil {
			e.Errorf("Append: %v", err)
		}
		if _, err := store.End(e.ctx, ending(id)); err != nil {
			e.Errorf("End: %v", err)
		}
	})
	if got, want := len(e.chain()), racers*4; got != want || failed.Load() > 0 {
		e.Errorf("the log has %d events; want %d", got, want)
	}
}

func eventReadsTheSameLater(e *env) {
	i := e.start("a1")
	before := e.chain()
	if err := e.store.ChangeMode(e.ctx, guise.ModeChange{ID: i.ID, Mode: guise.ReadWrite, Event: about(guise.KindModeChanged, i)}); err != nil {
		e.Fatalf("ChangeMode: %v", err)
	}
	end := ending(i.ID)
	end.By = actor("someone else")
	e.mustEnd(end)
	if got := e.chain(); !same(got[:1], before) {
		e.Errorf("the first event was\n%+v\nand is now\n%+v", before[0], got[0])
	}
}

// unfitStarts are mistakes of the caller. Stored, each would let one token or
// one end reach an impersonation that it isn't for.
func unfitStarts(e *env) {
	parent, apart := e.start("a1"), e.start("a2")
	for what, change := range map[string]func(*guise.Start){
		"no ID":                    func(s *guise.Start) { s.Impersonation.ID, s.Impersonation.StackID = "", "" },
		"an ID that is taken":      func(s *guise.Start) { s.Impersonation.ID, s.Impersonation.StackID = apart.ID, apart.ID },
		"no token":                 func(s *guise.Start) { s.Token = guise.TokenHash{} },
		"a token that is taken":    func(s *guise.Start) { s.Token = tokenOf(apart.ID) },
		"a state that isn't right": func(s *guise.Start) { s.Impersonation.State = guise.StateEnded },
		"no state":                 func(s *guise.Start) { s.Impersonation.State = "" },
		"the stack of another":     func(s *guise.Start) { s.Impersonation.StackID = apart.StackID },
		"the stack of another than its parent": func(s *guise.Start) {
			s.Impersonation = on(parent, s.Impersonation)
			s.Impersonation.StackID = apart.StackID
		},
	} {
		start := started(e.draft("a3"))
		change(&start)
		e.unchanged(what, func() {
			if err := e.store.Start(e.ctx, start); err == nil {
				e.Errorf("Start with %s: no error", what)
			}
		})
	}
	e.wantResolved(tokenOf(parent.ID), parent.ID)
	e.wantResolved(tokenOf(apart.ID), apart.ID)
}

func unfitTries(e *env) {
	taken := e.start("a1")
	for what, change := range map[string]func(*guise.Impersonation){
		"no ID":                    func(i *guise.Impersonation) { i.ID = "" },
		"an ID that is taken":      func(i *guise.Impersonation) { i.ID = taken.ID },
		"a state that isn't right": func(i *guise.Impersonation) { i.State = guise.StateActive },
	} {
		try := e.draft("a2")
		try.State = guise.StateDenied
		change(&try)
		e.unchanged(what, func() {
			if err := e.store.Deny(e.ctx, try, about(guise.KindDenied, try)); err == nil {
				e.Errorf("Deny with %s: no error", what)
			}
		})
	}
}

func unfitResume(e *env) {
	bottom, apart := e.start("a1"), e.start("a2")
	top := e.startOn(bottom)
	e.unchanged("a resume token that is taken", func() {
		if ended, err := e.store.End(e.ctx, resuming(top.ID, tokenOf(apart.ID))); err == nil {
			e.Errorf("End with a resume token that is taken: %v, no error", ended)
		}
	})
	e.wantResolved(tokenOf(top.ID), bottom.ID, top.ID)
}
