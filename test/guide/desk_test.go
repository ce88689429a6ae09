package guide_test

import (
	"fmt"
	"html/template"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/guise-go/guise"
	"github.com/guise-go/guise/guisetest"
	"github.com/guise-go/guise/memstore"
	"github.com/guise-go/guise/userstest"
)

// desk is the application that the snippets configure: a login that is a
// cookie, and pages that say whom they are for.
type desk struct {
	*guisetest.Browser
	t       *testing.T
	manager *guise.Manager
	store   guise.Store
	users   *userstest.Memory
	clock   *guisetest.Clock
	handler http.Handler
}

func people() *userstest.Memory {
	return userstest.NewMemory(
		guise.User{ID: "1", Name: "Ada", Email: "ada@example.org", Active: true, Superuser: true, Tenant: "north"},
		guise.User{ID: "2", Name: "Bo", Active: true, Superuser: true, Tenant: "north"},
		guise.User{ID: "3", Name: "Stan", Active: true, Staff: true, Tenant: "north"},
		guise.User{ID: "4", Name: "Olga", Active: true, Tenant: "north", Attributes: map[string]string{"role": "auditor"}},
		guise.User{ID: "10", Name: "Maya", Email: "maya@example.org", Active: true, Tenant: "north"},
		guise.User{ID: "11", Name: "Noah", Active: true, Tenant: "south", Attributes: map[string]string{"support_access": "no"}},
	)
}

func loggedIn(r *http.Request) (string, error) {
	if cookie, err := r.Cookie("login"); err == nil {
		return cookie.Value, nil
	}
	return "", nil // nobody
}

// open makes a desk with this Config, whose required fields it fills in, and a
// browser in which Ada, a superuser, is logged in.
func open(t *testing.T, config guise.Config) *desk {
	t.Helper()
	d := &desk{t: t, users: people(), clock: guisetest.NewClock(time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC))}
	if config.Identify == nil {
		config.Identify = loggedIn
	}
	if config.Users == nil {
		config.Users = d.users
	}
	if config.Store == nil {
		config.Store = memstore.New()
	}
	if config.Logger == nil {
		config.Logger = slog.New(slog.DiscardHandler)
	}
	d.store, config.Clock = config.Store, d.clock.Now
	m, err := guise.New(config)
	if err != nil {
		t.Fatal(err)
	}
	d.manager = m
	d.handler = m.Middleware(http.HandlerFunc(d.page))
	d.Browser = guisetest.NewBrowser(t, d.handler)
	d.SetCookie("login", "1")
	return d
}

// as is another browser, in which this user is logged in.
func (d *desk) as(id string) *guisetest.Browser {
	d.t.Helper()
	other := d.Another()
	other.SetCookie("login", id)
	return other
}

var page = template.Must(template.New("").Parse(`<!DOCTYPE html><title>Desk</title><body>{{.}}</body>`))

func (d *desk) page(w http.ResponseWriter, r *http.Request) {
	id, _ := loggedIn(r)
	_ = page.Execute(w, fmt.Sprintf("%s %s as %s", r.Method, r.URL.Path, guise.EffectiveID(r.Context(), id)))
}

// events are those of a kind that are in the log.
func (d *desk) events(kind guise.Kind) []guise.Event {
	d.t.Helper()
	if err := d.manager.Close(d.t.Context()); err != nil {
		d.t.Fatal(err)
	}
	all, err := d.store.Events(d.t.Context(), "", 0, 1000)
	if err != nil {
		d.t.Fatal(err)
	}
	var found []guise.Event
	for _, event := range all {
		if event.Kind == kind {
			found = append(found, event)
		}
	}
	return found
}

// wants fails the test unless the body holds the text.
func (d *desk) wants(got guisetest.Answer, status int, text string) {
	d.t.Helper()
	if got.Status != status || !strings.Contains(got.Body, text) {
		d.t.Errorf("got %d, want %d with %q:\n%s", got.Status, status, text, got.Body)
	}
}

func (d *desk) equal(got, want any) {
	d.t.Helper()
	if got != want {
		d.t.Errorf("got %v, want %v", got, want)
	}
}
