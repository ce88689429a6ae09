package userstest

import (
	"fmt"
	"math/rand/v2"
	"slices"

	"github.com/guise-go/guise"
)

// finds reports a search that finds other users than those for whom want is
// true.
func (p *probe) finds(d guise.Directory, users []guise.User, query guise.Query, want func(guise.User) bool) {
	var expected []guise.User
	for _, u := range users {
		if want(u) {
			expected = append(expected, u)
		}
	}
	found := p.walk(d, query)
	if !slices.Equal(ids(found), ids(expected)) {
		p.errorf("Search(%s) finds %q; want %q", describe(query), ids(found), ids(expected))
		return
	}
	for _, u := range found {
		i := slices.IndexFunc(expected, func(e guise.User) bool { return e.ID == u.ID })
		if !same(u, expected[i]) {
			p.errorf("Search(%s) has %+v; want %+v", describe(query), u, expected[i])
		}
	}
}

func describe(q guise.Query) string {
	text := fmt.Sprintf("%+q, Filter: Tenants %q (nil: %t), IDs %q (nil: %t), Attributes %q",
		q.Text, q.Filter.Tenants, q.Filter.Tenants == nil, q.Filter.IDs, q.Filter.IDs == nil, q.Filter.Attributes)
	for name, flag := range map[string]*bool{"Staff": q.Filter.Staff, "Superuser": q.Filter.Superuser} {
		if flag != nil {
			text += fmt.Sprintf(", %s %t", name, *flag)
		}
	}
	return text
}

// checkFilter is rule 3, by rows that a person would think of and by chance.
func checkFilter(p *probe) {
	users := p.crowd(60)
	d := p.open(users)
	for _, filter := range []guise.Filter{
		{},
		{Tenants: []string{}},
		{IDs: []string{}},
		{Tenants: []string{""}},
		{Tenants: []string{"1"}},
		{Tenants: []string{"01"}},
		{Tenants: []string{"tenant b"}},
		{Tenants: []string{"Tenant B", "2", "2"}},
		{Tenants: []string{"%", "' OR 1=1 --", "\x00", "\xff", "1\x00", "1 "}},
		{IDs: []string{p.id(1), p.id(40), p.id(99), ""}},
		{IDs: lookalikes(p.id(7))},
		{Staff: new(true)},
		{Staff: new(false), Superuser: new(true)},
		{Attributes: map[string][]string{}},
		{Attributes: map[string][]string{Attribute: nil}},
		{Attributes: map[string][]string{Attribute: {}}},
		{Attributes: map[string][]string{Attribute: {""}}},
		{Attributes: map[string][]string{Attribute: {"red"}}},
		{Attributes: map[string][]string{Attribute: {"red", "1"}}},
		{Attributes: map[string][]string{"no such key": {"red"}}},
		{Attributes: map[string][]string{"no such key": {"", "red"}}},
		{Tenants: many(5000, "1"), IDs: many(5000, p.id(2), p.id(7), p.id(8))},
	} {
		p.finds(d, users, guise.Query{Filter: filter, Limit: 7}, filter.Matches)
	}
	random := rand.New(rand.NewPCG(4, 2))
	for range 50 {
		filter := p.randomFilter(random, len(users))
		p.finds(d, users, guise.Query{Filter: filter, Limit: 20}, filter.Matches)
	}
	p.checkCursorKeepsFilter(d, users)
}

// checkCursorKeepsFilter goes on with a filter after a page without one.
func (p *probe) checkCursorKeepsFilter(d guise.Directory, users []guise.User) {
	page, err := d.Search(p.ctx, guise.Query{Limit: 5})
	if err != nil || page.Next == "" {
		p.errorf("Search(Limit: 5) of %d users: Next %q, %v", len(users), page.Next, err)
		return
	}
	filter := guise.Filter{Tenants: []string{"1"}}
	for _, u := range p.walk(d, guise.Query{Filter: filter, Cursor: page.Next, Limit: 5}) {
		if !filter.Matches(u) {
			p.errorf("a cursor made without a filter leads out of %+v, to %+v", filter, u)
		}
	}
}

// many is a list of n values that nobody has, and these.
func many(n int, these ...string) []string {
	list := make([]string, n)
	for i := range list {
		list[i] = fmt.Sprintf("none-%d", i)
	}
	return append(list, these...)
}

func (p *probe) randomFilter(random *rand.Rand, users int) guise.Filter {
	var f guise.Filter
	if random.IntN(3) == 0 {
		f.Tenants = some(random, "", "1", "2", "01", "Tenant B", "tenant b", "x")
	}
	if random.IntN(3) == 0 {
		f.IDs = []string{}
		for range random.IntN(2 * users) {
			f.IDs = append(f.IDs, p.id(1+random.IntN(users+5)))
		}
	}
	for _, flag := range []**bool{&f.Staff, &f.Superuser} {
		if random.IntN(4) == 0 {
			*flag = new(random.IntN(2) == 0)
		}
	}
	if random.IntN(3) == 0 {
		f.Attributes = map[string][]string{Attribute: some(random, "", "red", "Red", "1", "blue")}
	}
	return f
}

// some is a random part of the values, perhaps none of them.
func some(random *rand.Rand, values ...string) []string {
	list := []string{}
	for _, value := range values {
		if random.IntN(2) == 0 {
			list = append(list, value)
		}
	}
	return list
}

// textRow is a search and the places, from 1, of the users it finds.
type textRow struct {
	text string
	want []int
}

func (p *probe) findsRows(users []guise.User, rows []textRow) {
	d := p.open(users)
	for _, row := range rows {
		p.finds(d, users, guise.Query{Text: row.text, Limit: 3}, func(u guise.User) bool {
			return slices.ContainsFunc(row.want, func(n int) bool { return u.ID == p.id(n) })
		})
	}
}

// checkTerms is rule 4.
func checkTerms(p *probe) {
	users := p.number([]guise.User{
		{Username: "anna", Name: "Anna Lindqvist", Email: "a.lindqvist@school.example"},
		{Username: "bob", Name: "Bob Lind", Email: "BOB@SCHOOL.EXAMPLE"},
		{Username: "ΣΊΣΥΦΟΣ", Name: "Émile Ångström", Email: ""},
		{Username: "яна", Name: "Straße ЯКОВЛЕВА"},
		{Email: "q@example.net"},
		{},
	})
	everyone := []int{1, 2, 3, 4, 5, 6}
	p.findsRows(users, []textRow{
		{"", everyone},
		{" \t\n\u00a0\u2003\u3000", everyone},
		{"anna", []int{1}},
		{"ANNA", []int{1}},
		{"nna", []int{1}},
		{"q", []int{1, 5}},
		{"lind", []int{1, 2}},
		{"lind school", []int{1, 2}},
		{"bob anna", nil},
		{"school\tBob", []int{2}},
		{"\u00a0lind\u2003anna\u3000", []int{1}},
		{"annaanna", nil},
		{"annalindqvist", nil},
		{"lind lind LIND", []int{1, 2}},
		{"example.net", []int{5}},
		{"émile", []int{3}},
		{"ÉMILE ÅNGSTRÖM", []int{3}},
		{"ångström é", []int{3}},
		{"σίσυφος", []int{3}},
		{"Яна яковлева", []int{4}},
		{"straße", []int{4}},
		{"z", nil},
	})
}

// checkLiteral is rule 5.
func checkLiteral(p *probe) {
	users := p.number([]guise.User{
		{Name: "100% sure"},
		{Name: "1000 sure"},
		{Username: "a_b"},
		{Username: "axb"},
		{Name: `back\slash`},
		{Name: `O'Brien "Bo"`},
		{Name: "a*b?c[d]e"},
		{Name: "(x) OR -y; z:q^w+~|&!{}"},
		{Name: "\uFFFD"},
	})
	p.findsRows(users, []textRow{
		{"%", []int{1}},
		{"100%", []int{1}},
		{"0%s", nil},
		{"_", []int{3}},
		{"a_b", []int{3}},
		{"a%b", nil},
		{`\`, []int{5}},
		{`k\s`, []int{5}},
		{`\%`, nil},
		{`\\`, nil},
		{"'", []int{6}},
		{"o'brien", []int{6}},
		{`"bo"`, []int{6}},
		{`"`, []int{6}},
		{"' OR 1=1 --", nil},
		{"*", []int{7}},
		{"a*b", []int{7}},
		{"?", []int{7}},
		{"[d]", []int{7}},
		{"[a-z]", nil},
		{"OR", []int{8}},
		{"(x)", []int{8}},
		{"-y;", []int{8}},
		{"{}", []int{8}},
		{"NEAR", nil},
		{"name:", nil},
		{"\x00", nil},
		{"100\x00", nil},
		{"\uFFFD", []int{9}},
		{"\xff", nil},
		{"sure \xc3", nil},
	})
}
