package sqlstore

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"net"
	"time"
)

// The waits between attempts double from the first to the longest.
const (
	firstWait   = time.Millisecond
	longestWait = 50 * time.Millisecond
)

// connectionTries is how many connections one call tries.
const connectionTries = 3

// stepper is a way of doing one thing that the database may be too busy for.
type stepper func(context.Context, func(context.Context) error) error

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
		case over(bounded) != nil:
			return s.impatient(ctx, err)
		case !s.dialect.busy(err) && !errors.Is(err, errNotAlone):
			return err
		}
		timer := time.NewTimer(wait)
		select {
		case <-bounded.Done():
			timer.Stop()
			return s.impatient(ctx, err) // which says more than another attempt with no time left
		case <-timer.C:
		}
	}
}

// impatient is the error when the time is up: the caller's, or the store's.
func (s *Store) impatient(ctx context.Context, err error) error {
	if over := over(ctx); over != nil {
		return over
	}
	return fmt.Errorf("sqlstore: the database did not answer for %v; another connection may keep a transaction open: %w", s.patience, err)
}

// over is the error of a context that has ended, even at the moment when its
// deadline has passed and it doesn't know yet: the network has a clock of its
// own for that.
func over(ctx context.Context) error {
	if deadline, ok := ctx.Deadline(); ok && ctx.Err() == nil && !time.Now().Before(deadline) {
		return context.DeadlineExceeded
	}
	return ctx.Err()
}

// briefly does something once, and not for ever.
func (s *Store) briefly(ctx context.Context, do func(context.Context) error) error {
	bounded, cancel := context.WithTimeout(ctx, s.patience)
	defer cancel()
	return do(bounded)
}

// reconnecting does something again, if that is harmless, when the connection
// was lost: one that broke while it lay in the pool shows that only at its next
// use, and after a restart of the server all of them do.
func reconnecting(do func() (harmless bool, err error)) error {
	for tries := 1; ; tries++ {
		harmless, err := do()
		if err == nil || !harmless || !lost(err) || tries == connectionTries {
			return err
		}
	}
}

// lost reports whether a lost connection is the reason. Drivers pass on what the
// network says, or return database/sql's own error for it.
func lost(err error) bool {
	var network net.Error
	return errors.Is(err, driver.ErrBadConn) || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) ||
		errors.As(err, &network) && !network.Timeout()
}
