package guise_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/guise-go/guise"
)

// TestAttack_TheApplicationsOwnFunctionsPanic: the request is gone, and what it
// would have done is not done, neither by half nor as somebody else.
func TestAttack_TheApplicationsOwnFunctionsPanic(t *testing.T) {
	const secret = "secret of the inside"
	for name, install := range map[string]func(c *guise.Config, burst func()){
		"Policy": func(c *guise.Config, burst func()) {
			c.Policy = func(ctx context.Context, ask guise.Ask) error { burst(); return guise.SuperusersOnly(ctx, ask) }
		},
		"Scope": func(c *guise.Config, burst func()) {
			c.Scope = func(context.Context, guise.Actor) (guise.Filter, error) { burst(); return guise.Filter{}, nil }
		},
		"Permit": func(c *guise.Config, burst func()) {
			c.Permit = func(context.Context, guise.Actor, guise.Action) error { burst(); return nil }
		},
		"ClientIP": func(c *guise.Config, burst func()) {
			c.ClientIP = func(*http.Request) string { burst(); return "192.0.2.1" }
		},
		"Assume": func(c *guise.Config, burst func()) {
			c.Assume = func(r *http.Request, _ guise.Subject) *http.Request { burst(); return r }
		},
		"Identify": func(c *guise.Config, burst func()) {
			identify := c.Identify
			c.Identify = func(r *http.Request) (string, error) { burst(); return identify(r) }
		},
		"Hooks": func(c *guise.Config, burst func()) {
			c.Hooks.BeforeStart = func(context.Context, guise.Ask) error { burst(); return nil }
			c.Hooks.Started = func(context.Context, guise.Event) { burst() }
			c.Hooks.Ended, c.Hooks.Denied = c.Hooks.Started, c.Hooks.Started
		},
	} {
		t.Run(name, func(t *testing.T) {
			on := false
			w := newWorld(t, func(c *guise.Config) {
				c.DefaultMode, c.MaxRunning = guise.ReadWrite, 3
				install(c, func() {
					if on {
						panic(secret)
					}
				})
			})
			b := w.login("1")
			b.start("10")
			on = true
			for _, request := range everyRequest {
				if got := b.copy().whatever(request.method, request.path, request.body); strings.Contains(got, secret) {
					t.Errorf("%s %s says %s", request.method, request.path, got)
				}
			}
			on = false
			for _, ran := range w.written() {
				// What came after an ending ran in a copy of the browser that still
				// has the cookie: it must not have run at all.
				if !strings.HasSuffix(ran, " as 10") {
					t.Errorf("ran %q", ran)
				}
			}
			w.checkBooks(name)
		})
	}
}

// whatever sends a request that may panic, and returns the body if it did not.
func (b *browser) whatever(method, path, body string) (got string) {
	defer func() { _ = recover() }()
	return b.do(method, path, body, asJSON).Body.String()
}

func TestAttack_AHandlerReachesNothingOfTheActors(t *testing.T) {
	w, _ := sessionWorld(t)
	var reached []string
	w.handler = w.manager.Middleware(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/login" {
			sessionOf(r)["user"] = r.FormValue("user")
			return
		}
		var sent bytes.Buffer
		_ = r.Write(&sent)
		reached = append(reached, sent.String(), fmt.Sprint(r.Cookies()), fmt.Sprintf("%+v", r.Context()), fmt.Sprint(rw.Header()))
		if _, unwraps := rw.(interface{ Unwrap() http.ResponseWriter }); unwraps {
			t.Error("the writer can be unwrapped: a page could be written past the banner")
		}
	}))
	b := w.loginBySession("1")
	own := b.cookies["session"]
	b.start("10")
	b.get("/x")
	b.post("/x", "a=b")
	for _, text := range reached {
		if strings.Contains(text, b.cookies["guise"]) || strings.Contains(text, "session="+own) {
			t.Errorf("the application sees the token or the actor's session: %s", text)
		}
	}
	if len(reached) != 8 {
		t.Errorf("the handler ran %d times, want 2", len(reached)/4)
	}
}

func TestAttack_NoLogHoldsTheToken(t *testing.T) {
	var logged bytes.Buffer
	w := newWorld(t, func(c *guise.Config) {
		c.Logger = slog.New(slog.NewTextHandler(&logged, &slog.HandlerOptions{Level: slog.LevelDebug}))
	})
	b := w.login("1")
	b.start("10")
	handle := b.cookies["guise"]
	for _, down := range []string{"Resolve", "Append", "Touch", "End", "*"} {
		w.store.fail(down)
		for _, request := range everyRequest {
			b.copy().do(request.method, request.path, request.body, asPage)
		}
	}
	if logged.Len() == 0 || strings.Contains(logged.String(), handle) {
		t.Errorf("%d bytes logged; want some, without the token", logged.Len())
	}
}

func TestAttack_SetCookieLinesCanNotReachTheActorsJar(t *testing.T) {
	for _, line := range []string{
		"session=x", "SESSION=x", " session=x", "session =x", "session\t=x", "=session=x", "session", "=x", "", ";session=x",
		"session=x; Domain=example.com; Path=/deep", "session=x\r\nSet-Cookie: session=y", "session=x; Max-Age=99999; Expires=Fri, 01 Jan 2100 00:00:00 GMT",
	} {
		w := newWorld(t, func(c *guise.Config) { c.IsolateCookies = []string{"session"} })
		w.handler = w.manager.Middleware(http.HandlerFunc(func(rw http.ResponseWriter, _ *http.Request) {
			rw.Header()["Set-Cookie"] = []string{line}
		}))
		b := w.login("1")
		b.start("10")
		for _, set := range b.get("/").Header()["Set-Cookie"] {
			if !strings.HasPrefix(set, "guise-") || strings.Contains(set, "Domain") || strings.Contains(set, "99999") {
				t.Errorf("%q became %q", line, set)
			}
		}
	}
}

func TestAttack_ADirectoryThatAnswersForAnotherOpensNothing(t *testing.T) {
	w := newWorld(t, func(c *guise.Config) { c.Users = looseDirectory{c.Users} })
	if got := w.login("1").post("/impersonate/start", "user_id=010"); got.Code != http.StatusNotFound {
		t.Errorf("as 010, whom the directory takes for 10: %d", got.Code)
	}
	if got := w.login("01").post("/impersonate/start", "user_id=10"); got.Code != http.StatusUnauthorized {
		t.Errorf("as the actor 01, whom the directory takes for 1: %d", got.Code)
	}
	b := w.login("1")
	b.start("10")
	b.cookies[loginCookie] = "01"
	if got := b.post("/notes", "a=b"); got.Code != http.StatusForbidden || len(w.written()) > 0 {
		t.Errorf("the token in the hands of 01: %d, ran %q", got.Code, w.written())
	}
}

// looseDirectory finds users by number, whatever zeros are in front.
type looseDirectory struct{ guise.Directory }

func (d looseDirectory) User(ctx context.Context, id string) (guise.User, error) {
	return d.Directory.User(ctx, strings.TrimLeft(id, "0"))
}

func TestAttack_WithoutTheMiddleware(t *testing.T) {
	w := newWorld(t, nil)
	forged := httptest.NewRequest("GET", "/", nil)
	forged.Header.Set("Cookie", "login=1; guise="+strings.Repeat("A", 43))
	for _, r := range []*http.Request{httptest.NewRequest("GET", "/", nil), forged, {}, {URL: &url.URL{}, Header: http.Header{}}} {
		view := w.manager.View(r)
		if view.Impersonating() || view.Impersonation() != nil || view.Actor().ID != "" || view.StopForm() != "" || view.Banner() != "" {
			t.Errorf("%v: the view shows an impersonation that nobody started", r.Header)
		}
		for _, id := range []string{"", `"><script>`, strings.Repeat("a", 100_000), "\xff\x00", ".."} {
			if view.Can(id) || view.Button(id) != "" {
				t.Errorf("a button to act as %.20q", id)
			}
		}
		if got, err := w.manager.Stop(httptest.NewRecorder(), r); err == nil {
			t.Errorf("stopped %v", got)
		}
	}
	if _, err := w.manager.Start(httptest.NewRecorder(), forged, guise.StartRequest{UserID: "10"}); err == nil {
		t.Error("started on top of a forged token")
	}
}
