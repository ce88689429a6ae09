package main

import (
	"context"
	"errors"
	"strconv"

	"github.com/guise-go/guise"
	"github.com/guise-go/guise/examples/directory/people"
)

// directory is the application's own people as Guise asks for them. The test
// runs the suite of userstest on it, which has a case for each rule.
type directory struct{ people *people.Repository }

func (d directory) User(ctx context.Context, id string) (guise.User, error) {
	number, _ := strconv.ParseInt(id, 10, 64) // 0, which nobody has, for what is no number
	person, err := d.people.Get(ctx, number)
	user := userOf(person)
	if errors.Is(err, people.ErrNotFound) || err == nil && user.ID != id { // 007 is not 7
		return guise.User{}, guise.ErrUserNotFound
	}
	return user, err // any other error is "could not look", and not "there is none"
}

func (d directory) Search(ctx context.Context, query guise.Query) (guise.UserPage, error) {
	return query.Scan(ctx, func(ctx context.Context, after string, n int) (users []guise.User, err error) {
		number, _ := strconv.ParseInt(after, 10, 64) // 0, before everyone, for ""
		found, err := d.people.Behind(ctx, number, n)
		for _, person := range found {
			users = append(users, userOf(person))
		}
		return users, err
	})
}

func userOf(p people.Person) guise.User {
	return guise.User{
		ID: strconv.FormatInt(p.ID, 10), Username: p.Login, Name: p.FullName, Email: p.Email,
		Tenant: p.Company, Active: !p.Blocked, Staff: p.Agent, Superuser: p.Admin,
		Attributes: map[string]string{"team": p.Team}, // what a policy or a scope looks at
	}
}
