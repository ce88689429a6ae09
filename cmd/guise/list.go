package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/guise-go/guise"
)

// logList is "guise log list".
type logList struct {
	source
	filters
	Limit  int    `default:"20" placeholder:"N" help:"How many to print, 1 to 1000 (${default})."`
	Cursor string `placeholder:"CURSOR" help:"Go on behind a page, by the cursor that it ended with."`
	JSON   bool   `help:"Print JSON."`
}

// Run prints a page of the log, the newest start first.
func (c *logList) Run(ctx context.Context, out output) error {
	if err := withinLimit(c.Limit); err != nil {
		return err
	}
	query, err := c.query()
	if err != nil {
		return err
	}
	query.Cursor, query.Limit = c.Cursor, c.Limit
	store, db, err := c.open(ctx)
	if err != nil {
		return err
	}
	defer db.Close()
	found, next, err := page(ctx, store, query)
	switch {
	case errors.Is(err, guise.ErrBadCursor):
		return usageError{fmt.Errorf("--cursor is %.80q, which this database's log did not end a page with", c.Cursor)}
	case err != nil:
		return err
	case c.JSON:
		return out.json(pageJSON{found, next})
	}
	return out.impersonations(found, next)
}

// pageJSON is a page of the log.
type pageJSON struct {
	Impersonations []guise.Impersonation `json:"impersonations"`
	Next           string                `json:"next,omitempty"`
}

// page is a page of as many as were asked for, where there are as many: the
// store may stop looking earlier.
func page(ctx context.Context, store guise.Log, query guise.LogQuery) (found []guise.Impersonation, next string, err error) {
	found = []guise.Impersonation{}
	for wanted := query.Limit; ; {
		query.Limit = wanted - len(found)
		some, err := store.Impersonations(ctx, query)
		if err != nil {
			return nil, "", fmt.Errorf("reading the log: %w", err)
		}
		found = append(found, some.Impersonations...)
		if query.Cursor = some.Next; some.Next == "" || len(found) >= wanted {
			return found, some.Next, nil
		}
	}
}

// maxLimit is the longest page; more than that is an export's work.
const maxLimit = 1000

func withinLimit(limit int) error {
	if limit < 1 || limit > maxLimit {
		return usageError{fmt.Errorf("--limit is %d; it must be 1 to %d", limit, maxLimit)}
	}
	return nil
}

// impersonations prints one a line, and how to go on.
func (o output) impersonations(found []guise.Impersonation, next string) error {
	rows := [][]string{{"STARTED", "STATE", "ACTOR", "SUBJECT", "MODE", "ID", "REASON"}}
	for _, i := range found {
		state := string(i.State)
		switch i.State {
		case guise.StateEnded:
			state += ": " + string(i.Cause)
		case guise.StateDenied:
			state += ": " + i.Code
		}
		rows = append(rows, []string{instant(i.StartedAt), state, i.Actor.Label(), i.Subject.Label(), string(i.Mode), i.ID, i.Reason})
	}
	if err := o.table(rows); err != nil || next == "" {
		return err
	}
	return o.line("More: --cursor " + next)
}

// logShow is "guise log show".
type logShow struct {
	source
	ID   string `arg:"" help:"The impersonation's ID."`
	JSON bool   `help:"Print JSON."`
}

// Run prints an impersonation and its events, the first of them first.
func (c *logShow) Run(ctx context.Context, out output) error {
	store, db, err := c.open(ctx)
	if err != nil {
		return err
	}
	defer db.Close()
	i, err := store.Impersonation(ctx, c.ID)
	if errors.Is(err, guise.ErrNotFound) {
		return noError{fmt.Errorf("there is no impersonation %q in this log", c.ID)}
	}
	if err != nil {
		return err
	}
	events, err := eventsOf(ctx, store, c.ID)
	switch {
	case err != nil:
		return err
	case c.JSON:
		return out.json(struct {
			Impersonation guise.Impersonation `json:"impersonation"`
			Events        []guise.Event       `json:"events"`
		}{i, events})
	}
	if err := out.fields(facts(i)); err != nil {
		return err
	}
	rows := [][]string{{"EVENT", "TIME", "WHAT"}}
	for _, e := range events {
		rows = append(rows, []string{fmt.Sprint(e.Seq), instant(e.Time), happened(e)})
	}
	return out.table(rows)
}

func eventsOf(ctx context.Context, store guise.Log, id string) ([]guise.Event, error) {
	all := []guise.Event{}
	for after := int64(0); ; after = all[len(all)-1].Seq {
		some, err := store.Events(ctx, id, after, maxLimit)
		if err != nil {
			return nil, fmt.Errorf("reading the events of %s: %w", id, err)
		}
		if all = append(all, some...); len(some) < maxLimit {
			return all, nil
		}
	}
}
