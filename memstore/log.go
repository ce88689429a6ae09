package memstore

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/guise-go/guise"
	"github.com/guise-go/guise/internal/cursor"
)

// defaultLimit is the size of a page when the query names none.
const defaultLimit = 20

// cursorKind keeps the cursors of other stores and lists apart from ours.
const cursorKind = "memstore.impersonations"

// Append implements [guise.Log].
func (s *Store) Append(ctx context.Context, events ...guise.Event) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := ctx.Err(); err != nil {
		return err
	}
	s.record(events...)
	return nil
}

// Impersonation implements [guise.Log].
func (s *Store) Impersonation(ctx context.Context, id string) (guise.Impersonation, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := ctx.Err(); err != nil {
		return guise.Impersonation{}, err
	}
	r := s.rows[id]
	if r == nil {
		return guise.Impersonation{}, guise.ErrNotFound
	}
	return r.Impersonation, nil
}

// Impersonations implements [guise.Log].
func (s *Store) Impersonations(ctx context.Context, query guise.LogQuery) (guise.LogPage, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := ctx.Err(); err != nil {
		return guise.LogPage{}, err
	}
	after, err := decode(query.Cursor)
	if err != nil {
		return guise.LogPage{}, err
	}
	found := s.list(func(r *row) bool {
		behind := query.Cursor == "" || newestFirst(after, r.Impersonation) < 0
		return behind && matches(query, r.Impersonation)
	})

	limit := query.Limit
	if limit <= 0 {
		limit = defaultLimit
	}
	page := guise.LogPage{Impersonations: upTo(found, limit)}
	if len(found) > limit {
		page.Next = encode(page.Impersonations[limit-1])
	}
	return page, nil
}

func matches(query guise.LogQuery, i guise.Impersonation) bool {
	return (query.State == "" || i.State == query.State) &&
		(query.ActorID == "" || i.Actor.ID == query.ActorID) &&
		(query.SubjectID == "" || i.Subject.ID == query.SubjectID) &&
		(query.Cause == "" || i.Cause == query.Cause) &&
		(query.Mode == "" || i.Mode == query.Mode) &&
		(query.Tenant == "" || i.Subject.Tenant == query.Tenant) &&
		(query.From.IsZero() || !i.StartedAt.Before(micros(query.From))) &&
		(query.To.IsZero() || i.StartedAt.Before(micros(query.To))) &&
		mentions(i, fold(query.Text))
}

func mentions(i guise.Impersonation, text string) bool {
	for _, field := range [...]string{
		i.Reason, i.Ticket,
		i.Actor.Name, i.Actor.Username, i.Actor.Email,
		i.Subject.Name, i.Subject.Username, i.Subject.Email,
	} {
		if strings.Contains(fold(field), text) {
			return true
		}
	}
	return false
}

// fold makes texts equal that differ only in case: upper case first, since
// several small letters (σ and ς, s and ſ) can share one capital.
func fold(text string) string { return strings.ToLower(strings.ToUpper(text)) }

// encode makes the cursor for what comes after an impersonation.
func encode(last guise.Impersonation) string {
	return cursor.Encode(cursorKind, strconv.FormatInt(last.StartedAt.UnixMicro(), 10), last.ID)
}

// decode returns the place a cursor stands for: an impersonation's start and ID.
func decode(text string) (guise.Impersonation, error) {
	if text == "" {
		return guise.Impersonation{}, nil
	}
	parts, ok := cursor.Decode(cursorKind, text, 2)
	if !ok {
		return guise.Impersonation{}, guise.ErrBadCursor
	}
	started, err := strconv.ParseInt(parts[0], 10, 64)
	if err != nil {
		return guise.Impersonation{}, guise.ErrBadCursor
	}
	return guise.Impersonation{StartedAt: time.UnixMicro(started).UTC(), ID: parts[1]}, nil
}

// Events implements [guise.Log].
func (s *Store) Events(ctx context.Context, impersonationID string, after int64, limit int) ([]guise.Event, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	var found []guise.Event
	for _, event := range s.events {
		if event.Seq > after && (impersonationID == "" || event.ImpersonationID == impersonationID) {
			found = append(found, event)
		}
	}
	return upTo(found, limit), nil
}

// Unattached implements [guise.Log].
func (s *Store) Unattached(ctx context.Context, before int64, limit int) ([]guise.Event, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	var found []guise.Event
	for _, event := range slices.Backward(s.events) {
		if event.ImpersonationID == "" && (before == 0 || event.Seq < before) {
			found = append(found, event)
		}
	}
	return upTo(found, limit), nil
}

// Head implements [guise.Log].
func (s *Store) Head(ctx context.Context) (int64, guise.Hash, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := ctx.Err(); err != nil {
		return 0, guise.Hash{}, err
	}
	seq, hash := s.head()
	return seq, hash, nil
}
