package memstore

import (
	"context"
	"time"

	"github.com/guise-go/guise"
)

// Resolve implements [guise.Lookup].
func (s *Store) Resolve(ctx context.Context, token guise.TokenHash) (guise.Stack, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	r := s.tokens[token]
	if r == nil {
		return nil, guise.ErrNotFound
	}
	if !r.active() {
		return guise.Stack{r.Impersonation}, nil
	}
	var stack guise.Stack
	for _, r := range s.stack(r.StackID) {
		stack = append(stack, r.Impersonation)
	}
	return stack, nil
}

// Touch implements [guise.Lookup].
func (s *Store) Touch(ctx context.Context, id string, at time.Time) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := ctx.Err(); err != nil {
		return err
	}
	r := s.rows[id]
	if r == nil || !r.inUse() {
		return guise.ErrNotRunning
	}
	r.LastSeenAt = later(r.LastSeenAt, micros(at))
	return nil
}

// Running implements [guise.Lookup].
func (s *Store) Running(ctx context.Context, actorID string, limit int) ([]guise.Impersonation, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	running := s.list(func(r *row) bool { return r.inUse() && (actorID == "" || r.Actor.ID == actorID) })
	return upTo(running, limit), nil
}

// Due implements [guise.Lookup].
func (s *Store) Due(ctx context.Context, now, idleSince time.Time, limit int) ([]guise.Impersonation, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	due := s.list(func(r *row) bool {
		idle := !idleSince.IsZero() && !r.LastSeenAt.After(idleSince)
		return r.inUse() && (r.Expired(now) || idle)
	})
	return upTo(due, limit), nil
}

// Ended implements [guise.Lookup].
func (s *Store) Ended(ctx context.Context, ids []string) ([]string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	var ended []string
	for _, id := range ids {
		if r := s.rows[id]; r == nil || !r.active() {
			ended = append(ended, id)
		}
	}
	return ended, nil
}
