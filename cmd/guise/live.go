package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/guise-go/guise"
)

// liveCommands is "guise live".
type liveCommands struct {
	List liveList `cmd:"" help:"Print who acts as whom now."`
	End  liveEnd  `cmd:"" help:"End an impersonation, and all that are stacked with it."`
}

// liveList is "guise live list".
type liveList struct {
	source
	Actor string `placeholder:"ID" help:"Only those of this actor."`
	Limit int    `default:"100" placeholder:"N" help:"How many to print, 1 to 1000, the newest start first (${default})."`
	JSON  bool   `help:"Print JSON."`
}

// Run prints what is running.
func (c *liveList) Run(ctx context.Context, out output) error {
	if err := withinLimit(c.Limit); err != nil {
		return err
	}
	store, db, err := c.open(ctx)
	if err != nil {
		return err
	}
	defer db.Close()
	running, err := store.Running(ctx, c.Actor, c.Limit)
	if err != nil {
		return err
	}
	if c.JSON {
		return out.json(pageJSON{Impersonations: append([]guise.Impersonation{}, running...)})
	}
	rows := [][]string{{"STARTED", "LAST SEEN", "EXPIRES", "ACTOR", "SUBJECT", "MODE", "ID", "REASON"}}
	for _, i := range running {
		rows = append(rows, []string{
			instant(i.StartedAt), instant(i.LastSeenAt), instant(i.ExpiresAt),
			i.Actor.Label(), i.Subject.Label(), string(i.Mode), i.ID, i.Reason,
		})
	}
	return out.table(rows)
}

// liveEnd is "guise live end".
type liveEnd struct {
	source
	operator
	ID   string `arg:"" help:"The impersonation's ID, as guise live list prints it."`
	JSON bool   `help:"Print JSON."`
}

// Run ends it as somebody would in the console: by cause revoked.
func (c *liveEnd) Run(ctx context.Context, out output) error {
	if err := c.check(); err != nil {
		return err
	}
	store, db, err := c.open(ctx)
	if err != nil {
		return err
	}
	defer db.Close()
	manager, err := newManager(guise.Config{Store: store})
	if err != nil {
		return err
	}
	err = manager.End(ctx, c.ID, c.actor(), c.Note)
	switch {
	case errors.Is(err, guise.ErrNotFound):
		return noError{fmt.Errorf("there is no impersonation %q in this log", c.ID)}
	case errors.Is(err, guise.ErrNotRunning):
		return noError{fmt.Errorf("impersonation %s is not running; guise log show says how it ended", c.ID)}
	case err != nil:
		return err
	}
	if !c.JSON {
		return out.line("Ended impersonation " + c.ID)
	}
	ended, err := store.Impersonation(ctx, c.ID)
	if err != nil {
		return fmt.Errorf("impersonation %s is ended; reading it again: %w", c.ID, err)
	}
	return out.json(ended)
}
