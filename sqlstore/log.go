package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math"
	"strconv"
	"time"

	"github.com/guise-go/guise"
	"github.com/guise-go/guise/internal/cursor"
)

// defaultLimit is the size of a page when the query names none.
const defaultLimit = 20

// cursorKind keeps the cursors of other stores and lists apart from ours.
const cursorKind = "sqlstore.impersonations"

// Append implements [guise.Log].
func (s *Store) Append(ctx context.Context, events ...guise.Event) error {
	if len(events) == 0 {
		return ctx.Err()
	}
	var w oneStatement
	if len(events) == 1 {
		w = oneStatement{statement: s.dialect.atOnce.append, event: events[0]}
	}
	return s.writeAtOnce(ctx, w, func(t *tx) error { return t.record(events...) })
}

// Impersonation implements [guise.Log].
func (s *Store) Impersonation(ctx context.Context, id string) (guise.Impersonation, error) {
	found, err := s.impersonations(ctx, s.dialect.impersonation, id)
	if err != nil {
		return guise.Impersonation{}, err
	}
	if len(found) == 0 {
		return guise.Impersonation{}, guise.ErrNotFound
	}
	return found[0], nil
}

// Impersonations implements [guise.Log].
func (s *Store) Impersonations(ctx context.Context, query guise.LogQuery) (guise.LogPage, error) {
	after, err := decode(query.Cursor)
	if err != nil {
		return guise.LogPage{}, err
	}
	if unfit(query.Text) {
		return guise.LogPage{}, ctx.Err() // folded, it would become one that fits
	}
	limit := query.Limit
	if limit <= 0 {
		limit = defaultLimit
	}
	limit = min(limit, math.MaxInt32)
	to, further, err := s.furthest(ctx, query, after)
	if err != nil {
		return guise.LogPage{}, err
	}
	// One more than asked for shows whether there is a next page.
	found, err := s.page(ctx, query, after, to, limit+1)
	switch {
	case err != nil:
		return guise.LogPage{}, err
	case len(found) > limit:
		last := found[limit-1]
		return guise.LogPage{Impersonations: found[:limit], Next: place{last.StartedAt.UnixMicro(), last.ID}.encode()}, nil
	case further:
		return guise.LogPage{Impersonations: found, Next: to.encode(), LookedTo: time.UnixMicro(to.startedAt).UTC()}, nil
	}
	return guise.LogPage{Impersonations: found}, nil
}

// page reads a page of the log, down to a place unless that is nil.
func (s *Store) page(ctx context.Context, query guise.LogQuery, after, to *place, limit int) ([]guise.Impersonation, error) {
	if query.Brief {
		return s.pageOf(ctx, briefColumns, scanBrief, query, after, to, limit)
	}
	found, err := s.pageOf(ctx, s.dialect.whole, s.dialect.newImpersonationRow().scan, query, after, to, limit)
	if errors.Is(err, errNotWhole) {
		// Something other than a store has written a row, which is to be shown
		// all the same.
		return s.pageOf(ctx, s.dialect.anyhow, scanAnyhow, query, after, to, limit)
	}
	return found, err
}

func (s *Store) pageOf(ctx context.Context, columns string, scan func(func(...any) error) (guise.Impersonation, error),
	query guise.LogQuery, after, to *place, limit int,
) (found []guise.Impersonation, err error) {
	sql, args := s.dialect.log.page(columns, query, after, to, limit)
	err = s.reading(ctx, func(ctx context.Context) error {
		found = make([]guise.Impersonation, 0, min(limit, rowsAtFirst)) // each is large
		_, err := collect(ctx, s.db, func(columns func(...any) error) (struct{}, error) {
			one, err := scan(columns)
			found = append(found, one)
			return struct{}{}, err
		}, sql, args...)
		return err
	})
	return found, err
}

// furthest is the last place that a page looks at, nil for all of the log, and
// whether there is more after it.
func (s *Store) furthest(ctx context.Context, query guise.LogQuery, after *place) (to *place, further bool, err error) {
	if !sifts(query) {
		return nil, false, nil // every row looked at is one that is asked for
	}
	sql, args := s.dialect.log.furthest(query, after)
	places, err := read(ctx, s, scanPlace, sql, args...)
	if err != nil || len(places) < 2 {
		return nil, false, err
	}
	return &places[0], true, nil
}

// place is where a page of the log ends: after this start and ID.
type place struct {
	startedAt int64
	id        string
}

func scanPlace(scan func(...any) error) (p place, err error) {
	err = scan(&p.startedAt, &p.id)
	return p, err
}

func (p place) encode() string {
	return cursor.Encode(cursorKind, strconv.FormatInt(p.startedAt, 10), p.id)
}

// decode returns the place a cursor stands for, nil for the first page.
func decode(text string) (*place, error) {
	if text == "" {
		return nil, nil
	}
	parts, ok := cursor.Decode(cursorKind, text, 2)
	if !ok {
		return nil, guise.ErrBadCursor
	}
	startedAt, err := strconv.ParseInt(parts[0], 10, 64)
	if err != nil || unfit(parts[1]) {
		return nil, guise.ErrBadCursor
	}
	return &place{startedAt, parts[1]}, nil
}

// Head implements [guise.Log].
func (s *Store) Head(ctx context.Context) (int64, guise.Hash, error) {
	heads, err := read(ctx, s, scanHead, s.dialect.readHead)
	if err != nil {
		return 0, guise.Hash{}, err
	}
	if len(heads) != 1 {
		return 0, guise.Hash{}, errNoHead
	}
	return heads[0].seq, heads[0].hash, nil
}

// errNoHead is a missing head of the log.
var errNoHead error = noHead{}

type noHead struct{}

func (noHead) Error() string {
	return "sqlstore: the one row of guise_head is missing; restore the table from a backup"
}

// Unwrap says the same of the log, for who verifies it: nothing tells any more
// whether its end is missing.
func (noHead) Unwrap() error {
	return &guise.ChainError{Seq: 1, Problem: "and what follows may not be all there is: the one row of guise_head, which says where the log ends, is missing"}
}

// head is the number and the hash of the newest event.
type head struct {
	seq  int64
	hash guise.Hash
}

// scanHead reads the head; one that no store has written is a
// [*guise.ChainError].
func scanHead(scan func(...any) error) (h head, err error) {
	var seq, hash any
	if err := scan(&seq, &hash); err != nil {
		return h, err
	}
	var number sql.NullInt64 // some drivers return integers as text
	if err := number.Scan(seq); err != nil || !number.Valid {
		return h, &guise.ChainError{Seq: 1, Problem: "and what follows may not be all there is: guise_head, which says where the log ends, has no number"}
	}
	h.seq = number.Int64
	bytes, ok := hash.([]byte)
	switch {
	case !ok: // on SQLite, the same bytes may be a text
		return h, &guise.ChainError{Seq: h.seq, Problem: "has in guise_head what is no hash, which this store never writes"}
	case len(bytes) != len(h.hash):
		return h, &guise.ChainError{Seq: h.seq, Problem: fmt.Sprintf("has a hash of %d bytes in guise_head, which this store never writes", len(bytes))}
	}
	copy(h.hash[:], bytes)
	return h, nil
}
