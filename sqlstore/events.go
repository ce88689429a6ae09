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

// The columns of an event by how they are read: a log has millions of events,
// and most of what it costs to read one is per column. So the database joins
// all into one text, with a NUL between two: hashes in hexadecimal digits, and no
// other text has a NUL, see unfit.
const (
	eventNumbers = "seq, time, status, duration, purged_to"
	eventHashes  = "purged_hash, prev, hash"
	eventTexts   = "kind, impersonation_id, " +
		"actor_id, actor_username, actor_name, actor_email, actor_tenant, " +
		"subject_id, subject_username, subject_name, subject_email, subject_tenant, " +
		"by_id, by_username, by_name, by_email, by_tenant, " +
		"mode, reason, ticket, cause, code, note, method, path, client_ip, user_agent, request_id"
)

// joining is how an engine makes one text of many.
type joining struct {
	// number and hash write such a column as a text.
	number, hash func(column string) string
	// zeros is a hash of zeros, if it is worth comparing with.
	zeros string
	// join writes the texts with a NUL between two. Where one of them is NULL,
	// it must make NULL, or put more NULs there.
	join func(texts []string) string
}

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
	// The number alone still says which event has a NULL in it.
	return `SELECT coalesce(` + j.join(texts) + `, ` + j.join(texts[:1]) + `) FROM guise_events`
}

// noHash is short for a hash of zeros, as all but purged events have one: digits
// would be an even number.
const noHash = "0"

// zeroDigits are those of a hash of zeros.
var zeroDigits = guise.Hash{}.String()

// concatWS joins in one go.
//
// Security: concat_ws leaves a NULL out, and the texts behind it would each be
// read in their neighbour's place. As a NUL it is one too many.
func concatWS(nul string) func(texts []string) string {
	return func(texts []string) string {
		return `concat_ws(` + nul + `, ifnull(` + strings.Join(texts, `, `+nul+`), ifnull(`) + `, ` + nul + `))`
	}
}

func asWritten(column string) string { return column }

func inHex(column string) string { return `hex(` + column + `)` }

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

// Beside implements [guise.Log], with the same error.
func (s *Store) Beside(ctx context.Context, before int64, limit int) ([]guise.Event, error) {
	if before == 0 {
		before = math.MaxInt64
	}
	limit = max(limit, 0)
	return s.readEvents(ctx, limit, s.dialect.beside, before, limit)
}

func (s *Store) readEvents(ctx context.Context, limit int, query string, args ...any) (all []guise.Event, err error) {
	err = s.reading(ctx, func(ctx context.Context) error {
		all = make([]guise.Event, 0, min(limit, rowsAtFirst))
		row := newEventRow()
		_, err := collect(ctx, s.everyRequest, func(scan func(...any) error) (struct{}, error) {
			all = append(all, guise.Event{}) // and filled there: it is large
			return struct{}{}, row.scanInto(&all[len(all)-1], scan)
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
	joined  joined
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
	fields, n := r.joined.split()
	number, err := strconv.ParseInt(fields[0], 10, 64)
	if err != nil {
		return notWritten(*e, "a number that is no integer")
	}
	e.Seq = number
	switch n {
	case eventWidth:
		return fill(e, &fields)
	case 1:
		return notWritten(*e, "a NULL")
	default:
		// Security: with a NUL in a text, a text would be read in its neighbour's
		// place, and what is verified would not be what the columns say.
		return notWritten(*e, "a NULL, or a NUL byte in a text")
	}
}

// joined is the text that the database made of an event's columns.
type joined string

// Scan implements [database/sql.Scanner]: what a driver has as a string already
// is not copied.
func (j *joined) Scan(column any) error {
	switch column := column.(type) {
	case string:
		*j = joined(column)
	case []byte:
		*j = joined(column)
	default:
		return fmt.Errorf("sqlstore: an event comes as one text, and the driver has %T", column)
	}
	return nil
}

// split says how many fields there are. Only of as many as there should be it
// returns all.
func (j joined) split() (fields [eventWidth]string, n int) {
	for rest := string(j); ; n++ {
		end := strings.IndexByte(rest, 0)
		if end < 0 || n == eventWidth-1 {
			fields[n] = rest
			return fields, n + 1 + strings.Count(rest, "\x00")
		}
		fields[n], rest = rest[:end], rest[end+1:]
	}
}

// fill puts the fields, in the order of selectEvents, where they belong.
func fill(e *guise.Event, fields *[eventWidth]string) error {
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

// notWritten is the error for an event that somebody else has put there.
func notWritten(e guise.Event, format string, args ...any) error {
	return &guise.ChainError{Seq: e.Seq, Problem: "has " + fmt.Sprintf(format, args...) + ", which this store never writes"}
}
