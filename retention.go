package guise

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"time"
)

const (
	// purgeInterval is how often Run purges.
	purgeInterval = time.Hour
	// longestPause is the longest pause between two steps of a purge; a step's
	// duration includes waiting for others.
	longestPause = 50 * time.Millisecond
	// minRetention keeps a mistaken unit from emptying the log.
	minRetention = 24 * time.Hour
)

// ErrSwitchedOff is something that the [Config] does not allow at all.
var ErrSwitchedOff = errors.New("guise: switched off")

// Purge deletes what is older than Config.RetainFor from the log: the oldest
// events, up to the first that is younger or belongs to a running
// impersonation, and the impersonations that have none left. Each step is a
// purged event, with who did it and their note, and what is left still
// verifies; see [Verifier]. By is empty when nobody asked for it.
//
// It works in steps, between which others can write, and ends with the context;
// what it returns has been deleted, even when there is also an error. It does
// not check rights; the endpoint does. The error is [ErrSwitchedOff] unless
// Config.AllowPurge and Config.RetainFor are set.
func (m *Manager) Purge(ctx context.Context, by Actor, note string) (Purged, error) {
	return m.purge(ctx, by, note, nil)
}

func (m *Manager) purge(ctx context.Context, by Actor, note string, r *http.Request) (Purged, error) {
	if !m.config.purges() {
		return Purged{}, fmt.Errorf("%w: nothing is purged without Config.AllowPurge and Config.RetainFor; they are %v and %v",
			ErrSwitchedOff, m.config.AllowPurge, m.config.RetainFor)
	}
	step := Purge{Before: m.now().Add(-m.config.RetainFor), Event: func(Purged) Event {
		return m.from(r, Event{Kind: KindPurged, Time: m.now(), By: Actor{cleanUser(by.User)}, Note: clean(note, maxNote)})
	}}
	var all Purged
	for {
		began := time.Now()
		purged, err := m.config.Store.Purge(m.within(ctx), step)
		if err != nil {
			return all, fmt.Errorf("guise: purging what is from before %s: %w", step.Before.UTC().Format(time.RFC3339), err)
		}
		if purged.Events == 0 {
			return all, nil
		}
		purged.Events, purged.Impersonations = purged.Events+all.Events, purged.Impersonations+all.Impersonations
		all = purged
		// Leave the log to other writers for as long as the step took: not every
		// database lets them in by turns.
		if err := wait(ctx, min(time.Since(began), longestPause)); err != nil {
			return all, err
		}
	}
}

// purges reports whether anything is ever purged.
func (c Config) purges() bool { return c.AllowPurge && c.RetainFor > 0 }

func wait(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}

// purgeNowAndThen purges at once, since a process may live for less than an
// interval, and then every interval. It returns when the context is over.
func (m *Manager) purgeNowAndThen(ctx context.Context) {
	for ctx.Err() == nil {
		purged, err := m.Purge(ctx, Actor{}, "")
		if err != nil && ctx.Err() == nil {
			m.config.Logger.ErrorContext(ctx, "guise: purge failed; trying again later", slog.Any("error", err), slog.Duration("in", purgeInterval))
		}
		if purged.Events > 0 {
			m.config.Logger.InfoContext(ctx, "guise: purged what is old",
				slog.Int("events", purged.Events), slog.Int("impersonations", purged.Impersonations), slog.Int64("to", purged.Seq))
		}
		_ = wait(ctx, purgeInterval) // the loop looks at the context
	}
}

// postPurge is the endpoint.
func (v *visit) postPurge() error {
	read, err := v.readFields(fieldNote, v.config.NextParam)
	if err != nil {
		return v.loggedInOr(err)
	}
	actor, err := v.realActor()
	if err != nil {
		return err
	}
	if err := v.permit(v.r.Context(), actor, ActionPurge); err != nil {
		return err
	}
	purged, err := v.purge(v.r.Context(), actor, read[fieldNote], v.r)
	switch {
	case err != nil:
		return err
	case wantsJSON(v.r):
		return v.writeJSON(http.StatusOK, struct {
			Events         int `json:"events"`
			Impersonations int `json:"impersonations"`
		}{purged.Events, purged.Impersonations})
	}
	v.redirect(v.landing(read[v.config.NextParam], v.base(v.r)+"log/unattached"))
	return nil
}
