package guise_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/guise-go/guise"
)

// sessions is a small session library: what is in a session stays on the server,
// the cookie "session" names it, and it slides: each answer sets the cookie
// anew. Someone without a session is sent to the login page; assets need none.
type sessions struct {
	data map[string]map[string]string
	made int
	down bool
}

type sessionsKey struct{}

func (s *sessions) middleware(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if s.down {
			http.Error(w, "no sessions", http.StatusBadGateway)
			return
		}
		id := ""
		if cookie, err := r.Cookie("session"); err == nil && s.data[cookie.Value] != nil {
			id = cookie.Value
		}
		switch {
		case strings.HasPrefix(r.URL.Path, "/assets/"):
			next.ServeHTTP(w, r)
			return
		case id == "":
			s.made++
			id = fmt.Sprint("s", s.made)
			s.data[id] = map[string]string{}
		}
		http.SetCookie(w, &http.Cookie{Name: "session", Value: id, Path: "/", MaxAge: 3600, HttpOnly: true})
		http.SetCookie(w, &http.Cookie{Name: "csrf", Value: "c-" + id, Path: "/"})
		next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), sessionsKey{}, s.data[id])))
	})
}

func sessionOf(r *http.Request) map[string]string {
	data, _ := r.Context().Value(sessionsKey{}).(map[string]string)
	return data
}

// sessionWorld is a world whose logins are in a session library's sessions.
func sessionWorld(t *testing.T) (*world, *sessions) {
	t.Helper()
	s := &sessions{data: map[string]map[string]string{}}
	w := newWorld(t, func(c *guise.Config) {
		c.Sessions, c.IsolateCookies, c.DefaultMode = s.middleware, []string{"session"}, guise.ReadWrite
		c.Exclude, c.Logout = []string{"/admin/"}, []string{"POST /logout"}
		c.Identify = func(r *http.Request) (string, error) { return sessionOf(r)["user"], nil }
	})
	w.handler = w.manager.Middleware(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		data := sessionOf(r)
		switch r.Method + " " + r.URL.Path {
		case "POST /login":
			data["user"] = r.FormValue("user")
		case "POST /draft":
			data["draft"] = r.FormValue("text")
		}
		fmt.Fprintf(rw, "effective=%s session=%v", guise.EffectiveID(r.Context(), data["user"]), data)
	}))
	return w, s
}

func (w *world) loginBySession(id string) *browser {
	b := w.login("")
	b.post("/login", "user="+id)
	return b
}

func TestP4_TwoLivesKeptApart(t *testing.T) {
	w, s := sessionWorld(t)
	b := w.loginBySession("1")
	b.post("/draft", "text=mine")
	own := b.cookies["session"]
	b.start("10")

	if body := b.get("/").Body.String(); body != "effective=10 session=map[]" {
		t.Fatalf("while acting: %s; the actor's session must not be readable", body)
	}
	b.post("/draft", "text=theirs")
	if body := b.get("/").Body.String(); body != "effective=10 session=map[draft:theirs]" {
		t.Errorf("the partition does not keep what is put there: %s", body)
	}
	if b.cookies["session"] != own || s.data[own]["draft"] != "mine" {
		t.Errorf("the actor's own session was touched: %v, cookies %v", s.data[own], b.cookies)
	}
	if body := b.get("/admin/").Body.String(); !strings.Contains(body, "effective=1 ") || !strings.Contains(body, "mine") {
		t.Errorf("excluded path: %s; want the real user's own session", body)
	}
	b.post("/impersonate/stop", "")
	if body := b.get("/").Body.String(); body != "effective=1 session=map[draft:mine user:1]" {
		t.Errorf("afterwards: %s", body)
	}
	for name := range b.cookies {
		if strings.HasPrefix(name, "guise") {
			t.Errorf("the cookie %s is left", name)
		}
	}
}

func TestP4_NothingStaysForTheNextImpersonation(t *testing.T) {
	w, _ := sessionWorld(t)
	for _, ending := range []func(b *browser){
		func(b *browser) { b.post("/impersonate/stop", "") },
		func(b *browser) { b.post("/logout", "") },
		func(b *browser) { w.users.Put(guise.User{ID: "10"}); b.get("/"); w.users.Put(person("10")) },
		func(b *browser) { delete(b.cookies, "guise") }, // as if the browser lost it
	} {
		b := w.loginBySession("1")
		first := b.start("10").json()["id"].(string)
		b.post("/draft", "text=leftover")
		ending(b)
		_ = w.manager.End(t.Context(), first, guise.Actor{User: person("2")}, "")
		for _, next := range []string{"10", "11"} {
			b.start(next)
			if body := b.get("/").Body.String(); strings.Contains(body, "leftover") {
				t.Errorf("as %s: %s", next, body)
			}
			b.post("/impersonate/stop", "")
		}
	}
}

func TestP4_EachActorAndTheSubjectHaveTheirOwn(t *testing.T) {
	w, _ := sessionWorld(t)
	a, z, maya := w.loginBySession("1"), w.loginBySession("2"), w.loginBySession("10")
	a.start("10")
	z.start("10")
	a.post("/draft", "text=a")
	z.post("/draft", "text=z")
	maya.post("/draft", "text=maya")
	for _, r := range []struct {
		b    *browser
		want string
	}{{a, "effective=10 session=map[draft:a]"}, {z, "effective=10 session=map[draft:z]"}, {maya, "effective=10 session=map[draft:maya user:10]"}} {
		if got := r.b.get("/").Body.String(); got != r.want {
			t.Errorf("%s, want %s", got, r.want)
		}
	}
	a.post("/logout", "")
	if got := maya.get("/").Body.String(); got != "effective=10 session=map[draft:maya user:10]" {
		t.Errorf("the customer's own login after the actor left: %s", got)
	}
}

func TestP4_AskingWhoIsThere(t *testing.T) {
	t.Run("an asset without a session ends nothing", func(t *testing.T) {
		w, _ := sessionWorld(t)
		b := w.loginBySession("1")
		b.start("10")
		b.get("/assets/app.css")
		if body := b.get("/").Body.String(); !strings.Contains(body, "effective=10") {
			t.Error(body)
		}
	})
	t.Run("sessions down is a 503 and ends nothing", func(t *testing.T) {
		w, s := sessionWorld(t)
		b := w.loginBySession("1")
		b.start("10")
		s.down = true
		if got := b.get("/"); got.Code != http.StatusServiceUnavailable {
			t.Errorf("%d", got.Code)
		}
		s.down = false
		if body := b.get("/").Body.String(); !strings.Contains(body, "effective=10") {
			t.Error(body)
		}
	})
	t.Run("the own session gone is a logout", func(t *testing.T) {
		w, s := sessionWorld(t)
		b := w.loginBySession("1")
		b.start("10")
		delete(s.data, b.cookies["session"])
		if got := b.get("/"); got.location() != "/impersonate/ended?cause=logged_out" {
			t.Errorf("%d %s", got.Code, got.location())
		}
	})
	t.Run("a sliding session slides on, once, and nothing else is set", func(t *testing.T) {
		w, _ := sessionWorld(t)
		b := w.loginBySession("1")
		own := b.cookies["session"]
		b.start("10")
		set := b.get("/").Header()["Set-Cookie"]
		var real, inside, csrf int
		for _, line := range set {
			switch {
			case strings.HasPrefix(line, "session="+own):
				real++
			case strings.HasPrefix(line, "guise-"):
				inside++
			case strings.HasPrefix(line, "csrf="):
				csrf++
			}
		}
		if real != 1 || inside != 1 || csrf != 1 || len(set) != 3 {
			t.Errorf("set %q; want the actor's session, the partition's, and the application's other cookie, once each", set)
		}
	})
	t.Run("the question has a fixed address, no body, and all that says who asks", func(t *testing.T) {
		var asked []string
		w := newWorld(t, func(c *guise.Config) {
			c.Sessions = func(next http.Handler) http.Handler {
				return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
					if r.Header.Get("Content-Type") == "" {
						asked = append(asked, fmt.Sprint(r.Method, " ", r.URL, " ", r.RequestURI, " ", r.Host, " ", r.ContentLength, " ", r.Header.Get("Authorization"), r.Header.Get("If-None-Match"), r.Header.Get("X-Http-Method-Override")))
					}
					next.ServeHTTP(rw, r)
				})
			}
		})
		w.login("1").do("POST", "/impersonate/start?x=1", "user_id=10", asJSON, "Authorization: Bearer x", "If-None-Match: *", "X-Http-Method-Override: DELETE")
		if len(asked) != 1 || asked[0] != "GET /impersonate/status /impersonate/status example.com 0 Bearer x" {
			t.Errorf("asked %q", asked)
		}
	})
}

func TestP4_StackedPartitions(t *testing.T) {
	s := &sessions{data: map[string]map[string]string{}}
	w := newWorld(t, func(c *guise.Config) {
		c.Sessions, c.IsolateCookies, c.DefaultMode = s.middleware, []string{"session"}, guise.ReadWrite
		c.MaxDepth, c.Policy = 2, guise.SuperusersAndStaff
		c.Identify = func(r *http.Request) (string, error) { return sessionOf(r)["user"], nil }
	})
	w.handler = w.manager.Middleware(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if r.Method == "POST" {
			sessionOf(r)[r.URL.Path] = r.FormValue("user") + r.FormValue("text")
		}
		if r.URL.Path == "/login" {
			sessionOf(r)["user"] = r.FormValue("user")
		}
		fmt.Fprint(rw, guise.EffectiveID(r.Context(), sessionOf(r)["user"]), sessionOf(r)["/draft"])
	}))
	b := w.loginBySession("1")
	b.start("3")
	b.post("/draft", "text=+first")
	b.start("10")
	b.post("/draft", "text=+second")
	if got := b.get("/").Body.String(); got != "10 second" {
		t.Errorf("the second: %s", got)
	}
	b.post("/impersonate/stop", "")
	if got := b.get("/").Body.String(); got != "3 first" {
		t.Errorf("back in the first: %s", got)
	}
}

func TestManager_StartAndStopFromTheApplicationsOwnHandlers(t *testing.T) {
	w := newWorld(t, func(c *guise.Config) { c.DefaultMode = guise.ReadWrite })
	w.handler = w.manager.Middleware(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		var err error
		switch r.URL.Path {
		case "/act":
			_, err = w.manager.Start(rw, r, guise.StartRequest{UserID: r.FormValue("id")})
		case "/release":
			_, err = w.manager.Stop(rw, r)
		default:
			w.app(rw, r)
			return
		}
		fmt.Fprint(rw, err)
	}))
	b := w.login("1")
	if got := b.post("/act", "id=10").Body.String(); got != "<nil>" || b.sees() != "10" {
		t.Fatalf("start: %s, sees %s", got, b.sees())
	}
	if got := b.post("/act", "id=11").Body.String(); got != guise.ErrTooDeep.Error() {
		t.Errorf("start while acting: %s", got)
	}
	if got := b.post("/release", "x=1").Body.String(); got != "<nil>" || b.sees() != "1" || b.impersonates() {
		t.Errorf("stop: %s, sees %s", got, b.sees())
	}
	if got := b.post("/release", "x=1").Body.String(); got != guise.ErrNotImpersonating.Error() {
		t.Errorf("stop again: %s", got)
	}
}
