package guise_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/guise-go/guise"
)

// recentConsole keeps whom the page of people would offer again.
type recentConsole struct {
	plainConsole
	recent []string
}

func (c *recentConsole) saw(data any) {
	users, ok := data.(guise.UsersData)
	if !ok {
		return
	}
	c.recent = nil
	for _, user := range users.Recent {
		c.recent = append(c.recent, user.Name)
	}
}

func TestPeople_OffersThoseActedAsLately(t *testing.T) {
	made := &recentConsole{}
	made.onPage = made.saw
	w := newWorld(t, func(c *guise.Config) {
		c.Console = func(guise.ConsoleOptions) (guise.Console, error) { return made, nil }
	})
	wants := func(when string, b *browser, path, want string) {
		t.Helper()
		made.recent = []string{"the page was not rendered"}
		b.get("/impersonate/" + path)
		if got := strings.Join(made.recent, ", "); got != want {
			t.Errorf("%s: offered %q, want %q", when, got, want)
		}
	}
	ada := w.login("1")
	wants("at first", ada, "users", "")
	ada.post("/impersonate/start", "user_id=12") // is inactive: refused
	for _, id := range []string{"10", "11", "10"} {
		ada.start(id)
		if id == "11" {
			wants("while acting as someone", ada, "users", "")
		}
		ada.post("/impersonate/stop", "")
		w.advance(time.Second)
	}
	wants("the last first, each once", ada, "users", "Maya Customer, Noah Customer")
	wants("with a search", ada, "users?q=a", "")
	wants("someone else", w.login("2"), "users", "")
	w.users.Put(guise.User{ID: "10", Name: "Maya Married", Active: true})
	wants("as they are now", ada, "users", "Maya Married, Noah Customer")
	w.users.Delete("10")
	wants("who is gone", ada, "users", "Noah Customer")
}

// A person who is no longer among those one helps does not exist, even if one
// acted as them before.
func TestPeople_OffersNobodyOutsideTheScope(t *testing.T) {
	made, tenant := &recentConsole{}, "north"
	made.onPage = made.saw
	w := newWorld(t, func(c *guise.Config) {
		c.Console = func(guise.ConsoleOptions) (guise.Console, error) { return made, nil }
		c.Scope = func(context.Context, guise.Actor) (guise.Filter, error) {
			return guise.Filter{Tenants: []string{tenant}}, nil
		}
	})
	b := w.login("1")
	b.start("10")
	b.post("/impersonate/stop", "")
	for _, row := range []struct{ tenant, want string }{{"north", "Maya Customer"}, {"south", ""}} {
		tenant = row.tenant
		b.get("/impersonate/users")
		if got := strings.Join(made.recent, ", "); got != row.want {
			t.Errorf("in %s: offered %q, want %q", row.tenant, got, row.want)
		}
	}
}
