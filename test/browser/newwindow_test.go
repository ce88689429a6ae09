package browser

import (
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/guise-go/guise"
	"github.com/guise-go/guise/console"
	"github.com/guise-go/guise/memstore"
	"github.com/guise-go/guise/test/internal/chromium"
	"github.com/guise-go/guise/userstest"
)

// TestNewWindow_OneActsThereAndTheListStays: with Config.NewWindow the button of
// the application's list opens a window. One browser has one session, so the page
// that is opened next where the list was is Maya's too, and says so.
func TestNewWindow_OneActsThereAndTheListStays(t *testing.T) {
	t.Parallel()
	for _, way := range []struct {
		name    string
		console func(guise.ConsoleOptions) (guise.Console, error)
		start   func(*chromium.Page)
	}{
		{"by the console's form", console.New, func(p *chromium.Page) {
			p.Fill("reason", reason)
			p.Press("main", "Log in as "+mayasName)
		}},
		{"without a console", nil, func(*chromium.Page) {}},
	} {
		t.Run(way.name, func(t *testing.T) {
			manager, err := guise.New(guise.Config{
				Identify: func(*http.Request) (string, error) { return ada.ID, nil },
				Users:    userstest.NewMemory(ada, maya), Store: memstore.New(), Console: way.console,
				NewWindow: true, InsecureCookies: true, Logger: slog.New(slog.DiscardHandler),
			})
			if err != nil {
				t.Fatal(err)
			}
			server := httptest.NewServer(manager.Middleware(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("Content-Type", "text/html; charset=utf-8")
				fmt.Fprint(w, head, `<body><main><p>This page is for `, guise.EffectiveID(r.Context(), ada.ID), `</p>`, manager.View(r).Button(maya.ID), `</main>`)
			})))
			t.Cleanup(server.Close)
			list := chromium.Open(t)
			list.Goto(server.URL + "/users")
			window := list.Opens("main", "Log in as "+mayasName+", in a new window")
			way.start(window)
			wantBanner(t, window)
			wantText(t, window, "main p", "This page is for "+maya.ID)
			list.Goto(server.URL + "/users")
			wantBanner(t, list)

			window.Press(banner, "Release")
			list.Front()
			wantCovered(t, list)
			list.Goto(server.URL + "/users")
			wantText(t, list, "main p", "This page is for "+ada.ID)
			if list.Exists(banner) {
				t.Error("the list goes on as Maya")
			}
		})
	}
}
