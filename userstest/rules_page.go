package userstest

import (
	"encoding/base64"
	"errors"
	"slices"

	"github.com/guise-go/guise"
)

// checkPages is rule 6.
func checkPages(p *probe) {
	users := p.crowd(45)
	d := p.open(users)
	order := listed(p.walk(d, guise.Query{Limit: 10}))
	for _, limit := range []int{-1, 0, 1, 2, 3, 7, 20, 44, 45, 46} {
		size := limit
		if limit <= 0 {
			size = 20
		}
		page, err := d.Search(p.ctx, guise.Query{Limit: limit})
		want := min(size, len(users))
		if err != nil || len(page.Users) != want || (page.Next == "") != (want == len(users)) {
			p.errorf("Search(Limit: %d) of %d users returned %d, Next %q, %v", limit, len(users), len(page.Users), page.Next, err)
		}
		if got := listed(p.walk(d, guise.Query{Limit: limit})); !slices.Equal(got, order) {
			p.errorf("with Limit %d the order is %q; with 10 it was %q", limit, got, order)
		}
	}
	for range 3 {
		if got := listed(p.walk(d, guise.Query{Limit: 10})); !slices.Equal(got, order) {
			p.errorf("the order is %q; before, it was %q", got, order)
		}
	}
	page, err := p.open(nil).Search(p.ctx, guise.Query{})
	if err != nil || len(page.Users) != 0 || page.Next != "" {
		p.errorf("Search without users returned %d, Next %q, %v", len(page.Users), page.Next, err)
	}
}

// checkOnce is rule 7.
func checkOnce(p *probe) {
	users := p.crowd(45)
	d := p.open(users)
	for _, query := range []guise.Query{
		{Limit: 1}, {Limit: 2}, {Limit: 11}, {Limit: 1 << 30},
		{Limit: 1, Text: "anna"}, {Limit: 4, Filter: guise.Filter{Staff: new(false)}},
		{Limit: 2, Text: "nr", Filter: guise.Filter{Tenants: []string{"1", ""}}},
	} {
		found := ids(p.walk(d, query))
		if got := slices.Compact(slices.Clone(found)); len(got) != len(found) {
			p.errorf("Search(%s) by pages of %d finds somebody twice: %q", describe(query), query.Limit, found)
		}
		whole := query
		whole.Limit = 100
		if all := ids(p.walk(d, whole)); !slices.Equal(found, all) {
			p.errorf("Search(%s) by pages of %d finds %q; by pages of 100 %q", describe(query), query.Limit, found, all)
		}
	}
	if changer, ok := d.(Changer); ok {
		p.checkOnceWhileChanging(d, changer, users)
	}
}

// checkOnceWhileChanging removes, after every page, its first and its last user
// (Next continues from the last) and one who is still to come, and adds one.
func (p *probe) checkOnceWhileChanging(d guise.Directory, changer Changer, users []guise.User) {
	order := listed(p.walk(d, guise.Query{Limit: 100}))
	touched := map[string]bool{}
	found := map[string]int{}
	query := guise.Query{Limit: 4}
	for n := range 100 {
		page, err := d.Search(p.ctx, query)
		if err != nil {
			p.errorf("Search(%s) while users come and go: %v", describe(query), err)
			return
		}
		for _, u := range page.Users {
			found[u.ID]++
		}
		if page.Next == "" || len(page.Users) == 0 {
			break
		}
		last := page.Users[len(page.Users)-1].ID
		leaving := []string{page.Users[0].ID, last}
		if at := slices.Index(order, last); at >= 0 && at+2 < len(order) {
			leaving = append(leaving, order[at+2])
		}
		for _, id := range leaving {
			changer.Delete(id)
			touched[id] = true
		}
		added := guise.User{ID: p.id(1000 + n), Name: "Added"}
		changer.Put(added)
		touched[added.ID] = true
		query.Cursor = page.Next
	}
	for _, u := range users {
		if !touched[u.ID] && found[u.ID] != 1 {
			p.errorf("while others came and went, user %q was found %d times", u.ID, found[u.ID])
		}
	}
	for id, n := range found {
		if n > 1 {
			p.errorf("while users came and went, user %q was found %d times", id, n)
		}
	}
}

// checkCursor is rule 8.
func checkCursor(p *probe) {
	d := p.open(p.crowd(10))
	page, err := d.Search(p.ctx, guise.Query{Limit: 3})
	if err != nil || page.Next == "" {
		p.errorf("Search(Limit: 3) of 10 users: Next %q, %v", page.Next, err)
		return
	}
	own := page.Next
	inBase64 := base64.RawURLEncoding.EncodeToString
	for _, cursor := range []string{
		" ", "x", "0", "3", "-1", "null", "%", "\x00", "\xff", "' OR 1=1 --", "[]", "{}", "AAAA",
		own + "x", own + "=", " " + own, own + "\n", own[1:], own[:len(own)-2], own + own,
		inBase64([]byte("[]")), inBase64([]byte("{}")), inBase64([]byte("null")), inBase64([]byte(`["x"]`)),
		inBase64([]byte(`["log","1","2"]`)), inBase64([]byte(p.id(3))),
	} {
		if page, err := d.Search(p.ctx, guise.Query{Cursor: cursor}); !errors.Is(err, guise.ErrBadCursor) {
			p.errorf("Search(Cursor: %q) returned %q, %v; want ErrBadCursor", cursor, listed(page.Users), err)
		}
	}
}
