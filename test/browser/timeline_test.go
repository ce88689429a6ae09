package browser

import (
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/chromedp/chromedp/kb"

	"github.com/guise-go/guise"
	"github.com/guise-go/guise/console"
	"github.com/guise-go/guise/memstore"
	"github.com/guise-go/guise/test/internal/chromium"
	"github.com/guise-go/guise/userstest"
)

// serveTimeline serves a console in which one impersonation began at a moment, and
// is the address of that one's page. The requests have no more than what a test
// is about.
func serveTimeline(t *testing.T, began time.Time, requests ...guise.Event) (address string) {
	t.Helper()
	store := memstore.New()
	one := guise.Impersonation{
		ID: "one", StackID: "one", Depth: 1, Actor: guise.Actor{User: ada}, Subject: guise.Subject{User: maya}, Mode: guise.ReadWrite,
		State: guise.StateActive, StartedAt: began, LastSeenAt: began, ExpiresAt: began.Add(time.Hour),
	}
	event := func(e guise.Event) guise.Event {
		e.ImpersonationID, e.Actor, e.Subject, e.Mode = one.ID, one.Actor, one.Subject, one.Mode
		return e
	}
	start := guise.Start{Impersonation: one, Token: guise.TokenHash{1}, Event: event(guise.Event{Kind: guise.KindStarted, Time: began})}
	if err := store.Start(t.Context(), start); err != nil {
		t.Fatal(err)
	}
	for _, request := range requests {
		request.Kind = guise.KindRequest
		if err := store.Append(t.Context(), event(request)); err != nil {
			t.Fatal(err)
		}
	}
	manager, err := guise.New(guise.Config{
		Identify: func(*http.Request) (string, error) { return ada.ID, nil }, Users: userstest.NewMemory(ada, maya), Store: store,
		Console: console.New, Clock: func() time.Time { return began }, InsecureCookies: true, Logger: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(manager.Middleware(http.NotFoundHandler()))
	t.Cleanup(server.Close)
	return server.URL + "/impersonate/log/one"
}

// TestTimeline_SaysTheDayOnce: a day of UTC can be two of the reader's. The
// heading is the first, and a time on the other says so; in UTC it is one.
func TestTimeline_SaysTheDayOnce(t *testing.T) {
	t.Parallel()
	noon := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC) // midnight in Fiji
	address := serveTimeline(t, noon.Add(-time.Minute), guise.Event{Time: noon.Add(time.Minute), Method: "GET", Path: "/", Status: 200})
	p := chromium.Open(t)
	p.Zone("Pacific/Fiji")
	p.Goto(address)
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

// TestTimeline_FoldsWhatOnlyReads: a write stands out among many reads, which are
// one key away, and all there on paper.
func TestTimeline_FoldsWhatOnlyReads(t *testing.T) {
	t.Parallel()
	noon := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	var requests []guise.Event
	for n := range 70 { // more than a page
		requests = append(requests, guise.Event{Time: noon.Add(time.Duration(n+1) * time.Second), Method: "GET", Path: fmt.Sprintf("/courses/%d", n), Status: 200})
	}
	requests[20].Method, requests[20].Status = "POST", 303
	address := serveTimeline(t, noon, requests...)
	p := chromium.Open(t)
	p.Goto(address)
	const seen = `[...document.querySelectorAll(".timeline .path")].filter(path => path.checkVisibility({contentVisibilityAuto: true}) && path.getClientRects().length).map(path => path.innerText)`
	want := func(when string, paths int, first string) {
		t.Helper()
		p.Until(fmt.Sprintf("%s there are %d", when, paths), fmt.Sprintf("(seen => seen.length === %d && seen[0] === %q)(%s)", paths, first, seen))
	}
	const part = `document.querySelector(".on-paper").checkVisibility()`
	want("at first", 1, "/courses/20")
	if chromium.Evaluate[bool](p, part) {
		t.Error("on the screen, where the other pages are at hand, it says that they are not printed")
	}
	p.Media("print")
	want("on paper", 49, "/courses/0")
	if !chromium.Evaluate[bool](p, part) {
		t.Error("on paper nothing says that this is a part")
	}
	p.Media("")
	tabTo(t, p, ".reads summary")
	p.Keys(kb.Enter)
	want("unfolded", 21, "/courses/0")
	wantAccessible(t, p, "unfolded")
}
