package browser

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/guise-go/guise"
	"github.com/guise-go/guise/console"
	"github.com/guise-go/guise/memstore"
	"github.com/guise-go/guise/test/internal/chromium"
	"github.com/guise-go/guise/userstest"
)

// TestTimeline_SaysTheDayOnce: a day of UTC can be two of the reader's. The
// heading is the first, and a time on the other says so; in UTC it is one.
func TestTimeline_SaysTheDayOnce(t *testing.T) {
	t.Parallel()
	noon := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC) // midnight in Fiji
	store := memstore.New()
	one := guise.Impersonation{
		ID: "one", StackID: "one", Depth: 1, Actor: guise.Actor{User: ada}, Subject: guise.Subject{User: maya}, Mode: guise.ReadOnly,
		State: guise.StateActive, StartedAt: noon.Add(-time.Minute), LastSeenAt: noon, ExpiresAt: noon.Add(time.Hour),
	}
	event := func(kind guise.Kind, at time.Time) guise.Event {
		return guise.Event{Kind: kind, Time: at, ImpersonationID: one.ID, Actor: one.Actor, Subject: one.Subject, Mode: one.Mode, Method: "GET", Path: "/", Status: 200}
	}
	if err := store.Start(t.Context(), guise.Start{Impersonation: one, Token: guise.TokenHash{1}, Event: event(guise.KindStarted, one.StartedAt)}); err != nil {
		t.Fatal(err)
	}
	if err := store.Append(t.Context(), event(guise.KindRequest, noon.Add(time.Minute))); err != nil {
		t.Fatal(err)
	}
	manager, err := guise.New(guise.Config{
		Identify: func(*http.Request) (string, error) { return ada.ID, nil }, Users: userstest.NewMemory(ada, maya), Store: store,
		Console: console.New, Clock: func() time.Time { return noon }, InsecureCookies: true, Logger: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(manager.Middleware(http.NotFoundHandler()))
	t.Cleanup(server.Close)
	p := chromium.Open(t)
	p.Zone("Pacific/Fiji")
	p.Goto(server.URL + "/impersonate/log/one")
	wantTimes := func(day, first, last string) {
		t.Helper()
		for selector, want := range map[string]string{
			".day": day, ".timeline li:first-child time": first, ".timeline li:last-child time": last,
		} {
			if got := p.Text(selector); got != want {
				t.Errorf("%s reads %q, want %q", selector, got, want)
			}
		}
	}
	wantTimes("Mar 1, 2026", "11:59:00 PM", "Mar 2, 2026, 12:01:00 AM")
	p.Click("footer", "Show them in UTC, to the second")
	wantTimes("2026-03-01 UTC", "11:59:00 UTC", "12:01:00 UTC")
}
