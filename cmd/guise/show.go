package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/guise-go/guise"
)

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
		rows = append(rows, []string{fmt.Sprint(e.Seq), instant(e.Time), happened(e) + elsewhere(e, i)})
	}
	return out.table(rows)
}

// elsewhere is from where an event came, where that is not from where the
// impersonation was begun.
func elsewhere(e guise.Event, i guise.Impersonation) string {
	if e.ClientIP == "" || e.ClientIP == i.ClientIP {
		return ""
	}
	return " from " + e.ClientIP
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
