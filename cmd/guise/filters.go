package main

import (
	"errors"
	"fmt"
	"time"

	"github.com/guise-go/guise"
)

// moment is a time as people write one: a day, which begins at midnight UTC, or
// RFC 3339.
type moment struct{ time.Time }

// UnmarshalText reads a time; the parser calls it.
func (m *moment) UnmarshalText(text []byte) (err error) {
	for _, layout := range []string{time.DateOnly, time.RFC3339} {
		if m.Time, err = time.Parse(layout, string(text)); err == nil {
			m.Time = m.UTC()
			return nil
		}
	}
	return fmt.Errorf("%.80q is no time; write a day, as 2026-05-04, or 2026-05-04T09:00:00Z", text)
}

// filters narrow the log, as guise.LogQuery does.
type filters struct {
	State   string `enum:",active,ended,denied" default:"" placeholder:"STATE" help:"Only those that are active, ended or denied."`
	Cause   string `placeholder:"CAUSE" help:"Only those that ended by this cause, such as revoked or expired."`
	Mode    string `placeholder:"MODE" help:"Only those in this mode, such as read_only."`
	Actor   string `placeholder:"ID" help:"Only those of this actor."`
	Subject string `placeholder:"ID" help:"Only those as this subject."`
	Tenant  string `placeholder:"TENANT" help:"Only those as a subject of this tenant."`
	Text    string `placeholder:"TEXT" help:"Only those with this text, whatever its case, in the reason, the ticket, or either person's name, username or e-mail address."`
	From    moment `placeholder:"TIME" help:"Only those that began at this time or later: a day (UTC), or a time such as 2026-05-04T09:00:00Z."`
	To      moment `placeholder:"TIME" help:"Only those that began before this time."`
}

// query is what the flags ask for.
func (f filters) query() (guise.LogQuery, error) {
	query := guise.LogQuery{
		State: guise.State(f.State), Cause: guise.Cause(f.Cause), Mode: guise.Mode(f.Mode),
		ActorID: f.Actor, SubjectID: f.Subject, Tenant: f.Tenant, Text: f.Text, From: f.From.Time, To: f.To.Time,
	}
	switch {
	// A misspelled cause would find nothing, which looks like an answer.
	case f.Cause != "" && !query.Cause.Known():
		return query, usageError{fmt.Errorf("--cause is %q; it must be one of %v", f.Cause, guise.Causes())}
	case !query.From.IsZero() && !query.To.IsZero() && !query.From.Before(query.To):
		return query, usageError{errors.New("--from must be before --to")}
	}
	return query, nil
}
