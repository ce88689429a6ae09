package storetest

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/guise-go/guise"
)

// Rule 17: how far those that run have got.

// requests appends what an impersonation's requests leave in the log: an event
// with method, path and status, or two for a write that is answered.
func (e *env) requests(i guise.Impersonation, list ...guise.LastRequest) {
	e.Helper()
	var events []guise.Event
	for _, r := range list {
		event := about(guise.KindRequest, i)
		event.Time, event.Method, event.Path, event.Status = r.Time, r.Method, r.Path, r.Status
		events = append(events, event)
	}
	if err := e.store.Append(e.ctx, events...); err != nil {
		e.Fatalf("Append: %v", err)
	}
}

func at(minute int, method, path string, status int) guise.LastRequest {
	return guise.LastRequest{Time: after(minute), Method: method, Path: path, Status: status}
}

// wantProgress compares everything except the number of the last event, which
// must only be there.
func (e *env) wantProgress(ids []string, newest int, want map[string]guise.Progress) {
	e.Helper()
	got, err := e.store.Progress(e.ctx, ids, newest)
	if err != nil {
		e.Fatalf("Progress of the newest %d: %v", newest, err)
	}
	for id, one := range got {
		if (one.Last.Seq > 0) != (one.Requests > 0) {
			e.Errorf("Progress of %s has %d requests, and the number of the last is %d", id, one.Requests, one.Last.Seq)
		}
		one.Last.Seq = 0
		got[id] = one
	}
	if !maps.Equal(got, want) {
		e.Errorf("Progress of the newest %d events: %+v; want %+v", newest, got, want)
	}
}

func progressOfEach(e *env) {
	busy, quiet, writing := e.start("a1"), e.start("a2"), e.start("a3")
	e.requests(busy, at(1, "GET", "/", 200), at(2, "POST", "/x", 0), at(2, "POST", "/x", 303))
	e.requests(writing, at(3, "POST", "/pay", 0)) // runs, or was never answered
	e.requests(busy, at(4, "HEAD", "/", 200), at(4, "OPTIONS", "/", 204), at(5, "DELETE", "/x", 405), at(6, "GET", "/ende/ü", 404))
	last := at(6, "GET", "/ende/ü", 404)
	e.wantProgress([]string{busy.ID, quiet.ID, writing.ID}, 100, map[string]guise.Progress{
		busy.ID: {Requests: 6, Writes: 2, Last: last}, quiet.ID: {}, writing.ID: {},
	})
	if got, _ := e.store.Progress(e.ctx, []string{busy.ID}, 100); got[busy.ID].Last.Seq != 11 {
		e.Errorf("the last request's event is number %d; want 11", got[busy.ID].Last.Seq)
	}
	e.mustEnd(ending(busy.ID)) // is an event, but not a request
	e.wantProgress([]string{busy.ID}, 100, map[string]guise.Progress{busy.ID: {Requests: 6, Writes: 2, Last: last}})
}

func progressOfTheNewest(e *env) {
	i := e.start("a1")
	e.requests(i, at(1, "POST", "/old", 200), at(2, "GET", "/a", 200), at(3, "GET", "/b", 200))
	e.requests(e.start("a2"), at(4, "GET", "/other", 200))
	last := at(3, "GET", "/b", 200)
	for newest, want := range []guise.Progress{
		1: {Requests: 1, More: true, Last: last},
		2: {Requests: 2, More: true, Last: last},
		3: {Requests: 3, Writes: 1, More: true, Last: last},
		4: {Requests: 3, Writes: 1, More: true, Last: last}, // there may be older ones, as far as it looked
		5: {Requests: 3, Writes: 1, Last: last},
	} {
		if newest == 0 {
			continue
		}
		e.wantProgress([]string{i.ID}, newest, map[string]guise.Progress{i.ID: want})
	}
	for _, none := range []int{0, -1} {
		e.wantProgress([]string{i.ID}, none, map[string]guise.Progress{})
	}
}

func progressAmongMany(e *env) {
	e.wantProgress(nil, 10, map[string]guise.Progress{})
	first := e.deny("a0") // its event is not a request
	i := e.start("a1")
	e.requests(i, at(1, "GET", "/", 200))
	if err := e.store.Append(e.ctx, guise.Event{Time: noon().Add(time.Hour), Kind: guise.KindRequest, Method: "GET", Status: 200}); err != nil {
		e.Fatalf("Append: %v", err)
	}
	ids := []string{"", "a\x00b", first.ID}
	for n := range 250 {
		ids = append(ids, fmt.Sprintf("unknown-%d", n))
	}
	ids = slices.Insert(ids, 120, i.ID)
	e.wantProgress(append(ids, i.ID), 10, map[string]guise.Progress{
		first.ID: {}, i.ID: {Requests: 1, Last: at(1, "GET", "/", 200)},
	})
}
