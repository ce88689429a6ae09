package sqlstore

import (
	"context"
	"errors"
	"fmt"

	"github.com/guise-go/guise"
)

// Start implements [guise.Lifecycle].
func (s *Store) Start(ctx context.Context, start guise.Start) error {
	i := start.Impersonation
	if err := insertable(i, guise.StateActive); err != nil {
		return err
	}
	if start.Token.IsZero() {
		return errors.New("sqlstore: an impersonation in use needs a token")
	}
	if i.ParentID == "" && i.StackID != i.ID {
		return fmt.Errorf("sqlstore: impersonation %s is the first of its stack, so its StackID can't be %q", i.ID, i.StackID)
	}
	return s.writeAtOnce(ctx, s.startOnce(start), func(t *tx) error {
		if i.ParentID != "" {
			if err := t.inUse(t.takeToken, i.ParentID, i.StackID); err != nil {
				return err
			}
		} else if err := t.roomFor(start); err != nil {
			return err
		}
		if err := t.insert(i, start.Token[:]); err != nil {
			return err
		}
		return t.record(start.Event)
	})
}

// startOnce starts the first of a stack.
func (s *Store) startOnce(start guise.Start) oneStatement {
	if start.Impersonation.ParentID != "" {
		return oneStatement{}
	}
	return oneStatement{
		statement: s.dialect.atOnce.start, event: start.Event,
		values: append(newRow(start.Impersonation, start.Token[:]), start.MaxRunning, start.Impersonation.Actor.ID),
	}
}

// roomFor says whether the actor may have one more stack.
func (t *tx) roomFor(start guise.Start) error {
	if start.MaxRunning <= 0 {
		return nil
	}
	// A stack has exactly one row in use.
	running, err := t.impersonations(t.runningOf, start.Impersonation.Actor.ID, start.MaxRunning)
	if err != nil {
		return err
	}
	if len(running) >= start.MaxRunning {
		return &guise.RunningError{Running: running[0]}
	}
	return nil
}

// Deny implements [guise.Lifecycle].
func (s *Store) Deny(ctx context.Context, try guise.Impersonation, event guise.Event) error {
	if err := insertable(try, guise.StateDenied); err != nil {
		return err
	}
	return s.write(ctx, func(t *tx) error {
		if err := t.insert(try, nil); err != nil {
			return err
		}
		return t.record(event)
	})
}

// insertable says what is wrong with a new row.
func insertable(i guise.Impersonation, want guise.State) error {
	if i.ID == "" {
		return errors.New("sqlstore: an impersonation needs an ID")
	}
	if i.State != want {
		return fmt.Errorf("sqlstore: impersonation %s has state %q; want %q", i.ID, i.State, want)
	}
	return nil
}

// ChangeMode implements [guise.Lifecycle].
func (s *Store) ChangeMode(ctx context.Context, change guise.ModeChange) error {
	return s.write(ctx, func(t *tx) error {
		if err := t.inUse(t.setMode, string(change.Mode), change.ID); err != nil {
			return err
		}
		return t.record(change.Event)
	})
}

// End implements [guise.Lifecycle].
func (s *Store) End(ctx context.Context, end guise.End) ([]guise.Impersonation, error) {
	alone, w, err := s.endOnce(ctx, end)
	if err != nil {
		return nil, err
	}
	ended := []guise.Impersonation{alone}
	err = s.writeAtOnce(ctx, w, func(t *tx) (err error) {
		ended, err = t.endStack(end)
		return err
	})
	if err != nil {
		return nil, err
	}
	return ended, nil
}

// endOnce ends one that stands alone. Should it change before that, the
// statement notices.
func (s *Store) endOnce(ctx context.Context, end guise.End) (ended guise.Impersonation, w oneStatement, err error) {
	if s.dialect.atOnce.end == "" || !end.Resume.IsZero() || !end.SeenBy.IsZero() {
		return ended, w, nil
	}
	stack, err := s.impersonations(ctx, s.dialect.activeStack, end.ID)
	if err != nil || len(stack) != 1 {
		return ended, w, err
	}
	ended = endedBy(stack[0], end)
	return ended, oneStatement{
		statement: s.dialect.atOnce.end, event: end.Event(ended),
		values: append(endValues(ended), ended.LastSeenAt.UnixMicro(), string(ended.Mode)),
	}, nil
}

func (t *tx) endStack(end guise.End) ([]guise.Impersonation, error) {
	stack, err := t.impersonations(t.activeStack, end.ID)
	if err != nil || len(stack) == 0 {
		return nil, err
	}
	if !end.SeenBy.IsZero() && guise.Stack(stack).Top().LastSeenAt.UnixMicro() > end.SeenBy.UnixMicro() {
		return nil, nil // a request came after whoever calls last looked
	}
	first := 0
	if !end.Resume.IsZero() {
		for stack[first].ID != end.ID {
			first++
		}
	}
	ended := make([]guise.Impersonation, 0, len(stack)-first)
	for _, i := range stack[first:] {
		i = endedBy(i, end)
		if err := t.endOne(i, end.Event(i)); err != nil {
			return nil, err
		}
		ended = append(ended, i)
	}
	if first > 0 {
		return ended, t.one(t.giveToken, end.Resume[:], end.At.UnixMicro(), stack[first-1].ID)
	}
	return ended, nil
}

func (t *tx) endOne(i guise.Impersonation, event guise.Event) error {
	if err := t.one(t.end, endValues(i)...); err != nil {
		return err
	}
	return t.record(event)
}

func endValues(i guise.Impersonation) []any {
	by := i.EndedBy
	return []any{i.EndedAt.UnixMicro(), string(i.Cause), by.ID, by.Username, by.Name, by.Email, by.Tenant, i.Note, i.ID}
}

// endedBy is the impersonation as it is once it has ended.
func endedBy(i guise.Impersonation, end guise.End) guise.Impersonation {
	i.State = guise.StateEnded
	i.EndedAt, i.Cause = micros(end.At), end.Cause
	i.EndedBy, i.Note = guise.Actor{User: identity(end.By.User)}, end.Note
	return i
}
