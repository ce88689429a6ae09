package guise_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/guise-go/guise"
)

// take gives the browser the cookies of an answer to another copy of it: one
// browser with several requests under way.
func (b *browser) take(got answer) {
	for _, cookie := range got.Result().Cookies() {
		if cookie.MaxAge < 0 {
			delete(b.cookies, cookie.Name)
		} else {
			b.cookies[cookie.Name] = cookie.Value
		}
	}
}

// A double click on Release in a stack: the second answer must not clear the
// token that the first one gave, or the browser would go on as the actor.
func TestAttack_P3_ADoubleClickedStopInAStackLeavesOneOnly(t *testing.T) {
	w := newWorld(t, staffChain)
	b := w.login("1")
	b.start("3")
	b.start("10")
	second := b.copy() // sent before the first is answered
	b.do("POST", "/impersonate/stop", "", asPage)
	b.take(second.do("POST", "/impersonate/stop", "", asPage))
	if got := b.sees(); got != "3" {
		t.Errorf("sees %s; want 3, which still runs", got)
	}
}

// An answer that comes late, to a request with a token that has been replaced,
// leaves the new token alone.
func TestAttack_P3_ALateAnswerToAnOldTokenTakesNothingAway(t *testing.T) {
	for name, request := range map[string]func(old *browser) answer{
		"a fetch":               func(old *browser) answer { return old.do("GET", "/data", "", "Accept: */*", "Sec-Fetch-Mode: cors") },
		"a write":               func(old *browser) answer { return old.post("/notes", "a=b") },
		"the banner's question": func(old *browser) answer { return old.do("GET", "/impersonate/status", "", asJSON) },
		"another tab":           func(old *browser) answer { return old.get("/") },
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, staffChain)
			b := w.login("1")
			b.start("3")
			first := b.copy()
			b.start("10")
			second := b.copy()
			b.take(request(first)) // sent before the start was answered
			if got := b.sees(); got != "10" {
				t.Errorf("after a start in a stack sees %s; want 10", got)
			}
			b.cookies = second.copy().cookies
			b.post("/impersonate/stop", "")
			b.take(request(second)) // sent before the stop was answered
			if got := b.sees(); got != "3" {
				t.Errorf("after a stop in a stack sees %s; want 3", got)
			}
		})
	}
}

// A request of an impersonation that was left, which arrives when the actor acts
// as another (a proxy held its form back, say), takes the new handle away from
// nobody: the next write would run as the actor.
func TestAttack_P3_ALateAnswerToTheOneBeforeTakesNothingAway(t *testing.T) {
	navigates := []string{asPage, "Sec-Fetch-Mode: navigate", "Sec-Fetch-Dest: document", "Sec-Fetch-Site: same-origin"}
	for name, request := range map[string]func(old *browser) answer{
		"a form":         func(old *browser) answer { return old.do("POST", "/notes", "a=b", navigates...) },
		"a page":         func(old *browser) answer { return old.do("GET", "/", "", navigates...) },
		"a fetch":        func(old *browser) answer { return old.do("GET", "/data", "", "Accept: */*", "Sec-Fetch-Mode: cors") },
		"a stop":         func(old *browser) answer { return old.do("POST", "/impersonate/stop", "", navigates...) },
		"the page ended": func(old *browser) answer { return old.get("/impersonate/ended?cause=stopped") },
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, func(c *guise.Config) { c.DefaultMode = guise.ReadWrite })
			b := w.login("1")
			b.start("10")
			late := b.copy()
			b.post("/impersonate/stop", "")
			b.start("11")
			b.take(request(late))
			if got := b.sees(); got != "11" {
				t.Errorf("sees %s; want 11", got)
			}
			b.do("POST", "/notes", "a=b", navigates...)
			if got := w.written(); !slices.Equal(got, []string{"POST /notes as 11"}) {
				t.Errorf("ran %q", got)
			}
		})
	}
}

// A script of the subject's page hears from status, and when it stops the
// impersonation, no more than the banner says: not why or from where, and of the
// actor only what they are called.
func TestAttack_TheSubjectsScriptHearsWhatTheBannerSays(t *testing.T) {
	w := newWorld(t, nil)
	for _, asked := range []string{"GET /impersonate/status", "POST /impersonate/stop"} {
		for header, secret := range map[string]bool{"Sec-Fetch-Mode: cors": true, "X-None: 1": false} {
			b := w.login("1")
			b.start("10", "reason", "suspected fraud", "ticket", "HELP-12")
			method, path, _ := strings.Cut(asked, " ")
			body := b.do(method, path, "", asJSON, header).Body.String()
			if !strings.Contains(body, "Ada Admin") || !strings.Contains(body, "Maya Customer") {
				t.Errorf("%s, %s: %s", asked, header, body)
			}
			for _, word := range []string{"suspected fraud", "HELP-12", "ada@example.org", "client_ip"} {
				if strings.Contains(body, word) == secret {
					t.Errorf("%s, %s: with %q %v: %s", asked, header, word, secret, body)
				}
			}
			b.do("POST", "/impersonate/stop", "")
		}
	}
}

// A page that saves by itself: when the first attempt is refused because the
// impersonation is over, the second must not run as the actor.
func TestAttack_P3_TheSecondTryOfARefusedWriteIsNotTheActors(t *testing.T) {
	w := newWorld(t, func(c *guise.Config) { c.DefaultMode = guise.ReadWrite })
	b := w.login("1")
	b.start("10")
	w.advance(time.Hour)
	for range 2 {
		b.do("POST", "/notes", "text=draft", "Accept: */*", "Sec-Fetch-Mode: cors", "Sec-Fetch-Dest: empty")
	}
	if ran := w.written(); len(ran) > 0 {
		t.Errorf("ran %q", ran)
	}
}

// An Assume that makes a new request loses Guise's context. EffectiveID must
// still be the subject's.
func TestAttack_P3_AssumeCanNotMakeItTheActor(t *testing.T) {
	w := newWorld(t, func(c *guise.Config) {
		c.DefaultMode = guise.ReadWrite
		c.Assume = func(r *http.Request, _ guise.Subject) *http.Request { return r.Clone(context.Background()) }
	})
	b := w.login("1")
	b.start("10")
	b.post("/notes", "a=b")
	if ran := w.written(); !slices.Equal(ran, []string{"POST /notes as 10"}) {
		t.Errorf("ran %q; want the write once, as 10", ran)
	}
}

// A service worker that the subject's page installs would stay in the actor's
// browser, and see everything that the actor does in their own name.
func TestAttack_P4_NoServiceWorkerIsInstalled(t *testing.T) {
	w := newWorld(t, func(c *guise.Config) { c.Exclude = []string{"/admin/"} })
	b := w.login("1")
	script := []string{"Service-Worker: script", "Sec-Fetch-Dest: serviceworker", "Sec-Fetch-Mode: same-origin", "Sec-Fetch-Site: same-origin", "Accept: */*"}
	if got := b.do("GET", "/sw.js", "", script...); got.Code != http.StatusOK {
		t.Errorf("for the actor themselves: %d", got.Code)
	}
	b.start("10")
	for _, path := range []string{"/sw.js", "/admin/sw.js"} {
		if got := b.do("GET", path, "", script...); got.Code != http.StatusForbidden || got.json()["code"] != "forbidden-while-impersonating" {
			t.Errorf("%s: %d %s", path, got.Code, got.Body)
		}
	}
	if got := b.do("GET", "/sw.js", "", "Accept: */*"); got.Code != http.StatusOK {
		t.Errorf("as a file: %d", got.Code)
	}
}

// Clear-Site-Data would log the actor out. A header spelled in another way, or
// in a 103, must not set the actor's own cookie.
func TestAttack_P4_TheApplicationCanNotTouchTheActorsJar(t *testing.T) {
	w, _ := sessionWorld(t)
	w.handler = w.manager.Middleware(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/login":
			sessionOf(r)["user"] = r.FormValue("user")
		case "/wipe":
			rw.Header().Set("Clear-Site-Data", `"cache", "cookies", "storage"`)
			rw.Header()["set-cookie"] = []string{"session=odd"}
		case "/hints":
			rw.Header().Set("Set-Cookie", "session=early")
			rw.WriteHeader(http.StatusEarlyHints)
		}
	}))
	b := w.loginBySession("1")
	b.start("10")
	const odd = "set-" + "cookie" // spelled as the application did
	if got := b.get("/wipe").Header(); got.Get("Clear-Site-Data") != "" || len(map[string][]string(got)[odd]) > 0 {
		t.Errorf("Clear-Site-Data %q, %s %q", got.Get("Clear-Site-Data"), odd, map[string][]string(got)[odd])
	}
	server := httptest.NewServer(w.handler)
	defer server.Close()
	r, _ := http.NewRequestWithContext(t.Context(), "GET", server.URL+"/hints", nil)
	for name, value := range b.cookies {
		r.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	got := rawRequest(t, server, r)
	if strings.Contains(got, "\r\nSet-Cookie: session=early") {
		t.Errorf("the early hints set it: %.300s", got)
	}
}

func rawRequest(t *testing.T, server *httptest.Server, r *http.Request) string {
	t.Helper()
	r.Close = true
	var sent strings.Builder
	if err := r.Write(&sent); err != nil {
		t.Fatal(err)
	}
	return raw(t, server, sent.String())
}

// An excluded page must not see the partition's cookies, by their inner names
// either, and a Stop by the application's own handler clears them.
func TestAttack_P4_ThePartitionIsSeenByNobodyElseAndGoesWithTheEnd(t *testing.T) {
	var seen string
	w, _ := sessionWorld(t)
	w.handler = w.manager.Middleware(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		switch seen = r.Header.Get("Cookie"); r.URL.Path {
		case "/login":
			sessionOf(r)["user"] = r.FormValue("user")
		case "/own-stop":
			if _, err := w.manager.Stop(rw, r); err != nil {
				t.Error(err)
			}
		}
		_, _ = io.WriteString(rw, "ok")
	}))
	b := w.loginBySession("1")
	b.start("10")
	b.get("/")
	if b.get("/admin/x"); strings.Contains(seen, "guise-") {
		t.Errorf("the excluded page sees %s", seen)
	}
	b.post("/own-stop", "a=b")
	for name := range b.cookies {
		if strings.HasPrefix(name, "guise") {
			t.Errorf("after the application's own Stop the cookie %s is left", name)
		}
	}
}

// TouchLastLogin is called after the start is on record and before the answer.
// A panic there must not leave an impersonation that no browser holds.
func TestAttack_APanicInTouchLastLoginIsHarmless(t *testing.T) {
	w := newWorld(t, func(c *guise.Config) { c.TouchLastLogin = func(context.Context, guise.Subject) error { panic("boom") } })
	b := w.login("1")
	b.whatever("POST", "/impersonate/start", "user_id=10")
	running, err := w.store.Store.Running(t.Context(), "1", 1)
	if err != nil || len(running) != 1 {
		t.Fatalf("%d run, %v; want the one that was started", len(running), err)
	}
	if !b.impersonates() {
		t.Error("an impersonation runs that no browser can leave")
	}
}

// logless is a store whose log can't be written while everything else works.
type logless struct {
	guise.Store
	down    atomic.Bool
	largest atomic.Int64
}

func (s *logless) Append(ctx context.Context, events ...guise.Event) error {
	if s.down.Load() {
		s.largest.Store(max(s.largest.Load(), int64(len(events))))
		return errDown
	}
	return s.Store.Append(ctx, events...)
}

// Only so many reads that can't be logged wait in memory, and not all of them
// are offered to the store again by each request.
func TestAttack_P1_WhatCanNotBeLoggedDoesNotGoOnForever(t *testing.T) {
	store := &logless{}
	w := newWorld(t, func(c *guise.Config) { store.Store, c.Store = c.Store, store })
	b := w.login("1")
	b.start("10")
	store.down.Store(true)
	for range 6000 {
		b.do("GET", "/data", "", asJSON)
	}
	switch n := store.largest.Load(); {
	case n == 0:
		t.Error("nothing was offered to the store")
	case n > 5000:
		t.Errorf("%d requests wait in memory", n)
	}
}

// A sweep ends whatever is due within a second. Once, it ended a hundred at a
// time, and 350 took a second and a half.
func TestAttack_P5_AllThatIsDueIsSweptWithinASecond(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, func(c *guise.Config) { c.MaxRunning = -1 })
		for range 350 {
			w.login("1").start("10")
		}
		w.advance(2 * time.Hour)
		ctx, cancel := context.WithTimeout(t.Context(), 999*time.Millisecond)
		defer cancel()
		_ = w.manager.Run(ctx)
		if n := len(w.logged(guise.KindEnded)); n != 350 {
			t.Errorf("%d of 350", n)
		}
	})
}

// A request made by http.NewRequest without a body has a nil Body, and must
// not make anything panic.
func TestAttack_ARequestWithoutABody(t *testing.T) {
	w := newWorld(t, nil)
	for _, path := range []string{"start", "stop", "mode", "live/x/end"} {
		t.Run(path, func(t *testing.T) {
			defer func() {
				if panicked := recover(); panicked != nil {
					t.Errorf("panic: %v", panicked)
				}
			}()
			r, _ := http.NewRequestWithContext(t.Context(), "POST", "/impersonate/"+path, nil)
			r.AddCookie(&http.Cookie{Name: loginCookie, Value: "1"})
			w.handler.ServeHTTP(httptest.NewRecorder(), r)
		})
	}
}

// The ServeMux's own redirects would lose what StripPrefix took off, and lead
// out of BasePath. Guise's keep it, for an absolute-form request line too.
func TestAttack_RedirectsKeepThePublicPrefix(t *testing.T) {
	w := newWorld(t, nil)
	server := httptest.NewServer(http.StripPrefix("/app", w.handler))
	defer server.Close()
	for target, redirects := range map[string]bool{
		"/app/impersonate//users": false, "/app/impersonate/x/../users": false, "/app/impersonate/..//x": false,
		"/app/impersonate": true, "http://app.example/app/impersonate/": true,
	} {
		got := raw(t, server, fmt.Sprintf("GET %s HTTP/1.1\r\nHost: app.example\r\nCookie: login=1\r\nAccept: text/html\r\nConnection: close\r\n\r\n", target))
		_, location, redirected := strings.Cut(got, "\r\nLocation: ")
		if redirected != redirects || redirects && !strings.HasPrefix(location, "/app/impersonate/") {
			t.Errorf("%s leads to %.40q", target, location)
		}
	}
}

// Even with a directory that forgets the filter, the list shows nobody outside
// the scope.
func TestAttack_TheListShowsNobodyOutsideOfTheScope(t *testing.T) {
	w := newWorld(t, func(c *guise.Config) {
		c.Users = forgetful{c.Users}
		c.Scope = func(context.Context, guise.Actor) (guise.Filter, error) {
			return guise.Filter{Tenants: []string{"north"}}, nil
		}
	})
	if got := w.login("1").do("GET", "/impersonate/users", "", asJSON).Body.String(); strings.Contains(got, "Noah") || !strings.Contains(got, "Maya") {
		t.Errorf("lists %s", got)
	}
}

type forgetful struct{ guise.Directory }

func (d forgetful) Search(ctx context.Context, query guise.Query) (guise.UserPage, error) {
	query.Filter = guise.Filter{}
	return d.Directory.Search(ctx, query)
}

// An isolated cookie that the application sets in another case is cleared at
// the end. Once, it got a name in the partition that nothing read back, hid or
// cleared.
func TestAttack_P4_TheEndClearsAllThatWasPutApart(t *testing.T) {
	w := newWorld(t, func(c *guise.Config) { c.IsolateCookies = []string{"session"} })
	w.handler = w.manager.Middleware(http.HandlerFunc(func(rw http.ResponseWriter, _ *http.Request) { rw.Header().Set("Set-Cookie", "SESSION=x") }))
	b := w.login("1")
	b.start("10")
	b.get("/")
	b.post("/impersonate/stop", "")
	if len(b.cookies) != 1 {
		t.Errorf("left: %v", b.cookies)
	}
}

// A JSON key that doesn't begin with an ASCII letter comes back intact.
func TestAttack_AnOddKeyIsNamedAsItIs(t *testing.T) {
	w := newWorld(t, nil)
	got := w.login("1").do("POST", "/impersonate/start", `{"über":1}`, asJSON, "Content-Type: application/json")
	if detail, _ := got.json()["detail"].(string); !strings.HasPrefix(detail, `"über" is no field`) {
		t.Errorf("%s", got.Body)
	}
}
