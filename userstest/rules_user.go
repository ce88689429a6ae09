package userstest

import (
	"context"
	"errors"
	"strings"
	"sync"
	"time"

	"github.com/guise-go/guise"
)

// checkFound is rule 1.
func checkFound(p *probe) {
	users := p.crowd(30)
	d := p.open(users)
	for _, want := range users {
		if got, err := d.User(p.ctx, want.ID); err != nil || !same(got, want) {
			p.errorf("User(%q) = %+v, %v; want %+v", want.ID, got, err, want)
		}
	}
	p.absent(d, p.id(31))
	p.absent(p.open(nil), p.id(1))
}

// absent reports a directory that has this user.
func (p *probe) absent(d guise.Directory, id string) {
	if got, err := d.User(p.ctx, id); !errors.Is(err, guise.ErrUserNotFound) {
		p.errorf("User(%q) = %+v, %v; want ErrUserNotFound", id, got, err)
	}
}

// lookalikes are IDs that a careless comparison takes for id.
func lookalikes(id string) []string {
	return []string{
		"", " ", "0", "-1", "%", "_", "*", "NULL", "'", `"`, `\`, "\x00", "\xff", "' OR '1'='1", strings.Repeat("9", 400),
		" " + id, id + " ", "\t" + id, id + "\n", "+" + id, "-" + id, "0" + id, "00" + id, id + ".0", id + ".", id + "e0", "0x" + id,
		id + "\x00", "\x00" + id, id + "\xff", id + "%", id + "_", "'" + id + "'", id + "--", id + ";", "\u00a0" + id, "\ufeff" + id,
		strings.Repeat(id, 30), strings.ToUpper(id), strings.ToLower(id), id[:len(id)-1],
		strings.Map(fullWidth, id),
	}
}

// fullWidth maps a digit to the one that a Unicode-minded parser also reads.
func fullWidth(r rune) rune {
	if '0' <= r && r <= '9' {
		return r - '0' + '０'
	}
	return r
}

// checkExactID is rule 2.
func checkExactID(p *probe) {
	users := p.crowd(10)
	d := p.open(users)
	have := map[string]bool{}
	for _, u := range users {
		have[u.ID] = true
	}
	for _, u := range []guise.User{users[0], users[6], users[9]} {
		for _, id := range lookalikes(u.ID) {
			if !have[id] {
				p.absent(d, id)
			}
		}
	}
}

// checkContext is rule 9.
func checkContext(p *probe) {
	users := p.crowd(3)
	d := p.open(users)
	cancelled, cancel := context.WithCancel(p.ctx)
	cancel()
	late, cancel := context.WithDeadline(p.ctx, time.Unix(1, 0))
	defer cancel()
	for name, ctx := range map[string]context.Context{"cancelled": cancelled, "too late": late} {
		for _, id := range []string{users[0].ID, p.id(99)} {
			if _, err := d.User(ctx, id); err == nil || errors.Is(err, guise.ErrUserNotFound) {
				p.errorf("User(%q) with a context that is %s: %v", id, name, err)
			}
		}
		for _, text := range []string{"", "anna", "nobody\x00"} {
			if page, err := d.Search(ctx, guise.Query{Text: text}); err == nil {
				p.errorf("Search(%q) with a context that is %s returned %d users and no error", text, name, len(page.Users))
			}
		}
		batch, ok := d.(guise.BatchDirectory)
		if !ok {
			continue
		}
		for _, list := range [][]string{nil, {users[0].ID}, {p.id(99)}} {
			if found, err := batch.Users(ctx, list...); err == nil {
				p.errorf("Users(%q) with a context that is %s returned %d users and no error", list, name, len(found))
			}
		}
	}
}

// checkConcurrent means something under the race detector.
func checkConcurrent(p *probe) {
	users := p.crowd(10)
	d := p.open(users)
	var mu sync.Mutex
	errorf := func(format string, args ...any) {
		mu.Lock()
		defer mu.Unlock()
		p.errorf(format, args...)
	}
	var group sync.WaitGroup
	for i := range 8 {
		group.Go(func() {
			for range 10 {
				want := users[i]
				if got, err := d.User(p.ctx, want.ID); err != nil || !same(got, want) {
					errorf("User(%q), among other calls, = %+v, %v", want.ID, got, err)
				}
				if page, err := d.Search(p.ctx, guise.Query{Text: want.Name}); err != nil || len(page.Users) == 0 {
					errorf("Search(%q), among other calls, found %d users, %v", want.Name, len(page.Users), err)
				}
			}
		})
	}
	group.Wait()
}

// checkBatch is the promise of a guise.BatchDirectory.
func checkBatch(p *probe) {
	users := p.crowd(10)
	d, ok := p.open(users).(guise.BatchDirectory)
	if !ok {
		return // Users is an extra: a Directory is complete without it
	}
	byID := map[string]guise.User{}
	for _, u := range users {
		byID[u.ID] = u
	}
	for _, list := range [][]string{
		nil,
		{users[3].ID},
		{users[4].ID, users[1].ID},
		{users[4].ID, users[4].ID},
		{p.id(99)},
		{p.id(99), users[2].ID, "", " " + users[5].ID, "\x00", "\xff", "'"},
		lookalikes(users[6].ID),
		listed(users),
	} {
		want := map[string]bool{}
		for _, id := range list {
			if _, exists := byID[id]; exists {
				want[id] = true
			}
		}
		found, err := d.Users(p.ctx, list...)
		if err != nil || len(found) != len(want) {
			p.errorf("Users(%q) = %q, %v; want %d users", list, listed(found), err, len(want))
			continue
		}
		for _, u := range found {
			if !want[u.ID] || !same(u, byID[u.ID]) {
				p.errorf("Users(%q) has %+v", list, u)
			}
		}
	}
}
