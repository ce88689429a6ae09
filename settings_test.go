package guise_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/guise-go/guise"
)

func TestInsecureCookies_OffIsAHostCookieOverHTTPSOnly(t *testing.T) {
	for insecure, want := range map[bool]string{
		false: "__Host-guise=TOKEN; Path=/; HttpOnly; Secure; SameSite=Lax",
		true:  "guise=TOKEN; Path=/; HttpOnly; SameSite=Lax",
	} {
		w := newWorld(t, func(c *guise.Config) { c.InsecureCookies = insecure })
		b := w.login("1")
		got := b.start("10").Header().Get("Set-Cookie")
		name, rest, _ := strings.Cut(got, "=")
		value, attributes, _ := strings.Cut(rest, ";")
		if name+"=TOKEN;"+attributes != want || len(value) != 43 {
			t.Errorf("insecure %v: %s", insecure, got)
		}
		if b.sees() != "10" {
			t.Errorf("insecure %v: the cookie does not work", insecure)
		}
		name = strings.TrimSuffix(name, "=")
		if gone := b.post("/impersonate/stop", "").Header().Get("Set-Cookie"); !strings.HasPrefix(gone, name+"=; Path=/; Max-Age=0; HttpOnly") {
			t.Errorf("cleared with %s", gone)
		}
	}
}

func TestBasePath_MovesEverything(t *testing.T) {
	w := newWorld(t, func(c *guise.Config) { c.BasePath = "/support/act-as/" })
	b := w.login("1")
	if got := b.post("/impersonate/start", "user_id=10"); got.Code != 200 || len(w.written()) != 1 {
		t.Errorf("the default's path is still taken: %d", got.Code)
	}
	b.post("/support/act-as/start", "user_id=10")
	page := b.get("/").Body.String()
	if !strings.Contains(page, `action="//example.com/support/act-as/stop"`) {
		t.Errorf("the banner leads elsewhere: %.300s", words(page))
	}
	if got := b.get("/support/act-as"); got.Code/100 != 3 && got.Code != 404 {
		t.Errorf("without its slash: %d", got.Code)
	}
}

func TestPublicPrefix_IsPutIntoLinks(t *testing.T) {
	for prefix, want := range map[string]string{"": "/", "/school": "/school/"} {
		w := newWorld(t, func(c *guise.Config) { c.PublicPrefix = prefix })
		b := w.login("1")
		if got := b.do("POST", "/impersonate/start", "user_id=10", asPage); got.location() != want {
			t.Errorf("%q: to %q", prefix, got.location())
		}
		if page := b.get("/").Body.String(); !strings.Contains(page, `action="//example.com`+prefix+`/impersonate/stop"`) {
			t.Errorf("%q: the banner leads elsewhere", prefix)
		}
	}
}

func TestPublicPrefix_WithAnOriginIsForProxiesThatChangeTheHost(t *testing.T) {
	w := newWorld(t, func(c *guise.Config) { c.PublicPrefix = "https://app.example/school" })
	b := w.login("1")
	got := b.do("POST", "/impersonate/start", "user_id=10", asPage, "Origin: https://app.example", "Referer: https://app.example/school/admin?page=2")
	if got.location() != "/school/" {
		t.Fatalf("%d to %q", got.Code, got.location())
	}
	if page := b.get("/").Body.String(); !strings.Contains(page, `action="//app.example/school/impersonate/stop"`) {
		t.Error("the banner leads to the Host that the proxy made")
	}
	if got := b.do("POST", "/impersonate/stop", "", asPage, "Origin: https://app.example"); got.location() != "/school/admin?page=2" {
		t.Errorf("back to %q", got.location())
	}
	if got := b.do("POST", "/impersonate/start", "user_id=10", asPage, "Origin: https://evil.example"); got.Code != http.StatusForbidden {
		t.Errorf("from elsewhere: %d", got.Code)
	}
}

func TestNextParam_NamesTheField(t *testing.T) {
	for param, want := range map[string]string{"": "/a", "return_to": "/b"} {
		w := newWorld(t, func(c *guise.Config) { c.NextParam = param })
		got := w.login("1").do("POST", "/impersonate/start", "user_id=10&next=/a&return_to=/b", asPage)
		if got.location() != want {
			t.Errorf("NextParam %q: to %q, want %q", param, got.location(), want)
		}
	}
}

func TestIdleTimeout_CountsFromTheLastRequest(t *testing.T) {
	for _, r := range []struct {
		timeout time.Duration
		pause   time.Duration
		want    string
	}{
		{0, 14 * time.Minute, "10"}, {0, 15 * time.Minute, "303 /impersonate/ended?cause=idle"},
		{time.Minute, 59 * time.Second, "10"}, {time.Minute, time.Minute, "303 /impersonate/ended?cause=idle"},
		{-1, 39 * time.Minute, "10"},
	} {
		w := newWorld(t, func(c *guise.Config) { c.IdleTimeout = r.timeout })
		b := w.login("1")
		b.start("10")
		w.advance(r.pause / 2)
		b.get("/")
		w.advance(r.pause)
		if got := b.sees(); got != r.want {
			t.Errorf("IdleTimeout %v, after %v: sees %s, want %s", r.timeout, r.pause, got, r.want)
		}
	}
}

func TestIdleTimeout_IsWrittenAtMostOnceInATenthOfIt(t *testing.T) {
	w := newWorld(t, nil)
	b := w.login("1")
	b.start("10")
	w.store.fail("Touch") // so that a write shows
	w.advance(89 * time.Second)
	if got := b.sees(); got != "10" {
		t.Errorf("within a tenth: %s", got)
	}
	w.advance(time.Second)
	if got := b.get("/"); got.Code != http.StatusServiceUnavailable {
		t.Errorf("after a tenth: %d; the clock was not written", got.Code)
	}
}

func TestPermit_OfTheApplicationsOwn(t *testing.T) {
	w := newWorld(t, func(c *guise.Config) {
		c.Permit = func(_ context.Context, a guise.Actor, action guise.Action) error {
			switch {
			case a.ID == "11" && action == guise.ActionSee: // an auditor, who may read and nothing else
				return nil
			case a.ID == "2":
				return errors.New("the rights service is down")
			}
			return guise.Deny("no", "No.")
		}
	})
	for path, want := range map[string]int{"log": 200, "live": 200, "users": 403, "users/10": 403, "log/export?format=csv": 403, "explain?subject=10": 403} {
		if got := w.login("11").do("GET", "/impersonate/"+path, "", asJSON); got.Code != want {
			t.Errorf("the auditor: GET %s: %d, want %d", path, got.Code, want)
		}
		if got := w.login("2").do("GET", "/impersonate/"+path, "", asJSON); got.Code != 503 {
			t.Errorf("rights unknown: GET %s: %d, want 503", path, got.Code)
		}
	}
	if got := w.login("11").post("/impersonate/start", "user_id=10"); got.Code != 403 {
		t.Errorf("the auditor starts: %d", got.Code)
	}

	running := newWorld(t, func(c *guise.Config) {
		c.Permit = func(_ context.Context, a guise.Actor, action guise.Action) error {
			if a.Superuser || a.ID == "11" && action == guise.ActionSee {
				return nil
			}
			return guise.Deny("no", "No.")
		}
	})
	b := running.login("1")
	id := b.start("10").json()["id"].(string)
	if got := running.login("11").post("/impersonate/live/"+id+"/end", ""); got.Code != 403 || b.sees() != "10" {
		t.Errorf("the auditor, who sees it, ends it: %d, sees %s", got.Code, b.sees())
	}
}

func TestClientIP_IsRecorded(t *testing.T) {
	w := newWorld(t, func(c *guise.Config) {
		c.ClientIP = func(r *http.Request) string { return r.Header.Get("X-Real-Ip") }
	})
	w.login("1").do("POST", "/impersonate/start", "user_id=10", "X-Real-Ip: 203.0.113.9", "User-Agent: Test/1", "X-Request-Id: r-1")
	if e := w.logged(guise.KindStarted)[0]; e.ClientIP != "203.0.113.9" || e.UserAgent != "Test/1" || e.RequestID != "r-1" {
		t.Errorf("recorded %q %q %q", e.ClientIP, e.UserAgent, e.RequestID)
	}
}

func TestLogger_NeverGetsTheToken(t *testing.T) {
	var out bytes.Buffer
	w := newWorld(t, func(c *guise.Config) {
		c.Logger = slog.New(slog.NewTextHandler(&out, &slog.HandlerOptions{Level: slog.LevelDebug}))
	})
	b := w.login("1")
	b.start("10")
	token := b.cookies["guise"]
	w.store.fail("*")
	b.get("/")
	b.post("/impersonate/stop", "")
	if out.Len() == 0 || strings.Contains(out.String(), token) {
		t.Errorf("logged %q", out.String())
	}
}

// TestLogger_GetsWhatWentWrong, and not that somebody left before the answer came:
// an operator who is told that each time stops looking.
func TestLogger_GetsWhatWentWrong(t *testing.T) {
	for name, row := range map[string]struct {
		left   bool
		broken func(*faultyStore)
		errors int
	}{
		"the store is down":                  {false, func(s *faultyStore) { s.fail("Resolve") }, 1},
		"the client left":                    {true, func(s *faultyStore) { s.neverAnswer("Resolve") }, 0},
		"the client left a store that fails": {true, func(s *faultyStore) { s.fail("Resolve") }, 1},
	} {
		t.Run(name, func(t *testing.T) {
			var out bytes.Buffer
			w := newWorld(t, func(c *guise.Config) { c.Logger = slog.New(slog.NewTextHandler(&out, nil)) })
			b := w.login("1")
			b.start("10")
			row.broken(w.store)
			ctx, leave := context.WithCancel(t.Context())
			defer leave()
			if row.left {
				leave()
			}
			r := httptest.NewRequestWithContext(ctx, http.MethodGet, "/", nil)
			r.Header.Set("Cookie", "login=1; guise="+b.cookies["guise"])
			answered := httptest.NewRecorder()
			w.handler.ServeHTTP(answered, r)
			if n := strings.Count(out.String(), "level=ERROR"); answered.Code != http.StatusServiceUnavailable || n != row.errors {
				t.Errorf("%d, and %d errors in the log; want 503 and %d:\n%s", answered.Code, n, row.errors, &out)
			}
		})
	}
}

// plainConsole is a console that says what it was asked to show.
type plainConsole struct {
	fail    bool
	options guise.ConsoleOptions
	onPage  func(data any)
}

func (c *plainConsole) Render(w io.Writer, p guise.Page) error {
	if c.fail {
		_, _ = io.WriteString(w, "<html>half a pa")
		return errors.New("the template broke")
	}
	if c.onPage != nil {
		c.onPage(p.Data)
	}
	_, err := io.WriteString(w, "<!DOCTYPE html><html><body>page "+string(p.Name)+" at "+p.BasePath+" in "+p.Lang+"</body></html>")
	return err
}

func (c *plainConsole) Assets() fs.FS {
	return fstest.MapFS{"a.css": {Data: []byte("a{}")}, "b.css": {Data: []byte("b{}")}, "b.css.gz": {Data: []byte("packed")}}
}

func TestConsole_MakesThePages(t *testing.T) {
	made := &plainConsole{}
	w := newWorld(t, func(c *guise.Config) {
		c.NewWindow, c.NextParam = true, "then"
		c.Console = func(o guise.ConsoleOptions) (guise.Console, error) { made.options = o; return made, nil }
	})
	b := w.login("1")
	id := b.start("10").json()["id"].(string)
	if !made.options.NewWindow || made.options.NextParam != "then" {
		t.Errorf("options %+v", made.options)
	}
	for path, page := range map[string]string{
		"users": "users", "users/10": "user", "log": "log", "live": "live", "explain?subject=10": "explain", "log/" + id: "entry", "leave": "leave", "mode": "write",
		"ended?cause=idle": "ended", "users/99": "problem",
	} {
		if got := b.get("/impersonate/" + path).Body.String(); !strings.Contains(got, "page "+page+" at /impersonate/ in en") {
			t.Errorf("%s: %.200s", path, got)
		}
	}
	if got := b.get("/impersonate/assets/a.css"); got.Code != 200 || got.Body.String() != "a{}" {
		t.Errorf("asset: %d %s", got.Code, got.Body)
	}
	if got := b.get("/impersonate/assets/"); got.Code != 404 {
		t.Errorf("list of assets: %d", got.Code)
	}
	// The form comes back with what was typed.
	b.post("/impersonate/stop", "")
	if got := b.do("POST", "/impersonate/start", "user_id=10&mode=read_write", asPage); got.Code != 422 || !strings.Contains(got.Body.String(), "page user") {
		t.Errorf("without a reason: %d %s", got.Code, got.Body)
	}
	made.fail = true
	if got := b.get("/impersonate/users/99"); got.Code != 404 || strings.Contains(got.Body.String(), "half") || !strings.Contains(got.Body.String(), "no such person") {
		t.Errorf("a console that fails: %d %.300s", got.Code, got.Body)
	}
	for _, path := range []string{"users", "log", "live", "log/" + id} { // of which there is no plain page
		got := b.get("/impersonate/" + path)
		if page := got.Body.String(); got.Code != 500 || !strings.Contains(page, "This page can&#39;t be shown") || !strings.Contains(page, "<a href=") {
			t.Errorf("%s, when the console fails: %d %.300s", path, got.Code, page)
		}
	}
}
