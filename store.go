package guise

import (
	"context"
	"time"
)

// Store keeps impersonations and their log. memstore is the readable
// specification, sqlstore the real thing, and storetest runs every rule below
// against any of them. A Store is safe for use by many goroutines, and by
// many processes on one database.
//
// The rules that hold for every method:
//
//  1. A write takes its event and both are stored, or neither is.
//  2. When a write returns nil, what it wrote survives a crash.
//  3. Events get the numbers 1, 2, 3, … in the order in which they became
//     durable, are linked by [Event.Chained], and are never changed.
//  4. A context that is over is an error, and nothing is half done.
//  5. Values come back as they went in; times in whole microseconds, UTC. A
//     text is valid UTF-8 without NUL; a store may refuse any other.
type Store interface {
	Lifecycle
	Lookup
	Log
	Retention
	Tallies
}

// Lifecycle is how impersonations begin, change and end.
type Lifecycle interface {
	// Start stores a new active impersonation and its event.
	//
	//  6. With a ParentID, the parent must be active and in use (the last of
	//     its stack); else the error is [ErrNotRunning]. From then on the
	//     parent has no token: nothing resolves to it.
	//  7. Without a ParentID, and with MaxRunning > 0, it fails with a
	//     [*RunningError] when the actor has MaxRunning active stacks already;
	//     of any number of racing starts no more than that succeed.
	//  8. A call of any method that can't be stored as it stands is refused
	//     whole: one with an ID or a token that is empty or taken, a State that
	//     isn't the method's, or a StackID other than the parent's (without a
	//     parent, other than the ID).
	Start(ctx context.Context, start Start) error

	// Deny stores a refused attempt (its State is [StateDenied]) and its event.
	Deny(ctx context.Context, try Impersonation, event Event) error

	// ChangeMode sets the mode of an active impersonation that is in use.
	//
	//  9. One that isn't active and in use is [ErrNotRunning].
	ChangeMode(ctx context.Context, change ModeChange) error

	// End ends impersonations and returns those that this call ended, the
	// first of the stack first, as they are afterwards.
	//
	// 10. Without a Resume token, the whole stack of the named impersonation
	//     ends, all with the same cause. With one, only the named impersonation
	//     and those above it end, and the one below it, if any, is in use
	//     again: it has this token, and was last seen at At.
	// 11. Each impersonation ends once: of any number of racing calls, in any
	//     number of processes, exactly one returns it. One that is over
	//     already, or unknown, gives an empty answer and no error.
	// 12. With SeenBy set, nothing ends when the one in use was seen after it.
	// 13. For each that ends, the event that Event makes of it is stored, once.
	//     Event may also be called for one that this call does not end.
	End(ctx context.Context, end End) ([]Impersonation, error)
}

// Lookup is what requests made while impersonating, and the sweep, ask.
type Lookup interface {
	// Resolve returns the stack whose last impersonation has this token.
	//
	// 14. An ended impersonation is found by its token too, so that a page can
	//     say what happened; it comes alone. An unknown token is [ErrNotFound].
	Resolve(ctx context.Context, token TokenHash) (Stack, error)

	// Touch notes that a request came in at the given time.
	//
	// 15. LastSeenAt never goes back. One that isn't active and in use is
	//     [ErrNotRunning].
	Touch(ctx context.Context, id string, at time.Time) error

	// Running returns the impersonations in use, of one actor or, with an
	// empty actorID, of all, the newest start first, at most limit.
	Running(ctx context.Context, actorID string, limit int) ([]Impersonation, error)

	// Due returns, of those in use, at most limit whose ExpiresAt is not after
	// now, or whose LastSeenAt is not after idleSince (unless that is zero).
	Due(ctx context.Context, now, idleSince time.Time, limit int) ([]Impersonation, error)

	// Ended returns, of the given IDs, those that are no longer active.
	//
	// 16. An unknown ID counts as ended.
	Ended(ctx context.Context, ids []string) ([]string, error)

	// Progress says how far the impersonations with these IDs have got.
	//
	// 17. Only the newest events of each are looked at, at most newest of them,
	//     so that it costs the same however long one runs. One without an event
	//     is not in the answer.
	Progress(ctx context.Context, ids []string, newest int) (map[string]Progress, error)
}

// Log is what is on record.
type Log interface {
	// Append stores events that change no impersonation.
	//
	// 18. All of them, in this order, or none.
	Append(ctx context.Context, events ...Event) error

	// Impersonation returns one impersonation or refused attempt, or
	// [ErrNotFound].
	Impersonation(ctx context.Context, id string) (Impersonation, error)

	// Impersonations returns a page of them, the newest start first.
	//
	// 19. Following Next finds each exactly once. A cursor that this store did
	//     not make is [ErrBadCursor].
	// 20. With Brief, each has at least its ID, State, StartedAt and Actor.
	//
	// So that a page costs about the same however long the log is, a store may
	// stop looking before a page is full: see [LogPage].
	Impersonations(ctx context.Context, query LogQuery) (LogPage, error)

	// Events returns the events of one impersonation or, with an empty ID, of
	// all, with a Seq above after, in the order of Seq, at most limit.
	Events(ctx context.Context, impersonationID string, after int64, limit int) ([]Event, error)

	// Unattached returns the events that are about no impersonation (limits that
	// were reached, notes of access that went another way, purges) with a Seq
	// below before (when that is 0, with any Seq), at most limit.
	//
	// 21. The newest comes first, and the Seq of the last leads on to those
	//     before it: each is found once, and it costs the same however long the
	//     log is.
	Unattached(ctx context.Context, before int64, limit int) ([]Event, error)

	// Head returns the number and the hash of the newest event; zeros when
	// there is none.
	Head(ctx context.Context) (seq int64, hash Hash, err error)
}

// Retention is how old records are deleted.
type Retention interface {
	// Purge deletes the oldest part of the log, and returns what went.
	//
	// 22. The events that go are the longest run, from the oldest on, of events
	//     whose Time is before Before and whose impersonation, if any, isn't
	//     active; at most Limit of them. A purged event goes like any other,
	//     but a run of purged events alone stays.
	// 23. With them go the impersonations and refused attempts that they were
	//     about and that have no event left; never an active one.
	// 24. Event is called once with what goes, and its event, to which the store
	//     adds PurgedTo and PurgedHash, is stored together with that. When
	//     nothing goes, nothing is stored and the answer is zero.
	// 25. Of any number of racing calls, in any number of processes, exactly one
	//     deletes each event.
	Purge(ctx context.Context, purge Purge) (Purged, error)
}

// Tallies is what actors do, counted for all instances together.
type Tallies interface {
	// Tally adds members to a set, and returns how many it had before and has
	// after that.
	//
	// 26. A set that nobody has added to is empty, and has each member once.
	// 27. It never has more than Max members; any beyond that are left out, the
	//     last first.
	// 28. When this call makes it have Max members, its event is stored together
	//     with them; else no event is. Of any number of racing calls, in any
	//     number of processes, each sees what those before it added.
	// 29. A set is forgotten by the first call, about whichever set, whose Now is
	//     [TallyKept] or more after its Until.
	Tally(ctx context.Context, add Tally) (before, after int, err error)
}

// TallyKept is how long a set is kept after it has stopped mattering, since the
// clocks of two instances may differ.
const TallyKept = 24 * time.Hour

// Start is what [Lifecycle.Start] stores.
type Start struct {
	Impersonation Impersonation
	Token         TokenHash
	// MaxRunning is how many stacks the actor may have active; 0 or less is
	// no limit.
	MaxRunning int
	Event      Event
}

// ModeChange is what [Lifecycle.ChangeMode] stores.
type ModeChange struct {
	ID    string
	Mode  Mode
	Event Event
}

// End is what [Lifecycle.End] stores.
type End struct {
	ID    string
	At    time.Time
	Cause Cause
	// By and Note say who ended it, when that wasn't the actor, and why.
	By   Actor
	Note string
	// Resume, unless zero, is the token that the impersonation below gets.
	Resume TokenHash
	// SeenBy, unless zero, is when the one in use is last known to have been
	// seen.
	SeenBy time.Time
	// Event makes the event of one that ends. It must not block.
	Event func(Impersonation) Event
}

// Tally is what [Tallies.Tally] adds.
type Tally struct {
	// Set and Members are hashes: what they stand for is nobody's business here.
	Set     Hash
	Members []Hash
	// Max is how many members the set may have.
	Max int
	// Now is the time of the call, Until is when the set stops mattering.
	Now, Until time.Time
	// Event says that the set has Max members.
	Event Event
}

// Purge is what [Retention.Purge] deletes.
type Purge struct {
	// Before says what is old: an event recorded before this time.
	Before time.Time
	// Limit is how many events may go at once, so that a purge of millions
	// works in steps between which others write; 0 or less is the store's own
	// choice, about a thousand.
	Limit int
	// Event makes the event of the purge. It must not block.
	Event func(Purged) Event
}

// Purged is what a purge deleted. Its zero value is nothing.
type Purged struct {
	// Events and Impersonations are how many went.
	Events, Impersonations int
	// Seq and Hash are those of the last event that went.
	Seq  int64
	Hash Hash
}

// Progress is what the newest events of an impersonation add up to.
type Progress struct {
	// Requests are those that were answered; Writes are those of them whose
	// method is none of GET, HEAD and OPTIONS, refused ones too.
	Requests, Writes int
	// More says that there may be older ones: as many events were looked at as
	// may be.
	More bool
	// Last is the newest of Requests; its zero value when there is none.
	Last LastRequest
}

// LastRequest is what is on record of the newest request of an impersonation.
type LastRequest struct {
	// Seq and Time are those of its event.
	Seq  int64
	Time time.Time
	// Method, Path and Status are described at [Event].
	Method, Path string
	Status       int
}

// LogQuery narrows a page of the log; what is zero does not.
type LogQuery struct {
	State              State
	Cause              Cause
	Mode               Mode
	ActorID, SubjectID string
	// Tenant is the subject's.
	Tenant string
	// Text must occur, whatever its case, in the reason, the ticket, or either
	// person's name, username or e-mail address.
	Text string
	// From and To bound StartedAt: From ≤ StartedAt < To.
	From, To time.Time
	Cursor   string
	// Limit is the largest number to return; 0 or less is 20.
	Limit int
	// Brief says that only the ID, State, StartedAt and Actor of each will be
	// looked at: where there are many, not reading the rest saves most of the
	// time.
	Brief bool
}

// LogPage is one page of the log.
type LogPage struct {
	Impersonations []Impersonation
	// Next continues after the last one; "" when there are no more.
	Next string
	// LookedTo is zero, unless the store stopped looking before the page was
	// full: then it is the start of the oldest impersonation it looked at, and
	// Next, which goes on from there, is set. The page may be empty.
	LookedTo time.Time
}
