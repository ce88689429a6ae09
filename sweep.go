package guise

import (
	"context"
	"errors"
	"time"
)

const (
	// sweepInterval leaves room to end within a second what reached its limit.
	sweepInterval = 500 * time.Millisecond
	// sweepBatch is how many one sweep ends at once.
	sweepBatch = 100
)

// sweep ends what has reached a limit without another request, and writes the
// activity that waits.
func (m *Manager) sweep(ctx context.Context) error {
	return errors.Join(m.activity.flush(ctx), m.endDue(ctx))
}

func (m *Manager) endDue(ctx context.Context) error {
	now, idleSince := m.now(), time.Time{}
	if m.config.IdleTimeout > 0 {
		idleSince = now.Add(-m.config.IdleTimeout)
	}
	due, err := m.config.Store.Due(ctx, now, idleSince, sweepBatch)
	if err != nil {
		return err
	}
	var failed error
	for _, one := range due {
		failed = errors.Join(failed, m.endIfDue(ctx, one, now))
	}
	return failed
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
