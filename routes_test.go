package guise_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/guise-go/guise"
	"github.com/guise-go/guise/console"
)

func TestReadOnly_RefusesWhatWrites(t *testing.T) {
	w := newWorld(t, func(c *guise.Config) { c.SafeRoutes = []string{"POST /search"} })
	b := w.login("1")
	b.start("10")
	for _, try := range []struct {
		method, path string
		headers      []string
		status       int
	}{
		{"GET", "/notes", nil, 200}, {"HEAD", "/notes", nil, 200}, {"OPTIONS", "/notes", nil, 200},
		{"POST", "/notes", nil, 405}, {"PUT", "/notes", nil, 405}, {"PATCH", "/notes", nil, 405}, {"DELETE", "/notes", nil, 405},
		{"TRACE", "/notes", nil, 405}, {"CONNECT", "/notes", nil, 405}, {"PROPFIND", "/notes", nil, 405}, {"get", "/notes", nil, 405},
		{"POST", "/search", nil, 200}, {"POST", "/search/../notes", nil, 405}, {"POST", "/Search", nil, 405}, {"PUT", "/search", nil, 405},
	} {
		got := b.do(try.method, try.path, "", append(try.headers, asJSON)...)
		if got.Code != try.status {
			t.Errorf("%s %s: %d, want %d", try.method, try.path, got.Code, try.status)
		}
		if try.status == 405 && got.Header().Get("Allow") != "GET, HEAD, OPTIONS" {
			t.Errorf("%s %s: Allow %q", try.method, try.path, got.Header().Get("Allow"))
		}
	}
	for _, write := range w.written() {
		if !strings.Contains(write, "/search as 10") && !strings.HasPrefix(write, "OPTIONS") {
			t.Errorf("ran %q", write)
		}
	}
}

func TestReadOnly_MethodOverridesAreTakenOff(t *testing.T) {
	w := newWorld(t, func(c *guise.Config) { c.Exclude = []string{"/admin/"} })
	var seen []string
	w.handler = w.manager.Middleware(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		for name := range r.Header {
			if strings.Contains(name, "Method") {
				seen = append(seen, r.URL.Path+" "+name)
			}
		}
	}))
	b := w.login("1")
	b.start("10")
	for _, path := range []string{"/notes", "/admin/users"} { // on the second, a DELETE would run as the actor
		for _, header := range []string{"X-HTTP-Method-Override: DELETE", "X-HTTP-Method: DELETE", "x-method-override: DELETE"} {
			b.do("GET", path, "", header)
		}
	}
	if len(seen) > 0 {
		t.Errorf("the application saw %q", seen)
	}
}

func TestModes_OfTheApplicationsOwn(t *testing.T) {
	w := newWorld(t, func(c *guise.Config) {
		c.Modes = map[guise.Mode][]string{"timetable": {"POST /timetable/", "/draft"}}
	})
	b := w.login("1")
	b.start("10", "mode", "timetable", "reason", "repair")
	for path, want := range map[string]int{
		"/timetable/move": 200, "/draft": 200, "/notes": 405, "/timetable/../notes": 405, "/timetable/%2e%2e/notes": 405,
	} {
		if got := b.post(path, "x=1"); got.Code != want {
			t.Errorf("POST %s: %d, want %d", path, got.Code, want)
		}
	}
	if got := b.do("PUT", "/timetable/move", "x=1"); got.Code != 405 {
		t.Errorf("PUT: %d", got.Code)
	}
}

func TestMode_ChangeIsAuthorisedReasonedAndLogged(t *testing.T) {
	lookOnly := func(ctx context.Context, ask guise.Ask) error {
		if ask.Mode == "read_write" && ask.Subject.ID == "11" {
			return guise.Deny("look-only", "Only look here.")
		}
		return guise.SuperusersOnly(ctx, ask)
	}
	w := newWorld(t, func(c *guise.Config) { c.Policy = lookOnly })
	b := w.login("1")
	b.start("10")
	for _, try := range []struct {
		body   string
		status int
	}{
		{"mode=read_write", 422}, {"mode=read_write&reason=+", 422}, {"mode=write", 400}, {"mode=", 400}, {"", 400},
		{"mode=read_write&reason=+repair+", 200}, {"mode=read_write&reason=again", 200},
	} {
		if got := b.post("/impersonate/mode", try.body); got.Code != try.status {
			t.Errorf("%q: %d %s; want %d", try.body, got.Code, got.Body, try.status)
		}
	}
	if got := b.post("/notes", "text=a"); got.Code != 200 {
		t.Errorf("a write afterwards: %d", got.Code)
	}
	changes := w.logged(guise.KindModeChanged)
	if len(changes) != 1 || changes[0].Mode != guise.ReadWrite || changes[0].Reason != "repair" {
		t.Errorf("logged %+v", changes)
	}
	if got := b.post("/impersonate/mode", "mode=read_only"); got.Code != 200 {
		t.Errorf("back to the default: %d; it needs no reason", got.Code)
	}

	b.post("/impersonate/stop", "")
	if got := b.post("/impersonate/mode", "mode=read_write&reason=x"); got.Code != http.StatusConflict {
		t.Errorf("without an impersonation: %d", got.Code)
	}
	b.start("11")
	if got := b.post("/impersonate/mode", "mode=read_write&reason=x"); got.Code != 403 || got.json()["why"] != "look-only" {
		t.Errorf("refused by the policy: %d %s", got.Code, got.Body)
	}
	if denied := w.logged(guise.KindDenied); len(denied) != 1 || denied[0].Code != "look-only" {
		t.Errorf("refusals on record: %+v", denied)
	}
}

// TestMode_OnlyMoreNeedsAReason: to give up what one may do takes none, also where
// every start does.
func TestMode_OnlyMoreNeedsAReason(t *testing.T) {
	for _, row := range []struct {
		from, to guise.Mode
		status   int
	}{
		{guise.ReadWrite, guise.ReadOnly, 200},
		{guise.ReadWrite, "notes", 200},
		{"notes", guise.ReadOnly, 200},
		{"notes", "files", 422},
		{"notes", guise.ReadWrite, 422},
		{guise.ReadOnly, "notes", 422},
		{guise.ReadOnly, guise.ReadWrite, 422},
	} {
		w := newWorld(t, func(c *guise.Config) {
			c.RequireReason, c.DefaultMode = true, guise.ReadWrite
			c.Modes = map[guise.Mode][]string{"notes": {"POST /notes"}, "files": {"POST /files"}}
		})
		b := w.login("1")
		b.start("10", "mode", string(row.from), "reason", "repair")
		if got := b.post("/impersonate/mode", form("mode", string(row.to))); got.Code != row.status {
			t.Errorf("from %s to %s: %d; want %d", row.from, row.to, got.Code, row.status)
		}
	}
}

func TestForbid_MatchesWidely(t *testing.T) {
	w := newWorld(t, func(c *guise.Config) {
		c.Forbid, c.DefaultMode = []string{"/account/", "/users/{id}/password"}, guise.ReadWrite
		c.LoginURL = "/login"
	})
	b := w.login("1")
	b.start("10")
	for path, want := range map[string]int{
		"/account/password": 403, "/account": 403, "/Account/Password": 403, "/x/../account/a": 403, "//account/a": 403,
		"/%61ccount/password": 403, "/account%2fpassword": 403, "/users/7/password": 403, "/users/a%2Fb/password": 403,
		"/accounts": 200, "/users/7": 200,
	} {
		if got := b.post(path, "x=1"); got.Code != want {
			t.Errorf("POST %s: %d, want %d", path, got.Code, want)
		}
	}
	if got := b.get("/account/password"); got.Code != 403 || !strings.Contains(got.Body.String(), "guise-banner") {
		t.Errorf("GET: %d; want 403 and a page with the banner", got.Code)
	}
	if got := b.post("/login", "email=x"); got.Code != 403 {
		t.Errorf("POST to LoginURL: %d, want 403", got.Code)
	}
	if got := b.get("/login"); got.Code != 200 {
		t.Errorf("GET of LoginURL: %d", got.Code)
	}
}

func TestExclude_TheRealUserActsOnSafeMethodsOnly(t *testing.T) {
	w := newWorld(t, func(c *guise.Config) {
		c.Exclude, c.DefaultMode = []string{"/admin/", "POST /own/"}, guise.ReadWrite
	})
	b := w.login("1")
	b.start("10")
	got := b.get("/admin/users")
	if body := got.Body.String(); !strings.Contains(body, "effective=1<") || !strings.Contains(body, "On this page you are yourself") {
		t.Errorf("GET: want the real user and a banner that says so; got %.3000s", body)
	}
	for _, path := range []string{"/admin/../notes", "/admin/%2e%2e/notes", "//admin/users", "/ADMIN/users", "/admin"} {
		if body := b.get(path).Body.String(); strings.Contains(body, "effective=1<") {
			t.Errorf("GET %s ran as the actor", path)
		}
	}
	b.do("POST", "/admin/users/7", "superuser=1")
	b.do("POST", "/own/thing", "x=1")
	if want := []string{"POST /admin/users/7 as 10", "POST /own/thing as 1"}; strings.Join(w.written(), ";") != strings.Join(want, ";") {
		t.Errorf("ran %q, want %q", w.written(), want)
	}
}

func TestLogout_EndsTheImpersonationThenIsTheApplications(t *testing.T) {
	w := newWorld(t, func(c *guise.Config) { c.Logout = []string{"POST /logout", "GET /bye"} })
	for _, way := range []struct{ method, path string }{{"POST", "/logout"}, {"GET", "/bye"}, {"POST", "/LOGOUT/"}} {
		b := w.login("1")
		b.start("10")
		if got := b.do(way.method, way.path, "", asPage); got.Code != http.StatusSeeOther || b.impersonates() {
			t.Errorf("%s %s: %d, impersonates %v", way.method, way.path, got.Code, b.impersonates())
		}
		if got := b.sees(); got != "1" {
			t.Errorf("afterwards sees %s", got)
		}
	}
	if ran := w.written(); len(ran) > 0 {
		t.Errorf("the application's logout ran: %q", ran)
	}
	b := w.login("1")
	b.post("/logout", "")
	if ran := w.written(); len(ran) != 1 || ran[0] != "POST /logout as 1" {
		t.Errorf("without an impersonation it must run: %q", ran)
	}
}

func TestAssume_PutsTheSubjectWhereTheApplicationLooks(t *testing.T) {
	w := newWorld(t, func(c *guise.Config) {
		c.Exclude = []string{"/admin/"}
		c.Assume = func(r *http.Request, s guise.Subject) *http.Request {
			r.Header.Set("X-User", s.ID)
			return r
		}
	})
	w.handler = w.manager.Middleware(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		_, _ = rw.Write([]byte(r.URL.Path + " for " + r.Header.Get("X-User")))
	}))
	b := w.login("1")
	b.start("10")
	for path, want := range map[string]string{"/a": "/a for 10", "/admin/a": "/admin/a for "} {
		if got := b.get(path).Body.String(); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

func TestBasePath_UnderStripPrefix(t *testing.T) {
	w := newWorld(t, func(c *guise.Config) { c.LoginURL = "/login" })
	w.handler = http.StripPrefix("/school", w.handler)
	b := w.login("1")
	got := b.do("POST", "/school/impersonate/start", "user_id=10", asPage, "Referer: http://example.com/school/admin/users")
	if got.Code != http.StatusSeeOther || got.location() != "/school/" {
		t.Fatalf("start: %d to %q", got.Code, got.location())
	}
	page := b.get("/school/notes").Body.String()
	for _, want := range []string{`action="//example.com/school/impersonate/stop"`, `href="//example.com/school/impersonate/leave"`} {
		if !strings.Contains(page, want) {
			t.Errorf("the banner lacks %s", want)
		}
	}
	w.advance(16 * time.Minute)
	if got := b.get("/school/notes"); got.location() != "/school/impersonate/ended?cause=idle" {
		t.Errorf("ended: to %q", got.location())
	}
	if got := w.login("").get("/school/impersonate/users?q=a"); got.location() != "/school/login?next=%2Fschool%2Fimpersonate%2Fusers%3Fq%3Da" {
		t.Errorf("login: to %q", got.location())
	}
}

// Who sends a form when their login is over is led to the login page, and from there
// back to the form.
func TestLoginURL_AFormLeadsThereToo(t *testing.T) {
	for name, console := range map[string]func(guise.ConsoleOptions) (guise.Console, error){"with the console": console.New, "without": nil} {
		w := newWorld(t, func(c *guise.Config) { c.LoginURL, c.Console = "/login", console })
		got := w.login("").do("POST", "/impersonate/start", "user_id=10", asPage, "Referer: http://example.com/people/10")
		if got.Code != http.StatusUnauthorized || !strings.Contains(got.Body.String(), `href="/login?next=%2Fpeople%2F10"`) {
			t.Errorf("%s: %d %s", name, got.Code, got.Body)
		}
	}
}

func TestMiddleware_TheApplicationNeverSeesTheHandle(t *testing.T) {
	w := newWorld(t, nil)
	var header http.Header
	w.handler = w.manager.Middleware(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { header = r.Header }))
	b := w.login("1")
	b.start("10")
	r := httptest.NewRequest("GET", "/", nil)
	r.Header.Set("Cookie", "a=1; guise="+b.cookies["guise"]+"; login=1; b=\"2\"")
	r.Header.Set("Accept-Encoding", "gzip, br")
	r.Header.Set("If-None-Match", `"x"`)
	w.handler.ServeHTTP(httptest.NewRecorder(), r)
	if got := header.Get("Cookie"); got != `a=1; login=1; b="2"` {
		t.Errorf("Cookie: %s", got)
	}
	if header.Get("Accept-Encoding") != "" || header.Get("If-None-Match") != "" {
		t.Errorf("headers left: %v", header)
	}
	if r.Header.Get("Accept-Encoding") == "" || !strings.Contains(r.Header.Get("Cookie"), "guise=") {
		t.Error("what is outside the middleware lost headers of its request")
	}
}

// TestLoginURL_OnlyForWhoIsNotLoggedIn: people who are told that it is over go
// on as themselves, and to the login page only when they aren't logged in.
func TestLoginURL_OnlyForWhoIsNotLoggedIn(t *testing.T) {
	for user, want := range map[string]string{"1": `href="/"`, "": `href="/login"`} {
		w := newWorld(t, func(c *guise.Config) { c.LoginURL = "/login" })
		b := w.login("1")
		b.start("10")
		w.advance(2 * time.Hour)
		if user == "" {
			delete(b.cookies, loginCookie)
		}
		page := b.get(b.get("/notes").location())
		if page.Code != http.StatusOK || !strings.Contains(page.Body.String(), want) {
			t.Errorf("as %q: %d, without %s:\n%s", user, page.Code, want, page.Body)
		}
	}
}
