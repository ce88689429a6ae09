// Package audit checks a whole log: that its chain is as it was written, that it
// ends where it should, and that each impersonation's row says what its events
// say. It only reads, also while others write.
package audit

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"

	"github.com/guise-go/guise"
)

// Log is what an audit reads; a [guise.Store] is one.
type Log interface {
	Impersonation(ctx context.Context, id string) (guise.Impersonation, error)
	Impersonations(ctx context.Context, query guise.LogQuery) (guise.LogPage, error)
	Events(ctx context.Context, impersonationID string, after int64, limit int) ([]guise.Event, error)
	Head(ctx context.Context) (seq int64, hash guise.Hash, err error)
}

// Options are what an audit may be told; the zero value is fine.
type Options struct {
	// Anchor is a head that was noted earlier; its zero value is none.
	Anchor Head
	// Progress is told now and then what has been read, of about how much.
	Progress func(what string, done, total int64)
}

// Report is what was read. It is true also beside an error, as far as it came.
type Report struct {
	Events         int64
	Impersonations int64
	// First is the number of the first event that there is; those before it
	// were purged.
	First int64
	// Head is the last event.
	Head Head
}

// RowError is an impersonation whose row contradicts its events.
type RowError struct {
	// ID is the impersonation's.
	ID string
	// Seq is the number of the event that says otherwise; 0 where there is none.
	Seq int64
	// Problem says what is wrong.
	Problem string
}

// Error names the impersonation and the problem.
func (e *RowError) Error() string {
	return fmt.Sprintf("impersonation %s %s", cmp.Or(e.ID, `""`), e.Problem)
}

// Run reads the whole log. The error is a [*guise.ChainError] for the first event
// that is wrong, a [*RowError] for a row, or why it could not be read. Memory is
// some hundred bytes for each impersonation.
func Run(ctx context.Context, log Log, options Options) (Report, error) {
	if options.Progress == nil {
		options.Progress = func(string, int64, int64) {}
	}
	for {
		a := &audit{log: log, Options: options, facts: newFacts()}
		err := a.run(ctx)
		if !errors.As(err, new(*guise.ChainError)) {
			return a.report, err
		}
		again, readErr := a.changedMeanwhile(ctx, err)
		switch {
		case readErr != nil: // what is missing may be purged: nobody knows
			return a.report, readErr
		case !again:
			return a.report, err
		}
	}
}

// changedMeanwhile reports whether what is wrong may be so because of what others
// did meanwhile, so that the log is to be read anew.
func (a *audit) changedMeanwhile(ctx context.Context, wrong error) (bool, error) {
	if errors.As(wrong, new(*astray)) {
		return a.headMoved(ctx)
	}
	// A purge that goes on takes what is about to be read again and again. It
	// ends, and each time the log begins further on.
	return a.purgedMeanwhile(ctx)
}

type audit struct {
	Options
	log      Log
	verifier guise.Verifier
	facts    *facts
	report   Report
	// head is what the store said before anything was read, and headed that the
	// log leads through it.
	head     Head
	headed   bool
	anchored bool
}

func (a *audit) run(ctx context.Context) (err error) {
	if a.head.Seq, a.head.Hash, err = a.log.Head(ctx); err != nil {
		return fmt.Errorf("reading the head of the log: %w", err)
	}
	if err := a.events(ctx); err != nil {
		return err
	}
	if err := a.ends(); err != nil {
		return err
	}
	if err := a.rows(ctx); err != nil {
		return misfit(err)
	}
	return a.compared()
}

// eventsAtOnce is how many events are read at once: some milliseconds, in which
// SQLite without WAL lets nobody write.
const eventsAtOnce = 1000

// page is some events, or why there are none.
type page struct {
	events []guise.Event
	err    error
}

// events verifies the chain. The next page is read while one is verified.
func (a *audit) events(ctx context.Context) error {
	reading, cancel := context.WithCancel(ctx)
	pages := make(chan page, 1)
	go func() {
		defer close(pages)
		a.read(reading, pages)
	}()
	defer func() {
		cancel()
		for range pages { // until whoever reads has ended
		}
	}()
	for page := range pages {
		if page.err != nil {
			return page.err
		}
		for n := range page.events {
			if err := a.event(&page.events[n]); err != nil {
				return err
			}
		}
		a.Progress("events", a.report.Events, max(a.head.Seq-a.report.First+1, a.report.Events))
	}
	// Whoever reads stops without a word at the end of the context, and what was
	// not read is not missing.
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("reading events: %w", err)
	}
	return a.verifier.Done()
}

// read begins each page with the last event of the one before: a second event of
// that number, where there is one, would be in neither.
func (a *audit) read(ctx context.Context, pages chan<- page) {
	var last int64
	for after := int64(math.MinInt64); ; {
		events, err := a.log.Events(ctx, "", after, eventsAtOnce)
		if err != nil {
			err = fmt.Errorf("reading the events behind number %d: %w", max(after, 0), err)
		}
		if after > math.MinInt64 && len(events) > 0 && events[0].Seq == last {
			events = events[1:]
		}
		if err == nil && len(events) == 0 {
			return
		}
		select {
		case <-ctx.Done():
			return
		case pages <- page{events, err}:
		}
		if err != nil {
			return
		}
		last = events[len(events)-1].Seq
		after = last - 1
	}
}

func (a *audit) event(event *guise.Event) error {
	if err := a.verifier.Add(*event); err != nil {
		return err
	}
	if a.report.Events == 0 {
		a.report.First = event.Seq
	}
	a.report.Events++
	a.report.Head = Head{event.Seq, event.Hash}
	if err := a.passes(event); err != nil {
		return err
	}
	a.facts.add(event)
	return nil
}

// purgedMeanwhile reports whether the log begins further on than it did.
func (a *audit) purgedMeanwhile(ctx context.Context) (bool, error) {
	first, err := a.first(ctx)
	return first > a.report.First && a.report.First > 0, err
}

// first is the number of the first event that there is now, 0 if there is none.
func (a *audit) first(ctx context.Context) (int64, error) {
	events, err := a.log.Events(ctx, "", math.MinInt64, 1)
	if err != nil {
		return 0, fmt.Errorf("reading the first event: %w", err)
	}
	if len(events) == 0 {
		return 0, nil
	}
	return events[0].Seq, nil
}
