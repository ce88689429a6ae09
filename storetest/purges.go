package storetest

import (
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/guise-go/guise"
)

// Rules 24 and 25: a purge is on record, and happens once.

func eventOfAPurge(e *env) {
	e.past("a1")
	last := e.past("a2")
	e.start("a3")
	gone := e.chain()[:4]
	var given []guise.Purged
	purge := purging(after(600))
	made := purge.Event(guise.Purged{})
	purge.Event = func(p guise.Purged) guise.Event {
		given = append(given, p)
		made.PurgedTo, made.PurgedHash = 99, guise.Hash{9} // the store knows better
		return made
	}
	got := e.mustPurge(purge)
	want := guise.Purged{Events: 4, Impersonations: 2, Seq: 4, Hash: gone[3].Hash}
	if got != want || !slices.Equal(given, []guise.Purged{want}) {
		e.Errorf("Purge: %+v, and Event was called with %+v; want %+v and one call with it", got, given, want)
	}
	all := e.left()
	made.PurgedTo, made.PurgedHash = want.Seq, want.Hash
	if event, want := all[len(all)-1], made.Chained(5, all[0].Hash); !same(event, want) {
		e.Errorf("the event of the purge\n got %+v\nwant %+v", event, want)
	}
	if all[0].Prev != want.Hash || e.kindsLeft(last.ID) != 0 {
		e.Errorf("the first event left follows %s; want %s, the hash of the last that went", all[0].Prev, want.Hash)
	}
}

// kindsLeft counts the events about an impersonation.
func (e *env) kindsLeft(id string) (n int) {
	for _, event := range e.left() {
		if event.ImpersonationID == id {
			n++
		}
	}
	return n
}

func purgeOfAll(e *env) {
	e.past("a1")
	e.deny("a2")
	if got := e.mustPurge(purging(after(600))); got.Events != 3 || got.Impersonations != 2 {
		e.Errorf("Purge: %+v; want all 3 events and both", got)
	}
	e.wantLeft(4, 4)
	next := e.start("a1") // the chain goes on
	e.wantLeft(4, 5, next)
}

func purgeOfNothing(e *env) {
	none := purging(after(600))
	none.Event = func(p guise.Purged) guise.Event {
		e.Errorf("Event was called with %+v", p)
		return guise.Event{}
	}
	nothing := func(what string, before time.Time) {
		e.unchanged(what, func() {
			none.Before = before
			if got := e.mustPurge(none); got != (guise.Purged{}) {
				e.Errorf("%s: Purge: %+v; want zeros", what, got)
			}
		})
	}
	nothing("an empty log", after(600))
	e.start("a1")
	nothing("only an active one", after(600))
	e.past("a2")
	nothing("an active one before all else", after(600))
	nothing("nothing so old", noon())
	nothing("no time", time.Time{})
}

func panickingEventPurgesNothing(e *env) {
	e.past("a1")
	purge := purging(after(600))
	purge.Event = func(guise.Purged) guise.Event { panic("the event can't be made") }
	e.unchanged("a purge whose event panics", func() {
		defer func() {
			if recover() == nil {
				e.Error("the panic of Event did not come through")
			}
		}()
		_, _ = e.store.Purge(e.ctx, purge)
	})
	e.mustPurge(purging(after(600)))
	e.wantLeft(3, 3)
}

func fortyRacingPurges(e *env) {
	const each = 3
	for range racers {
		e.past("a1")
	}
	var mu sync.Mutex
	var all []guise.Purged
	e.race(func(_ int, store guise.Store) {
		purge := purging(after(600))
		purge.Limit = each
		purged, err := store.Purge(e.ctx, purge)
		if err != nil {
			e.Errorf("Purge: %v", err)
		}
		mu.Lock()
		defer mu.Unlock()
		if purged.Events > 0 {
			all = append(all, purged)
		}
	})
	slices.SortFunc(all, func(a, b guise.Purged) int { return int(a.Seq - b.Seq) })
	var events, rows int
	for _, purged := range all {
		events, rows = events+purged.Events, rows+purged.Impersonations
		if purged.Seq != int64(events) {
			e.Errorf("a purge went up to event %d, and those up to there deleted %d in all", purged.Seq, events)
		}
	}
	if events != 2*racers || rows != racers {
		e.Errorf("%d events and %d impersonations were deleted; want %d and %d", events, rows, 2*racers, racers)
	}
	e.wantLeft(2*racers+1, int64(2*racers+len(all)))
}

func purgeRacesWriters(e *env) {
	for range racers {
		e.past("a1")
	}
	e.race(func(n int, store guise.Store) {
		if n%4 == 0 {
			purge := purging(after(600))
			purge.Limit = 7
			if _, err := store.Purge(e.ctx, purge); err != nil {
				e.Errorf("Purge: %v", err)
			}
			return
		}
		id := fmt.Sprintf("race-%02d", n)
		if err := store.Start(e.ctx, started(draft(id, "a-"+id, noon()))); err != nil {
			e.Errorf("Start: %v", err)
		}
	})
	for n := range racers {
		if id := fmt.Sprintf("race-%02d", n); n%4 != 0 {
			e.wantResolved(tokenOf(id), id)
		}
	}
	e.left()
}
