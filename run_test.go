package guise_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/guise-go/guise"
)

// sweepOnce lets Run sweep at least once.
func (w *world) sweepOnce() {
	w.t.Helper()
	ctx, cancel := context.WithCancel(w.t.Context())
	swept := make(chan struct{}, 1)
	w.store.onDue = func() {
		select {
		case swept <- struct{}{}:
		default:
		}
	}
	done := make(chan error, 1)
	go func() { done <- w.manager.Run(ctx) }()
	<-swept // Due was asked; what it finds is ended before Run looks at ctx
	cancel()
	if err := <-done; !errors.Is(err, context.Canceled) {
		w.t.Errorf("Run returned %v", err)
	}
}

func TestRun_SweepsWithinASecond(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, func(c *guise.Config) { c.Clock, c.MaxDuration = time.Now, time.Minute })
		w.t = t
		w.login("1").start("10")
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error, 1)
		go func() { done <- w.manager.Run(ctx) }()
		time.Sleep(time.Minute - time.Millisecond) // of the bubble's clock
		synctest.Wait()
		if n := len(w.seen(guise.KindEnded)); n != 0 {
			t.Errorf("%d ended too early", n)
		}
		time.Sleep(time.Second)
		synctest.Wait()
		if n := len(w.seen(guise.KindEnded)); n != 1 {
			t.Errorf("%d ended within a second of the limit, want 1", n)
		}
		cancel()
		<-done
	})
}

// TestRun_WhatWasSeenMeanwhileGoesOn: between the look for what is idle and its
// end, somebody came back.
func TestRun_WhatWasSeenMeanwhileGoesOn(t *testing.T) {
	w := newWorld(t, nil)
	b := w.login("1")
	id := b.start("10").json()["id"].(string)
	w.advance(15 * time.Minute)
	w.store.afterDue = func() {
		if err := w.store.Store.Touch(t.Context(), id, w.clock()); err != nil {
			t.Error(err)
		}
	}
	w.sweepOnce()
	if got := b.sees(); got != "10" {
		t.Errorf("sees %s", got)
	}
}

// TestRun_IsOverSoonAfterItsContext: who shuts down waits for the end that is
// under way, and not for each that is due, however slow the store is.
func TestRun_IsOverSoonAfterItsContext(t *testing.T) {
	const timeout = 2 * time.Second
	inBubble(t, func(c *guise.Config) { c.MaxRunning, c.StoreTimeout = -1, timeout }, func(w *world) {
		for range 100 {
			w.login("1").start("10")
		}
		time.Sleep(time.Hour)
		w.store.neverAnswer("End")
		ctx, cancel := context.WithTimeout(w.t.Context(), time.Second)
		defer cancel()
		err := w.manager.Run(ctx)
		over, _ := ctx.Deadline()
		if late := time.Since(over); !errors.Is(err, context.DeadlineExceeded) || late > timeout {
			w.t.Errorf("%v, %v after its context was over; want within %v", err, late, timeout)
		}
	})
}
