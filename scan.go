package guise

import (
	"context"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/guise-go/guise/internal/cursor"
)

const (
	// scanCursor is the kind of the cursors that [Query.Scan] makes.
	scanCursor = "scan"
	// scanBatch is how many users it asks for at a time.
	scanBatch = 100
	usualPage = 20
)

// Scan answers the query by looking at one user after another until the page
// is full, and so is all that the Search of a hand-written [Directory] needs:
// it splits the text and compares it with Username, Name and Email, narrows by
// the Filter, and makes and reads cursors.
//
// The function next returns the users that come after the one with the ID after
// (all of them when that is ""): about n, in an order that never changes, such
// as the order of their IDs, and none after the last. The user with the ID after
// may have been removed meanwhile.
//
// What it costs grows with the number of users. It is meant for thousands; for
// a large table in SQL there is sqlusers.
func (q Query) Scan(ctx context.Context, next func(ctx context.Context, after string, n int) ([]User, error)) (UserPage, error) {
	after, limit := "", usualPage
	if q.Cursor != "" {
		position, ok := cursor.Decode(scanCursor, q.Cursor, 1)
		if !ok {
			return UserPage{}, ErrBadCursor
		}
		after = position[0]
	}
	if q.Limit > 0 {
		limit = q.Limit
	}
	terms := strings.Fields(fold(q.Text))
	var page UserPage
	for {
		// A context that is over is an error, and no empty page.
		if err := ctx.Err(); err != nil {
			return UserPage{}, err
		}
		users, err := next(ctx, after, scanBatch)
		if err != nil {
			return UserPage{}, err
		}
		if len(users) == 0 {
			return page, nil
		}
		for _, u := range users {
			if !q.Filter.Matches(u) || !mentionsEach(u, terms) {
				continue
			}
			if len(page.Users) == limit {
				page.Next = cursor.Encode(scanCursor, page.Users[limit-1].ID)
				return page, nil
			}
			page.Users = append(page.Users, u)
		}
		last := users[len(users)-1].ID
		if last == after {
			return UserPage{}, fmt.Errorf("guise: asked for the users after %q, a directory answers with that one again; it must go on after it", after)
		}
		after = last
	}
}

// mentionsEach is rule 4 of [Directory]: each term is in one of the fields.
func mentionsEach(u User, terms []string) bool {
	for _, term := range terms {
		// Bytes that aren't text occur in no name.
		if !utf8.ValidString(term) {
			return false
		}
		if !strings.Contains(fold(u.Username), term) && !strings.Contains(fold(u.Name), term) && !strings.Contains(fold(u.Email), term) {
			return false
		}
	}
	return true
}

// fold maps each character to one that stands for all its cases. What isn't
// text stays as it is, and is not taken for the replacement character.
func fold(text string) string {
	if !utf8.ValidString(text) {
		return text
	}
	return strings.Map(foldRune, text)
}

func foldRune(r rune) rune {
	least := r
	for next := unicode.SimpleFold(r); next != r; next = unicode.SimpleFold(next) {
		least = min(least, next)
	}
	return least
}
