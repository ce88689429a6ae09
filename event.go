package guise

import "time"

// Kind says what an [Event] is about.
type Kind string

// The kinds of event, in the past tense.
const (
	KindStarted     Kind = "started"      // an impersonation began
	KindDenied      Kind = "denied"       // an attempt was refused; none began
	KindModeChanged Kind = "mode_changed" // the actor got another mode
	KindRequest     Kind = "request"      // a request was made while impersonating
	KindEnded       Kind = "ended"        // an impersonation ended
	KindNote        Kind = "note"         // somebody added a note
	KindPurged      Kind = "purged"       // old records were deleted
	KindLimited     Kind = "limited"      // somebody reached one of the Limits
)

// Event is one fact in the log. It is never changed: the names of both people
// are copied in, so that it still says who it was about when either user has
// been deleted. Each event holds the hash of the one before; see
// [Event.Digest].
type Event struct {
	// Seq numbers the events of a store 1, 2, 3, … without a gap; a purge only
	// removes the oldest. The store sets it.
	Seq int64
	// Time is UTC, in whole microseconds.
	Time time.Time
	Kind Kind

	// ImpersonationID names the impersonation (or refused attempt) that the
	// event is about; "" when it is about none.
	ImpersonationID string
	// Actor and Subject are the two people; a store keeps their ID, Username,
	// Name, Email and Tenant.
	Actor   Actor
	Subject Subject
	// By is who did it when that was neither the actor nor time: the one who
	// revoked, noted or purged.
	By Actor

	Mode           Mode
	Reason, Ticket string
	// Cause says why it ended, in an ended event.
	Cause Cause
	// Code says why it was refused, in a denied event, and which of [Limits] was
	// reached, in a limited event.
	Code string
	// Note is free text: of a revocation, a note, a purge.
	Note string

	// Method, Path, Status and Duration describe one request made while
	// impersonating, in a request event. Path has no query. Status is 0 in
	// the event written before a write runs.
	Method, Path string
	Status       int
	Duration     time.Duration

	// ClientIP, UserAgent and RequestID are those of the request that caused
	// the event; empty where none did.
	ClientIP, UserAgent, RequestID string

	// PurgedTo and PurgedHash are the number and the hash of the last event
	// that a purge removed, in a purged event. The log goes on right after it,
	// so that what is left can be verified; see [Verifier]. The store sets both.
	PurgedTo   int64
	PurgedHash Hash

	// Prev is the hash of the event before (zero in the first), Hash that of
	// this one. The store sets both.
	Prev, Hash Hash
}
