package model

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"time"

	"github.com/guise-go/guise"
	"github.com/guise-go/guise/userstest"
	"pgregory.net/rapid"
)

const (
	maxDuration = 20 * time.Minute
	idleTimeout = 15 * time.Minute
)

var (
	actors   = []string{"1", "2", "3"}
	subjects = []string{"10", "11"}
)

// world is an application on two instances, and what the model knows of it.
type world struct {
	*rapid.T
	store     *faulty
	users     *userstest.Memory
	people    map[string]guise.User
	instances []http.Handler
	managers  []*guise.Manager
	now       time.Time

	jars    map[string]map[string]string // the cookies of each actor's browser
	lives   map[string]*life             // the last that each actor began, as far as the browser or the store knows
	held    map[string]string            // the impersonation whose handle each browser was given last
	ran     []run                        // requests that reached the application since the step began
	written map[string]string            // by path, the impersonation that each write ran in
	told    map[string]int               // how often each end was told
	failed  bool                         // whether the store failed in the answer looked at last
	steps   int
}

// run is one request as the application saw it.
type run struct{ method, path, as, session string }

func newWorld(t *rapid.T, store guise.Store) *world {
	w := &world{
		T: t, store: &faulty{Store: store}, users: userstest.NewMemory(), people: map[string]guise.User{},
		now:  time.Date(2026, 5, 4, 9, 0, 0, 0, time.UTC),
		jars: map[string]map[string]string{}, lives: map[string]*life{}, held: map[string]string{}, written: map[string]string{}, told: map[string]int{},
	}
	for _, id := range append(actors, subjects...) {
		w.put(guise.User{ID: id, Name: "User " + id, Active: true, Superuser: len(id) == 1})
	}
	for _, id := range actors {
		w.jars[id] = map[string]string{"login": id, "session": "own-" + id}
	}
	for range 2 {
		w.instances = append(w.instances, w.instance())
	}
	return w
}

func (w *world) put(user guise.User) {
	w.people[user.ID] = user
	w.users.Put(user)
}

func (w *world) instance() http.Handler {
	manager, err := guise.New(guise.Config{
		Identify: func(r *http.Request) (string, error) {
			login, err := r.Cookie("login")
			if err != nil {
				return "", nil
			}
			return login.Value, nil
		},
		Users: w.users, Store: w.store, Clock: func() time.Time { return w.now },
		MaxDepth: 2, AllowSuperusers: true, MaxDuration: maxDuration, IdleTimeout: idleTimeout, Activity: guise.ActivityWrites,
		IsolateCookies: []string{"session"}, InsecureCookies: true, Logger: slog.New(slog.DiscardHandler),
		Limits: guise.Limits{Starts: -1, Refusals: -1},
		Hooks:  guise.Hooks{Ended: func(_ context.Context, e guise.Event) { w.told[e.ImpersonationID]++ }},
	})
	if err != nil {
		w.Fatal(err)
	}
	w.managers = append(w.managers, manager)
	return manager.Middleware(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		one := run{method: r.Method, path: r.URL.Path}
		if login, err := r.Cookie("login"); err == nil {
			one.as = guise.EffectiveID(r.Context(), login.Value)
		}
		if session, err := r.Cookie("session"); err == nil {
			one.session = session.Value
		}
		w.ran = append(w.ran, one)
		http.SetCookie(rw, &http.Cookie{Name: "session", Value: "own-" + one.as, Path: "/"})
		rw.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = fmt.Fprint(rw, "<!DOCTYPE html><html><body>hello</body></html>")
	}))
}

// send is one request of an actor's browser to a random instance.
func (w *world) send(actor, method, path, body string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Accept", "application/json")
	if path == "/impersonate/ended" {
		r.Header.Set("Accept", "text/html")
	}
	jar := w.jars[actor]
	for name, value := range jar {
		r.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	recorder := httptest.NewRecorder()
	w.instances[rapid.IntRange(0, len(w.instances)-1).Draw(w.T, "instance")].ServeHTTP(recorder, r)
	for _, cookie := range recorder.Result().Cookies() {
		if cookie.MaxAge < 0 {
			delete(jar, cookie.Name)
		} else {
			jar[cookie.Name] = cookie.Value
		}
	}
	return recorder
}

func (w *world) carries(actor string) bool { return w.jars[actor]["guise"] != "" }
