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
	Cursor string `placeholder:"CURSOR" help:"Continue after a page, from the cursor it ended with."`
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
