package browser

import (
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/guise-go/guise"
	"github.com/guise-go/guise/memstore"
	"github.com/guise-go/guise/test/internal/chromium"
	"github.com/guise-go/guise/userstest"
)

// app is an application with pages of the test's own, in which everyone is Ada.
type app struct {
	*httptest.Server
	t       *testing.T
	manager *guise.Manager
	p       *chromium.Page
}

var (
	ada  = guise.User{ID: "1", Name: adasName, Email: "ada@example.org", Active: true, Superuser: true}
	maya = guise.User{ID: "10", Name: mayasName, Email: "maya@example.org", Active: true}
)

// answer is a page: its header, lines of "Name: value", and all of its HTML.
type answer struct{ header, html string }

// head begins a page that needs nothing else from the server.
const head = `<!doctype html><html lang="en"><meta name="viewport" content="width=device-width"><link rel="icon" href="data:,"><title>Test</title>`

// newApp serves these pages, by their path, and opens a browser.
func newApp(t *testing.T, pages map[string]answer, place guise.BannerPlace) *app {
	t.Helper()
	manager, err := guise.New(guise.Config{
		Identify: func(*http.Request) (string, error) { return ada.ID, nil },
		Users:    userstest.NewMemory(ada, maya), Store: memstore.New(),
		BannerPlace: place, InsecureCookies: true, Logger: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		t.Fatal(err)
	}
	a := &app{t: t, manager: manager}
	a.Server = httptest.NewServer(manager.Middleware(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		page, found := pages[r.URL.Path]
		if !found {
			page.html = head + `<body><form method="post" action="/impersonate/start"><input type="hidden" name="user_id" value="` + maya.ID +
				`"><button>Start</button></form><p>This page is for ` + guise.EffectiveID(r.Context(), ada.ID)
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		for line := range strings.Lines(page.header) {
			name, value, _ := strings.Cut(strings.TrimSpace(line), ": ")
			w.Header().Set(name, value)
		}
		_, _ = io.WriteString(w, page.html)
	})))
	t.Cleanup(a.Close)
	a.p = chromium.Open(t) // closed before the server, which would wait for it
	return a
}

// in is the same for a part of the test.
func (a *app) in(t *testing.T) *app { return &app{a.Server, t, a.manager, a.p.In(t)} }

// fresh is the same in a window of its own, with Ada as herself.
func (a *app) fresh(t *testing.T) *app {
	t.Helper()
	own := &app{a.Server, t, a.manager, a.p.In(t).Beside()}
	leave(own.p, a.URL, "/")
	return own
}

// act makes Ada act as Maya; the start page is then open.
func (a *app) act() {
	a.p.Goto(a.URL + "/")
	a.p.Press("form", "Start")
}

// wantSelf checks that the page that is open is Ada's own.
func (a *app) wantSelf() {
	a.t.Helper()
	if text := a.p.Text("body"); a.p.Exists(banner) || !strings.Contains(text, "This page is for "+ada.ID) {
		a.t.Errorf("the page is not Ada's own: %q", text)
	}
}
