package userstest

import (
	"context"
	"fmt"
	"strconv"
	"testing"

	"github.com/guise-go/guise"
)

// Open makes a directory in which there are exactly these users. Each has an
// ID, and any of the other fields may be empty; the search fields must be the
// username, the name and the e-mail address. The only key of Attributes is
// [Attribute]. Open may be called often. If it fails, it ends the test.
type Open func(t *testing.T, users []guise.User) guise.Directory

// Attribute is the key of the one attribute that users in the suite have. A
// user without it may come back with an empty one.
const Attribute = "team"

// Changer is what a directory under test may add, so that the suite can see how
// a list behaves while users come and go.
type Changer interface {
	// Put adds the user, or replaces the one with the same ID.
	Put(u guise.User)
	// Delete removes the user with this ID.
	Delete(id string)
}

// Run tests a directory against the rules of [guise.Directory], with a subtest
// for each rule, and against [guise.BatchDirectory] and [Changer] where it is
// one. The users' IDs are the numbers from 1, which work as integers and as text.
func Run(t *testing.T, open Open) {
	RunIDs(t, strconv.Itoa, open)
}

// RunIDs is [Run] for a directory whose IDs are not numbers: id makes the n-th,
// for n from 1. Each must be different.
func RunIDs(t *testing.T, id func(n int) string, open Open) {
	for _, r := range rules {
		t.Run(r.name(), func(t *testing.T) {
			run(t.Context(), r, id, t.Errorf, func(users []guise.User) guise.Directory { return open(t, users) })
		})
	}
}

// run checks one rule. Whatever breaks it is reported, with the rule's words.
func run(ctx context.Context, r rule, id func(int) string, report func(string, ...any), open func([]guise.User) guise.Directory) {
	r.check(&probe{
		ctx: ctx, id: id, open: open,
		errorf: func(format string, args ...any) {
			report("%s\nThe rule: %s", fmt.Sprintf(format, args...), r.text)
		},
	})
}

// rule is one of the numbered rules, or a promise besides them (number 0).
type rule struct {
	number int
	title  string
	text   string
	check  func(*probe)
}

func (r rule) name() string {
	if r.number == 0 {
		return r.title
	}
	return fmt.Sprintf("rule %d: %s", r.number, r.title)
}

// rules quotes the comment of guise.Directory; a test compares the two.
var rules = []rule{
	{1, "found or not found", `User returns the user with exactly this ID, active or not, or an error that is [ErrUserNotFound]. Any other error means "could not look".`, checkFound},
	{2, "exactly this ID", `The ID of the returned User equals the one asked for.`, checkExactID},
	{3, "only whom the Filter matches", `Search returns users that the Filter matches, and no other.`, checkFilter},
	{4, "every term in some field", `Search splits Text on white space into terms; each term must occur, whatever its case, in at least one search field. No text finds everyone.`, checkTerms},
	{5, "no special characters", `No character in Text has a meaning of its own: % and _ are themselves.`, checkLiteral},
	{6, "pages in one order", `Search returns at most Limit users (20 when Limit is 0 or less) in an order that does not change between calls, and Next, a cursor that continues right after the last of them; Next is "" on the last page.`, checkPages},
	{7, "every user exactly once", `Following Next finds every user exactly once, also when users are added or removed meanwhile (those may or may not be found).`, checkOnce},
	{8, "only its own cursors", `A Cursor that this directory did not make is an error that is [ErrBadCursor].`, checkCursor},
	{9, "a context that is over", `A context that is over is an error, and never an empty answer.`, checkContext},
	{0, "many goroutines", `It is safe for use by many goroutines at once.`, checkConcurrent},
	{0, "several at once", `Users returns the users with these IDs, in any order. Those who don't exist are left out; that is not an error.`, checkBatch},
}
