package userstest

import (
	"context"
	"slices"

	"github.com/guise-go/guise"
)

// probe is what the check of a rule works with.
type probe struct {
	ctx    context.Context // of one check: a probe does not outlive it
	id     func(n int) string
	open   func(users []guise.User) guise.Directory
	errorf func(format string, args ...any)
}

// number gives the users the IDs 1, 2, 3…
func (p *probe) number(users []guise.User) []guise.User {
	for i := range users {
		users[i].ID = p.id(i + 1)
	}
	return users
}

// crowd is n users who differ in everything that a Filter or a search sees.
func (p *probe) crowd(n int) []guise.User {
	first := []string{"Anna", "Émile", "Яна", "Bob", "O'Neil", "Zoë"}
	tenants := []string{"", "1", "2", "01", "Tenant B"}
	users := make([]guise.User, n)
	for i := range users {
		users[i] = guise.User{
			Username: "user" + string(rune('a'+i%26)),
			Name:     first[i%len(first)] + " Nr" + string(rune('A'+i/26%26)),
			Tenant:   tenants[i%len(tenants)],
			Active:   i%4 != 0, Staff: i%3 == 0, Superuser: i%7 == 0,
		}
		if i%2 == 0 {
			users[i].Email = users[i].Username + "@example.org"
		}
		if team := []string{"", "red", "Red", "1"}[i/2%4]; team != "" {
			users[i].Attributes = map[string]string{Attribute: team}
		}
	}
	return p.number(users)
}

// walk follows Next to the end and returns everyone it finds. It reports a
// page that is too large, and a list that does not end.
func (p *probe) walk(d guise.Directory, query guise.Query) []guise.User {
	var all []guise.User
	for range 1000 {
		page, err := d.Search(p.ctx, query)
		if err != nil {
			p.errorf("Search(%+v): %v", query, err)
			return all
		}
		if query.Limit > 0 && len(page.Users) > query.Limit {
			p.errorf("Search(%+v) returned %d users", query, len(page.Users))
		}
		all = append(all, page.Users...)
		if page.Next == "" {
			return all
		}
		if page.Next == query.Cursor {
			p.errorf("Search(%+v) returned its own Cursor as Next", query)
			return all
		}
		query.Cursor = page.Next
	}
	p.errorf("Search(%+v): following Next does not end", query)
	return all
}

// ids is the users' IDs, sorted.
func ids(users []guise.User) []string {
	list := listed(users)
	slices.Sort(list)
	return list
}

// listed is the users' IDs in their order.
func listed(users []guise.User) []string {
	list := make([]string, 0, len(users))
	for _, u := range users {
		list = append(list, u.ID)
	}
	return list
}

// same compares users; an attribute that is missing is "".
func same(a, b guise.User) bool {
	teamA, teamB := a.Attributes[Attribute], b.Attributes[Attribute]
	return a.ID == b.ID && a.Username == b.Username && a.Name == b.Name && a.Email == b.Email &&
		a.Tenant == b.Tenant && a.Active == b.Active && a.Staff == b.Staff && a.Superuser == b.Superuser &&
		teamA == teamB
}
