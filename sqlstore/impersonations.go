package sqlstore

import (
	"errors"
	"strconv"
	"strings"
	"time"

	"github.com/guise-go/guise"
)

// joinedImpersonation writes the columns of an impersonation as one text, in
// their order.
func joinedImpersonation(j joining) string {
	columns := strings.Split(impersonationColumns, ", ")
	for n, column := range columns {
		switch column {
		case "depth", "started_at", "last_seen_at":
			columns[n] = j.number(column)
		case "expires_at", "ended_at": // NULL where there is none
			columns[n] = `coalesce(` + j.number(column) + `, '')`
		}
	}
	return j.row(columns)
}

// errNotJoined says that a row can't be split into its columns again: one of
// them has a NUL or a NULL, which this store never writes.
var errNotJoined = errors.New("sqlstore: a row does not come apart")

// impersonationRow reads one row after another into the same places.
type impersonationRow struct {
	joined  joined
	fields  [impersonationWidth]string
	columns []any
}

func newImpersonationRow() *impersonationRow {
	r := &impersonationRow{}
	r.columns = []any{&r.joined}
	return r
}

func (r *impersonationRow) scan(scan func(...any) error) (i guise.Impersonation, err error) {
	if err := scan(r.columns...); err != nil {
		return i, err
	}
	if r.joined.split(r.fields[:]) != impersonationWidth {
		return i, errNotJoined
	}
	fields := r.fields[:]
	for n, to := range []*string{
		&i.ID, &i.StackID, &i.ParentID, nil, (*string)(&i.State), (*string)(&i.Mode), &i.Reason, &i.Ticket, &i.Code,
		&i.Actor.ID, &i.Actor.Username, &i.Actor.Name, &i.Actor.Email, &i.Actor.Tenant,
		&i.Subject.ID, &i.Subject.Username, &i.Subject.Name, &i.Subject.Email, &i.Subject.Tenant,
		nil, nil, nil, nil, (*string)(&i.Cause),
		&i.EndedBy.ID, &i.EndedBy.Username, &i.EndedBy.Name, &i.EndedBy.Email, &i.EndedBy.Tenant, &i.Note,
		&i.ReturnTo, &i.ClientIP, &i.UserAgent,
	} {
		if to != nil {
			*to = fields[n]
		}
	}
	if i.Depth, err = strconv.Atoi(fields[3]); err != nil {
		return i, errNotJoined
	}
	for n, to := range []*time.Time{&i.StartedAt, &i.ExpiresAt, &i.LastSeenAt, &i.EndedAt} {
		if *to, err = instantOf(fields[19+n]); err != nil {
			return i, errNotJoined
		}
	}
	return i, nil
}

func instantOf(micros string) (time.Time, error) {
	if micros == "" {
		return time.Time{}, nil
	}
	at, err := strconv.ParseInt(micros, 10, 64)
	return time.UnixMicro(at).UTC(), err
}
