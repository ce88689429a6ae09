package storetest

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/guise-go/guise"
)

// Rule 4: a context that is over.

func cancelledContext(e *env) {
	e.past("a0") // a purge would delete it
	i := e.start("a1")
	over, cancel := context.WithCancel(e.ctx)
	cancel()
	late, cancelLate := context.WithDeadline(e.ctx, time.Now().Add(-time.Second))
	defer cancelLate()

	next, try := e.draft("a2"), e.draft("a3")
	try.State = guise.StateDenied
	calls := map[string]func(ctx context.Context) error{
		"Start": func(ctx context.Context) error { return e.store.Start(ctx, started(next)) },
		"Deny":  func(ctx context.Context) error { return e.store.Deny(ctx, try, about(guise.KindDenied, try)) },
		"ChangeMode": func(ctx context.Context) error {
			return e.store.ChangeMode(ctx, guise.ModeChange{ID: i.ID, Mode: guise.ReadWrite, Event: about(guise.KindModeChanged, i)})
		},
		"End":     func(ctx context.Context) error { _, err := e.store.End(ctx, ending(i.ID)); return err },
		"Resolve": func(ctx context.Context) error { _, err := e.store.Resolve(ctx, tokenOf(i.ID)); return err },
		"Touch":   func(ctx context.Context) error { return e.store.Touch(ctx, i.ID, after(30)) },
		"Running": func(ctx context.Context) error { _, err := e.store.Running(ctx, "", 10); return err },
		"Due":     func(ctx context.Context) error { _, err := e.store.Due(ctx, noon(), noon(), 10); return err },
		"Ended":   func(ctx context.Context) error { _, err := e.store.Ended(ctx, []string{i.ID}); return err },
		"Progress": func(ctx context.Context) error {
			_, err := e.store.Progress(ctx, []string{i.ID}, 10)
			return err
		},
		"Append": func(ctx context.Context) error { return e.store.Append(ctx, about(guise.KindNote, i)) },
		"Impersonation": func(ctx context.Context) error {
			_, err := e.store.Impersonation(ctx, i.ID)
			return err
		},
		"Impersonations": func(ctx context.Context) error {
			_, err := e.store.Impersonations(ctx, guise.LogQuery{})
			return err
		},
		"Events":     func(ctx context.Context) error { _, err := e.store.Events(ctx, "", 0, 10); return err },
		"Unattached": func(ctx context.Context) error { _, err := e.store.Unattached(ctx, 0, 10); return err },
		"Purge":      func(ctx context.Context) error { _, err := e.store.Purge(ctx, purging(after(600))); return err },
		"Tally": func(ctx context.Context) error {
			_, _, err := e.store.Tally(ctx, tallying("x", "p", "q", "r"))
			return err
		},
		"Head": func(ctx context.Context) error { _, _, err := e.store.Head(ctx); return err },
	}
	for name, call := range calls {
		e.unchanged(name, func() {
			e.wantErr(name+" with a cancelled context", call(over), context.Canceled)
			e.wantErr(name+" with a context past its deadline", call(late), context.DeadlineExceeded)
		})
	}
}

// contextsThatEndAtAnyMoment cancels starts before, while and after they are
// stored: whenever that is, either both the row and the event are there, or
// neither is.
func contextsThatEndAtAnyMoment(e *env) {
	var mu sync.Mutex
	succeeded := map[string]bool{}
	e.race(func(n int, store guise.Store) {
		id := fmt.Sprintf("race-%02d", n)
		ctx, cancel := context.WithTimeout(e.ctx, time.Duration(n)*100*time.Microsecond)
		defer cancel()
		err := store.Start(ctx, started(draft(id, "a-"+id, noon())))
		if err == nil {
			mu.Lock()
			succeeded[id] = true
			mu.Unlock()
		} else if !errors.Is(err, context.DeadlineExceeded) {
			e.Errorf("Start with a context that ends: %v; want context.DeadlineExceeded", err)
		}
	})
	for n := range racers {
		id := fmt.Sprintf("race-%02d", n)
		row, event := e.settled(id)
		if row != event || succeeded[id] && !row {
			e.Errorf("%s: stored %v, its event %v, said to have succeeded %v", id, row, event, succeeded[id])
		}
	}
}

// settled reports whether a start's row is there, and whether its event is. A
// server may still be undoing one that its client has left, and show it meanwhile
// to who reads what isn't committed: so it is asked again until both say the same,
// which of one that is half written they never do.
func (e *env) settled(id string) (row, event bool) {
	for deadline := time.Now().Add(5 * time.Second); ; time.Sleep(10 * time.Millisecond) {
		_, err := e.store.Impersonation(e.ctx, id)
		row, event = err == nil, e.kinds(id)[guise.KindStarted] == 1
		if row == event || time.Now().After(deadline) {
			return row, event
		}
	}
}
