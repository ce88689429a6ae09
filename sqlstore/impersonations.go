package sqlstore

import (
	"errors"
	"strconv"
	"time"

	"github.com/guise-go/guise"
)

// impersonationRow reads one row after another into the same places.
type impersonationRow struct{ rowReader }

func (d *dialect) newImpersonationRow() impersonationRow {
	return impersonationRow{d.newReader(impersonationWidth)}
}

// errNotWhole says that a row can't be read in this way: something in it is as no
// store writes it.
var errNotWhole = errors.New("sqlstore: a row does not come apart")

// scan reads a row; the error may be errNotWhole.
func (r impersonationRow) scan(scan func(...any) error) (i guise.Impersonation, err error) {
	fields, wrong, err := r.read(scan)
	if err != nil {
		return i, err
	}
	if wrong != "" {
		return i, errNotWhole
	}
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
		return i, errNotWhole
	}
	for n, to := range []*time.Time{&i.StartedAt, &i.ExpiresAt, &i.LastSeenAt, &i.EndedAt} {
		if *to, err = instantOf(fields[19+n]); err != nil {
			return i, errNotWhole
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
