package sqlstore

import (
	"database/sql"
	"fmt"
	"strings"
	"time"

	"github.com/guise-go/guise"
)

// The columns, in the one order in which they are written and read. A test
// holds the widths and the lists together.
const (
	impersonationColumns = "id, stack_id, parent_id, depth, state, mode, reason, ticket, code, " +
		"actor_id, actor_username, actor_name, actor_email, actor_tenant, " +
		"subject_id, subject_username, subject_name, subject_email, subject_tenant, " +
		"started_at, expires_at, last_seen_at, ended_at, cause, " +
		"ended_by_id, ended_by_username, ended_by_name, ended_by_email, ended_by_tenant, note, " +
		"return_to, client_ip, user_agent"
	impersonationWidth = 33
	// briefColumns are what LogQuery.Brief asks for.
	briefWidth   = 8
	briefColumns = "id, state, started_at, actor_id, actor_username, actor_name, actor_email, actor_tenant"

	eventColumns = "seq, time, kind, impersonation_id, " +
		"actor_id, actor_username, actor_name, actor_email, actor_tenant, " +
		"subject_id, subject_username, subject_name, subject_email, subject_tenant, " +
		"by_id, by_username, by_name, by_email, by_tenant, " +
		"mode, reason, ticket, cause, code, note, method, path, status, duration, " +
		"client_ip, user_agent, request_id, purged_to, purged_hash, prev, hash"
	eventWidth = 36
)

// columnKind is what a column holds.
type columnKind int

const (
	ofText columnKind = iota
	ofNumber
	numberOrNone // NULL where there is none
	ofHash
	hashOrNone
)

func kindOf(column string) columnKind {
	switch column {
	case "seq", "time", "status", "duration", "purged_to", "depth", "started_at", "last_seen_at":
		return ofNumber
	case "expires_at", "ended_at":
		return numberOrNone
	case "purged_hash", "prev", "hash":
		return ofHash
	case "token_hash":
		return hashOrNone
	}
	return ofText
}

func impersonationValues(i guise.Impersonation) []any {
	return []any{
		i.ID, i.StackID, i.ParentID, i.Depth, string(i.State), string(i.Mode), i.Reason, i.Ticket, i.Code,
		i.Actor.ID, i.Actor.Username, i.Actor.Name, i.Actor.Email, i.Actor.Tenant,
		i.Subject.ID, i.Subject.Username, i.Subject.Name, i.Subject.Email, i.Subject.Tenant,
		i.StartedAt.UnixMicro(), orNull(i.ExpiresAt), i.LastSeenAt.UnixMicro(), orNull(i.EndedAt), string(i.Cause),
		i.EndedBy.ID, i.EndedBy.Username, i.EndedBy.Name, i.EndedBy.Email, i.EndedBy.Tenant, i.Note,
		i.ReturnTo, i.ClientIP, i.UserAgent,
	}
}

// scanImpersonation reads a row; the error is a [*RowError] for one that no store
// has written.
func scanImpersonation(scan func(...any) error) (i guise.Impersonation, err error) {
	if err = scan(impersonationPlaces(&i)...); err != nil {
		return i, unreadable(scan, impersonationWidth, err)
	}
	return i, nil
}

// impersonationPlaces are where the columns are read to.
func impersonationPlaces(i *guise.Impersonation) []any {
	return []any{
		&i.ID, &i.StackID, &i.ParentID, &i.Depth, (*string)(&i.State), (*string)(&i.Mode), &i.Reason, &i.Ticket, &i.Code,
		&i.Actor.ID, &i.Actor.Username, &i.Actor.Name, &i.Actor.Email, &i.Actor.Tenant,
		&i.Subject.ID, &i.Subject.Username, &i.Subject.Name, &i.Subject.Email, &i.Subject.Tenant,
		instant{&i.StartedAt}, instant{&i.ExpiresAt}, instant{&i.LastSeenAt}, instant{&i.EndedAt}, (*string)(&i.Cause),
		&i.EndedBy.ID, &i.EndedBy.Username, &i.EndedBy.Name, &i.EndedBy.Email, &i.EndedBy.Tenant, &i.Note,
		&i.ReturnTo, &i.ClientIP, &i.UserAgent,
	}
}

func scanBrief(scan func(...any) error) (i guise.Impersonation, err error) {
	a := &i.Actor
	err = scan(&i.ID, &i.State, instant{&i.StartedAt}, &a.ID, &a.Username, &a.Name, &a.Email, &a.Tenant)
	if err != nil {
		return i, unreadable(scan, briefWidth, err)
	}
	return i, nil
}

func eventValues(e guise.Event) []any {
	return []any{
		e.Seq, e.Time.UnixMicro(), string(e.Kind), e.ImpersonationID,
		e.Actor.ID, e.Actor.Username, e.Actor.Name, e.Actor.Email, e.Actor.Tenant,
		e.Subject.ID, e.Subject.Username, e.Subject.Name, e.Subject.Email, e.Subject.Tenant,
		e.By.ID, e.By.Username, e.By.Name, e.By.Email, e.By.Tenant,
		string(e.Mode), e.Reason, e.Ticket, string(e.Cause), e.Code, e.Note,
		e.Method, e.Path, e.Status, e.Duration.Microseconds(),
		e.ClientIP, e.UserAgent, e.RequestID, e.PurgedTo, e.PurgedHash[:], e.Prev[:], e.Hash[:],
	}
}

// searched is what LogQuery.Text looks through. The separator is a control
// character, which no field has, so that nothing is found across two fields.
func searched(i guise.Impersonation) string {
	return fold(strings.Join([]string{
		i.Reason, i.Ticket,
		i.Actor.Name, i.Actor.Username, i.Actor.Email,
		i.Subject.Name, i.Subject.Username, i.Subject.Email,
	}, "\x1f"))
}

// fold makes texts equal that differ only in case: upper case first, since
// several small letters (σ and ς, s and ſ) can share one capital. It is done
// here and not in SQL, where each engine and each locale has its own idea of
// case.
func fold(text string) string { return strings.ToLower(strings.ToUpper(text)) }

// orNull is a time for a column in which NULL stands for none.
func orNull(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.UnixMicro()
}

// instant reads a time from its microseconds.
type instant struct{ time *time.Time }

// Scan implements [database/sql.Scanner].
func (i instant) Scan(column any) error {
	var micros sql.NullInt64 // some drivers return integers as text
	if err := micros.Scan(column); err != nil {
		return fmt.Errorf("sqlstore: a time is kept as an integer: %w", err)
	}
	*i.time = time.Time{}
	if micros.Valid {
		*i.time = time.UnixMicro(micros.Int64).UTC()
	}
	return nil
}

// digest reads a SHA-256 sum from its 32 bytes.
type digest struct{ sum *[32]byte }

// Scan implements [database/sql.Scanner].
func (d digest) Scan(column any) error {
	bytes, ok := column.([]byte)
	if !ok || len(bytes) != len(d.sum) {
		return fmt.Errorf("sqlstore: a hash is kept as %d bytes, and the database has %T of another length", len(d.sum), column)
	}
	copy(d.sum[:], bytes)
	return nil
}

func identity(u guise.User) guise.User {
	return guise.User{ID: u.ID, Username: u.Username, Name: u.Name, Email: u.Email, Tenant: u.Tenant}
}
