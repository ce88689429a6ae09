package audit_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/guise-go/guise"
	"github.com/guise-go/guise/cmd/guise/internal/audit"
	"github.com/guise-go/guise/memstore"
)

var at = time.Date(2026, 5, 4, 9, 0, 0, 0, time.UTC)

// busy is a log that changes while it is read.
type busy struct {
	*memstore.Store
	page  func()       // before a page of events is read
	rows  func()       // before a page of rows is read
	first func() error // before the first event is read
	head  func()       // after the head is read
}

func (b *busy) Head(ctx context.Context) (int64, guise.Hash, error) {
	seq, hash, err := b.Store.Head(ctx)
	if b.head != nil {
		b.head()
	}
	return seq, hash, err
}

func (b *busy) Events(ctx context.Context, id string, after int64, limit int) ([]guise.Event, error) {
	if b.page != nil && limit > 1 && after > 0 {
		b.page()
	}
	if b.first != nil && limit == 1 {
		if err := b.first(); err != nil {
			return nil, err
		}
	}
	// As a database that answers although nobody waits any more.
	return b.Store.Events(context.WithoutCancel(ctx), id, after, limit)
}

func (b *busy) Impersonations(ctx context.Context, query guise.LogQuery) (guise.LogPage, error) {
	if b.rows != nil {
		b.rows()
	}
	return b.Store.Impersonations(ctx, query)
}

// purge deletes the oldest events, at most so many.
func (b *busy) purge(t *testing.T, limit int) {
	t.Helper()
	if _, err := b.Purge(t.Context(), guise.Purge{Before: at.Add(time.Hour), Limit: limit, Event: func(guise.Purged) guise.Event {
		return guise.Event{Kind: guise.KindPurged, Time: at.Add(2 * time.Hour)}
	}}); err != nil {
		t.Fatal(err)
	}
}

func (b *busy) note(t *testing.T, id string, n int) {
	t.Helper()
	events := slices.Repeat([]guise.Event{{Kind: guise.KindNote, Time: at, ImpersonationID: id, Note: "n"}}, n)
	if err := b.Append(t.Context(), events...); err != nil {
		t.Fatal(err)
	}
}

// TestP9_APurgeMeanwhileIsNoForgery: a purge of many steps takes again and again
// what is about to be read.
func TestP9_APurgeMeanwhileIsNoForgery(t *testing.T) {
	t.Parallel()
	b := &busy{Store: memstore.New()}
	b.note(t, "", 6000)
	steps := 0
	b.page = func() {
		if steps < 4 {
			steps++
			b.purge(t, 1100)
		}
	}
	report, err := audit.Run(t.Context(), b, audit.Options{})
	if err != nil || steps != 4 || report.First != 4401 || report.Events != 1604 {
		t.Errorf("after %d purges: %+v, %v; want a log that holds from number 4401 on", steps, report, err)
	}
}

// TestP9_AnEndAndAPurgeMeanwhileAreNoForgery: of an impersonation that ran when
// its events were read, only a note is left when its row is.
func TestP9_AnEndAndAPurgeMeanwhileAreNoForgery(t *testing.T) {
	t.Parallel()
	b := &busy{Store: memstore.New()}
	i := guise.Impersonation{ID: "i-1", StackID: "i-1", Depth: 1, State: guise.StateActive, Mode: guise.ReadOnly,
		Actor: guise.Actor{User: guise.User{ID: "ada"}}, Subject: guise.Subject{User: guise.User{ID: "42"}}, StartedAt: at, LastSeenAt: at}
	event := func(i guise.Impersonation, kind guise.Kind) guise.Event {
		return guise.Event{Kind: kind, Time: at, ImpersonationID: i.ID, Actor: i.Actor, Subject: i.Subject, Mode: i.Mode, Cause: i.Cause}
	}
	if err := b.Start(t.Context(), guise.Start{Impersonation: i, Token: guise.TokenHash{1}, Event: event(i, guise.KindStarted)}); err != nil {
		t.Fatal(err)
	}
	b.rows = func() {
		b.rows = nil
		if _, err := b.End(t.Context(), guise.End{ID: "i-1", At: at, Cause: guise.CauseStopped,
			Event: func(i guise.Impersonation) guise.Event { return event(i, guise.KindEnded) }}); err != nil {
			t.Error(err)
		}
		b.note(t, "i-1", 1)
		b.purge(t, 2)
	}
	if report, err := audit.Run(t.Context(), b, audit.Options{}); err != nil || report.Impersonations != 1 {
		t.Errorf("%+v, %v; want a log that holds", report, err)
	}
}

// TestP9_WhatCouldNotBeReadIsNoForgery: nobody said that the log does not hold.
func TestP9_WhatCouldNotBeReadIsNoForgery(t *testing.T) {
	t.Parallel()
	down := errors.New("the database is down")
	for name, row := range map[string]struct {
		page func(b *busy, cancel func())
		want error
	}{
		"a signal":                        {func(_ *busy, cancel func()) { cancel() }, context.Canceled},
		"a purge, and no database behind": {func(b *busy, _ func()) { b.first = func() error { return down }; b.purge(t, 1100) }, down},
		"a purge, and a signal":           {func(b *busy, cancel func()) { b.first = func() error { cancel(); return nil }; b.purge(t, 1100) }, context.Canceled},
	} {
		t.Run(name, func(t *testing.T) {
			for range 10 { // of two things that are ready, select takes either
				b := &busy{Store: memstore.New()}
				b.note(t, "", 2500)
				ctx, cancel := context.WithCancel(t.Context())
				b.page = func() { b.page = nil; row.page(b, cancel) }
				_, err := audit.Run(ctx, b, audit.Options{})
				if !errors.Is(err, row.want) || errors.As(err, new(*guise.ChainError)) {
					t.Fatalf("%v; want %v, and no event that is wrong", err, row.want)
				}
				cancel()
			}
		})
	}
}

// TestP9_AHeadThatMovedMeanwhileIsNoForgery: the log was empty when its head was
// read, or all that it had is purged since.
func TestP9_AHeadThatMovedMeanwhileIsNoForgery(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		before int
		change func(b *busy)
		want   int64
	}{
		"the first event": {0, func(b *busy) { b.note(t, "", 1) }, 1},
		"a purge of all":  {3, func(b *busy) { b.purge(t, 3); b.note(t, "", 1) }, 2},
	} {
		t.Run(name, func(t *testing.T) {
			b := &busy{Store: memstore.New()}
			b.note(t, "", row.before)
			b.head = func() { b.head = nil; row.change(b) }
			if report, err := audit.Run(t.Context(), b, audit.Options{}); err != nil || report.Events != row.want {
				t.Errorf("%+v, %v; want a log of %d events that holds", report, err, row.want)
			}
		})
	}
}

// twice is a log in which an event has a second one with its number, as where
// whoever forged it has dropped the key first.
type twice struct {
	*memstore.Store
	seq int64
}

func (l twice) Events(ctx context.Context, id string, after int64, limit int) ([]guise.Event, error) {
	events, err := l.Store.Events(ctx, id, after, limit)
	if n := slices.IndexFunc(events, func(e guise.Event) bool { return e.Seq == l.seq }); n >= 0 {
		forged := events[n]
		forged.Note = "another"
		events = slices.Insert(events, n+1, forged)
	}
	return events[:min(len(events), limit)], err
}

// TestP9_ASecondEventOfANumberIsFound: also where a page ends between the two.
func TestP9_ASecondEventOfANumberIsFound(t *testing.T) {
	t.Parallel()
	for _, seq := range []int64{1, 500, 999, 1000, 1001, 2000, 2500} {
		b := &busy{Store: memstore.New()}
		b.note(t, "", 2500)
		_, err := audit.Run(t.Context(), twice{b.Store, seq}, audit.Options{})
		if wrong, is := errors.AsType[*guise.ChainError](err); !is || wrong.Seq != seq {
			t.Errorf("event %d twice: %v", seq, err)
		}
	}
}
