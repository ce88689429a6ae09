package sqlstore

import (
	"context"
	"math"
	"strconv"
	"time"

	"github.com/guise-go/guise"
)

// The columns of an event by how they are read.
const (
	eventNumbers = "seq, time, status, duration, purged_to"
	eventHashes  = "purged_hash, prev, hash"
	eventTexts   = "kind, impersonation_id, " +
		"actor_id, actor_username, actor_name, actor_email, actor_tenant, " +
		"subject_id, subject_username, subject_name, subject_email, subject_tenant, " +
		"by_id, by_username, by_name, by_email, by_tenant, " +
		"mode, reason, ticket, cause, code, note, method, path, client_ip, user_agent, request_id"
)

// selectEvents begins a query for events.
const selectEvents = `SELECT ` + eventNumbers + `, ` + eventHashes + `, ` + eventTexts + ` FROM guise_events`

// rowsAtFirst is how many rows there is room for at first.
const rowsAtFirst = 1000

// Events implements [guise.Log]. An event that no store can have written is a
// [*guise.ChainError].
func (s *Store) Events(ctx context.Context, impersonationID string, after int64, limit int) ([]guise.Event, error) {
	limit = max(limit, 0)
	if impersonationID != "" {
		return s.readEvents(ctx, limit, s.dialect.eventsOf, impersonationID, after, limit)
	}
	return s.readEvents(ctx, limit, s.dialect.events, after, limit)
}

// Unattached implements [guise.Log], with the same error.
func (s *Store) Unattached(ctx context.Context, before int64, limit int) ([]guise.Event, error) {
	if before == 0 {
		before = math.MaxInt64
	}
	limit = max(limit, 0)
	return s.readEvents(ctx, limit, s.dialect.unattached, before, limit)
}

func (s *Store) readEvents(ctx context.Context, limit int, query string, args ...any) (all []guise.Event, err error) {
	err = s.reading(ctx, func(ctx context.Context) error {
		all = make([]guise.Event, 0, min(limit, rowsAtFirst))
		row := s.dialect.newEventRow()
		_, err := collect(ctx, s.everyRequest, func(scan func(...any) error) (struct{}, error) {
			all = append(all, guise.Event{}) // and filled in place: it is large
			return struct{}{}, row.scanInto(&all[len(all)-1], scan)
		}, query, args...)
		return err
	})
	if err != nil || len(all) == 0 {
		return nil, err
	}
	return all, nil
}

// eventRow reads one row after another into the same places.
type eventRow struct{ rowReader }

func (d *dialect) newEventRow() eventRow { return eventRow{d.newReader(eventWidth)} }

func (r eventRow) scan(scan func(...any) error) (e guise.Event, err error) {
	return e, r.scanInto(&e, scan)
}

func (r eventRow) scanInto(e *guise.Event, scan func(...any) error) error {
	texts, wrong, err := r.read(scan)
	if err != nil {
		return err
	}
	if e.Seq, err = strconv.ParseInt(texts[0], 10, 64); err != nil {
		return notWritten(*e, "a number that is no integer")
	}
	if wrong != "" {
		return notWritten(*e, wrong)
	}
	return r.fill(e, texts)
}

// fill puts the texts, in the order of selectEvents, where they belong; the first
// is there already.
func (r eventRow) fill(e *guise.Event, texts []string) error {
	var at, status, duration int64
	for n, to := range []*int64{&at, &status, &duration, &e.PurgedTo} {
		number, err := strconv.ParseInt(texts[1+n], 10, 64)
		if err != nil {
			return notWritten(*e, "a number that is no integer")
		}
		*to = number
	}
	e.Time, e.Status, e.Duration = time.UnixMicro(at).UTC(), int(status), time.Duration(duration)*time.Microsecond
	texts = texts[5:]
	for n, to := range []*guise.Hash{&e.PurgedHash, &e.Prev, &e.Hash} {
		hash, err := r.hash(texts[n])
		if err != nil {
			return notWritten(*e, err.Error())
		}
		*to = hash
	}
	texts = texts[3:]
	for n, to := range []*string{
		(*string)(&e.Kind), &e.ImpersonationID,
		&e.Actor.ID, &e.Actor.Username, &e.Actor.Name, &e.Actor.Email, &e.Actor.Tenant,
		&e.Subject.ID, &e.Subject.Username, &e.Subject.Name, &e.Subject.Email, &e.Subject.Tenant,
		&e.By.ID, &e.By.Username, &e.By.Name, &e.By.Email, &e.By.Tenant,
		(*string)(&e.Mode), &e.Reason, &e.Ticket, (*string)(&e.Cause), &e.Code, &e.Note,
		&e.Method, &e.Path, &e.ClientIP, &e.UserAgent, &e.RequestID,
	} {
		*to = texts[n]
	}
	return nil
}

// notWritten is the error for an event that no store has written.
func notWritten(e guise.Event, what string) error {
	return &guise.ChainError{Seq: e.Seq, Problem: "has " + what + ", which this store never writes"}
}
