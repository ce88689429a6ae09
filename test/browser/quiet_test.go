package browser

import (
	"io"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/guise-go/guise"
	"github.com/guise-go/guise/memstore"
	"github.com/guise-go/guise/test/internal/chromium"
	"github.com/guise-go/guise/userstest"
)

// restless is a page that saves as long as it is open, and when it is left.
const restless = head + `<body><p>restless <form action="/save?by=form" method="post" hidden></form><script>
let ticks = 0
const told = new BroadcastChannel("ticks")
const timer = setInterval(() => { ticks++; told.postMessage(ticks); fetch("/save?by=timer", {method: "POST"}).catch(() => {}) }, 20)
window.fetchLater?.("/save?by=later", {method: "POST"})
addEventListener("pagehide", () => {
	navigator.sendBeacon("/save?by=pagehide-beacon")
	fetch("/save?by=pagehide-fetch", {method: "POST", keepalive: true}).catch(() => {})
	new Image().src = "/save?by=pagehide-image"
})
document.addEventListener("visibilitychange", () => {
	if (!document.hidden) return
	navigator.sendBeacon("/save?by=hidden-beacon")
	fetch("/save?by=hidden-fetch", {method: "POST", keepalive: true}).catch(() => {})
})
</script>`

// savers are an application that writes down what was saved as whom.
type savers struct {
	*app
	mu    sync.Mutex
	saved map[string]bool
	wait  chan struct{} // what the next of Ada's own pages waits for, if anything
}

func newSavers(t *testing.T) *savers {
	t.Helper()
	manager, err := guise.New(guise.Config{
		Identify: func(*http.Request) (string, error) { return ada.ID, nil },
		Users:    userstest.NewMemory(ada, maya), Store: memstore.New(),
		InsecureCookies: true, Logger: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		t.Fatal(err)
	}
	s := &savers{app: &app{t: t, manager: manager}, saved: map[string]bool{}}
	s.Server = httptest.NewServer(manager.Middleware(http.HandlerFunc(s.serve)))
	t.Cleanup(s.Close)
	s.p = chromium.Open(t) // closed before the server, which would wait for it
	return s
}

func (s *savers) serve(w http.ResponseWriter, r *http.Request) {
	who := guise.EffectiveID(r.Context(), ada.ID)
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	switch r.URL.Path {
	case "/save":
		s.mu.Lock()
		s.saved[r.URL.Query().Get("by")+" as "+who] = true
		s.mu.Unlock()
	case "/restless":
		_, _ = io.WriteString(w, restless)
	case "/unheard": // its listener keeps the submit event from the window
		_, _ = io.WriteString(w, restless+`<script>document.addEventListener("submit", event => event.stopPropagation())</script>`)
	case "/late": // it is so busy that what is put off is never done
		_, _ = io.WriteString(w, restless+`<script>window.setTimeout = () => 0</script>`)
	default:
		s.mu.Lock()
		wait := s.wait
		s.mu.Unlock()
		if wait != nil && who == ada.ID {
			select {
			case <-wait:
			case <-r.Context().Done():
			}
		}
		_, _ = io.WriteString(w, head+"<body><p>This page is for "+who)
	}
}

// take returns what was saved since it was last asked, once the page that is
// open now has saved too: what the one before sent has arrived by then.
func (s *savers) take(p *chromium.Page) []string {
	s.t.Helper()
	chromium.Evaluate[bool](p, `Promise.all(Array.from({length: 8}, () => fetch("/"))).then(() => true)`)
	s.mu.Lock()
	defer s.mu.Unlock()
	saved := slices.Sorted(maps.Keys(s.saved))
	clear(s.saved)
	return saved
}

// wantNoneAsAda checks that nothing was saved as Ada.
func (s *savers) wantNoneAsAda(p *chromium.Page) {
	s.t.Helper()
	for _, one := range s.take(p) {
		if strings.HasSuffix(one, " as "+ada.ID) {
			s.t.Errorf("after the end Maya's page ran %s, Ada", one)
		}
	}
	p.TakeProblems() // what is refused is reported as an error
}

// act makes Ada act as Maya, with write access, and opens the page.
func (s *savers) act(path string) {
	s.t.Helper()
	s.p.Goto(s.URL + "/")
	s.p.Post("/impersonate/start", map[string]string{"user_id": maya.ID, "mode": "read_write", "reason": reason})
	s.p.Goto(s.URL + path)
	wantBanner(s.t, s.p)
}

// tick waits until the page's timer has run again.
func tick(p *chromium.Page) {
	p.T().Helper()
	chromium.Evaluate[bool](p, `ticks = 0, true`)
	p.Until("its timer has run", `ticks > 3`)
}

// TestP3_WhatTheSubjectsPageSendsAfterTheEndRunsAsNobody: what goes on in the
// browser when an impersonation ends is the page, its timers, and what it does
// when it is left. P3: none of that runs as the actor.
func TestP3_WhatTheSubjectsPageSendsAfterTheEndRunsAsNobody(t *testing.T) {
	t.Parallel()
	s := newSavers(t)
	for _, one := range []struct {
		name string
		test func(*testing.T, *savers)
	}{
		{"BeforeTheEndItRuns", beforeTheEndItRuns},
		{"ThePageThatIsLeft", func(t *testing.T, s *savers) { thePageThatIsLeftIsQuiet(t, s, "/restless") }},
		{"ThePageThatIsLeftAndIsBusy", func(t *testing.T, s *savers) { thePageThatIsLeftIsQuiet(t, s, "/late") }},
		{"ThePageThatIsLeftAndTellsNobody", func(t *testing.T, s *savers) { thePageThatIsLeftIsQuiet(t, s, "/unheard") }},
		{"TheCoveredWindow", theCoveredWindowIsQuiet},
		{"ThePageThatLearnsOfItByGoingOn", thePageThatLearnsOfItByGoingOnIsQuiet},
		{"WhereTheFormIsNotSent", whereTheFormIsNotSentThePageGoesOn},
	} {
		t.Run(one.name, func(t *testing.T) {
			s.app = s.in(t)
			s.mu.Lock()
			s.wait = nil
			s.mu.Unlock()
			leave(s.p, s.URL, "/")
			s.p.Goto(s.URL + "/")
			s.take(s.p)
			one.test(t, s)
			s.p.TakeProblems()
		})
	}
}

// The page does save: without this the others would show nothing. While one is
// oneself also when it is left; while impersonating also when it is only hidden.
func beforeTheEndItRuns(t *testing.T, s *savers) {
	s.p.Goto(s.URL + "/restless")
	tick(s.p)
	s.p.Goto(s.URL + "/")
	s.want("timer as 1", "pagehide-beacon as 1", "pagehide-fetch as 1", "pagehide-image as 1", "hidden-beacon as 1", "hidden-fetch as 1")

	s.act("/restless")
	s.take(s.p)
	tick(s.p)
	s.p.Tab()
	s.p.Until("it is in the background", "document.hidden")
	s.p.Front()
	s.want("timer as 10", "hidden-beacon as 10", "hidden-fetch as 10")
}

// want checks that all of this was saved.
func (s *savers) want(all ...string) {
	s.t.Helper()
	saved := s.take(s.p)
	for _, one := range all {
		if !slices.Contains(saved, one) {
			s.t.Errorf("of the page was saved %q; want %q in it", saved, one)
		}
	}
}

// From the click on, not only from the next page on: that one may be slow, and
// the handle is gone with the answer before it.
func thePageThatIsLeftIsQuiet(t *testing.T, s *savers, path string) {
	beside := s.p.Beside() // a page that is being left can't be asked
	beside.Goto(s.URL + "/")
	chromium.Evaluate[bool](beside, `window.ticks = 0, window.told = new BroadcastChannel("ticks"), told.onmessage = () => ticks++, true`)
	s.act(path)
	next := make(chan struct{})
	s.mu.Lock()
	s.wait = next
	s.mu.Unlock()
	s.p.Click(banner, "Release")
	gone := func() bool {
		return !slices.ContainsFunc(beside.Cookies(s.URL), func(c *http.Cookie) bool { return c.Name == "guise" })
	}
	for !gone() { // the page that follows waits for next
		tick(beside)
	}
	tick(beside)
	close(next)
	s.p.Until("the next page is open", `document.body.innerText.includes("This page is for `+ada.ID+`")`)
	s.wantNoneAsAda(s.p)
}

func theCoveredWindowIsQuiet(t *testing.T, s *savers) {
	s.act("/restless")
	other := s.p.Beside()
	other.Goto(s.URL + "/")
	other.Press(banner, "Release")
	wantCovered(t, s.p)
	tick(s.p)
	chromium.Evaluate[bool](s.p, `document.querySelector("form[hidden]").submit(), true`)
	tick(s.p)
	s.wantNoneAsAda(other)
	if !chromium.Evaluate[bool](s.p, covered+" !== null") {
		t.Error("a form of the covered page was sent")
	}
	s.p.Press("#guise-cover", "Reload the page")
	if s.p.Exists(banner) || s.p.Path() != "/restless" {
		t.Errorf("the reloaded page is Maya's, or %s", s.p.Path())
	}
	s.p.Goto(s.URL + "/")
}

// Revoked elsewhere: the answer that takes the handle away is the one for which
// the page is left, and what it sends then comes after.
func thePageThatLearnsOfItByGoingOnIsQuiet(t *testing.T, s *savers) {
	s.act("/restless")
	chromium.Evaluate[bool](s.p, `clearInterval(timer), true`)
	id := chromium.Evaluate[string](s.p, `document.querySelector("#guise-banner").dataset.id`)
	if err := s.manager.End(t.Context(), id, guise.Actor{User: ada}, "enough"); err != nil {
		t.Fatal(err)
	}
	s.p.Goto(s.URL + "/")
	if got := s.p.Path(); got != "/impersonate/ended?cause=revoked" {
		t.Fatalf("the page is at %s", got)
	}
	s.p.Goto(s.URL + "/") // the page before connects to nothing, by its own policy
	s.wantNoneAsAda(s.p)
}

// A script of the page's that takes the form over and asks first, say, has not
// lost its connection if the answer is no.
func whereTheFormIsNotSentThePageGoesOn(t *testing.T, s *savers) {
	s.act("/restless")
	chromium.Evaluate[bool](s.p, `addEventListener("submit", event => event.preventDefault()), true`)
	s.p.Click(banner, "Release")
	tick(s.p)
	s.take(s.p)
	tick(s.p)
	s.want("timer as 10")
	s.p.Goto(s.URL + "/")
}
