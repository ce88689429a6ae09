package guise

import (
	"context"
	"errors"
	"log/slog"
	"time"
)

const (
	// sweepInterval is short enough to end what reached its limit within a
	// second.
	sweepInterval = 500 * time.Millisecond
	// sweepBatch is how many one sweep ends at once.
	sweepBatch = 100
)

// sweep ends what has reached a limit without waiting for a request, and writes
// the activity that waits to be logged.
func (m *Manager) sweep(ctx context.Context) error {
	return errors.Join(m.endDue(ctx), m.activity.flush(ctx))
}

// every does something at once and then every sweepInterval, until the context
// is over.
func (m *Manager) every(ctx context.Context, what string, do func(context.Context) error) {
	ticker := time.NewTicker(sweepInterval)
	defer ticker.Stop()
	for {
		if err := do(ctx); err != nil && ctx.Err() == nil {
			m.config.Logger.ErrorContext(ctx, "guise: "+what+" failed; trying again", slog.Any("error", err))
		}
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
	}
}

// closeEnded closes the connections opened in impersonations that have ended,
// on whichever instance: promise P6.
func (m *Manager) closeEnded(ctx context.Context) error {
	open := m.open.ids()
	if len(open) == 0 {
		return nil
	}
	began := time.Now()
	ended, err := m.config.Store.Ended(ctx, open)
	if silent := m.open.asked(began, err); silent > m.config.StoreTimeout && ctx.Err() == nil {
		// Fail closed: what can't be checked does not go on, any more than a
		// new request would.
		ended = open
	}
	for _, id := range ended {
		m.open.close(id)
	}
	return err
}

func (m *Manager) endDue(ctx context.Context) error {
	now, idleSince := m.now(), time.Time{}
	if m.config.IdleTimeout > 0 {
		idleSince = now.Add(-m.config.IdleTimeout)
	}
	for {
		due, err := m.config.Store.Due(ctx, now, idleSince, sweepBatch)
		if err != nil {
			return err
		}
		var failed error
		for _, one := range due {
			failed = errors.Join(failed, m.endIfDue(ctx, one, now))
			if failed != nil && ctx.Err() != nil {
				return failed // each end may wait for the store, and the caller does for Run
			}
		}
		if failed != nil || len(due) < sweepBatch {
			return failed
		}
	}
}

// endIfDue ends an impersonation that is past a limit. An idle one that has
// been seen since it was looked up goes on.
func (m *Manager) endIfDue(ctx context.Context, one Impersonation, now time.Time) error {
	end := End{ID: one.ID}
	switch {
	case one.Expired(now):
		end.Cause = CauseExpired
	case one.Idle(now, m.config.IdleTimeout):
		end.Cause, end.SeenBy = CauseIdle, one.LastSeenAt
	default:
		return nil
	}
	_, err := m.end(ctx, end, nil)
	return err
}
