package storetest

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/guise-go/guise"
)

// env is what a case works with. In Run, other is store itself.
type env struct {
	*testing.T
	ctx          context.Context
	store, other guise.Store
	made         int
}

// noon is when the stories in these cases begin.
func noon() time.Time { return time.Date(2026, 5, 4, 12, 0, 0, 123456000, time.UTC) }

func after(minutes int) time.Time { return noon().Add(time.Duration(minutes) * time.Minute) }

func actor(id string) guise.Actor {
	return guise.Actor{User: guise.User{ID: id, Username: "u-" + id, Name: "Actor " + id, Email: id + "@staff.test", Tenant: "t1"}}
}

func subject(id string) guise.Subject {
	return guise.Subject{User: guise.User{ID: id, Username: "u-" + id, Name: "Subject " + id, Email: id + "@pupil.test", Tenant: "t1"}}
}

// tokenOf is the token that an impersonation gets in these cases.
func tokenOf(id string) guise.TokenHash { return sha256.Sum256([]byte("token of " + id)) }

// draft is an active impersonation, not stored yet, each a minute later than
// the one before.
func (e *env) draft(actorID string) guise.Impersonation {
	e.made++
	return draft(fmt.Sprintf("imp-%03d", e.made), actorID, after(e.made))
}

func draft(id, actorID string, at time.Time) guise.Impersonation {
	return guise.Impersonation{
		ID: id, StackID: id, Depth: 1,
		Actor: actor(actorID), Subject: subject("s1"), Mode: guise.ReadOnly, Reason: "a call", Ticket: "T-1",
		State: guise.StateActive, StartedAt: at, ExpiresAt: at.Add(time.Hour), LastSeenAt: at,
		ReturnTo: "/desk", ClientIP: "192.0.2.7", UserAgent: "test",
	}
}

// on puts a draft on top of another impersonation.
func on(parent, child guise.Impersonation) guise.Impersonation {
	child.ParentID, child.StackID, child.Depth = parent.ID, parent.StackID, parent.Depth+1
	return child
}

func started(i guise.Impersonation) guise.Start {
	return guise.Start{Impersonation: i, Token: tokenOf(i.ID), Event: about(guise.KindStarted, i)}
}

func about(kind guise.Kind, i guise.Impersonation) guise.Event {
	return guise.Event{
		Time: i.StartedAt, Kind: kind, ImpersonationID: i.ID, Actor: i.Actor, Subject: i.Subject,
		Mode: i.Mode, Reason: i.Reason, Ticket: i.Ticket, Cause: i.Cause, Code: i.Code,
	}
}

// start stores an impersonation by the actor.
func (e *env) start(actorID string) guise.Impersonation {
	e.Helper()
	return e.mustStart(e.draft(actorID))
}

// startOn stacks one on another.
func (e *env) startOn(parent guise.Impersonation) guise.Impersonation {
	e.Helper()
	return e.mustStart(on(parent, e.draft(parent.Actor.ID)))
}

func (e *env) mustStart(i guise.Impersonation) guise.Impersonation {
	e.Helper()
	if err := e.store.Start(e.ctx, started(i)); err != nil {
		e.Fatalf("Start(%s): %v", i.ID, err)
	}
	return i
}

// deny stores a refused attempt.
func (e *env) deny(actorID string) guise.Impersonation {
	e.Helper()
	i := e.draft(actorID)
	i.State, i.Code = guise.StateDenied, "not_allowed"
	if err := e.store.Deny(e.ctx, i, about(guise.KindDenied, i)); err != nil {
		e.Fatalf("Deny(%s): %v", i.ID, err)
	}
	return i
}

// ending ends one as its actor would, an hour after noon.
func ending(id string) guise.End {
	return guise.End{
		ID: id, At: after(60), Cause: guise.CauseStopped,
		Event: func(i guise.Impersonation) guise.Event { return about(guise.KindEnded, i) },
	}
}

func resuming(id string, token guise.TokenHash) guise.End {
	end := ending(id)
	end.Resume = token
	return end
}

func (e *env) mustEnd(end guise.End) []guise.Impersonation {
	e.Helper()
	ended, err := e.store.End(e.ctx, end)
	if err != nil {
		e.Fatalf("End(%s): %v", end.ID, err)
	}
	return ended
}

func (e *env) get(id string) guise.Impersonation {
	e.Helper()
	i, err := e.store.Impersonation(e.ctx, id)
	if err != nil {
		e.Fatalf("Impersonation(%s): %v", id, err)
	}
	return i
}

// same compares everything: the same moment in another zone is another time.
func same(a, b any) bool { return reflect.DeepEqual(a, b) }

// wantIDs compares impersonations by their IDs, in order.
func (e *env) wantIDs(what string, got []guise.Impersonation, want ...string) {
	e.Helper()
	var ids []string
	for _, i := range got {
		ids = append(ids, i.ID)
	}
	if !slices.Equal(ids, want) {
		e.Errorf("%s: got %q; want %q", what, ids, want)
	}
}

// wantResolved checks what a token stands for: nothing, when there are no IDs.
func (e *env) wantResolved(token guise.TokenHash, want ...string) {
	e.Helper()
	stack, err := e.store.Resolve(e.ctx, token)
	if len(want) == 0 {
		if !errors.Is(err, guise.ErrNotFound) {
			e.Errorf("Resolve: %v, %v; want ErrNotFound", stack, err)
		}
		return
	}
	if err != nil {
		e.Errorf("Resolve: %v; want %q", err, want)
	}
	e.wantIDs("Resolve", stack, want...)
}

func (e *env) wantErr(what string, err, want error) {
	e.Helper()
	if !errors.Is(err, want) {
		e.Errorf("%s: error %v; want %v", what, err, want)
	}
}

func (e *env) head() int64 {
	e.Helper()
	seq, _, err := e.store.Head(e.ctx)
	if err != nil {
		e.Fatalf("Head: %v", err)
	}
	return seq
}

// unchanged runs something that must not write anything.
func (e *env) unchanged(what string, try func()) {
	e.Helper()
	before, rows, oldest := e.head(), e.everything(), e.oldest()
	try()
	if got := e.oldest(); got != oldest {
		e.Errorf("%s: the log began with event %d and begins with %d; want it unchanged", what, oldest, got)
	}
	if got := e.head(); got != before {
		e.Errorf("%s: the log went from event %d to %d; want it unchanged", what, before, got)
	}
	if got := e.everything(); !same(got, rows) {
		e.Errorf("%s: impersonations changed\nfrom %+v\nto   %+v", what, rows, got)
	}
}

// oldest is the number of the first event that is left; 0 when there is none.
func (e *env) oldest() int64 {
	e.Helper()
	first, err := e.store.Events(e.ctx, "", 0, 1)
	if err != nil {
		e.Fatalf("Events: %v", err)
	}
	if len(first) == 0 {
		return 0
	}
	return first[0].Seq
}

func (e *env) everything() []guise.Impersonation {
	e.Helper()
	page, err := e.store.Impersonations(e.ctx, guise.LogQuery{Limit: 10_000})
	if err != nil {
		e.Fatalf("Impersonations: %v", err)
	}
	return page.Impersonations
}

// chain reads the whole log and checks that it is one unbroken chain which
// ends at Head.
func (e *env) chain() []guise.Event {
	e.Helper()
	all, err := e.store.Events(e.ctx, "", 0, 100_000)
	if err != nil {
		e.Fatalf("Events: %v", err)
	}
	var prev guise.Hash
	for n, event := range all {
		if event.Seq != int64(n)+1 {
			e.Fatalf("event %d of the log has Seq %d", n+1, event.Seq)
		}
		if event.Prev != prev {
			e.Fatalf("event %d: Prev is %s; the event before has Hash %s", event.Seq, event.Prev, prev)
		}
		if digest := event.Digest(); event.Hash != digest {
			e.Fatalf("event %d: Hash is %s; its Digest is %s", event.Seq, event.Hash, digest)
		}
		prev = event.Hash
	}
	seq, hash, err := e.store.Head(e.ctx)
	if err != nil || seq != int64(len(all)) || hash != prev {
		e.Fatalf("Head is %d, %s, %v; the log ends at %d, %s", seq, hash, err, len(all), prev)
	}
	return all
}

// kinds counts the events of each kind that are about one impersonation.
func (e *env) kinds(id string) map[guise.Kind]int {
	e.Helper()
	counts := map[guise.Kind]int{}
	for _, event := range e.chain() {
		if event.ImpersonationID == id {
			counts[event.Kind]++
		}
	}
	return counts
}

// racers is how many go at once.
const racers = 40

// race runs do many times, as nearly at once as possible, half of them on each
// store.
func (e *env) race(do func(n int, store guise.Store)) {
	e.Helper()
	var group sync.WaitGroup
	begin := make(chan struct{})
	for n := range racers {
		store := e.store
		if n%2 == 1 {
			store = e.other
		}
		group.Go(func() {
			<-begin
			do(n, store)
		})
	}
	close(begin)
	group.Wait()
}
