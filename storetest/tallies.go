package storetest

import (
	"crypto/sha256"
	"fmt"
	"sync"
	"time"

	"github.com/guise-go/guise"
)

// Rules 26 to 29: what actors do is counted.

func hashOf(text string) guise.Hash { return sha256.Sum256([]byte(text)) }

// tallying adds members to a set that may have at most three.
func tallying(set string, members ...string) guise.Tally {
	add := guise.Tally{
		Set: hashOf(set), Max: 3, Now: noon(), Until: after(1),
		Event: guise.Event{Time: noon(), Kind: guise.KindLimited, Actor: actor("a1"), Code: set},
	}
	for _, member := range members {
		add.Members = append(add.Members, hashOf(member))
	}
	return add
}

func (e *env) wantTally(add guise.Tally, before, after int) {
	e.Helper()
	b, a, err := e.store.Tally(e.ctx, add)
	if b != before || a != after || err != nil {
		e.Errorf("Tally of %d members: %d, %d, %v; want %d, %d", len(add.Members), b, a, err, before, after)
	}
}

func tallyCountsEachOnce(e *env) {
	e.wantTally(tallying("x"), 0, 0)
	e.wantTally(tallying("x", "p"), 0, 1)
	e.wantTally(tallying("x", "p", "p"), 1, 1)
	e.wantTally(tallying("y", "p"), 0, 1)
	e.wantTally(tallying("x", "q", "p", "q"), 1, 2)
}

func tallyEndsAtMax(e *env) {
	e.wantTally(tallying("x", "p", "q"), 0, 2)
	e.wantTally(tallying("x", "r", "s", "t"), 2, 3)
	e.wantTally(tallying("x", "s"), 3, 3)
	none := tallying("y", "p")
	none.Max = 0
	e.wantTally(none, 0, 0)
}

func tallyLeavesOneEvent(e *env) {
	e.wantTally(tallying("x", "p", "q"), 0, 2)
	if got := len(e.chain()); got != 0 {
		e.Errorf("below Max the log has %d events", got)
	}
	add := tallying("x", "r")
	e.wantTally(add, 2, 3)
	e.wantTally(add, 3, 3)
	e.wantTally(tallying("x", "s"), 3, 3)
	log := e.chain()
	if len(log) != 1 || log[0].Kind != guise.KindLimited || log[0].Code != "x" || !same(log[0].Actor, add.Event.Actor) {
		e.Errorf("the log has %+v; want the event of the call that filled the set", log)
	}
}

func tallyRaces(e *env) {
	var (
		mu     sync.Mutex
		counts = map[int]int{}
	)
	e.race(func(n int, store guise.Store) {
		add := tallying("x", fmt.Sprintf("p%d", n))
		add.Max = racers / 2
		before, _, err := store.Tally(e.ctx, add)
		if err != nil {
			e.Errorf("Tally: %v", err)
		}
		mu.Lock()
		defer mu.Unlock()
		counts[before]++
	})
	for before := range racers / 2 {
		if counts[before] != 1 {
			e.Errorf("%d calls found %d in the set; want one", counts[before], before)
		}
	}
	if got := len(e.chain()); got != 1 {
		e.Errorf("the log has %d events; want one", got)
	}
}

func tallyIsForgotten(e *env) {
	e.wantTally(tallying("x", "p"), 0, 1)
	for _, row := range []struct {
		now  time.Time
		want int
	}{{after(1), 1}, {after(1).Add(guise.TallyKept - time.Microsecond), 1}, {after(1).Add(guise.TallyKept), 0}} {
		other := tallying("y", "p")
		other.Now, other.Until = row.now, row.now.Add(48*time.Hour)
		if _, _, err := e.store.Tally(e.ctx, other); err != nil {
			e.Fatalf("Tally: %v", err)
		}
		e.wantTally(tallying("x"), row.want, row.want)
	}
}
