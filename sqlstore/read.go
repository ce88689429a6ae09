package sqlstore

import (
	"context"
	"database/sql"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/guise-go/guise"
)

// querier is a database or one connection of it.
type querier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

// collect reads all rows of one query, and closes them. A value that can't be
// stored is in no row, and isn't asked for: some engines would make it an error.
func collect[T any](ctx context.Context, from querier, scan func(func(...any) error) (T, error), query string, args ...any) (all []T, err error) {
	if slices.ContainsFunc(args, unfit) {
		return nil, ctx.Err()
	}
	rows, err := from.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }() // rows.Err says what matters
	for rows.Next() {
		row, err := scan(rows.Scan)
		if err != nil {
			return nil, err
		}
		all = append(all, row)
	}
	return all, rows.Err()
}

// unfit reports whether a value is a text that not every engine can keep, so
// that none does: what is on record must read the same wherever it is kept.
func unfit(value any) bool {
	text, ok := value.(string)
	return ok && (!utf8.ValidString(text) || strings.ContainsRune(text, 0))
}

// read is collect on any connection, repeated while the database is busy.
func read[T any](ctx context.Context, s *Store, scan func(func(...any) error) (T, error), query string, args ...any) ([]T, error) {
	return readFrom(ctx, s, s.db, scan, query, args...)
}

// readFrom is read by one of the ways to ask the store's database.
func readFrom[T any](ctx context.Context, s *Store, from querier, scan func(func(...any) error) (T, error), query string, args ...any) (all []T, err error) {
	err = s.reading(ctx, func(ctx context.Context) (err error) {
		all, err = collect(ctx, from, scan, query, args...)
		return err
	})
	if err != nil {
		return nil, err
	}
	return all, nil
}

// reading reads something, repeating it from the beginning while the database is
// busy.
func (s *Store) reading(ctx context.Context, do func(context.Context) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	return s.patiently(ctx, func(ctx context.Context) error {
		return reconnecting(func() (harmless bool, err error) { return true, do(ctx) })
	})
}

// impersonations is for the few queries that have one text.
func (s *Store) impersonations(ctx context.Context, query string, args ...any) ([]guise.Impersonation, error) {
	return readFrom(ctx, s, s.everyRequest, scanImpersonation, query, args...)
}

func (t *tx) impersonations(query string, args ...any) ([]guise.Impersonation, error) {
	return collect(t.ctx, t.session, scanImpersonation, query, args...)
}
