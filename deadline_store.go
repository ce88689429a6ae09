package guise

import (
	"context"
	"time"
)

// boundedStore is a [Store] with [deadlines] for each call.
type boundedStore struct {
	store Store
	deadlines
}

func (b boundedStore) Start(ctx context.Context, start Start) error {
	return do(ctx, b.deadlines, func(ctx context.Context) error { return b.store.Start(ctx, start) })
}

func (b boundedStore) Deny(ctx context.Context, try Impersonation, event Event) error {
	return do(ctx, b.deadlines, func(ctx context.Context) error { return b.store.Deny(ctx, try, event) })
}

func (b boundedStore) ChangeMode(ctx context.Context, change ModeChange) error {
	return do(ctx, b.deadlines, func(ctx context.Context) error { return b.store.ChangeMode(ctx, change) })
}

func (b boundedStore) End(ctx context.Context, end End) ([]Impersonation, error) {
	return ask(ctx, b.deadlines, func(ctx context.Context) ([]Impersonation, error) { return b.store.End(ctx, end) })
}

func (b boundedStore) Resolve(ctx context.Context, token TokenHash) (Stack, error) {
	return ask(ctx, b.deadlines, func(ctx context.Context) (Stack, error) { return b.store.Resolve(ctx, token) })
}

func (b boundedStore) Touch(ctx context.Context, id string, at time.Time) error {
	return do(ctx, b.deadlines, func(ctx context.Context) error { return b.store.Touch(ctx, id, at) })
}

func (b boundedStore) Running(ctx context.Context, actorID string, limit int) ([]Impersonation, error) {
	return ask(ctx, b.deadlines, func(ctx context.Context) ([]Impersonation, error) {
		return b.store.Running(ctx, actorID, limit)
	})
}

func (b boundedStore) Due(ctx context.Context, now, idleSince time.Time, limit int) ([]Impersonation, error) {
	return ask(ctx, b.deadlines, func(ctx context.Context) ([]Impersonation, error) {
		return b.store.Due(ctx, now, idleSince, limit)
	})
}

func (b boundedStore) Ended(ctx context.Context, ids []string) ([]string, error) {
	return ask(ctx, b.deadlines, func(ctx context.Context) ([]string, error) { return b.store.Ended(ctx, ids) })
}

func (b boundedStore) Progress(ctx context.Context, ids []string, newest int) (map[string]Progress, error) {
	return ask(ctx, b.deadlines, func(ctx context.Context) (map[string]Progress, error) { return b.store.Progress(ctx, ids, newest) })
}

func (b boundedStore) Append(ctx context.Context, events ...Event) error {
	return do(ctx, b.deadlines, func(ctx context.Context) error { return b.store.Append(ctx, events...) })
}

func (b boundedStore) Impersonation(ctx context.Context, id string) (Impersonation, error) {
	return ask(ctx, b.deadlines, func(ctx context.Context) (Impersonation, error) { return b.store.Impersonation(ctx, id) })
}

func (b boundedStore) Impersonations(ctx context.Context, query LogQuery) (LogPage, error) {
	return ask(ctx, b.deadlines, func(ctx context.Context) (LogPage, error) { return b.store.Impersonations(ctx, query) })
}

func (b boundedStore) Events(ctx context.Context, impersonationID string, after int64, limit int) ([]Event, error) {
	return ask(ctx, b.deadlines, func(ctx context.Context) ([]Event, error) {
		return b.store.Events(ctx, impersonationID, after, limit)
	})
}

func (b boundedStore) Unattached(ctx context.Context, before int64, limit int) ([]Event, error) {
	return ask(ctx, b.deadlines, func(ctx context.Context) ([]Event, error) { return b.store.Unattached(ctx, before, limit) })
}

func (b boundedStore) Head(ctx context.Context) (seq int64, hash Hash, err error) {
	ctx, cancel := b.begin(ctx)
	defer cancel()
	return b.store.Head(ctx)
}

func (b boundedStore) Tally(ctx context.Context, add Tally) (before, after int, err error) {
	ctx, cancel := b.begin(ctx)
	defer cancel()
	return b.store.Tally(ctx, add)
}

func (b boundedStore) Purge(ctx context.Context, purge Purge) (Purged, error) {
	return ask(ctx, b.deadlines, func(ctx context.Context) (Purged, error) { return b.store.Purge(ctx, purge) })
}
