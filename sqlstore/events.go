package sqlstore

import (
	"context"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/guise-go/guise"
)

// The columns of an event by how they are read. A log has millions of events,
// and most of the cost of reading one is per column, so the database joins
// them; see joining.
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
func selectEvents(j joining) string {
	var texts []string
	for _, column := range strings.Split(eventNumbers, ", ") {
		texts = append(texts, j.number(column))
	}
	for _, column := range strings.Split(eventHashes, ", ") {
		text := j.hash(column)
		if column == "purged_hash" && j.zeros != "" {
			text = `CASE ` + column + ` WHEN ` + j.zeros + ` THEN '` + noHash + `' ELSE ` + text + ` END`
		}
		texts = append(texts, text)
	}
	texts = append(texts, strings.Split(eventTexts, ", ")...)
	return `SELECT ` + j.row(texts) + ` FROM guise_events`
}

// noHash stands for a hash of zeros, which all but purged events have. Digits of
// a hash would be an even number.
const noHash = "0"

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
		row := newEventRow()
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
type eventRow struct {
	joined  joined
	fields  [eventWidth]string
	columns []any
}

func newEventRow() *eventRow {
	r := &eventRow{}
	r.columns = []any{&r.joined}
	return r
}

func (r *eventRow) scan(scan func(...any) error) (e guise.Event, err error) {
	return e, r.scanInto(&e, scan)
}

func (r *eventRow) scanInto(e *guise.Event, scan func(...any) error) error {
	if err := scan(r.columns...); err != nil {
		return err
	}
	fields := r.fields[:]
	n := r.joined.split(fields)
	number, err := strconv.ParseInt(fields[0], 10, 64)
	if err != nil {
		return notWritten(*e, "a number that is no integer")
	}
	e.Seq = number
	switch n {
	case eventWidth:
		return fill(e, fields)
	case 1:
		return notWritten(*e, "a NULL")
	default:
		// Security: with a NUL in one text, another would be read in its
		// neighbour's place, and what is verified would not be what the columns
		// say.
		return notWritten(*e, "a NULL, or a NUL byte in a text")
	}
}

// fill puts the fields, in the order of selectEvents, where they belong.
func fill(e *guise.Event, fields []string) error {
	var at, status, duration int64
	for n, to := range []*int64{&e.Seq, &at, &status, &duration, &e.PurgedTo} {
		number, err := strconv.ParseInt(fields[n], 10, 64)
		if err != nil {
			return notWritten(*e, "a number that is no integer")
		}
		*to = number
	}
	e.Time, e.Status, e.Duration = time.UnixMicro(at).UTC(), int(status), time.Duration(duration)*time.Microsecond
	hashes := fields[5:]
	for n, to := range []*guise.Hash{&e.PurgedHash, &e.Prev, &e.Hash} {
		if hashes[n] == noHash {
			continue
		}
		hash, err := guise.ParseHash(hashes[n])
		if err != nil {
			return notWritten(*e, "a hash of %d bytes", len(hashes[n])/2)
		}
		*to = hash
	}
	texts := hashes[3:]
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
func notWritten(e guise.Event, format string, args ...any) error {
	return &guise.ChainError{Seq: e.Seq, Problem: "has " + fmt.Sprintf(format, args...) + ", which this store never writes"}
}
