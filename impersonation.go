package guise

import (
	"slices"
	"time"
)

// Mode says what may be done while impersonating.
type Mode string

// The two modes that always exist.
const (
	// ReadOnly lets only safe methods (GET, HEAD, OPTIONS) through, and the
	// routes of Config.SafeRoutes. It is the default.
	ReadOnly Mode = "read_only"
	// ReadWrite lets through whatever is not forbidden.
	ReadWrite Mode = "read_write"
)

// State says where an impersonation is in its life.
type State string

// The states. Only an active impersonation ever changes.
const (
	StateActive State = "active" // it runs, or waits below another in its stack
	StateEnded  State = "ended"  // it is over, for the reason in Cause
	StateDenied State = "denied" // the attempt was refused: it never began
)

// Cause says why an impersonation ended.
type Cause string

// The causes.
const (
	CauseStopped         Cause = "stopped"          // the actor left
	CauseLoggedOut       Cause = "logged_out"       // the actor's own login is over
	CauseExpired         Cause = "expired"          // it reached its time limit
	CauseIdle            Cause = "idle"             // no request for too long
	CauseRevoked         Cause = "revoked"          // somebody else ended it
	CauseNotAllowed      Cause = "not_allowed"      // the actor may no longer
	CauseSubjectInactive Cause = "subject_inactive" // the subject was deactivated
	CauseSubjectGone     Cause = "subject_gone"     // the subject was deleted
	CauseActorGone       Cause = "actor_gone"       // the actor was deleted
	CauseOtherLogin      Cause = "other_login"      // somebody else presented its cookie
)

// Causes lists every cause there is.
func Causes() []Cause {
	return []Cause{
		CauseStopped, CauseLoggedOut, CauseExpired, CauseIdle, CauseRevoked, CauseNotAllowed,
		CauseSubjectInactive, CauseSubjectGone, CauseActorGone, CauseOtherLogin,
	}
}

// Known reports whether c is one of [Causes].
func (c Cause) Known() bool { return slices.Contains(Causes(), c) }

// Impersonation is one bounded period in which an actor acts as a subject:
// one row, a start, a limit, an end. Times are UTC, in whole microseconds.
type Impersonation struct {
	// ID names the impersonation in the log and in addresses. It is random
	// but no secret: knowing it lets nobody act as anyone.
	ID string

	// Actor is who is really logged in: in a stack, always the first. Subject
	// is who they act as. Both are as they were at the start; a store keeps
	// their ID, Username, Name, Email and Tenant.
	Actor   Actor
	Subject Subject

	Mode           Mode
	Reason, Ticket string
	State          State

	StartedAt time.Time
	// ExpiresAt is the time limit; the zero time is none.
	ExpiresAt time.Time
	// LastSeenAt is when the last request came, to within a tenth of
	// Config.IdleTimeout.
	LastSeenAt time.Time

	// EndedAt, Cause, EndedBy and Note say how it ended. EndedBy is set when
	// somebody other than the actor ended it, and Note is what they wrote.
	EndedAt time.Time
	Cause   Cause
	EndedBy Actor
	Note    string

	// Code is why it was refused, when State is StateDenied.
	Code string

	// StackID is the ID of the first impersonation of the stack, ParentID that
	// of the one below ("" for the first), Depth counts from 1.
	StackID, ParentID string
	Depth             int

	// ReturnTo is the path in the application where it began.
	ReturnTo string
	// ClientIP and UserAgent are those of the request that started it.
	ClientIP, UserAgent string
}

// Expired reports whether the time limit has been reached at now.
func (i Impersonation) Expired(now time.Time) bool {
	return !i.ExpiresAt.IsZero() && !now.Before(i.ExpiresAt)
}

// Idle reports whether, at now, no request has come for idleTimeout. A
// timeout of 0 or less is none.
func (i Impersonation) Idle(now time.Time, idleTimeout time.Duration) bool {
	return idleTimeout > 0 && !now.Before(i.LastSeenAt.Add(idleTimeout))
}

// Stack is one impersonation and those it was started from, the first at the
// front. Only the last can be used; the others wait until it is stopped.
type Stack []Impersonation

// Top is the impersonation in use. It panics on an empty Stack, which no
// [Store] returns.
func (s Stack) Top() Impersonation { return s[len(s)-1] }
