package guise_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/guise-go/guise"
)

// roads are all the ways in which an impersonation is over when its browser
// comes back, and the cause on record.
var roads = []struct {
	name  string
	cause guise.Cause // "" where there is nothing to record
	take  func(w *world, b *browser, id string)
}{
	{"expired", guise.CauseExpired, func(w *world, b *browser, _ string) {
		for range 7 {
			w.advance(8 * time.Minute)
			b.get("/") // not idle
		}
		w.advance(4 * time.Minute) // on the second
	}},
	{"idle", guise.CauseIdle, func(w *world, _ *browser, _ string) { w.advance(15 * time.Minute) }},
	{"revoked", guise.CauseRevoked, func(w *world, _ *browser, id string) {
		if err := w.manager.End(w.t.Context(), id, guise.Actor{User: everyone()[1]}, "enough"); err != nil {
			w.t.Fatal(err)
		}
	}},
	{"stopped in another tab", guise.CauseStopped, func(_ *world, b *browser, _ string) { b.copy().post("/impersonate/stop", "") }},
	{"forged token", "", func(_ *world, b *browser, _ string) { b.cookies["guise"] = strings.Repeat("A", 43) }},
	{"no token", "", func(_ *world, b *browser, _ string) { b.cookies["guise"] = "" }},
	{"a user's ID as token", "", func(_ *world, b *browser, _ string) { b.cookies["guise"] = "10" }},
	{"token of another actor's", guise.CauseOtherLogin, func(_ *world, b *browser, _ string) { b.cookies[loginCookie] = "2" }},
	{"token in the subject's own hands", guise.CauseOtherLogin, func(_ *world, b *browser, _ string) { b.cookies[loginCookie] = "10" }},
	{"actor logged out", guise.CauseLoggedOut, func(_ *world, b *browser, _ string) { delete(b.cookies, loginCookie) }},
	{"subject deleted", guise.CauseSubjectGone, func(w *world, _ *browser, _ string) { w.users.Delete("10") }},
	{"subject deactivated", guise.CauseSubjectInactive, func(w *world, _ *browser, _ string) { w.change("10", func(u *guise.User) { u.Active = false }) }},
	{"subject promoted", guise.CauseNotAllowed, func(w *world, _ *browser, _ string) { w.change("10", func(u *guise.User) { u.Superuser = true }) }},
	{"actor deleted", guise.CauseActorGone, func(w *world, _ *browser, _ string) { w.users.Delete("1") }},
	{"actor deactivated", guise.CauseNotAllowed, func(w *world, _ *browser, _ string) { w.change("1", func(u *guise.User) { u.Active = false }) }},
	{"actor demoted", guise.CauseNotAllowed, func(w *world, _ *browser, _ string) { w.change("1", func(u *guise.User) { u.Superuser = false }) }},
}

func (w *world) change(id string, how func(*guise.User)) {
	w.t.Helper()
	user, err := w.users.User(w.t.Context(), id)
	if err != nil {
		w.t.Fatal(err)
	}
	how(&user)
	w.users.Put(user)
}

// overWorld is a browser whose impersonation is over by the given road, and
// could write before that.
func overWorld(t *testing.T, take func(w *world, b *browser, id string)) (*world, *browser) {
	t.Helper()
	w := newWorld(t, nil)
	b := w.login("1")
	id, _ := b.start("10", "mode", "read_write", "reason", "repair").json()["id"].(string)
	if got := b.do("POST", "/notes", "text=a"); got.Code != http.StatusOK {
		t.Fatalf("a write before: %d", got.Code)
	}
	take(w, b, id)
	w.mu.Lock()
	w.writes = nil
	w.mu.Unlock()
	return w, b
}

func TestP3_OverIsNeverTheActor(t *testing.T) {
	for _, road := range roads {
		t.Run(road.name, func(t *testing.T) {
			t.Run("a write is refused and not run", func(t *testing.T) {
				w, b := overWorld(t, road.take)
				got := b.do("POST", "/notes", "text=b", asPage)
				if got.Code != http.StatusForbidden || len(w.written()) > 0 {
					t.Errorf("%d, ran %q; want 403 and nothing", got.Code, w.written())
				}
				if b.impersonates() {
					t.Error("the response did not clear the cookie")
				}
				if road.cause != "" {
					w.checkEnded(road.cause)
				}
			})
			t.Run("a navigation lands on a page that says so", func(t *testing.T) {
				w, b := overWorld(t, road.take)
				got := b.get("/somewhere")
				want := "/impersonate/ended"
				if road.cause != "" {
					want += "?cause=" + string(road.cause)
				}
				if got.Code != http.StatusSeeOther || got.location() != want || b.impersonates() {
					t.Fatalf("%d to %q, still has the cookie: %v; want 303 to %q without", got.Code, got.location(), b.impersonates(), want)
				}
				if page := b.get(got.location()); page.Code != http.StatusOK || !strings.Contains(page.Body.String(), "Impersonation ended") {
					t.Errorf("the page: %d %.200s", page.Code, page.Body)
				}
				if road.cause != "" {
					w.checkEnded(road.cause)
				}
			})
			t.Run("a fetch gets the problem document", func(t *testing.T) {
				_, b := overWorld(t, road.take)
				got := b.do("GET", "/data", "", "Accept: */*", "Sec-Fetch-Mode: cors")
				if got.Code != http.StatusForbidden || got.Header().Get("Content-Type") != "application/problem+json" {
					t.Fatalf("%d %s", got.Code, got.Header().Get("Content-Type"))
				}
				if problem := got.json(); problem["code"] != "impersonation-ended" || road.cause != "" && problem["cause"] != string(road.cause) {
					t.Errorf("problem %v", problem)
				}
			})
			t.Run("the console refuses too, then serves the real user", func(t *testing.T) {
				_, b := overWorld(t, road.take)
				if got := b.post("/impersonate/start", "user_id=11"); got.Code != http.StatusForbidden || b.impersonates() {
					t.Errorf("start: %d, cookie kept %v", got.Code, b.impersonates())
				}
			})
			t.Run("leaving works", func(t *testing.T) {
				w, b := overWorld(t, road.take)
				again := b.copy()
				if got := b.do("POST", "/impersonate/stop", "", asPage); got.Code != http.StatusSeeOther || b.impersonates() {
					t.Errorf("a browser: %d, cookie kept: %v; want 303 and no cookie", got.Code, b.impersonates())
				}
				if got := again.post("/impersonate/stop", ""); got.Code != http.StatusConflict || got.json()["code"] != "not-impersonating" || again.impersonates() {
					t.Errorf("JSON: %d %s, cookie kept: %v; want 409", got.Code, got.Body, again.impersonates())
				}
				if ended := w.logged(guise.KindEnded); len(ended) > 1 {
					t.Errorf("%d ended events", len(ended))
				}
			})
		})
	}
}

// checkEnded makes sure that it ended once, for this cause, everywhere.
func (w *world) checkEnded(cause guise.Cause) {
	w.t.Helper()
	logged, hooked := w.logged(guise.KindEnded), w.seen(guise.KindEnded)
	if len(logged) != 1 || logged[0].Cause != cause {
		w.t.Errorf("the log has %+v; want one ending, %s", logged, cause)
	}
	if len(hooked) != 1 || hooked[0].Cause != cause {
		w.t.Errorf("the hook got %+v; want one ending, %s", hooked, cause)
	}
}

func TestP3_WhatCantBeLookedUpDoesNotRun(t *testing.T) {
	for name, broken := range map[string]func(w *world, b *browser){
		"store down":     func(w *world, _ *browser) { w.store.fail("*") },
		"no touch":       func(w *world, _ *browser) { w.store.fail("Touch"); w.advance(5 * time.Minute) },
		"no end":         func(w *world, _ *browser) { w.store.fail("End"); w.advance(time.Hour) },
		"directory down": func(w *world, _ *browser) { w.users.Fail(errDown) },
		"login unknown":  func(_ *world, b *browser) { b.cookies[loginCookie] = "broken" },
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, nil)
			b := w.login("1")
			b.start("10", "mode", "read_write", "reason", "repair")
			login := b.cookies[loginCookie]
			broken(w, b)
			if got := b.do("POST", "/notes", "text=b"); got.Code != http.StatusServiceUnavailable || len(w.written()) > 0 {
				t.Errorf("a write: %d, ran %q; want 503 and nothing", got.Code, w.written())
			}
			if got := b.get("/"); got.Code != http.StatusServiceUnavailable || got.location() != "" || strings.Contains(got.Body.String(), "effective") {
				t.Errorf("a page: %d %q", got.Code, got.location())
			}
			w.store.fail()
			w.users.Fail(nil)
			b.cookies[loginCookie] = login
			if name != "no end" && b.sees() != "10" {
				t.Errorf("afterwards sees %s; a failure must end nothing", b.sees())
			}
		})
	}
}

// TestP3_SeveralCookiesAreNone: and what they stand for is over, so that nobody
// takes the handle away with what they put beside it, and no end on record.
func TestP3_SeveralCookiesAreNone(t *testing.T) {
	for name, row := range map[string]struct {
		header string // GOOD is the handle
		ends   bool
	}{
		"a forged one first":  {"Cookie: login=1; guise=x; guise=GOOD", true},
		"a forged one last":   {"Cookie: login=1; guise=GOOD; guise=x", true},
		"the same one twice":  {"Cookie: login=1; guise=GOOD;guise=GOOD", true},
		"of somebody else":    {"Cookie: login=2; guise=GOOD; guise=x", false},
		"quoted":              {`Cookie: login=1; guise="GOOD"`, false},
		"with a line's worth": {"Cookie: login=1;\t guise=GOODA", false},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, nil)
			b := w.login("1")
			b.start("10")
			header := strings.ReplaceAll(row.header, "GOOD", b.cookies["guise"])
			if got := b.copy().do("POST", "/notes", "a=b", header); got.Code != http.StatusForbidden {
				t.Errorf("%d, want 403", got.Code)
			}
			if len(w.written()) > 0 {
				t.Errorf("ran %q", w.written())
			}
			ended := w.logged(guise.KindEnded)
			if row.ends != (len(ended) == 1) || row.ends && (ended[0].Cause != guise.CauseStopped || ended[0].Note == "") {
				t.Errorf("on record: %+v; want an end %v", ended, row.ends)
			}
		})
	}
}

// TestP3_WhatIsTakenAwayIsTakenFromBothJars: a script of a page can put a cookie
// of the handle's name beside it, into the jar for partitioned cookies.
func TestP3_WhatIsTakenAwayIsTakenFromBothJars(t *testing.T) {
	w := newWorld(t, func(c *guise.Config) { c.InsecureCookies = false })
	got := w.login("1").do("GET", "/", "", asPage, "Cookie: login=1; __Host-guise=x; __Host-guise-over=1")
	for _, name := range []string{"__Host-guise", "__Host-guise-over"} {
		for _, partitioned := range []bool{false, true} {
			if !slices.ContainsFunc(got.Result().Cookies(), func(c *http.Cookie) bool {
				return c.Name == name && c.MaxAge < 0 && c.Partitioned == partitioned
			}) {
				t.Errorf("%s, partitioned %v, stays: %q", name, partitioned, got.Header().Values("Set-Cookie"))
			}
		}
	}
}

func TestP3_EndedPageTakesOnlyKnownCauses(t *testing.T) {
	w := newWorld(t, nil)
	for cause, want := range map[string]int{
		"": 200, "expired": 200, "bogus": 400, "<script>": 400, "stopped&cause=idle": 400, "%ff": 400,
	} {
		if got := w.login("1").get("/impersonate/ended?cause=" + cause); got.Code != want {
			t.Errorf("cause %q: %d, want %d", cause, got.Code, want)
		}
	}
	for _, cause := range guise.Causes() {
		page := w.login("1").get("/impersonate/ended?cause=" + string(cause)).Body.String()
		if strings.Contains(page, "ended.cause") || !strings.Contains(page, "Ada Admin") {
			t.Errorf("cause %s: the page lacks a sentence or who one is now", cause)
		}
	}
}

func TestP3_AScriptsRefusalIsRememberedUntilAPageHasSaidSo(t *testing.T) {
	script := []string{"Accept: */*", "Sec-Fetch-Mode: cors"}
	w := newWorld(t, func(c *guise.Config) { c.DefaultMode = guise.ReadWrite })
	b := w.login("1")
	b.start("10")
	w.advance(time.Hour)
	for range 3 {
		if got := b.do("POST", "/notes", "text=draft", script...); got.Code != http.StatusForbidden || b.impersonates() {
			t.Fatalf("a script's write: %d, cookie kept: %v; want 403 and no handle", got.Code, b.impersonates())
		}
	}
	if got := b.do("POST", "/impersonate/start", "user_id=11", script...); got.Code != http.StatusForbidden {
		t.Errorf("a start by the stale page's script: %d", got.Code)
	}
	if got := b.get("/"); got.Code != http.StatusSeeOther || got.location() != "/impersonate/ended" {
		t.Fatalf("the next page: %d to %q", got.Code, got.location())
	}
	if got := b.do("POST", "/notes", "text=mine", script...); got.Code != http.StatusOK || b.sees() != "1" || len(w.written()) != 1 {
		t.Errorf("afterwards: %d, sees %s, ran %q; want the actor themselves", got.Code, b.sees(), w.written())
	}
}

func TestP3_AFormOfAStalePageIsRefusedOnceAndSaysSo(t *testing.T) {
	w := newWorld(t, func(c *guise.Config) { c.DefaultMode = guise.ReadWrite })
	b := w.login("1")
	b.start("10")
	w.advance(time.Hour)
	b.do("GET", "/data", "", "Accept: */*", "Sec-Fetch-Mode: cors") // the page asks something by itself
	got := b.do("POST", "/notes", "text=theirs", asPage, "Sec-Fetch-Mode: navigate")
	if got.Code != http.StatusForbidden || len(w.written()) > 0 || !strings.Contains(got.Body.String(), "Impersonation ended") {
		t.Errorf("the form: %d, ran %q", got.Code, w.written())
	}
	if len(b.cookies) != 1 {
		t.Errorf("cookies left: %v", b.cookies)
	}
}
