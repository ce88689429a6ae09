package guise_test

import (
	"context"
	"fmt"
	"io"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/guise-go/guise"
)

// seenConsole keeps the last page that was to be rendered.
type seenConsole struct{ page guise.Page }

func (c *seenConsole) Render(_ io.Writer, page guise.Page) error { c.page = page; return nil }
func (c *seenConsole) Assets() fs.FS                             { return fstest.MapFS{} }

// newSeenWorld is a world with a console that keeps what it is given.
func newSeenWorld(t *testing.T, change func(*guise.Config)) (*world, *seenConsole) {
	t.Helper()
	seen := &seenConsole{}
	return newWorld(t, func(c *guise.Config) {
		c.Policy = guise.SuperusersAndStaff
		c.Console = func(guise.ConsoleOptions) (guise.Console, error) { return seen, nil }
		if change != nil {
			change(c)
		}
	}), seen
}

// who is who was meant, or how many it might have been.
func who(p guise.ExplainPerson) string {
	var names []string
	for _, user := range p.Several {
		names = append(names, user.ID)
	}
	if p.User != nil {
		return p.User.ID
	}
	return strings.Join(names, " or ")
}

func TestExplainPage_FindsPeopleByIDOrByWords(t *testing.T) {
	w, seen := newSeenWorld(t, func(c *guise.Config) {
		c.Scope = func(_ context.Context, a guise.Actor) (guise.Filter, error) {
			if a.Superuser {
				return guise.Filter{}, nil
			}
			return guise.Filter{Tenants: []string{a.Tenant}}, nil
		}
	})
	for _, r := range []struct {
		viewer, query  string
		status         int
		actor, subject string
		allowed        bool
	}{
		{"1", "", 200, "1", "", false},
		{"1", "subject=10", 200, "1", "10", true},
		{"1", "subject=+maya+", 200, "1", "10", true},
		{"1", "subject=customer", 200, "1", "10 or 11", false},
		{"1", "subject=nobody", 200, "1", "", false},
		{"1", "actor=stan&subject=maya", 200, "3", "10", true},
		{"1", "actor=stan&subject=noah", 200, "3", "11", false}, // outside Stan's scope
		{"3", "subject=customer", 200, "3", "10", true},         // nobody else exists for Stan
		{"3", "subject=11", 200, "3", "", false},
		{"3", "actor=3&subject=10", 200, "3", "10", true},
		{"3", "actor=maya&subject=10", 403, "", "", false},
		{"3", "actor=nobody&subject=10", 403, "", "", false}, // the same answer
		{"10", "subject=1", 403, "", "", false},
	} {
		got := w.login(r.viewer).get("/impersonate/explain?" + r.query)
		if got.Code != r.status {
			t.Errorf("user %s, %s: %d", r.viewer, r.query, got.Code)
			continue
		}
		data, is := seen.page.Data.(guise.ExplainData)
		if is != (r.status == 200) {
			t.Errorf("user %s, %s: page %s", r.viewer, r.query, seen.page.Name)
		}
		if actor, subject := who(data.Actor), who(data.Subject); actor != r.actor || subject != r.subject || data.Allowed() != r.allowed {
			t.Errorf("user %s, %s: may %q act as %q: %v", r.viewer, r.query, actor, subject, data.Allowed())
		}
	}
}

// shortPages is a directory that finds one user a page, as it may.
type shortPages struct{ guise.Directory }

func (d shortPages) Search(ctx context.Context, query guise.Query) (guise.UserPage, error) {
	query.Limit = 1
	return d.Directory.Search(ctx, query)
}

// TestExplainPage_TakesNobodyForTheOnlyOneWhoIsNot: where others may come on the
// next page, the person says who was meant.
func TestExplainPage_TakesNobodyForTheOnlyOneWhoIsNot(t *testing.T) {
	w, seen := newSeenWorld(t, func(c *guise.Config) { c.Users = shortPages{c.Users} })
	for words, only := range map[string]bool{"maya": true, "customer": false} {
		w.login("1").get("/impersonate/explain?subject=" + words)
		data, ok := seen.page.Data.(guise.ExplainData)
		if !ok || who(data.Subject) != "10" || (data.Subject.User != nil) != only {
			t.Errorf("%s: %+v; want Maya, taken for the only one: %v", words, seen.page.Data, only)
		}
	}
}

func TestExplainPage_AsksTheRulesThatDecide(t *testing.T) {
	w, seen := newSeenWorld(t, nil)
	w.login("1").get("/impersonate/explain?subject=12&mode=read_write")
	data := seen.page.Data.(guise.ExplainData)
	ask := guise.Ask{Actor: guise.Actor{User: *data.Actor.User}, Subject: guise.Subject{User: *data.Subject.User}, Mode: data.Mode}
	verdicts := w.manager.Explain(t.Context(), ask)
	if data.Mode != guise.ReadWrite || len(data.Verdicts) != len(verdicts) {
		t.Fatalf("mode %s, %d verdicts", data.Mode, len(data.Verdicts))
	}
	for i, verdict := range verdicts {
		if data.Verdicts[i].Rule != verdict.Rule || data.Verdicts[i].Holds() != verdict.Holds() {
			t.Errorf("the page says %+v, and the rule %+v", data.Verdicts[i], verdict)
		}
	}
}

func TestLivePage_IsInTheOrderInWhichTheyBegan(t *testing.T) {
	w, seen := newSeenWorld(t, nil)
	w.login("3").start("10")
	w.advance(time.Second)
	w.login("1").start("11")
	for viewer, want := range map[string]string{"1": "10 11", "3": "10"} {
		w.login(viewer).get("/impersonate/live")
		data, is := seen.page.Data.(guise.LiveData)
		var subjects []string
		for _, one := range data.Impersonations {
			subjects = append(subjects, one.Subject.ID)
		}
		if got := strings.Join(subjects, " "); !is || got != want || data.OwnOnly != (viewer == "3") {
			t.Errorf("user %s: page %s with %q, own only %v", viewer, seen.page.Name, got, data.OwnOnly)
		}
	}
}

func TestLanguage_AlsoOfAProblemAtAForm(t *testing.T) {
	w, seen := newSeenWorld(t, func(c *guise.Config) { c.RequireReason = true })
	w.login("1").do("POST", "/impersonate/start", "user_id=10", asPage, "Accept-Language: de")
	data, is := seen.page.Data.(guise.UserData)
	if !is || data.Form.Problem == nil || data.Form.Problem.Detail != "Bitte geben Sie einen Grund an." || data.Form.Problem.Field != "reason" {
		t.Errorf("page %s: %+v", seen.page.Name, data.Form.Problem)
	}
}

// TestExplain_ShowsNobodyOutsideTheScope, whatever the directory answers, and
// whom it shows is counted.
func TestExplain_ShowsNobodyOutsideTheScope(t *testing.T) {
	w, seen := newSeenWorld(t, func(c *guise.Config) {
		c.Users, c.Limits.People = forgetful{c.Users}, 1
		c.Scope = func(context.Context, guise.Actor) (guise.Filter, error) {
			return guise.Filter{IDs: []string{"1", "10", "3"}}, nil
		}
	})
	b := w.login("1")
	b.get("/impersonate/explain?subject=customer") // 10 and 11
	if data, ok := seen.page.Data.(guise.ExplainData); !ok || who(data.Subject) != "10" {
		t.Errorf("the page shows %+v; want 10 alone", seen.page.Data)
	}
	if got := len(w.logged(guise.KindLimited)); got != 0 {
		t.Errorf("one person left %d events", got)
	}
	b.do("GET", "/impersonate/explain?subject=3", "", asJSON)
	if got := len(w.logged(guise.KindLimited)); got != 1 {
		t.Errorf("the second person left %d events; want 1", got)
	}
}

func TestExplainPage_SaysThatThereAreMoreThanItOffers(t *testing.T) {
	w, seen := newSeenWorld(t, nil)
	for n := range 11 {
		w.users.Put(guise.User{ID: fmt.Sprintf("p%02d", n), Name: fmt.Sprintf("Pupil %d", n), Active: true})
		if n < 9 {
			continue
		}
		w.login("1").get("/impersonate/explain?subject=pupil")
		if asked := seen.page.Data.(guise.ExplainData).Subject; len(asked.Several) != 10 || asked.More != (n == 10) {
			t.Errorf("of %d, %d are offered, and more: %v", n+1, len(asked.Several), asked.More)
		}
	}
}
