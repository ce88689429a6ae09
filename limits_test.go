package guise_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/guise-go/guise"
	"github.com/guise-go/guise/console"
)

// limited are the limits with a request that spends one of each.
var limited = map[string]struct {
	limits guise.Limits
	spend  func(*browser) answer
	ok     int
}{
	"starts": {guise.Limits{Starts: 3}, func(b *browser) answer {
		got := b.post("/impersonate/start", "user_id=10")
		b.post("/impersonate/stop", "")
		return got
	}, http.StatusCreated},
	"refusals": {guise.Limits{Refusals: 3}, func(b *browser) answer { return b.post("/impersonate/start", "user_id=12") }, http.StatusForbidden},
	"refusals of those who do not exist": {guise.Limits{Refusals: 3}, func(b *browser) answer {
		return b.post("/impersonate/start", "user_id=nobody")
	}, http.StatusNotFound},
	"searches": {guise.Limits{Searches: 3}, func(b *browser) answer { return b.do("GET", "/impersonate/users?q=maya", "", asJSON) }, http.StatusOK},
	"searches, one by one": {guise.Limits{Searches: 3}, func(b *browser) answer {
		return b.do("GET", "/impersonate/users/10", "", asJSON)
	}, http.StatusOK},
	"searches, by asking why": {guise.Limits{Searches: 3}, func(b *browser) answer {
		return b.do("GET", "/impersonate/explain?subject=10", "", asJSON)
	}, http.StatusOK},
	"exports": {guise.Limits{Exports: 3}, func(b *browser) answer {
		return b.do("GET", "/impersonate/log/export?format=csv", "", asJSON)
	}, http.StatusOK},
}

// TestLimits_OneTooManyInAMinute: it is refused on whichever instance, on record
// once, and possible again in the next minute. Others are not touched by it.
func TestLimits_OneTooManyInAMinute(t *testing.T) {
	for name, row := range limited {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, func(c *guise.Config) { c.Limits = row.limits })
			instances := []http.Handler{w.handler, w.instance(t, row.limits)}
			b := w.login("1")
			w.advance(20 * time.Second)
			for minute := range 2 {
				for n := range 3 {
					w.handler = instances[n%2]
					if got := row.spend(b); got.Code != row.ok {
						t.Fatalf("number %d of 3: %d %s; want %d", n+1, got.Code, got.Body, row.ok)
					}
				}
				for n := range 3 {
					w.handler = instances[n%2]
					got := row.spend(b)
					if got.Code != http.StatusTooManyRequests || got.Header().Get("Retry-After") != "40" || got.json()["code"] != "too-many-requests" {
						t.Fatalf("one too many: %d, Retry-After %q, %s", got.Code, got.Header().Get("Retry-After"), got.Body)
					}
				}
				if got := row.spend(w.login("2")); got.Code != row.ok {
					t.Errorf("another actor: %d; want %d", got.Code, row.ok)
				}
				code, _, _ := strings.Cut(strings.Fields(name)[0], ",")
				events := w.logged(guise.KindLimited)
				if len(events) != minute+1 || events[minute].Actor.ID != "1" || events[minute].Code != code {
					t.Errorf("in minute %d the log has %+v", minute+1, events)
				}
				if told := w.seen(guise.KindLimited); len(told) != minute+1 {
					t.Errorf("the hook was called %d times in %d minutes", len(told), minute+1)
				}
				w.advance(time.Minute)
			}
		})
	}
}

// instance is another process of the same application.
func (w *world) instance(t *testing.T, limits guise.Limits) http.Handler {
	t.Helper()
	other := newWorld(t, func(c *guise.Config) {
		c.Store, c.Users, c.Clock, c.Limits = w.store, w.users, w.clock, limits
		c.Hooks = guise.Hooks{Started: w.observe, Ended: w.observe, Denied: w.observe, Limited: w.observe}
	})
	return other.manager.Middleware(http.HandlerFunc(w.app))
}

// TestLimits_PastItNothingIsLearnt: whoever guesses fast neither fills the log
// nor learns of anyone.
func TestLimits_PastItNothingIsLearnt(t *testing.T) {
	w := newWorld(t, func(c *guise.Config) { c.Limits.Refusals = 2 })
	b := w.login("1")
	answers := map[string]int{}
	for n := range 40 {
		got := b.post("/impersonate/start", "user_id="+[]string{"12", "2", "nobody", "1"}[n%4])
		if n >= 2 {
			answers[got.Body.String()]++
		}
	}
	if len(answers) != 1 {
		t.Errorf("past the limit the answers differ: %v", answers)
	}
	if got := len(w.logged(guise.KindDenied)); got != 2 {
		t.Errorf("%d refusals are on record one by one; want 2", got)
	}
}

// TestLimits_ATryWithoutAReasonIsATry: that answer says who there is, so it is
// counted with the others, and the person has been met.
func TestLimits_ATryWithoutAReasonIsATry(t *testing.T) {
	for name, needs := range map[string]func(*guise.Config){
		"reason": func(c *guise.Config) { c.RequireReason = true },
		"ticket": func(c *guise.Config) { c.TicketPattern = `HELP-\d+` },
		"mode":   func(*guise.Config) {},
	} {
		w := newWorld(t, func(c *guise.Config) { c.Limits.Refusals, c.Limits.People = 2, 1; needs(c) })
		b := w.login("1")
		answers := map[string]int{}
		for n, id := range []string{"10", "11", "10", "3", "nobody", "12", "1"} {
			got := b.post("/impersonate/start", "mode=read_write&user_id="+id)
			if n < 2 && got.Code != http.StatusUnprocessableEntity {
				t.Errorf("%s: number %d: %d %s; want 422", name, n+1, got.Code, got.Body)
			}
			if n >= 2 {
				answers[got.Body.String()]++
			}
		}
		if len(answers) != 1 {
			t.Errorf("%s: past the limit the answers differ: %v", name, answers)
		}
		codes := map[string]int{}
		for _, event := range w.logged(guise.KindLimited) {
			codes[event.Code]++
		}
		if codes["refusals"] != 1 || codes["people"] != 1 {
			t.Errorf("%s: on record are %v; want refusals and people", name, codes)
		}
	}
}

// TestLimits_AreTheActorsNeverTheCustomers: however many act as one customer,
// nobody else is refused because of that.
func TestLimits_AreTheActorsNeverTheCustomers(t *testing.T) {
	w := newWorld(t, func(c *guise.Config) {
		c.Limits, c.Policy = guise.Limits{Starts: 1, Searches: 1, Refusals: 1}, guise.SuperusersAndStaff
	})
	for _, id := range []string{"1", "2", "3"} {
		b := w.login(id)
		b.start("10")
		b.post("/impersonate/stop", "")
		if got := b.get("/impersonate/users/10"); got.Code != http.StatusOK {
			t.Errorf("actor %s opens the customer's page: %d", id, got.Code)
		}
	}
}

// TestLimits_WhatCantBeCountedDoesNotHappen fails closed.
func TestLimits_WhatCantBeCountedDoesNotHappen(t *testing.T) {
	for name, row := range limited {
		w := newWorld(t, func(c *guise.Config) { c.Limits = row.limits })
		w.store.fail("Tally")
		if got := row.spend(w.login("1")); got.Code != http.StatusServiceUnavailable {
			t.Errorf("%s: %d; want 503", name, got.Code)
		}
		if started := len(w.logged(guise.KindStarted)); started > 0 {
			t.Errorf("%s: started", name)
		}
	}
}

// TestLimits_UnusuallyManyPeople: whom an actor sees in a list, opens or acts as
// counts once a day, and one more than usual is on record and told, once.
func TestLimits_UnusuallyManyPeople(t *testing.T) {
	w := newWorld(t, func(c *guise.Config) { c.Limits.People = 3 })
	b := w.login("1")
	for day := range 2 {
		for range 3 {
			b.get("/impersonate/users?q=customer") // 10 and 11
			b.get("/impersonate/users/3")
			b.start("10")
			b.post("/impersonate/stop", "")
		}
		if got := len(w.logged(guise.KindLimited)); got != day {
			t.Fatalf("day %d: after 3 people the log has %d events; want %d", day+1, got, day)
		}
		for _, id := range []string{"2", "12", "2"} {
			if got := b.get("/impersonate/users/" + id); got.Code != http.StatusOK {
				t.Errorf("after that: %d; seeing many is no reason to refuse", got.Code)
			}
		}
		events, told := w.logged(guise.KindLimited), w.seen(guise.KindLimited)
		if len(events) != day+1 || len(told) != day+1 || told[day].Code != "people" || told[day].Actor.ID != "1" {
			t.Errorf("day %d: on record %+v; told %+v", day+1, events, told)
		}
		w.advance(24 * time.Hour)
	}
}

// TestLimits_TheLogShowsPeopleToo: whoever goes through the customers by way of
// the log is noticed, on whichever of its pages.
func TestLimits_TheLogShowsPeopleToo(t *testing.T) {
	for _, path := range []string{"live", "log", "log/ID", "log/unattached", "log/export?format=csv", "log/export?format=jsonl"} {
		for _, as := range []string{asJSON, asPage} {
			w := newWorld(t, func(c *guise.Config) { c.Limits.People, c.Console = 1, console.New })
			for actor, subject := range map[string]string{"1": "10", "2": "11"} {
				w.login(actor).start(subject)
			}
			w.beside(guise.Event{Kind: guise.KindNote, Actor: guise.Actor{User: everyone()[0]}, Subject: guise.Subject{User: guise.User{ID: "10"}}})
			// Neither oneself nor an ID that nobody has counts as a person seen.
			w.login("1").post("/impersonate/start", "user_id=nobody")
			officer := w.login("2") // has met 11
			running, err := w.store.Running(t.Context(), "1", 1)
			if err != nil || len(running) != 1 {
				t.Fatal(running, err)
			}
			if got := officer.do("GET", "/impersonate/"+strings.Replace(path, "ID", running[0].ID, 1), "", as); got.Code != http.StatusOK {
				t.Fatalf("%s: %d %s", path, got.Code, got.Body)
			}
			events := w.logged(guise.KindLimited)
			if len(events) != 1 || events[0].Code != "people" || events[0].Actor.ID != "2" {
				t.Errorf("%s: on record are %+v; want that 2 saw unusually many people", path, events)
			}
		}
	}
}

// TestLimits_AnExportCountsEachOfItsPages: people on the last page count, too.
func TestLimits_AnExportCountsEachOfItsPages(t *testing.T) {
	w := newWorld(t, func(c *guise.Config) {
		c.Limits.People, c.Store = 1, shortSighted{c.Store, 1} // so a page has one
	})
	w.login("2").start("11") // the older is on the second page
	w.advance(time.Second)
	officer := w.login("1")
	officer.start("10")
	if got := officer.get("/impersonate/log/export?format=csv"); got.Code != http.StatusOK || strings.Count(got.Body.String(), "\n") != 3 {
		t.Fatalf("%d, %d lines", got.Code, strings.Count(got.Body.String(), "\n"))
	}
	if events := w.logged(guise.KindLimited); len(events) != 1 || events[0].Actor.ID != "1" {
		t.Errorf("on record are %+v; want one of 1", events)
	}
}

// TestLimits_TheFormOfARefusedStart shows a user's page, and counts as one.
func TestLimits_TheFormOfARefusedStart(t *testing.T) {
	w := newWorld(t, func(c *guise.Config) {
		c.Limits.Searches, c.Limits.People, c.Console = 3, 2, console.New
	})
	b := w.login("1")
	for n, id := range []string{"10", "11", "3", "2"} {
		user, err := w.users.User(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		got := b.do("POST", "/impersonate/start", "mode=nosuch&user_id="+id, asPage)
		if shown := strings.Contains(got.Body.String(), user.Email); shown != (n < 3) {
			t.Errorf("number %d: %d; shows the user: %v", n+1, got.Code, shown)
		}
	}
	limits := map[string]bool{}
	for _, event := range w.logged(guise.KindLimited) {
		limits[event.Code] = true
	}
	if !limits["searches"] || !limits["people"] {
		t.Errorf("on record are %v; want searches and people", limits)
	}
}

// TestLimits_Defaults are there without a setting.
func TestLimits_Defaults(t *testing.T) {
	w := newWorld(t, func(c *guise.Config) { c.Limits = guise.Limits{} })
	b := w.login("1")
	for n := range 21 {
		got := b.post("/impersonate/start", "user_id=10")
		if want := n < 20; (got.Code == http.StatusCreated) != want {
			t.Fatalf("start number %d: %d", n+1, got.Code)
		}
		b.post("/impersonate/stop", "")
	}
}

// TestProblems_OfAFormAreInTheReadersLanguage, followed by what there is in
// English only.
func TestProblems_OfAFormAreInTheReadersLanguage(t *testing.T) {
	w := newWorld(t, func(c *guise.Config) { c.TicketPattern = `HELP-\d+` })
	for name, try := range map[string]struct {
		body, kind string
		status     int
		says       string
	}{
		"no ticket":  {"user_id=10", "application/x-www-form-urlencoded", 422, "Ticket"},
		"too large":  {strings.Repeat("a", 70_000), "application/x-www-form-urlencoded", 413, "fehlt oder ist nicht verständlich. The request is larger than 64 KiB."},
		"not a form": {"user_id=10", "text/csv", 415, "fehlt oder ist nicht verständlich. Send a form"},
	} {
		got := w.login("1").do("POST", "/impersonate/start", try.body, asPage, "Content-Type: "+try.kind, "Accept-Language: de")
		if page := words(got.Body.String()); got.Code != try.status || !strings.Contains(page, try.says) || strings.Contains(page, "help desk") {
			t.Errorf("%s: %d, without %q: %s", name, got.Code, try.says, page)
		}
	}
}

// TestLimits_ThePageIsInTheReadersLanguage, whichever of them that is.
func TestLimits_ThePageIsInTheReadersLanguage(t *testing.T) {
	w := newWorld(t, func(c *guise.Config) { c.Limits.Exports = 1 })
	b := w.login("1")
	b.get("/impersonate/log/export?format=csv")
	files, err := filepath.Glob("locales/*.json")
	if err != nil || len(files) != 13 {
		t.Fatalf("%d languages, %v; want 13", len(files), err)
	}
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var texts map[string]string
		if err := json.Unmarshal(content, &texts); err != nil {
			t.Fatal(err)
		}
		lang := strings.TrimSuffix(filepath.Base(file), ".json")
		got := b.do("GET", "/impersonate/log/export?format=csv", "", asPage, "Accept-Language: "+lang)
		want := texts["error.limit"]
		if lang == "en" {
			want = fmt.Sprintf("Please wait %d seconds.", 60)
		}
		if page := words(got.Body.String()); got.Code != http.StatusTooManyRequests || want == "" || !strings.Contains(page, want) {
			t.Errorf("%s: %d, without %q: %.300s", lang, got.Code, want, page)
		}
	}
}
