package docs_test

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/guise-go/guise"
	"github.com/guise-go/guise/console"
	"github.com/guise-go/guise/guisetest"
	"github.com/guise-go/guise/memstore"
	"github.com/guise-go/guise/userstest"
)

// desk is an application that answers every endpoint there is, and a client.
type desk struct {
	run     func(context.Context) error
	t       *testing.T
	handler http.Handler
	users   *userstest.Memory
	clock   *guisetest.Clock
	cookies map[string]*http.Cookie
	// login is who is logged in, as the next request goes out; id the last
	// impersonation that was answered.
	login, id string
}

// pages are made once for all desks, which all give the same options.
var pages = sync.OnceValues(func() (guise.Console, error) { return console.New(guise.ConsoleOptions{NextParam: "next"}) })

func newDesk(t *testing.T) *desk {
	t.Helper()
	d := &desk{
		t: t, cookies: map[string]*http.Cookie{}, login: "1",
		clock: guisetest.NewClock(time.Date(2026, 3, 31, 9, 30, 0, 0, time.UTC)),
		users: userstest.NewMemory(
			guise.User{ID: "1", Username: "ada", Name: "Ada Admin", Email: "ada@example.org", Active: true, Superuser: true, Tenant: "north"},
			guise.User{ID: "2", Username: "bo", Name: "Bo Boss", Active: true, Superuser: true, Tenant: "north"},
			guise.User{ID: "3", Username: "stan", Name: "Stan Staff", Active: true, Staff: true, Tenant: "north"},
			guise.User{ID: "10", Username: "maya", Name: "Maya Customer", Email: "maya@example.org", Active: true, Tenant: "north"},
			guise.User{ID: "11", Username: "noah", Name: "Noah Customer", Active: true, Tenant: "south"},
		),
	}
	m, err := guise.New(guise.Config{
		Identify: func(r *http.Request) (string, error) { return r.Header.Get("X-Login"), nil },
		Users:    d.users, Store: memstore.New(),
		Console:    func(guise.ConsoleOptions) (guise.Console, error) { return pages() },
		Policy:     guise.SuperusersAndStaff,
		RetainFor:  400 * 24 * time.Hour,
		AllowPurge: true, AllowNotes: true,
		TicketPattern: `(HELP-\d+)?`,
		Hooks: guise.Hooks{BeforeStart: func(_ context.Context, ask guise.Ask) error {
			if ask.Ticket == "HELP-503" {
				return errors.New("the help desk does not answer")
			}
			return nil
		}},
		Clock: d.clock.Now, Logger: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		t.Fatal(err)
	}
	d.handler, d.run = m.Middleware(http.NotFoundHandler()), m.Run
	return d
}

// ask sends a request, and answers for a place {id} in its path with the last
// impersonation. Accept is "json", "html", or "browser" for a form on a page.
func (d *desk) ask(method, path, body, accept string, headers ...string) *httptest.ResponseRecorder {
	d.t.Helper()
	path = strings.ReplaceAll(path, "{imp}", d.id)
	body = strings.ReplaceAll(body, "{imp}", d.id)
	r := httptest.NewRequestWithContext(d.t.Context(), method, "https://app.example/impersonate/"+path, strings.NewReader(body))
	r.Header.Set("X-Login", d.login)
	r.Header.Set("Accept", map[string]string{"json": "application/json", "html": "text/html", "browser": "text/html"}[accept])
	if accept == "browser" {
		r.Header.Set("Sec-Fetch-Mode", "navigate")
		r.Header.Set("Sec-Fetch-Dest", "document")
	}
	if strings.HasPrefix(body, "{") {
		r.Header.Set("Content-Type", "application/json")
	} else if body != "" {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for n := 0; n < len(headers); n += 2 {
		r.Header.Set(headers[n], headers[n+1])
	}
	for _, cookie := range d.cookies {
		r.AddCookie(cookie)
	}
	w := httptest.NewRecorder()
	d.handler.ServeHTTP(w, r)
	for _, cookie := range w.Result().Cookies() {
		if cookie.MaxAge < 0 {
			delete(d.cookies, cookie.Name)
		} else {
			d.cookies[cookie.Name] = cookie
		}
	}
	var answered struct {
		ID      string `json:"id"`
		Running struct {
			ID string `json:"id"`
		} `json:"running"`
	}
	if json.Unmarshal(w.Body.Bytes(), &answered) == nil && len(answered.ID) > 8 {
		d.id = answered.ID
	}
	return w
}

// do is what a case does before its request.
func (d *desk) do(step string) {
	d.t.Helper()
	switch step {
	case "start", "start writing":
		body := "user_id=10&ticket=HELP-4711&reason=empty+timetable"
		if step == "start writing" {
			body += "&mode=read_write"
		}
		if w := d.ask("POST", "start", body, "json"); w.Code != http.StatusCreated {
			d.t.Fatalf("%s: %d %s", step, w.Code, w.Body)
		}
	case "note":
		if w := d.ask("POST", "log/notes", "subject=10&note=told+on+the+telephone", "json"); w.Code != http.StatusCreated {
			d.t.Fatalf("%s: %d %s", step, w.Code, w.Body)
		}
	case "stop":
		if w := d.ask("POST", "stop", "", "json"); w.Code != http.StatusOK {
			d.t.Fatalf("%s: %d %s", step, w.Code, w.Body)
		}
	case "an hour later":
		d.clock.Advance(time.Hour)
	case "shutting down":
		over, cancel := context.WithCancel(d.t.Context())
		cancel()
		if err := d.run(over); !errors.Is(err, context.Canceled) {
			d.t.Fatalf("%s: %v", step, err)
		}
	case "another browser":
		d.cookies = map[string]*http.Cookie{}
	case "database down":
		d.users.Fail(errors.New("the database does not answer"))
	case "nobody", "Ada", "Bo", "Stan", "Maya":
		d.login = map[string]string{"nobody": "", "Ada": "1", "Bo": "2", "Stan": "3", "Maya": "10"}[step]
	default:
		d.t.Fatalf("%q is no step", step)
	}
}
