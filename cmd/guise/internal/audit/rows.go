package audit

import (
	"context"
	"errors"
	"fmt"
	"math"
	"reflect"
	"slices"
	"time"

	"github.com/guise-go/guise"
	"github.com/guise-go/guise/sqlstore"
)

// rowsAtOnce is how many rows are read at once.
const rowsAtOnce = 500

// checker is a [Log] that knows which rows it can't have written: what queries
// don't find in a database can't be compared either.
type checker interface{ CheckRows(context.Context) error }

// checkRows looks for rows that no store has written.
func (a *audit) checkRows(ctx context.Context) error {
	if log, can := a.log.(checker); can {
		return log.CheckRows(ctx)
	}
	return nil
}

// misfit is the error for a row that can't be read, which names it.
func misfit(err error) error {
	if row, is := errors.AsType[*sqlstore.RowError](err); is {
		return &RowError{row.ID, 0, row.Problem + ", which no store writes"}
	}
	return err
}

// rows compares each row with what its events say.
func (a *audit) rows(ctx context.Context) error {
	if err := a.checkRows(ctx); err != nil {
		return err
	}
	query := guise.LogQuery{Limit: rowsAtOnce}
	for {
		page, err := a.log.Impersonations(ctx, query)
		if err != nil {
			return fmt.Errorf("reading impersonations: %w", err)
		}
		for _, row := range page.Impersonations {
			a.report.Impersonations++
			if !a.facts.agrees(row) {
				if err := a.closer(ctx, row.ID); err != nil {
					return err
				}
			}
		}
		a.Progress("impersonations", a.report.Impersonations, max(int64(len(a.facts.of)), a.report.Impersonations))
		if query.Cursor = page.Next; query.Cursor == "" {
			return a.missingRows(ctx)
		}
	}
}

// missingRows looks for impersonations that have events and no row.
func (a *audit) missingRows(ctx context.Context) error {
	seqs := a.facts.withoutRow()
	slices.Sort(seqs)
	for _, seq := range seqs {
		events, err := a.log.Events(ctx, "", seq-1, 1)
		if err != nil {
			return fmt.Errorf("reading event %d: %w", seq, err)
		}
		if len(events) == 0 || events[0].Seq != seq {
			continue // purged meanwhile, and the row with it
		}
		if err := a.closer(ctx, events[0].ImpersonationID); err != nil {
			return err
		}
	}
	return nil
}

// looks is how often one impersonation is looked at that changes all the time.
const looks = 5

// closer looks at one impersonation by itself, until it stands still.
func (a *audit) closer(ctx context.Context, id string) error {
	var wrong *RowError
	for range looks {
		before, err := a.row(ctx, id)
		if err != nil {
			return err
		}
		events, err := a.eventsOf(ctx, id)
		if err != nil {
			return err
		}
		// Asked now: a purge may have taken some of them since the log was read.
		first, err := a.first(ctx)
		if err != nil {
			return err
		}
		if wrong = contradiction(id, before, events, first > 1); wrong == nil {
			return nil
		}
		after, err := a.row(ctx, id)
		if err != nil {
			return err
		}
		if reflect.DeepEqual(before, after) {
			return wrong
		}
	}
	return wrong
}

// row is an impersonation's row, or nil, without what changes at any time.
func (a *audit) row(ctx context.Context, id string) (*guise.Impersonation, error) {
	i, err := a.log.Impersonation(ctx, id)
	if errors.Is(err, guise.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("reading impersonation %s: %w", id, err)
	}
	i.LastSeenAt = time.Time{}
	return &i, nil
}

func (a *audit) eventsOf(ctx context.Context, id string) ([]guise.Event, error) {
	if id == "" { // of which no store writes a row, and which asks for all events
		return nil, nil
	}
	var all []guise.Event
	for after := int64(math.MinInt64); ; {
		some, err := a.log.Events(ctx, id, after, eventsAtOnce)
		if err != nil {
			return nil, fmt.Errorf("reading the events of impersonation %s: %w", id, err)
		}
		if len(some) == 0 {
			return all, nil
		}
		after = some[len(some)-1].Seq
		for _, event := range some {
			if event.Kind != guise.KindRequest || len(all) == 0 || about(&event) != about(&all[len(all)-1]) {
				all = append(all, event) // of requests, that there are any, and of whom
			}
		}
	}
}

// about is the two people of an event.
func about(e *guise.Event) [2]string { return [2]string{e.Actor.ID, e.Subject.ID} }
