package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/guise-go/guise"
)

// logPurge is "guise log purge".
type logPurge struct {
	source
	operator
	Before moment `required:"" placeholder:"TIME" help:"Delete events recorded before this time, at least 24 hours ago: a day (UTC), or a time such as 2026-05-04T09:00:00Z."`
	Yes    bool   `help:"Yes, delete: it can't be undone."`
	JSON   bool   `help:"Print JSON."`
}

// youngest keeps a slip of the date from emptying the log; guise.Config has the
// same for RetainFor.
const youngest = 24 * time.Hour

// Run deletes the oldest part of the log.
func (c *logPurge) Run(ctx context.Context, out output) error {
	if err := c.check(); err != nil {
		return err
	}
	now := time.Now().Truncate(time.Microsecond) // as the Manager's clock does: the difference is exact
	age := now.Sub(c.Before.Time)
	switch {
	case age < youngest:
		return usageError{fmt.Errorf("--before is %s; it must be at least 24 hours ago", instant(c.Before.Time))}
	case !c.Yes:
		return usageError{errors.New("nothing was deleted: what is purged can't be had back; export it first, then say --yes")}
	}
	store, db, err := c.open(ctx)
	if err != nil {
		return err
	}
	defer db.Close()
	bar := out.progress()
	defer bar.done()
	manager, err := newManager(guise.Config{
		Store: &counted{Store: store, bar: bar, from: begin(ctx, store), to: c.Before.Time}, AllowPurge: true, RetainFor: age,
		// However long it takes, what is older than Before goes and no more.
		Clock: func() time.Time { return now },
	})
	if err != nil {
		return err
	}
	purged, err := manager.Purge(ctx, c.actor(), c.Note)
	bar.done()
	if err != nil {
		return fmt.Errorf("%d events were purged, then: %w", purged.Events, err)
	}
	if c.JSON {
		return out.json(struct {
			Events         int       `json:"events"`
			Impersonations int       `json:"impersonations"`
			Before         time.Time `json:"before"`
		}{purged.Events, purged.Impersonations, c.Before.UTC()})
	}
	return out.line(fmt.Sprintf("Purged %d events and %d impersonations from before %s", purged.Events, purged.Impersonations, instant(c.Before.Time)))
}

// counted is a store that tells how much a purge has deleted.
type counted struct {
	guise.Store
	bar    *progress
	events int64
	// from is when the log began, to when it is to begin.
	from, to time.Time
}

// Purge deletes, and tells.
func (c *counted) Purge(ctx context.Context, purge guise.Purge) (guise.Purged, error) {
	purged, err := c.Store.Purge(ctx, purge)
	c.events += int64(purged.Events)
	if err == nil {
		c.bar.reached("events purged", c.events, begin(ctx, c.Store).Sub(c.from), c.to.Sub(c.from))
	}
	return purged, err
}
