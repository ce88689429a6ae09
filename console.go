package guise

import (
	"io"
	"io/fs"
	"time"
)

// Console makes pages of what the endpoints answer, for people. Package console
// has the one that comes with Guise. It decides nothing: whatever reaches it
// has been authorised, and nothing is in it that the viewer may not see.
type Console interface {
	// Render writes the whole page. It is called with a buffer, so that an
	// error never leaves half a page.
	Render(w io.Writer, page Page) error
	// Assets are the files served under BasePath + "assets/". Where there is a
	// file of the same name followed by ".gz", clients that accept it are sent
	// that one.
	Assets() fs.FS
}

// ConsoleOptions is what Config says about the pages.
type ConsoleOptions struct {
	// Templates is Config.Templates: files that take the place of the
	// console's own of the same name; nil for none.
	Templates fs.FS
	// NewWindow is Config.NewWindow.
	NewWindow bool
	// NextParam is Config.NextParam: the field of a form that says where to go
	// next.
	NextParam string
}

// PageName names a page, and its template.
type PageName string

// The pages; each is rendered with the data of the same name.
const (
	PageUsers      PageName = "users"      // UsersData
	PageUser       PageName = "user"       // UserData
	PageLive       PageName = "live"       // LiveData
	PageLog        PageName = "log"        // LogData
	PageEntry      PageName = "entry"      // EntryData
	PageUnattached PageName = "unattached" // UnattachedData
	PageEnded      PageName = "ended"      // EndedData
	PageLeave      PageName = "leave"      // LeaveData
	PageWrite      PageName = "write"      // WriteData
	PageExplain    PageName = "explain"    // ExplainData
	PageProblem    PageName = "problem"    // ProblemData
)

// Page is one page to render.
type Page struct {
	Name PageName
	// Lang is the language to answer in, as in the lang attribute; Dir its
	// direction, "ltr" or "rtl".
	Lang, Dir string
	// BasePath is Config.BasePath as the browser sees it. It ends in "/".
	BasePath string
	// HomeURL is where "back to the application" leads.
	HomeURL string
	// Viewer is the real user, who looks at the page; nil when nobody is
	// logged in.
	Viewer *Viewer
	// Impersonation is the one the viewer has in use; nil when none is.
	Impersonation *Impersonation
	Now           time.Time
	// Data is what the page shows; see [PageName].
	Data any
}

// Viewer is who looks at a page, and what they may do.
type Viewer struct {
	Actor
	// Actions are those that Config.Permit permits.
	Actions map[Action]bool
}

// May reports whether the viewer may do this; templates use it to hide what
// would be refused.
func (v *Viewer) May(action Action) bool { return v != nil && v.Actions[action] }

// UsersData is the list of people whom the viewer may find.
type UsersData struct {
	Query string
	Users []UserRow
	// Next is the cursor of the page after this one; "" on the last.
	Next string
	// Cursor is this page's own; "" on the first.
	Cursor string
	// Recent are the people whom the viewer last acted as; they are on the first
	// page, without a search.
	Recent []User
}

// UserRow is one person, and whether the viewer may act as them.
type UserRow struct {
	User
	// WhyNot is nil when the viewer may.
	WhyNot *DeniedError
}

// CanImpersonate reports whether the viewer may act as this person.
func (r UserRow) CanImpersonate() bool { return r.WhyNot == nil }

// UserData is one person and the form to start from.
type UserData struct {
	UserRow
	Form StartForm
	// Past are the newest impersonations of this person that the viewer may see.
	Past []Impersonation
}

// StartForm is what the form to start offers and what was filled in.
type StartForm struct {
	Reason, Ticket, Next string
	Mode                 Mode
	// Duration is what was asked for; "" for the longest allowed. In seconds.
	Duration string
	// Modes are those to choose from, the default first.
	Modes []Mode
	// Refused are those of the modes that the viewer may not use with this
	// person, each with the reason.
	Refused map[Mode]*DeniedError
	// MaxDuration is the longest possible; 0 is no limit.
	MaxDuration time.Duration
	// RequireReason says that every start needs a reason, and RequireTicket that
	// it needs a ticket; see [StartForm.NeedsReason].
	RequireReason, RequireTicket bool
	// Problem is what was wrong with the form as it was sent; nil at first.
	Problem *ProblemData
}

// NeedsReason reports whether a start in this mode needs a reason: each does
// with Config.RequireReason, else what may do more than the default mode.
func (f StartForm) NeedsReason(mode Mode) bool {
	return f.RequireReason || len(f.Modes) > 0 && mode.exceeds(f.Modes[0])
}

// LiveData is what runs right now.
type LiveData struct {
	// Impersonations are in the order in which they began, so that a later one
	// comes after those that are there already.
	Impersonations []Impersonation
	// Progress is what they have done so far, by ID, as far as Activity puts it
	// on record; nil when that is nothing.
	Progress map[string]Progress
	Activity Activity
	// More says that there are older ones than are listed.
	More bool
	// OwnOnly says that the viewer sees only their own.
	OwnOnly bool
	// Ended is the one that the viewer has just ended here; nil when there is none.
	Ended *Impersonation
}

// LogData is one page of the log.
type LogData struct {
	// Query is the filter, as it was understood.
	Query          LogQuery
	Impersonations []Impersonation
	Next           string
	// LookedTo is when the oldest one looked at started, if the page ends there
	// and not because it is full; see [LogPage].
	LookedTo time.Time
	// Summary is what everything that the filter finds adds up to; nil after the
	// first page.
	Summary *LogSummary
	// Modes are those to filter by.
	Modes []Mode
	// RetainFor is how long records are kept when old ones can be deleted.
	RetainFor time.Duration
	// OwnOnly says that the viewer sees only their own.
	OwnOnly bool
}

// EntryData is one impersonation with what happened in it.
type EntryData struct {
	Impersonation Impersonation
	Events        []Event
	// After is the number of the event after which this page begins; 0 on the
	// first page.
	After int64
	// More says that there are more events after these.
	More bool
	// Ahead are the next few, which tell how the last write in Events went.
	Ahead []Event
	// Changed is the number of the first event that is not as it was written:
	// its hash doesn't fit what it says. 0 is none.
	Changed int64
}

// UnattachedData is one page of what is on record besides impersonations: limits
// that were reached, notes of access that went another way, purges.
type UnattachedData struct {
	// Kind and ActorID are the filter; "" is all kinds, and anyone.
	Kind    Kind
	ActorID string
	Events  []Event
	// Cursor is this page's own; "" on the first. Next is that of the page after
	// it; "" on the last.
	Cursor, Next string
	// LookedTo is when the oldest one looked at was recorded, if the page ends
	// there and not because it is full.
	LookedTo time.Time
	// OwnOnly says that the viewer sees only their own.
	OwnOnly bool
}

// ExplainData is the question whether somebody may act as somebody else, and
// what each rule says about it.
type ExplainData struct {
	Actor, Subject ExplainPerson
	Mode           Mode
	// Modes are those to choose from, the default first.
	Modes []Mode
	// Verdicts are those of all rules, in the order in which they are looked
	// at. There are none until both people are known.
	Verdicts []Verdict
}

// Allowed reports whether every rule holds.
func (d ExplainData) Allowed() bool { return len(d.Verdicts) > 0 && allHold(d.Verdicts) }

// ExplainPerson is one of the two people, as they were asked for.
type ExplainPerson struct {
	// Text is what was asked for: an ID, or words to find them by.
	Text string
	// User is who fits; nil when nobody does, or several do.
	User *User
	// Several are the first of those who fit, when there is more than one; More
	// says that there are others.
	Several []User
	More    bool
}

// EndedData says what happened to an impersonation that is over. Who has begun
// another one since is still acting as someone: [Page].Impersonation says as whom.
type EndedData struct {
	// Cause is "" when there is nothing to say but that it is over.
	Cause Cause
	// ContinueURL leads on: back into the application, or to its login page.
	ContinueURL string
}

// LeaveData is the page with the form that stops.
type LeaveData struct {
	Impersonation Impersonation
	// Below is the one that is in use again afterwards; nil when that is none, and
	// the viewer is themselves again.
	Below *Impersonation
}

// WriteData is the form that asks for another mode.
type WriteData struct {
	Impersonation Impersonation
	Modes         []Mode
	Mode          Mode
	Reason, Next  string
	Problem       *ProblemData
}

// ProblemData is a refusal or a failure, as a problem document (RFC 9457).
type ProblemData struct {
	Status int
	// Code is stable, for programs.
	Code string
	// Title and Detail are sentences for the person.
	Title, Detail string
	// Field is the field of the form that is wrong or missing, if it is one.
	Field string
	// Running is the impersonation that is in the way of another start.
	Running *Impersonation
	// BackURL is the page of the application that the person came from, WriteURL
	// the one to ask for a mode that would not have refused this, and LoginURL
	// the one to log in on, which nobody is; "" when there is none.
	BackURL, WriteURL, LoginURL string
	// Writes says that what was opened tried to write, and was refused.
	Writes bool
}
