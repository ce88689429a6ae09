package sqlstore

import (
	"context"
	"fmt"
	"time"
)

// The waits between tries double from the first to the longest.
const (
	firstWait   = time.Millisecond
	longestWait = 50 * time.Millisecond
)

// patiently does something again for as long as another connection is in the
// way, until the context or the store's patience is over. What it does must be
// harmless to repeat after it failed.
func (s *Store) patiently(ctx context.Context, do func(context.Context) error) error {
	bounded, cancel := context.WithTimeout(ctx, s.patience)
	defer cancel()
	for wait := firstWait; ; wait = min(2*wait, longestWait) {
		err := do(bounded)
		switch {
		case err == nil:
			return nil
		case ctx.Err() != nil:
			return ctx.Err()
		case bounded.Err() != nil:
			return fmt.Errorf("sqlstore: the database did not answer for %v; another connection may keep a transaction open: %w", s.patience, err)
		case !s.dialect.busy(err):
			return err
		}
		timer := time.NewTimer(wait)
		select {
		case <-bounded.Done():
			timer.Stop()
		case <-timer.C:
		}
	}
}
