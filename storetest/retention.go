package storetest

import (
	"math"
	"slices"
	"time"

	"github.com/guise-go/guise"
)

// Rules 22 and 23: what goes, and what stays.

// purging deletes what was recorded before a moment.
func purging(before time.Time) guise.Purge {
	return guise.Purge{Before: before, Event: func(guise.Purged) guise.Event {
		// Long after everything else in these cases.
		return guise.Event{Time: after(100_000), Kind: guise.KindPurged, By: actor("boss"), Note: "a year is over"}
	}}
}

func (e *env) mustPurge(purge guise.Purge) guise.Purged {
	e.Helper()
	purged, err := e.store.Purge(e.ctx, purge)
	if err != nil {
		e.Fatalf("Purge: %v", err)
	}
	return purged
}

// append adds an event about an impersonation, recorded when that was started.
func (e *env) append(kind guise.Kind, i guise.Impersonation) {
	e.Helper()
	if err := e.store.Append(e.ctx, about(kind, i)); err != nil {
		e.Fatalf("Append: %v", err)
	}
}

// past is one that was started and ended in one minute: two events.
func (e *env) past(actorID string) guise.Impersonation {
	e.Helper()
	i := e.start(actorID)
	e.mustEnd(ending(i.ID))
	return i
}

// left reads the log as it is after a purge, and checks that it verifies and
// ends at Head.
func (e *env) left() []guise.Event {
	e.Helper()
	all, err := e.store.Events(e.ctx, "", 0, 100_000)
	if err != nil {
		e.Fatalf("Events: %v", err)
	}
	var v guise.Verifier
	for _, event := range all {
		_ = v.Add(event) // Done says it again
	}
	if err := v.Done(); err != nil {
		e.Fatalf("what is left does not verify: %v", err)
	}
	wantSeq, wantHash := v.Head()
	if seq, hash, err := e.store.Head(e.ctx); seq != wantSeq || hash != wantHash || err != nil {
		e.Fatalf("Head is %d, %s, %v; the log ends at %d, %s", seq, hash, err, wantSeq, wantHash)
	}
	return all
}

// wantLeft checks which events are left, and which impersonations.
func (e *env) wantLeft(oldest, newest int64, rows ...guise.Impersonation) {
	e.Helper()
	all := e.left()
	if got := [2]int64{all[0].Seq, all[len(all)-1].Seq}; got != [2]int64{oldest, newest} {
		e.Errorf("the log has the events %d; want %d to %d", got, oldest, newest)
	}
	var ids, want []string
	for _, i := range e.everything() {
		ids = append(ids, i.ID)
	}
	for _, i := range rows {
		want = append(want, i.ID)
	}
	slices.Sort(ids)
	slices.Sort(want)
	if !slices.Equal(ids, want) {
		e.Errorf("there are the impersonations %q; want %q", ids, want)
	}
}

func purgeBefore(e *env) {
	e.past("a1")        // events 1 and 2, in minute 1
	two := e.past("a2") // 3 and 4, in minute 2
	if got := e.mustPurge(purging(after(2))); got.Events != 2 || got.Impersonations != 1 || got.Seq != 2 {
		e.Errorf("Purge: %+v; want 2 events and 1 impersonation, up to event 2", got)
	}
	e.wantLeft(3, 5, two)
	if got := e.mustPurge(purging(after(2).Add(time.Microsecond))); got.Events != 2 || got.Seq != 4 {
		e.Errorf("Purge, a microsecond later: %+v; want 2 events, up to event 4", got)
	}
	e.wantLeft(5, 6)
}

func purgeStopsAtTheFirstThatStays(e *env) {
	e.past("a1")
	late := e.draft("a2")
	late.StartedAt = after(500) // by a clock that is ahead
	e.mustStart(late)           // event 3
	e.mustEnd(ending(late.ID))
	behind := e.past("a3") // 5 and 6, in minute 3
	if got := e.mustPurge(purging(after(400))); got.Events != 2 {
		e.Errorf("Purge: %+v; want 2 events", got)
	}
	e.wantLeft(3, 7, late, behind)
}

func purgeKeepsTheActive(e *env) {
	e.deny("a1")            // event 1
	waits := e.start("a2")  // 2
	top := e.startOn(waits) // 3
	old := e.past("a3")     // 4 and 5
	if got := e.mustPurge(purging(after(600))); got.Events != 1 || got.Impersonations != 1 {
		e.Errorf("Purge: %+v; want 1 event and 1 refused attempt", got)
	}
	e.wantLeft(2, 6, waits, top, old)
	e.wantResolved(tokenOf(top.ID), waits.ID, top.ID)
	e.mustEnd(resuming(top.ID, tokenOf("fresh")))                  // event 7
	e.wantIDs("what waits", e.mustEnd(ending(waits.ID)), waits.ID) // 8
	if got := e.mustPurge(purging(after(600))); got.Events != 4 || got.Impersonations != 1 || got.Seq != 5 {
		e.Errorf("Purge once it is over: %+v; want 4 events, up to the purge, which is later", got)
	}
	e.wantLeft(6, 9, waits, top)
}

func purgeInSteps(e *env) {
	for range 5 {
		e.past("a1")
	}
	var got []guise.Purged
	for limit := 1; ; limit++ {
		purge := purging(after(600))
		purge.Limit = limit
		purged := e.mustPurge(purge)
		e.left()
		if purged.Events == 0 {
			break
		}
		purged.Hash = guise.Hash{}
		got = append(got, purged)
	}
	want := []guise.Purged{
		{Events: 1, Impersonations: 0, Seq: 1}, {Events: 2, Impersonations: 1, Seq: 3},
		{Events: 3, Impersonations: 2, Seq: 6}, {Events: 4, Impersonations: 2, Seq: 10},
	}
	if !slices.Equal(got, want) {
		e.Errorf("in steps of 1, 2, 3, …: %+v\nwant %+v", got, want)
	}
	e.wantLeft(11, 14)
}

func purgeWithoutALimit(e *env) {
	const many = 12_000
	batch := make([]guise.Event, many)
	for n := range batch {
		batch[n] = guise.Event{Time: noon(), Kind: guise.KindNote}
	}
	if err := e.store.Append(e.ctx, batch...); err != nil {
		e.Fatalf("Append: %v", err)
	}
	for _, limit := range []int{0, -1} {
		purge := purging(after(600))
		purge.Limit = limit
		if got := e.mustPurge(purge).Events; got < 100 || got > 5000 {
			e.Errorf("with Limit %d, a purge deletes %d of %d; want a step: about a thousand", limit, got, many)
		}
	}
	purge := purging(after(600))
	purge.Limit = math.MaxInt
	e.mustPurge(purge)
	e.wantLeft(many+1, many+3)
}

func purgeOfPurges(e *env) {
	e.past("a1")
	e.mustPurge(purging(after(600))) // event 3
	e.unchanged("a purged event alone", func() {
		if got := e.mustPurge(purging(after(200_000))); got != (guise.Purged{}) {
			e.Errorf("Purge of a purged event alone: %+v; want nothing", got)
		}
	})
	i := e.start("a2") // 4
	e.unchanged("a purged event before an active one", func() {
		if got := e.mustPurge(purging(after(200_000))); got != (guise.Purged{}) {
			e.Errorf("Purge of a purged event alone: %+v; want nothing", got)
		}
	})
	e.mustEnd(ending(i.ID)) // 5
	purge := purging(after(200_000))
	purge.Limit = 1
	if got := e.mustPurge(purge); got.Events != 1 || got.Seq != 3 {
		e.Errorf("Purge with others after it: %+v; want the purged event, number 3", got)
	}
	if got := e.mustPurge(purging(after(200_000))); got.Events != 3 || got.Impersonations != 1 {
		e.Errorf("Purge: %+v; want the rest, 3 events", got)
	}
	e.wantLeft(7, 7)
}

func purgeTakesRows(e *env) {
	one, denied, noted := e.past("a1"), e.deny("a2"), e.past("a3") // events 1 to 5
	late := noted
	late.StartedAt = after(500)
	e.append(guise.KindNote, late) // 6
	if got := e.mustPurge(purging(after(400))); got.Events != 5 || got.Impersonations != 2 {
		e.Errorf("Purge: %+v; want 5 events, and %s and %s", got, one.ID, denied.ID)
	}
	e.wantLeft(6, 7, noted)
	if got := e.mustPurge(purging(after(600))); got.Events != 1 || got.Impersonations != 1 {
		e.Errorf("Purge of the note: %+v; want 1 event and 1 impersonation", got)
	}
	e.wantLeft(7, 8)
}

func purgeOfAStack(e *env) {
	bottom := e.start("a1")
	top := e.startOn(bottom)
	e.mustEnd(ending(bottom.ID)) // events 3, of the first, and 4
	purge := purging(after(600))
	purge.Limit = 3
	if got := e.mustPurge(purge); got.Events != 3 || got.Impersonations != 1 {
		e.Errorf("Purge: %+v; want 3 events and the first of the stack", got)
	}
	e.wantLeft(4, 5, top)
	e.wantResolved(tokenOf(top.ID), top.ID)
	e.mustPurge(purge)
	e.wantLeft(5, 6)
}

func purgedIsUnknown(e *env) {
	i := e.past("a1")
	e.mustPurge(purging(after(600)))
	if stack, err := e.other.Resolve(e.ctx, tokenOf(i.ID)); err == nil {
		e.Errorf("the other store resolves its token to %+v", stack)
	}
	e.wantResolved(tokenOf(i.ID))
	if _, err := e.other.Impersonation(e.ctx, i.ID); err == nil {
		e.Error("the other store has it still")
	}
	if ended, err := e.other.Ended(e.ctx, []string{i.ID}); err != nil || len(ended) != 1 {
		e.Errorf("Ended: %q, %v; want it ended", ended, err)
	}
	again := draft(i.ID, "a1", after(50)) // nothing of it is left in the way
	e.mustStart(again)
	e.wantResolved(tokenOf(i.ID), i.ID)
}
