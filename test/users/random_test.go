package users_test

import (
	"database/sql"
	"math/rand/v2"
	"regexp"
	"slices"
	"strconv"
	"testing"

	"github.com/guise-go/guise"
	"github.com/guise-go/guise/userstest"
)

// words are what random users and filters are made of: what is empty is NULL in
// the table, and some differ only by what a collation may equate.
var words = []string{"", "", "red", "Red", "RED", "straße", "STRASSE", "İ", "i", "ı", "é", "e\u0301", "a", "a ", "1", "01", "%", "'"}

func pick(random *rand.Rand) string { return words[random.IntN(len(words))] }

// randomUsers have many things in common, so that filters find some of them.
func randomUsers(random *rand.Rand, n int) []guise.User {
	users := make([]guise.User, n)
	for i := range users {
		users[i] = guise.User{
			ID: strconv.Itoa(1 + i*7), Username: pick(random), Name: pick(random) + " " + pick(random), Email: pick(random), Tenant: pick(random),
			Active: random.IntN(2) == 0, Staff: random.IntN(2) == 0, Superuser: random.IntN(4) == 0,
			Attributes: map[string]string{userstest.Attribute: pick(random)},
		}
	}
	return users
}

// randomFilter narrows by few things at a time, each as often by a list as by none.
func randomFilter(random *rand.Rand, users []guise.User) (f guise.Filter) {
	list := func(one func() string) []string {
		some := make([]string, random.IntN(6))
		for i := range some {
			some[i] = one()
		}
		return some
	}
	if random.IntN(3) == 0 {
		f.Tenants = list(func() string { return pick(random) })
	}
	if random.IntN(4) == 0 {
		f.IDs = append(list(func() string { return users[random.IntN(len(users))].ID }), "01", "", "9999999")
	}
	if random.IntN(3) == 0 {
		f.Staff = new(random.IntN(2) == 0)
	}
	if random.IntN(4) == 0 {
		f.Superuser = new(random.IntN(2) == 0)
	}
	if random.IntN(3) == 0 {
		f.Attributes = map[string][]string{userstest.Attribute: list(func() string { return pick(random) })}
	}
	return f
}

// TestFiltersMeanInSQLWhatTheyMeanInGo_PageByPage: random filters over random
// users find the same as in Go, each once, in one order, whatever the page's size.
func TestFiltersMeanInSQLWhatTheyMeanInGo_PageByPage(t *testing.T) {
	onEach(t, func(t *testing.T, e engine) {
		for _, s := range []shape{e.ordinary, e.equating()} {
			meansTheSame(t, s, e.open(t))
		}
	})
}

// equating is the ordinary table with a tenant and a team in a collation that
// takes some texts for the same.
func (e engine) equating() shape {
	s, nocase := e.ordinary, map[string]string{"SQLite": "NOCASE", "PostgreSQL": "nocase", "MySQL": "utf8mb4_general_ci"}[e.name]
	s.schema = regexp.MustCompile(`(?i)(tenant|team) (text|varchar\(100\))`).ReplaceAllString(s.schema, "$0 COLLATE "+nocase)
	if e.name == onPostgres.name {
		s.schema = `CREATE COLLATION nocase (provider = icu, locale = 'und-u-ks-level2', deterministic = false);` + s.schema
	}
	return s
}

func meansTheSame(t *testing.T, s shape, db *sql.DB) {
	t.Helper()
	random := rand.New(rand.NewPCG(20, 26))
	users := randomUsers(random, 120)
	d := s.directory(t, db, users...)
	found := 0
	for range 150 {
		query := guise.Query{Filter: randomFilter(random, users), Limit: 1 + random.IntN(40)}
		var want []string
		for _, u := range users { // by ID already
			if query.Filter.Matches(u) {
				want = append(want, u.ID)
			}
		}
		if got := everyone(t, d, query); !slices.Equal(got, want) {
			t.Fatalf("%+v, %d at a time: %q; in Go %q", query.Filter, query.Limit, got, want)
		}
		found += len(want)
	}
	if found < 1000 {
		t.Errorf("all filters together found %d: they test nothing", found)
	}
}
