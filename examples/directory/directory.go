package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/guise-go/guise"
	"github.com/guise-go/guise/examples/directory/people"
)

// directory is the application's own people as Guise asks for them. The test
// runs the suite of userstest on it, which has a case for each rule.
type directory struct{ people *people.Repository }

var _ guise.BatchDirectory = directory{}

// User is the user with exactly this ID.
func (d directory) User(ctx context.Context, id string) (guise.User, error) {
	number, ok := parseID(id)
	if !ok {
		return guise.User{}, cmp.Or(ctx.Err(), guise.ErrUserNotFound) // no ID of ours, so nobody's
	}
	person, err := d.people.Get(ctx, number)
	if errors.Is(err, people.ErrNotFound) {
		return guise.User{}, guise.ErrUserNotFound
	}
	if err != nil {
		// Not ErrUserNotFound: a database that is down has not said that
		// there is no such user.
		return guise.User{}, fmt.Errorf("user %s: %w", id, err)
	}
	return userOf(person), nil
}

// Users are those of these users who exist, with one query. Guise asks for the
// two people of an impersonation by it; without this method it asks twice.
func (d directory) Users(ctx context.Context, ids ...string) ([]guise.User, error) {
	found, err := d.people.First(ctx, len(ids), people.IDIn(parseIDs(ids)...))
	if err != nil {
		return nil, fmt.Errorf("users %q: %w", ids, err)
	}
	return usersOf(found), nil
}

const (
	usualPage   = 20
	largestPage = 1000 // a page may have fewer users than are asked for
)

// Search is a page of the users, by ID: that order never changes, and so a
// cursor, which says behind whom to go on, loses nobody and repeats nobody
// when others come and go.
func (d directory) Search(ctx context.Context, query guise.Query) (guise.UserPage, error) {
	where := append(filtered(query.Filter), containing(query.Text)...)
	if query.Cursor != "" {
		last, ok := parseCursor(query.Cursor)
		if !ok {
			return guise.UserPage{}, guise.ErrBadCursor
		}
		where = append(where, people.IDAbove(last))
	}
	size := min(query.Limit, largestPage)
	if size <= 0 {
		size = usualPage
	}
	found, err := d.people.First(ctx, size+1, where...) // one more tells whether there is a next page
	if err != nil {
		return guise.UserPage{}, fmt.Errorf("searching users: %w", err)
	}
	if len(found) <= size {
		return guise.UserPage{Users: usersOf(found)}, nil
	}
	found = found[:size]
	return guise.UserPage{Users: usersOf(found), Next: cursorAfter(found[size-1].ID)}, nil
}

// containing asks for each word of the text in one of the three fields.
func containing(text string) (where []people.Predicate) {
	for _, word := range strings.Fields(text) {
		where = append(where, people.Or(
			people.LoginContains(word), people.FullNameContains(word), people.EmailContains(word)))
	}
	return where
}

// filtered is the filter in the repository's words. A field that is nil asks
// for nothing; a list that is empty and not nil asks for nobody, and so goes
// on as the list it is.
func filtered(f guise.Filter) (where []people.Predicate) {
	if f.Tenants != nil {
		where = append(where, people.CompanyIn(f.Tenants...))
	}
	if f.IDs != nil {
		where = append(where, people.IDIn(parseIDs(f.IDs)...))
	}
	if f.Staff != nil {
		where = append(where, people.IsAgent(*f.Staff))
	}
	if f.Superuser != nil {
		where = append(where, people.IsAdmin(*f.Superuser))
	}
	for key, values := range f.Attributes {
		switch {
		case key == teamKey:
			where = append(where, people.TeamIn(values...))
		case !slices.Contains(values, ""):
			// Fail closed: nobody has an attribute that we don't know, and
			// a filter that is passed over would show everybody.
			where = append(where, people.Or())
		}
	}
	return where
}

// teamKey is the one attribute that our people have.
const teamKey = "team"

func userOf(p people.Person) guise.User {
	return guise.User{
		ID: strconv.FormatInt(p.ID, 10), Username: p.Login, Name: p.FullName, Email: p.Email,
		Tenant: p.Company, Active: !p.Blocked, Staff: p.Agent, Superuser: p.Admin,
		Attributes: map[string]string{teamKey: p.Team},
	}
}

func usersOf(found []people.Person) []guise.User {
	users := make([]guise.User, len(found))
	for i, person := range found {
		users[i] = userOf(person)
	}
	return users
}

// parseID reads an ID as userOf writes it, and in no other way: a log that
// says 007 and one that says 7 must not be about the same person.
func parseID(text string) (id int64, ok bool) {
	id, err := strconv.ParseInt(text, 10, 64)
	return id, err == nil && strconv.FormatInt(id, 10) == text
}

// parseIDs leaves out what is no ID.
func parseIDs(texts []string) (ids []int64) {
	for _, text := range texts {
		if id, ok := parseID(text); ok {
			ids = append(ids, id)
		}
	}
	return ids
}

// A cursor is no secret and no right: the filter holds behind it, too.
const cursorPrefix = "after-"

func cursorAfter(id int64) string { return cursorPrefix + strconv.FormatInt(id, 10) }

func parseCursor(text string) (id int64, ok bool) {
	number, ours := strings.CutPrefix(text, cursorPrefix)
	id, ok = parseID(number)
	return id, ours && ok
}
