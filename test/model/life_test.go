package model

import (
	"context"
	"time"

	"github.com/guise-go/guise"
)

// life is one impersonation, as the model has it.
type life struct {
	id, subject   string
	mode          guise.Mode
	expires, seen time.Time
	over          bool
	// below is the one on which it is stacked.
	below *life
}

func lifeOf(i guise.Impersonation) *life {
	return &life{id: i.ID, subject: i.Subject.ID, mode: i.Mode, expires: i.ExpiresAt, seen: i.LastSeenAt, over: i.State != guise.StateActive}
}

// seenAt is what a request does. By a clock that has gone back, nobody was seen
// earlier than they were.
func (l *life) seenAt(now time.Time) {
	if now.After(l.seen) {
		l.seen = now
	}
}

// end ends the whole stack, as every cause but leaving does.
func (l *life) end() {
	for ; l != nil; l = l.below {
		l.over = true
	}
}

// stack is the life and what is below it, the first one first.
func (l *life) stack() (all []*life) {
	for ; l != nil; l = l.below {
		all = append([]*life{l}, all...)
	}
	return all
}

// running is whether one is active and within its limits.
func (w *world) running(l *life) bool {
	return l != nil && !l.over && w.now.Before(l.expires) && w.now.Sub(l.seen) < idleTimeout
}

// allowed is the model's policy: an active superuser, and anyone else who is active.
func (w *world) allowed(actor, subject string) bool {
	a, s := w.people[actor], w.people[subject]
	return a.Active && a.Superuser && s.Active && actor != subject
}

// mayAdd is whether the actor may act as a subject on top of what runs: the
// actor and whom they act as now must both be allowed.
func (w *world) mayAdd(actor string, on *life, subject string) bool {
	return w.allowed(actor, subject) && (on == nil || w.allowed(on.subject, subject))
}

// goesOn is whether what the browser carries may go on now.
func (w *world) goesOn(actor string) bool {
	l := w.lives[actor]
	if !w.running(l) || w.held[actor] != l.id {
		return false
	}
	for _, link := range l.stack() {
		if !w.mayAdd(actor, link.below, link.subject) {
			return false
		}
	}
	return true
}

// lookAgain makes the model know what the store has, after a fault.
func (w *world) lookAgain() {
	for _, actor := range actors {
		var last *life
		running, err := w.store.Store.Running(context.Background(), actor, 10)
		if err != nil {
			w.Fatal(err)
		}
		if known := w.lives[actor]; known != nil {
			last = w.stored(known.id)
		}
		for _, one := range running {
			last = w.stored(one.ID)
		}
		w.lives[actor] = last
	}
}

// anyRuns reports whether the store has anything running of an actor's.
func (w *world) anyRuns(actor string) bool {
	running, err := w.store.Store.Running(context.Background(), actor, 1)
	if err != nil {
		w.Fatal(err)
	}
	return len(running) > 0
}

// stored is a life and those below it as the store has them.
func (w *world) stored(id string) *life {
	row, err := w.store.Store.Impersonation(context.Background(), id)
	if err != nil {
		w.Fatal(err)
	}
	l := lifeOf(row)
	if row.ParentID != "" {
		l.below = w.stored(row.ParentID)
	}
	return l
}
