package storetest

import (
	"fmt"
	"sync"

	"github.com/guise-go/guise"
)

// Rules 10 to 13: how impersonations end.

func wholeStackEnds(e *env) {
	for named := range 3 {
		bottom := e.start(fmt.Sprint("a", named))
		stack := []guise.Impersonation{bottom, e.startOn(bottom)}
		stack = append(stack, e.startOn(stack[1]))

		end := ending(stack[named].ID)
		end.Cause, end.By, end.Note = guise.CauseRevoked, actor("boss"), "not today"
		ended := e.mustEnd(end)
		e.wantIDs("End", ended, stack[0].ID, stack[1].ID, stack[2].ID)
		for n, i := range stack {
			i.State, i.EndedAt, i.Cause, i.EndedBy, i.Note = guise.StateEnded, end.At, end.Cause, end.By, end.Note
			if got := e.get(i.ID); !same(got, i) || n < len(ended) && !same(ended[n], i) {
				e.Errorf("End named %d; impersonation %d is afterwards\n     %+v\nwant %+v", named, n, got, i)
			}
		}
	}
	if running, err := e.store.Running(e.ctx, "", 10); len(running) > 0 || err != nil {
		e.Errorf("Running: %v, %v; want none", running, err)
	}
}

func resumeAtTheTop(e *env) {
	bottom := e.start("a1")
	top := e.startOn(bottom)
	fresh := tokenOf("fresh")
	e.wantIDs("End", e.mustEnd(resuming(top.ID, fresh)), top.ID)
	e.wantResolved(fresh, bottom.ID)
	e.wantResolved(tokenOf(bottom.ID)) // its first token stays dead
	bottom.LastSeenAt = after(60)
	if got := e.get(bottom.ID); !same(got, bottom) {
		e.Errorf("the one below\n got %+v\nwant %+v", got, bottom)
	}
}

func resumeInTheMiddle(e *env) {
	bottom := e.start("a1")
	middle := e.startOn(bottom)
	top := e.startOn(middle)
	fresh := tokenOf("fresh")
	e.wantIDs("End", e.mustEnd(resuming(middle.ID, fresh)), middle.ID, top.ID)
	e.wantResolved(fresh, bottom.ID)
	e.wantResolved(tokenOf(top.ID), top.ID)
	e.wantIDs("the rest", e.mustEnd(ending(bottom.ID)), bottom.ID)
}

func resumeAtTheBottom(e *env) {
	bottom := e.start("a1")
	top := e.startOn(bottom)
	fresh := tokenOf("fresh")
	e.wantIDs("End", e.mustEnd(resuming(bottom.ID, fresh)), bottom.ID, top.ID)
	e.wantResolved(fresh)
}

func endedLinkLeftAlone(e *env) {
	bottom := e.start("a1")
	first := e.startOn(bottom)
	fresh := tokenOf("fresh")
	e.mustEnd(resuming(first.ID, fresh))
	was := e.get(first.ID)
	second := e.startOn(bottom)
	e.wantResolved(tokenOf(second.ID), bottom.ID, second.ID)
	e.wantResolved(tokenOf(first.ID), first.ID)
	e.wantIDs("End naming the link that is over", e.mustEnd(ending(first.ID)))
	e.wantIDs("End", e.mustEnd(ending(second.ID)), bottom.ID, second.ID)
	if got := e.get(first.ID); !same(got, was) {
		e.Errorf("the link that ended before\n got %+v\nwant %+v", got, was)
	}
}

func otherStacksGoOn(e *env) {
	mine, same, other := e.start("a1"), e.start("a1"), e.start("a2")
	e.wantIDs("End", e.mustEnd(ending(mine.ID)), mine.ID)
	e.wantResolved(tokenOf(same.ID), same.ID)
	e.wantResolved(tokenOf(other.ID), other.ID)
}

func overAlready(e *env) {
	over, denied := e.start("a1"), e.deny("a2")
	e.mustEnd(ending(over.ID))
	for _, id := range []string{over.ID, denied.ID, "unknown", ""} {
		e.unchanged("End of "+id, func() {
			again := ending(id)
			again.Cause = guise.CauseExpired
			e.wantIDs("End of "+id, e.mustEnd(again))
			e.wantIDs("End of "+id+" with a resume token", e.mustEnd(resuming(id, tokenOf("fresh"))))
		})
	}
	e.wantResolved(tokenOf("fresh"))
}

func fortyRacingEnds(e *env) {
	i := e.start("a1")
	causes := guise.Causes()
	var mu sync.Mutex
	var winners []guise.Cause
	e.race(func(n int, store guise.Store) {
		end := ending(i.ID)
		end.Cause = causes[n%len(causes)]
		ended, err := store.End(e.ctx, end)
		if err != nil {
			e.Errorf("End: %v", err)
		}
		mu.Lock()
		defer mu.Unlock()
		for _, one := range ended {
			winners = append(winners, one.Cause)
		}
	})
	if got := e.get(i.ID); len(winners) != 1 || got.Cause != winners[0] {
		e.Errorf("%d calls were told that they ended it, with the causes %q, and %q is on record; want one", len(winners), winners, got.Cause)
	}
	if got := e.kinds(i.ID)[guise.KindEnded]; got != 1 {
		e.Errorf("the log has %d ended events; want 1", got)
	}
}

func fortyRacingEndsOfAStack(e *env) {
	bottom := e.start("a1")
	middle := e.startOn(bottom)
	top := e.startOn(middle)
	stack := []guise.Impersonation{bottom, middle, top}
	var mu sync.Mutex
	returned := map[string]int{}
	e.race(func(n int, store guise.Store) {
		end := ending(stack[n%3].ID)
		if n%4 == 0 {
			end.Resume = tokenOf(fmt.Sprint("fresh ", n))
		}
		ended, err := store.End(e.ctx, end)
		if err != nil {
			e.Errorf("End: %v", err)
		}
		mu.Lock()
		defer mu.Unlock()
		for _, one := range ended {
			returned[one.ID]++
		}
	})
	for _, i := range stack {
		if got := e.kinds(i.ID)[guise.KindEnded]; returned[i.ID] != 1 || got != 1 {
			e.Errorf("%s was returned by %d calls and has %d ended events; want 1 and 1", i.ID, returned[i.ID], got)
		}
	}
}

// endRacesStart: whichever is first, nothing runs afterwards.
func endRacesStart(e *env) {
	var parents []guise.Impersonation
	for range racers / 2 {
		parents = append(parents, e.start(fmt.Sprint("a", len(parents))))
	}
	e.race(func(n int, store guise.Store) {
		parent := parents[n/2]
		if n%2 == 0 {
			if _, err := store.End(e.ctx, ending(parent.ID)); err != nil {
				e.Errorf("End: %v", err)
			}
			return
		}
		// An error here only means that the end was first.
		_ = store.Start(e.ctx, started(on(parent, draft("child of "+parent.ID, parent.Actor.ID, after(5)))))
	})
	for _, i := range e.everything() {
		if i.State != guise.StateEnded || e.kinds(i.ID)[guise.KindEnded] != 1 {
			e.Errorf("%s is %s, although its stack was ended", i.ID, i.State)
		}
	}
}

func seenBy(e *env) {
	i := e.start("a1")
	if err := e.store.Touch(e.ctx, i.ID, after(30)); err != nil {
		e.Fatalf("Touch: %v", err)
	}
	end := ending(i.ID)
	end.SeenBy = after(29)
	e.unchanged("one seen after SeenBy", func() { e.wantIDs("End", e.mustEnd(end)) })
	end.SeenBy = after(30)
	e.wantIDs("End of one seen then", e.mustEnd(end), i.ID)

	i = e.start("a1")
	end = ending(i.ID)
	end.SeenBy = after(59)
	e.wantIDs("End of one seen before", e.mustEnd(end), i.ID)
}

func seenByInAStack(e *env) {
	bottom := e.start("a1")
	top := e.startOn(bottom)
	if err := e.store.Touch(e.ctx, top.ID, after(30)); err != nil {
		e.Fatalf("Touch: %v", err)
	}
	end := ending(bottom.ID)
	end.SeenBy = after(20) // long after the one below was seen
	e.wantIDs("End while the one in use is seen", e.mustEnd(end))
	end.SeenBy = after(40)
	e.wantIDs("End", e.mustEnd(end), bottom.ID, top.ID)
}

func eventOfEach(e *env) {
	bottom := e.start("a1")
	top := e.startOn(bottom)
	before := e.head()
	var given []guise.Impersonation
	end := ending(top.ID)
	end.Cause, end.By, end.Note = guise.CauseExpired, actor("boss"), "late"
	end.Event = func(i guise.Impersonation) guise.Event {
		given = append(given, i)
		return about(guise.KindEnded, i)
	}
	ended := e.mustEnd(end)
	if !same(given, ended) || len(given) != 2 {
		e.Errorf("Event was called with\n%+v\nand End returned\n%+v", given, ended)
	}
	for n, event := range e.chain()[before:] {
		if n >= len(ended) || event.Kind != guise.KindEnded || event.ImpersonationID != ended[n].ID || event.Cause != guise.CauseExpired {
			e.Errorf("event %d after the end is %+v", n, event)
		}
	}
	if got := e.head(); got != before+2 {
		e.Errorf("the log went from %d to %d; want 2 more", before, got)
	}
}

func noEventOfOthers(e *env) {
	i := e.start("a1")
	before := e.head()
	e.race(func(_ int, store guise.Store) {
		if _, err := store.End(e.ctx, ending(i.ID)); err != nil {
			e.Errorf("End: %v", err)
		}
	})
	if got := e.chain()[before:]; len(got) != 1 || got[0].Kind != guise.KindEnded || got[0].ImpersonationID != i.ID {
		e.Errorf("the log has %+v after one end", got)
	}
}
