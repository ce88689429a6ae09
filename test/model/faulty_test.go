package model

import (
	"context"
	"errors"
	"time"

	"github.com/guise-go/guise"
)

var errFault = errors.New("the store failed")

// faulty is a store that fails at a call to come: before it does anything or,
// when the answer is lost, after.
type faulty struct {
	guise.Store
	in    int // calls until it fails; 0 is never
	lost  bool
	fired bool
	calls int
	// swept is called when all that was due has been ended, or has failed to.
	swept func()
	due   int
}

func (f *faulty) arm(in int, lost bool) { f.in, f.lost, f.fired = in, lost, false }

func (f *faulty) around(do func() error) error {
	f.calls++
	if f.in > 0 {
		if f.in--; f.in == 0 {
			f.fired = true
			if f.lost {
				_ = do()
			}
			return errFault
		}
	}
	return do()
}

func (f *faulty) Start(ctx context.Context, start guise.Start) error {
	return f.around(func() error { return f.Store.Start(ctx, start) })
}

func (f *faulty) Deny(ctx context.Context, try guise.Impersonation, event guise.Event) error {
	return f.around(func() error { return f.Store.Deny(ctx, try, event) })
}

func (f *faulty) ChangeMode(ctx context.Context, change guise.ModeChange) error {
	return f.around(func() error { return f.Store.ChangeMode(ctx, change) })
}

func (f *faulty) End(ctx context.Context, end guise.End) (ended []guise.Impersonation, err error) {
	err = f.around(func() (err error) { ended, err = f.Store.End(ctx, end); return err })
	if f.due--; f.due == 0 && f.swept != nil {
		f.swept()
	}
	if err != nil {
		return nil, err
	}
	return ended, nil
}

func (f *faulty) Resolve(ctx context.Context, token guise.TokenHash) (stack guise.Stack, err error) {
	err = f.around(func() (err error) { stack, err = f.Store.Resolve(ctx, token); return err })
	return stack, err
}

func (f *faulty) Touch(ctx context.Context, id string, at time.Time) error {
	return f.around(func() error { return f.Store.Touch(ctx, id, at) })
}

func (f *faulty) Running(ctx context.Context, actorID string, limit int) (found []guise.Impersonation, err error) {
	err = f.around(func() (err error) { found, err = f.Store.Running(ctx, actorID, limit); return err })
	return found, err
}

func (f *faulty) Due(ctx context.Context, now, idleSince time.Time, limit int) (due []guise.Impersonation, err error) {
	err = f.around(func() (err error) { due, err = f.Store.Due(ctx, now, idleSince, limit); return err })
	if err != nil {
		due = nil
	}
	if f.due = len(due); f.due == 0 && f.swept != nil {
		f.swept()
	}
	return due, err
}

func (f *faulty) Impersonation(ctx context.Context, id string) (one guise.Impersonation, err error) {
	err = f.around(func() (err error) { one, err = f.Store.Impersonation(ctx, id); return err })
	return one, err
}

func (f *faulty) Append(ctx context.Context, events ...guise.Event) error {
	return f.around(func() error { return f.Store.Append(ctx, events...) })
}

func (f *faulty) Tally(ctx context.Context, add guise.Tally) (before, after int, err error) {
	err = f.around(func() (err error) { before, after, err = f.Store.Tally(ctx, add); return err })
	return before, after, err
}
