package sqlstore

import (
	"context"
	"slices"
	"time"

	"github.com/guise-go/guise"
)

// Resolve implements [guise.Lookup].
func (s *Store) Resolve(ctx context.Context, token guise.TokenHash) (guise.Stack, error) {
	stack, err := readFrom(ctx, s, s.everyRequest, scanImpersonation, s.dialect.resolve, token[:])
	if err != nil {
		return nil, err
	}
	if len(stack) == 0 {
		return nil, guise.ErrNotFound
	}
	return stack, nil
}

// Touch implements [guise.Lookup].
func (s *Store) Touch(ctx context.Context, id string, at time.Time) error {
	return s.write(ctx, func(t *tx) error { return t.inUse(t.touch, at.UnixMicro(), id) })
}

// Running implements [guise.Lookup].
func (s *Store) Running(ctx context.Context, actorID string, limit int) ([]guise.Impersonation, error) {
	// To some engines a negative limit is no limit.
	limit = max(limit, 0)
	if actorID == "" {
		return s.impersonations(ctx, s.dialect.running, limit)
	}
	return s.impersonations(ctx, s.dialect.runningOf, actorID, limit)
}

// Due implements [guise.Lookup].
func (s *Store) Due(ctx context.Context, now, idleSince time.Time, limit int) ([]guise.Impersonation, error) {
	limit = max(limit, 0)
	if idleSince.IsZero() {
		return s.impersonations(ctx, s.dialect.expired, now.UnixMicro(), limit)
	}
	return s.impersonations(ctx, s.dialect.dueOrIdle, now.UnixMicro(), idleSince.UnixMicro(), limit)
}

// idsAtOnce is how many IDs one query asks for; engines limit their number.
const idsAtOnce = 500

// Ended implements [guise.Lookup].
func (s *Store) Ended(ctx context.Context, ids []string) ([]string, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	active := map[string]bool{}
	for some := range slices.Chunk(ids, idsAtOnce) {
		args := make([]any, len(some))
		for n, id := range some {
			if args[n] = id; unfit(id) {
				args[n] = "" // which isn't an ID either
			}
		}
		found, err := read(ctx, s, scanText, s.dialect.active(len(some)), args...)
		if err != nil {
			return nil, err
		}
		for _, id := range found {
			active[id] = true
		}
	}
	return slices.DeleteFunc(slices.Clone(ids), func(id string) bool { return active[id] }), nil
}

func scanText(scan func(...any) error) (text string, err error) {
	err = scan(&text)
	return text, err
}

func micros(t time.Time) time.Time { return time.UnixMicro(t.UnixMicro()).UTC() }
