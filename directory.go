package guise

import "context"

// Directory finds users: the application's own user table. sqlusers makes one
// over database/sql; an application may write its own and run userstest on it.
// It is safe for use by many goroutines at once.
//
// The rules, each a case in userstest:
//
//  1. User returns the user with exactly this ID, active or not, or an error
//     that is [ErrUserNotFound]. Any other error means "could not look".
//  2. The ID of the returned User equals the one asked for.
//  3. Search returns users that the Filter matches, and no other.
//  4. Search splits Text on white space into terms; each term must occur,
//     whatever its case, in at least one search field. No text finds everyone.
//  5. No character in Text has a meaning of its own: % and _ are themselves.
//  6. Search returns at most Limit users (20 when Limit is 0 or less) in an
//     order that does not change between calls, and Next, a cursor that
//     continues right after the last of them; Next is "" on the last page. A
//     page may have fewer, even none, and a Next, where it would take long to
//     look further.
//  7. Following Next finds every user exactly once, also when users are added
//     or removed meanwhile (those may or may not be found).
//  8. A Cursor that this directory did not make is an error that is
//     [ErrBadCursor].
//  9. A context that is over is an error, and never an empty answer.
type Directory interface {
	User(ctx context.Context, id string) (User, error)
	Search(ctx context.Context, query Query) (UserPage, error)
}

// BatchDirectory is what a [Directory] may add so that a request while
// impersonating costs one look-up for both people instead of two.
type BatchDirectory interface {
	Directory
	// Users returns the users with these IDs, in any order. Those who don't
	// exist are left out; that is not an error.
	Users(ctx context.Context, ids ...string) ([]User, error)
}

// Query asks a [Directory] for a page of users.
type Query struct {
	// Text is what a person typed; see rule 4 of [Directory].
	Text string
	// Filter narrows the answer; the zero Filter does not.
	Filter Filter
	// Cursor is the Next of the page before, or "" for the first page.
	Cursor string
	// Limit is the largest number of users to return; 0 or less is 20.
	Limit int
}

// UserPage is one page of a [Directory]'s answer.
type UserPage struct {
	Users []User
	// Next continues after the last user; "" when there are no more.
	Next string
}
