package memstore

import (
	"context"
	"fmt"

	"github.com/guise-go/guise"
)

// Start implements [guise.Lifecycle].
func (s *Store) Start(ctx context.Context, start guise.Start) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := s.insertable(start.Impersonation, guise.StateActive); err != nil {
		return err
	}
	if err := s.tokenFree(start.Token); err != nil {
		return err
	}
	parent, err := s.parent(start.Impersonation)
	if err != nil {
		return err
	}
	if parent == nil {
		if err := s.roomFor(start); err != nil {
			return err
		}
	} else {
		s.takeToken(parent)
	}
	s.giveToken(s.insert(start.Impersonation), start.Token)
	s.record(start.Event)
	return nil
}

// parent returns the row on which a new one is stacked, nil for the first.
func (s *Store) parent(i guise.Impersonation) (*row, error) {
	if i.ParentID == "" {
		if i.StackID != i.ID {
			return nil, fmt.Errorf("memstore: impersonation %s is the first of its stack, so its StackID can't be %q", i.ID, i.StackID)
		}
		return nil, nil
	}
	parent := s.rows[i.ParentID]
	if parent == nil || !parent.inUse() || parent.StackID != i.StackID {
		return nil, guise.ErrNotRunning
	}
	return parent, nil
}

// roomFor says whether the actor may have one more stack.
func (s *Store) roomFor(start guise.Start) error {
	if start.MaxRunning <= 0 {
		return nil
	}
	// A stack has exactly one row in use.
	running := s.list(func(r *row) bool { return r.inUse() && r.Actor.ID == start.Impersonation.Actor.ID })
	if len(running) >= start.MaxRunning {
		return &guise.RunningError{Running: running[0]}
	}
	return nil
}

// Deny implements [guise.Lifecycle].
func (s *Store) Deny(ctx context.Context, try guise.Impersonation, event guise.Event) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := s.insertable(try, guise.StateDenied); err != nil {
		return err
	}
	s.insert(try)
	s.record(event)
	return nil
}

// ChangeMode implements [guise.Lifecycle].
func (s *Store) ChangeMode(ctx context.Context, change guise.ModeChange) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := ctx.Err(); err != nil {
		return err
	}
	r := s.rows[change.ID]
	if r == nil || !r.inUse() {
		return guise.ErrNotRunning
	}
	r.Mode = change.Mode
	s.record(change.Event)
	return nil
}

// End implements [guise.Lifecycle].
func (s *Store) End(ctx context.Context, end guise.End) ([]guise.Impersonation, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	named := s.rows[end.ID]
	if named == nil || !named.active() {
		return nil, nil
	}
	stack := s.stack(named.StackID)
	if !end.SeenBy.IsZero() && stack[len(stack)-1].LastSeenAt.After(micros(end.SeenBy)) {
		return nil, nil // a request came after whoever calls last looked
	}
	over, below := cut(stack, named, !end.Resume.IsZero())
	if below != nil {
		if err := s.tokenFree(end.Resume); err != nil {
			return nil, err
		}
	}

	// All events are made before anything changes: one that panics ends nothing.
	ended, events := make([]guise.Impersonation, len(over)), make([]guise.Event, len(over))
	for n, r := range over {
		ended[n] = endedBy(r.Impersonation, end)
		events[n] = end.Event(ended[n])
	}
	for n, r := range over {
		r.Impersonation = ended[n]
	}
	if below != nil {
		s.giveToken(below, end.Resume)
		below.LastSeenAt = later(below.LastSeenAt, micros(end.At))
	}
	s.record(events...)
	return ended, nil
}

// cut returns what ends of a stack, and what is in use afterwards, if anything.
func cut(stack []*row, named *row, resume bool) (over []*row, below *row) {
	if !resume {
		return stack, nil
	}
	for n, r := range stack {
		if r != named {
			below = r
			continue
		}
		over = stack[n:]
		break
	}
	return over, below
}

// endedBy is the impersonation as it is once it has ended.
func endedBy(i guise.Impersonation, end guise.End) guise.Impersonation {
	i.State = guise.StateEnded
	i.EndedAt, i.Cause = end.At, end.Cause
	i.EndedBy, i.Note = end.By, end.Note
	return kept(i)
}
