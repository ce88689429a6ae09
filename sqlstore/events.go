package sqlstore

import (
	"context"
	"database/sql"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/guise-go/guise"
)

// The columns of an event by how they are read: a log has millions of events,
// and most of what it costs to read one is per column. So the database joins
// the texts into one, with a NUL between two; no text has one, see unfit.
const (
	eventNumbers = "seq, time, status, duration, purged_to"
	eventHashes  = "purged_hash, prev, hash"
	eventTexts   = "kind, impersonation_id, " +
		"actor_id, actor_username, actor_name, actor_email, actor_tenant, " +
		"subject_id, subject_username, subject_name, subject_email, subject_tenant, " +
		"by_id, by_username, by_name, by_email, by_tenant, " +
		"mode, reason, ticket, cause, code, note, method, path, client_ip, user_agent, request_id"
)

// selectEvents begins a query for events; join writes how the engine makes one
// value of the texts. It must be NULL when one of them is.
func selectEvents(join func(columns []string) string) string {
	return `SELECT ` + eventNumbers + `, ` + eventHashes + `, ` + join(strings.Split(eventTexts, ", ")) + ` FROM guise_events`
}

// eventsAtFirst is how many events there is room for at first.
const eventsAtFirst = 1000

// Events implements [guise.Log]. An event that no store can have written is a
// [*guise.ChainError].
func (s *Store) Events(ctx context.Context, impersonationID string, after int64, limit int) (all []guise.Event, err error) {
	limit = max(limit, 0)
	query, args := s.dialect.events, []any{after, limit}
	if impersonationID != "" {
		query, args = s.dialect.eventsOf, []any{impersonationID, after, limit}
	}
	err = s.reading(ctx, func(ctx context.Context) error {
		all = make([]guise.Event, 0, min(limit, eventsAtFirst))
		row := newEventRow()
		_, err := collect(ctx, s.db, func(scan func(...any) error) (struct{}, error) {
			event, err := row.scan(scan)
			all = append(all, event)
			return struct{}{}, err
		}, query, args...)
		return err
	})
	if err != nil || len(all) == 0 {
		return nil, err
	}
	return all, nil
}

// eventRow reads one row after the other into the same places.
type eventRow struct {
	numbers [5]any
	hashes  [3]sql.RawBytes
	texts   sql.RawBytes

	columns []any
}

func newEventRow() *eventRow {
	r := &eventRow{}
	for n := range r.numbers {
		r.columns = append(r.columns, &r.numbers[n])
	}
	for n := range r.hashes {
		r.columns = append(r.columns, &r.hashes[n])
	}
	r.columns = append(r.columns, &r.texts)
	return r
}

func (r *eventRow) scan(scan func(...any) error) (e guise.Event, err error) {
	if err := scan(r.columns...); err != nil {
		return e, err
	}
	if err := r.scanNumbers(&e); err != nil {
		return e, err
	}
	for n, to := range []*guise.Hash{&e.PurgedHash, &e.Prev, &e.Hash} {
		if len(r.hashes[n]) != len(to) {
			return e, notWritten(e, "a hash of %d bytes", len(r.hashes[n]))
		}
		copy(to[:], r.hashes[n])
	}
	return e, r.scanTexts(&e)
}

func (r *eventRow) scanNumbers(e *guise.Event) error {
	var numbers [len(r.numbers)]int64
	for n, column := range r.numbers {
		number, ok := integer(column)
		if !ok {
			return notWritten(guise.Event{Seq: numbers[0]}, "a number that is no integer")
		}
		numbers[n] = number
	}
	e.Seq, e.Time, e.Status = numbers[0], time.UnixMicro(numbers[1]).UTC(), int(numbers[2])
	e.Duration, e.PurgedTo = time.Duration(numbers[3])*time.Microsecond, numbers[4]
	return nil
}

func (r *eventRow) scanTexts(e *guise.Event) error {
	if r.texts == nil {
		return notWritten(*e, "a NULL")
	}
	texts := string(r.texts)
	// Security: with a NUL in a text, a text would be read in its neighbour's
	// place, and what is verified would not be what the columns say.
	if n := strings.Count(texts, "\x00") + 1; n != strings.Count(eventTexts, ",")+1 {
		return notWritten(*e, "a NUL byte in a text")
	}
	for _, to := range []*string{
		(*string)(&e.Kind), &e.ImpersonationID,
		&e.Actor.ID, &e.Actor.Username, &e.Actor.Name, &e.Actor.Email, &e.Actor.Tenant,
		&e.Subject.ID, &e.Subject.Username, &e.Subject.Name, &e.Subject.Email, &e.Subject.Tenant,
		&e.By.ID, &e.By.Username, &e.By.Name, &e.By.Email, &e.By.Tenant,
		(*string)(&e.Mode), &e.Reason, &e.Ticket, (*string)(&e.Cause), &e.Code, &e.Note,
		&e.Method, &e.Path, &e.ClientIP, &e.UserAgent, &e.RequestID,
	} {
		*to, texts, _ = strings.Cut(texts, "\x00")
	}
	return nil
}

// notWritten is the error for an event that somebody else has put there.
func notWritten(e guise.Event, format string, args ...any) error {
	return &guise.ChainError{Seq: e.Seq, Problem: "has " + fmt.Sprintf(format, args...) + ", which this store never writes"}
}

// integer reads what a driver has for an integer, some of them as text.
func integer(column any) (number int64, ok bool) {
	var err error
	switch value := column.(type) {
	case int64:
		return value, true
	case []byte:
		number, err = strconv.ParseInt(string(value), 10, 64)
	case string:
		number, err = strconv.ParseInt(value, 10, 64)
	default:
		return 0, false
	}
	return number, err == nil
}
