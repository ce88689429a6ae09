package guise_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/guise-go/guise"
)

func TestStart_ChecksInThisOrder(t *testing.T) {
	crossSite := "Sec-Fetch-Site: cross-site"
	for _, try := range []struct {
		name, actor, body string
		running           bool // an impersonation runs already, in another browser
		headers           []string
		status            int
		code, why         string
	}{
		{name: "from another site", actor: "1", body: "user_id=10", headers: []string{crossSite}, status: 403, code: "cross-origin"},
		{name: "nobody logged in", body: "user_id=", status: 401, code: "not-logged-in"},
		{name: "no user", actor: "1", body: "user_id=", running: true, status: 400, code: "bad-request"},
		{name: "another running, may not find", actor: "1", body: "user_id=99", running: true, status: 409, code: "already-impersonating"},
		{name: "may not find, user exists", actor: "10", body: "user_id=11", status: 403, code: "not-allowed", why: "may-not-find"},
		{name: "may not find, no such user", actor: "10", body: "user_id=99", status: 403, code: "not-allowed", why: "may-not-find"},
		{name: "no such user", actor: "1", body: "user_id=99&mode=read_write", status: 404, code: "not-found"},
		{name: "policy says no", actor: "1", body: "user_id=12&mode=read_write", status: 403, code: "not-allowed", why: "subject-inactive"},
		{name: "reason missing", actor: "1", body: "user_id=10&mode=read_write", status: 422, code: "reason-required"},
		{name: "all is well", actor: "1", body: "user_id=10&mode=read_write&reason=x", status: 201},
	} {
		t.Run(try.name, func(t *testing.T) {
			w := newWorld(t, nil)
			if try.running {
				w.login(try.actor).start("11")
			}
			b := w.login(try.actor)
			got := b.do("POST", "/impersonate/start", try.body, append(try.headers, asJSON)...)
			if got.Code != try.status || b.impersonates() != (try.status == 201) {
				t.Fatalf("%d %s, impersonates %v; want %d", got.Code, got.Body, b.impersonates(), try.status)
			}
			if try.status == 201 {
				return
			}
			if problem := got.json(); problem["code"] != try.code || try.why != "" && problem["why"] != try.why {
				t.Errorf("problem %v; want %s %s", problem, try.code, try.why)
			}
		})
	}
}

func TestStart_SaysNothingOfUsersToThoseWhoMayNotFindThem(t *testing.T) {
	// CVE-2021-21424: telling users apart by the answer.
	w := newWorld(t, nil)
	var bodies []string
	for _, id := range []string{"1", "11", "12", "99", "10"} {
		got := w.login("10").post("/impersonate/start", form("user_id", id))
		if got.Code != http.StatusForbidden {
			t.Errorf("user %s: %d, want 403", id, got.Code)
		}
		bodies = append(bodies, got.Body.String())
	}
	for _, body := range bodies {
		if body != bodies[0] {
			t.Errorf("answers differ:\n%s\n%s", bodies[0], body)
		}
	}
}

func TestStart_ReasonOfWhiteSpaceIsNone(t *testing.T) {
	for reason, blank := range map[string]bool{
		"": true, " ": true, "\t\r\n": true, "\u00a0\u2003\u3000": true, "\u200b\u2060\ufeff": true, "\u2800\u3164": true, "\u202e": true,
		".": false, " because ": false, "理由": false, "\u200bx": false,
	} {
		w := newWorld(t, func(c *guise.Config) { c.RequireReason = true })
		got := w.login("1").post("/impersonate/start", form("user_id", "10", "reason", reason))
		if refused := got.Code == http.StatusUnprocessableEntity; refused != blank || !blank && got.Code != http.StatusCreated {
			t.Errorf("reason %+q: %d", reason, got.Code)
		}
	}
}

func TestStart_TicketPattern(t *testing.T) {
	w := newWorld(t, func(c *guise.Config) { c.TicketPattern = `HD-\d+|INC\d{4}`; c.MaxRunning = -1 })
	for ticket, want := range map[string]int{
		"": 422, "HD-": 422, "HD-12": 201, " HD-12 ": 201, "xHD-12": 422, "HD-12x": 422, "INC1234": 201, "INC12345": 422, "HD-1\nHD-2": 422,
	} {
		got := w.login("1").post("/impersonate/start", form("user_id", "10", "ticket", ticket))
		if got.Code != want || want == 422 && got.json()["code"] != "ticket-required" {
			t.Errorf("ticket %q: %d %s; want %d", ticket, got.Code, got.Body, want)
		}
	}
}

func TestStart_Durations(t *testing.T) {
	for _, try := range []struct {
		max     time.Duration
		seconds string
		want    any // the limit, or the status of the refusal
	}{
		{0, "", time.Hour},
		{0, "3600", time.Hour},
		{0, "60", time.Minute},
		{0, "3601", 400},
		{0, "0", 400},
		{0, "-5", 400},
		{0, "1.5", 400},
		{0, "9223372036854775807", 400},
		{0, "99999999999999999999", 400},
		{-1, "", time.Duration(0)},
		{-1, "60", time.Minute},
		{10 * time.Minute, "", 10 * time.Minute},
		{10 * time.Minute, "601", 400},
	} {
		w := newWorld(t, func(c *guise.Config) { c.MaxDuration = try.max })
		got := w.login("1").post("/impersonate/start", form("user_id", "10", "duration", try.seconds))
		switch want := try.want.(type) {
		case int:
			if got.Code != want {
				t.Errorf("MaxDuration %v, %q seconds: %d, want %d", try.max, try.seconds, got.Code, want)
			}
		case time.Duration:
			expires := any(nil)
			if want > 0 {
				expires = w.now.Add(want).Format(time.RFC3339)
			}
			if got.Code != 201 || got.json()["expires_at"] != expires {
				t.Errorf("MaxDuration %v, %q seconds: %d %s; want it to expire at %v", try.max, try.seconds, got.Code, got.Body, expires)
			}
		}
	}
}

func TestStart_FortyAtOnceMakeOne(t *testing.T) {
	w := newWorld(t, nil)
	var wg sync.WaitGroup
	codes := make([]int, 40)
	for i := range codes {
		wg.Go(func() { codes[i] = w.login("1").post("/impersonate/start", "user_id=10").Code })
	}
	wg.Wait()
	made, refused := count(codes, 201), count(codes, 409)
	if made != 1 || refused != 39 || len(w.logged(guise.KindStarted)) != 1 {
		t.Errorf("%d made, %d refused with 409 (%v); want 1 and 39", made, refused, codes)
	}
}

func count[T comparable](all []T, one T) (n int) {
	for _, each := range all {
		if each == one {
			n++
		}
	}
	return n
}

func TestStart_TheOneInTheWayIsNamedAndCanBeEnded(t *testing.T) {
	w := newWorld(t, nil)
	first := w.login("1").start("10").json()["id"]
	b := w.login("1")
	got := b.post("/impersonate/start", "user_id=11").json()
	running, _ := got["running"].(map[string]any)
	if running["id"] != first {
		t.Fatalf("%v; want it to name %v", got, first)
	}
	if got := b.post("/impersonate/live/"+first.(string)+"/end", ""); got.Code != http.StatusOK {
		t.Fatalf("ending it: %d %s", got.Code, got.Body)
	}
	b.start("11")
}

func TestStart_OneThatRanOutIsNotInTheWay(t *testing.T) {
	w := newWorld(t, nil)
	w.login("1").start("10")
	w.advance(20 * time.Minute) // idle, and nobody has noticed
	w.login("1").start("11")
	w.checkEnded(guise.CauseIdle)
}

func TestMaxRunning_CountsInAllBrowsers(t *testing.T) {
	w := newWorld(t, func(c *guise.Config) { c.MaxRunning = 2 })
	w.login("1").start("10")
	w.login("1").start("11")
	if got := w.login("1").post("/impersonate/start", "user_id=10"); got.Code != http.StatusConflict {
		t.Errorf("the third: %d, want 409", got.Code)
	}
	w.login("2").start("10") // each actor has their own
}

func TestStart_LeadsWhereItShould(t *testing.T) {
	for _, try := range []struct{ startURL, next, want string }{
		{"", "", "/"},
		{"/home", "", "/home"},
		{"/home", "/courses?week=3", "/courses?week=3"},
		{"/home", "https://evil.example/", "/home"},
		{"/home", "//evil.example/", "/home"},
		{"/home", "/\\evil.example/", "/home"},
		{"https://app.example/in", "", "https://app.example/in"},
	} {
		w := newWorld(t, func(c *guise.Config) { c.StartURL = try.startURL })
		got := w.login("1").do("POST", "/impersonate/start", form("user_id", "10", "next", try.next), asPage)
		if got.Code != http.StatusSeeOther || got.location() != try.want {
			t.Errorf("StartURL %q, next %q: %d to %q, want %q", try.startURL, try.next, got.Code, got.location(), try.want)
		}
	}
}

func TestStop_LeadsBack(t *testing.T) {
	for _, try := range []struct{ name, stopURL, next, referer, want string }{
		{"where it began", "", "", "http://example.com/admin/users?page=3", "/admin/users?page=3"},
		{"began on another site", "", "", "http://evil.example/x", "/"},
		{"it doesn't say", "", "", "", "/"},
		{"StopURL", "/bye", "", "http://example.com/admin/users", "/bye"},
		{"next", "/bye", "/courses", "http://example.com/admin/users", "/courses"},
		{"hostile next", "", "//evil.example", "http://example.com/admin/users", "/admin/users"},
		{"never to a page that only takes POST", "", "", "http://example.com/impersonate/start", "/"},
	} {
		t.Run(try.name, func(t *testing.T) {
			w := newWorld(t, func(c *guise.Config) { c.StopURL = try.stopURL })
			b := w.login("1")
			b.do("POST", "/impersonate/start", "user_id=10", "Referer: "+try.referer)
			got := b.do("POST", "/impersonate/stop", form("next", try.next), asPage)
			if got.Code != http.StatusSeeOther || got.location() != try.want || b.impersonates() {
				t.Errorf("%d to %q, want %q", got.Code, got.location(), try.want)
			}
		})
	}
}

func TestStop_TakesNoIdentityFromTheRequest(t *testing.T) {
	// CVE-2016-4340: leaving logged one in as whoever the request named.
	w := newWorld(t, nil)
	b := w.login("1")
	b.start("10")
	b.do("POST", "/impersonate/stop?user_id=2&actor=2", form("user_id", "2", "actor", "2", "id", "2"), asPage)
	if got := b.sees(); got != "1" {
		t.Errorf("after leaving sees %s; want 1", got)
	}
}

func TestStop_NeedsPOSTFromThisOrigin(t *testing.T) {
	w := newWorld(t, nil)
	b := w.login("1")
	b.start("10")
	if got := b.get("/impersonate/stop"); got.Code != http.StatusMethodNotAllowed || got.Header().Get("Allow") != "POST" {
		t.Errorf("GET: %d, Allow %q", got.Code, got.Header().Get("Allow"))
	}
	if got := b.do("POST", "/impersonate/stop", "", "Sec-Fetch-Site: cross-site"); got.Code != http.StatusForbidden {
		t.Errorf("from another site: %d", got.Code)
	}
	if got := b.sees(); got != "10" {
		t.Errorf("sees %s; neither may end it", got)
	}
}

func TestStop_WorksWhenNobodyKnowsWhoIsLoggedIn(t *testing.T) {
	w := newWorld(t, nil)
	b := w.login("1")
	b.start("10")
	b.cookies[loginCookie] = "broken"
	if got := b.post("/impersonate/stop", ""); got.Code != http.StatusOK || b.impersonates() {
		t.Errorf("%d %s", got.Code, got.Body)
	}
	w.checkEnded(guise.CauseStopped)
}

func TestP5_EndsOnce_FortyStops(t *testing.T) {
	w := newWorld(t, nil)
	b := w.login("1")
	id := b.start("10").json()["id"].(string)
	var wg sync.WaitGroup
	codes := make([]int, 40)
	for i := range codes {
		other := b.copy()
		wg.Go(func() {
			switch {
			case i%10 == 8:
				if w.manager.End(t.Context(), id, guise.Actor{User: everyone()[1]}, "") == nil {
					codes[i] = 200
				}
			default:
				codes[i] = other.post("/impersonate/stop", "").Code
			}
		})
	}
	wg.Wait()
	if n := count(codes, 200); n != 1 {
		t.Errorf("%d ended it (%v); want 1", n, codes)
	}
	for _, code := range codes {
		if code >= 500 {
			t.Errorf("status %d", code)
		}
	}
	if logged, hooked := w.logged(guise.KindEnded), w.seen(guise.KindEnded); len(logged) != 1 || len(hooked) != 1 {
		t.Errorf("%d ended events, %d hooks; want one each", len(logged), len(hooked))
	}
}

func TestP6_EndsOnEveryInstanceAtTheNextRequest(t *testing.T) {
	w := newWorld(t, nil)
	other, err := guise.New(guise.Config{
		Identify: func(r *http.Request) (string, error) { return "1", nil },
		Users:    w.users, Store: w.store, Clock: w.clock, InsecureCookies: true,
	})
	if err != nil {
		t.Fatal(err)
	}
	b := w.login("1")
	b.start("10")
	second := b.copy()
	second.w = &world{t: t, handler: other.Middleware(http.HandlerFunc(w.app))}
	if got := second.sees(); got != "10" {
		t.Fatalf("the other instance shows %s", got)
	}
	b.post("/impersonate/stop", "")
	if got := second.sees(); !strings.HasPrefix(got, "303 /impersonate/ended") {
		t.Errorf("the other instance then shows %s", got)
	}
}

func TestRun_EndsWhatNobodyAsksFor(t *testing.T) {
	for name, try := range map[string]struct {
		wait  time.Duration
		cause guise.Cause
	}{"idle": {15 * time.Minute, guise.CauseIdle}, "expired": {time.Hour, guise.CauseExpired}} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, func(c *guise.Config) {
				if try.cause == guise.CauseExpired {
					c.IdleTimeout = -1
				}
			})
			w.login("1").start("10")
			w.sweepOnce()
			if n := len(w.logged(guise.KindEnded)); n != 0 {
				t.Fatalf("%d ended before their time", n)
			}
			w.advance(try.wait)
			w.sweepOnce()
			w.sweepOnce()
			w.checkEnded(try.cause)
		})
	}
}

// TestStart_OnlyMoreThanTheDefaultNeedsAReason: looking never does more.
func TestStart_OnlyMoreThanTheDefaultNeedsAReason(t *testing.T) {
	for _, row := range []struct {
		byDefault, asked guise.Mode
		status           int
	}{
		{guise.ReadOnly, guise.ReadOnly, 201},
		{guise.ReadOnly, "notes", 422},
		{guise.ReadOnly, guise.ReadWrite, 422},
		{"notes", guise.ReadOnly, 201},
		{"notes", "notes", 201},
		{"notes", "files", 422},
		{"notes", guise.ReadWrite, 422},
		{guise.ReadWrite, guise.ReadOnly, 201},
		{guise.ReadWrite, "notes", 201},
		{guise.ReadWrite, guise.ReadWrite, 201},
	} {
		w := newWorld(t, func(c *guise.Config) {
			c.DefaultMode, c.Modes = row.byDefault, map[guise.Mode][]string{"notes": {"POST /notes"}, "files": {"POST /files"}}
		})
		if got := w.login("1").post("/impersonate/start", form("user_id", "10", "mode", string(row.asked))); got.Code != row.status {
			t.Errorf("%s where %s is the default: %d; want %d", row.asked, row.byDefault, got.Code, row.status)
		}
	}
}

// TestStart_SaysWhatIsWrong to the application that calls it.
func TestStart_SaysWhatIsWrong(t *testing.T) {
	w := newWorld(t, nil)
	var err error
	w.handler = w.manager.Middleware(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		_, err = w.manager.Start(rw, r, guise.StartRequest{UserID: "10", Mode: "write"})
	}))
	w.login("1").get("/")
	var input *guise.InputError
	if !errors.As(err, &input) || input.Field != "mode" || input.Error() != `"mode" is "write", which is no mode of this application` {
		t.Errorf("a mode that there isn't: %v", err)
	}

	b := w.login("1")
	b.start("10")
	w.advance(2 * time.Hour)
	stale := httptest.NewRequest("GET", "/", nil)
	stale.Header.Set("Cookie", "login=1; guise="+b.cookies["guise"])
	if _, err := w.manager.Start(httptest.NewRecorder(), stale, guise.StartRequest{UserID: "10"}); !errors.Is(err, guise.ErrNotRunning) {
		t.Errorf("with an impersonation that is over: %v; want ErrNotRunning", err)
	}
}
