package main

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"time"

	"github.com/guise-go/guise"
	"github.com/guise-go/guise/console"
	"github.com/guise-go/guise/memstore"
	"github.com/guise-go/guise/sqlstore"
	"github.com/guise-go/guise/userstest"
)

// loginHeader is how the application that is measured knows who is logged in:
// it costs nothing.
const loginHeader = "Login"

// plainPage is what it answers: a page of four kilobytes.
var plainPage = []byte("<!DOCTYPE html><html lang=en><title>Timetable</title><body><h1>Timetable</h1>" + strings.Repeat("<p>Monday, mathematics</p>", 160) + "</body></html>")

func servePlain(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_, _ = w.Write(plainPage) // a client that has gone is no one's loss
}

// application is one with Guise around it, on a database with a million users.
type application struct {
	db      *sql.DB
	store   *sqlstore.Store
	manager *guise.Manager
	// handler is the application with Guise, and without.
	handler, bare http.Handler
	// actor and subjects are users' IDs.
	actor    string
	subjects []string
}

// application makes one of the engine, with tables of Guise's beside the users.
func (e engine) application(ctx context.Context, l *lab) (*application, error) {
	return e.applicationOf(ctx, l, l.crowd().N)
}

// applicationOf makes one with so many users.
func (e engine) applicationOf(ctx context.Context, l *lab, users int) (*application, error) {
	return shared(l, fmt.Sprint("application ", e.key, users), func() (*application, error) {
		db, err := e.usersOf(ctx, l, users)
		if err != nil {
			return nil, err
		}
		a := &application{db: db}
		if a.store, err = sqlstore.Open(ctx, db, e.sqlstore); err != nil {
			return nil, err
		}
		// Few of a small crowd are superusers, so one is made.
		a.actor = "1"
		if err := execute(ctx, db, "UPDATE users SET is_superuser = TRUE, is_active = TRUE WHERE id = 1"); err != nil {
			return nil, err
		}
		for id := 2; len(a.subjects) < 100; id++ {
			if p := l.crowd().At(id); p.Active && !p.Staff && !p.Superuser {
				a.subjects = append(a.subjects, fmt.Sprint(id))
			}
		}
		return a, e.wrap(a)
	})
}

// another is one more instance of an application, on the same database.
func (e engine) another(a *application) (*application, error) {
	b := &application{db: a.db, store: a.store, actor: a.actor, subjects: a.subjects}
	return b, e.wrap(b)
}

func (e engine) wrap(a *application) error {
	directory, err := e.directory(a.db)
	if err != nil {
		return err
	}
	return a.wrap(servePlain, guise.Config{Users: directory, Store: a.store})
}

// inMemory is one without a database, for what costs nothing there: Guise's
// work on pages.
func inMemory(page http.HandlerFunc, config guise.Config) (*application, error) {
	a := &application{actor: "1", subjects: []string{"2"}}
	config.Store = memstore.New()
	config.Users = userstest.NewMemory(
		guise.User{ID: "1", Username: "ada", Name: "Ada", Active: true, Superuser: true},
		guise.User{ID: "2", Username: "maya", Name: "Maya", Active: true})
	return a, a.wrap(page, config)
}

// wrap puts Guise around the application's one page.
func (a *application) wrap(page http.HandlerFunc, config guise.Config) (err error) {
	config.Identify = func(r *http.Request) (string, error) { return r.Header.Get(loginHeader), nil }
	config.Console, config.MaxRunning, config.DefaultMode = console.New, -1, guise.ReadWrite
	config.InsecureCookies, config.Logger = true, slog.New(slog.DiscardHandler)
	config.Limits = guise.Limits{Starts: -1, Refusals: -1, Searches: -1, Exports: -1, People: -1} // one actor asks for everyone
	if a.manager, err = guise.New(config); err != nil {
		return err
	}
	a.bare, a.handler = page, a.manager.Middleware(page)
	return nil
}

// as is the header of a request made while impersonating.
func (a *application) as(cookie *http.Cookie) http.Header {
	return http.Header{loginHeader: {a.actor}, "Cookie": {cookie.String()}}
}

// get asks for a page without a network; write gets what is answered.
func (a *application) get(ctx context.Context, path string, w http.ResponseWriter) {
	r := httptest.NewRequestWithContext(ctx, http.MethodGet, path, nil)
	r.Header.Set("Accept", "text/html")
	r.Header.Set(loginHeader, a.actor)
	a.handler.ServeHTTP(w, r)
}

// start begins an impersonation and returns the cookie.
func (a *application) start(ctx context.Context, n int) (*http.Cookie, error) {
	form := url.Values{"user_id": {a.subjects[n%len(a.subjects)]}, "reason": {"measuring"}}
	answer, err := a.post(ctx, "/impersonate/start", form, nil)
	if err != nil {
		return nil, err
	}
	for _, cookie := range answer.Cookies() {
		if cookie.Name == "guise" && cookie.Value != "" {
			return cookie, nil
		}
	}
	return nil, fmt.Errorf("the start gave no cookie: %s", answer.Status)
}

// stop ends it.
func (a *application) stop(ctx context.Context, cookie *http.Cookie) error {
	_, err := a.post(ctx, "/impersonate/stop", nil, cookie)
	return err
}

// post asks Guise for something, without a network.
func (a *application) post(ctx context.Context, path string, form url.Values, cookie *http.Cookie) (*http.Response, error) {
	r := httptest.NewRequestWithContext(ctx, http.MethodPost, path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Accept", "application/json")
	r.Header.Set(loginHeader, a.actor)
	if cookie != nil {
		r.AddCookie(cookie)
	}
	recorder := httptest.NewRecorder()
	a.handler.ServeHTTP(recorder, r)
	answer := recorder.Result()
	if answer.StatusCode >= 300 {
		var problem struct{ Title, Detail string }
		_ = json.Unmarshal(recorder.Body.Bytes(), &problem) // the status alone will do
		return nil, fmt.Errorf("POST %s: %s %s", path, answer.Status, problem.Detail)
	}
	return answer, nil
}

// served serves a handler over loopback until the end of the run.
func (l *lab) served(handler http.Handler) *client {
	server := httptest.NewServer(handler)
	transport := &http.Transport{}
	l.atEnd(func() error {
		transport.CloseIdleConnections()
		server.Close()
		return nil
	})
	return &client{server.URL, &http.Client{Transport: transport, Timeout: time.Minute}}
}

// client asks one server over one connection.
type client struct {
	url string
	*http.Client
}

// asking makes an operation of a request that must be answered with 200.
func (c *client) asking(method string, header http.Header) operation {
	return func(ctx context.Context, _ int) error {
		r, err := http.NewRequestWithContext(ctx, method, c.url+"/timetable", nil)
		if err != nil {
			return err
		}
		r.Header = header.Clone()
		answer, err := c.Do(r)
		if err != nil {
			return err
		}
		defer answer.Body.Close()
		if _, err := io.Copy(io.Discard, answer.Body); err != nil {
			return err
		}
		if answer.StatusCode != http.StatusOK {
			return fmt.Errorf("%s %s: %s", method, r.URL, answer.Status)
		}
		return nil
	}
}
