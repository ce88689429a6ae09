package browser

import (
	"strings"
	"testing"
	"time"

	"github.com/guise-go/guise/test/internal/chromium"
	"github.com/guise-go/guise/test/internal/demo"
)

// turnable makes the page's clock one that the test can put forward.
const turnable = `window.skipped = 0; {
	const now = performance.now.bind(performance), every = setInterval
	performance.now = () => now() + window.skipped
	window.setInterval = (what, time) => every(what, Math.min(time, 20))
}`

// wantCountdown checks that the banner's script runs.
func wantCountdown(t *testing.T, p *chromium.Page) {
	t.Helper()
	chromium.Evaluate[bool](p, "skipped = 20 * 60 * 1000, true")
	p.Until("the time left is counted down", `/^(39|40) min left$/.test(document.querySelector(".guise-left").innerText)`)
}

// The pages that School Desk's lab has made awkward: on each the banner is
// painted, its script runs, and its button leaves.
func everyPageOfTheLab(t *testing.T, d *desk) {
	d.p.BeforePages(turnable)
	for _, tt := range []struct {
		path   string
		purple bool // the page's own style, which its own policy must go on blocking
	}{
		{"/", false},
		{"/lab/", false},
		{"/lab/stream", false},
		{"/lab/no-body-tag", false},
		{"/lab/strict-csp", true},
		{"/lab/meta-csp", true},
		{"/lab/gzip", false},
		{"/lab/sneaky-write", false},
	} {
		t.Run(tt.path, func(t *testing.T) {
			d := d.in(t)
			d.act()
			d.p.Goto(d.URL + tt.path)
			wantBanner(t, d.p)
			wantCountdown(t, d.p)
			d.p.Screenshot("lab" + strings.ReplaceAll(strings.TrimPrefix(tt.path, "/lab"), "/", "-"))
			if tt.path == "/lab/sneaky-write" {
				wantOnlyTheRefusal(t, d.p)
			}
			if tt.purple {
				wantOnlyItsOwnStyleBlocked(t, d.p)
			}
			d.p.Press(banner, "Release")
			wantWhoami(t, d.Demo, d.p, demo.Admin)
		})
	}
}

// wantOnlyTheRefusal checks that the page that writes was refused, by a page of
// Guise's own.
func wantOnlyTheRefusal(t *testing.T, p *chromium.Page) {
	t.Helper()
	if problems := p.TakeProblems(); len(problems) != 1 || !strings.Contains(problems[0], "403") {
		t.Errorf("the browser complained %q; want the status 403 alone", problems)
	}
}

// wantOnlyItsOwnStyleBlocked checks that the page's policy does what it did
// before the banner came: it blocks the page's own inline style.
func wantOnlyItsOwnStyleBlocked(t *testing.T, p *chromium.Page) {
	t.Helper()
	problems := p.TakeProblems()
	if len(problems) != 1 || !strings.Contains(problems[0], "Content Security Policy") || !strings.Contains(problems[0], "style") {
		t.Errorf("the browser complained %d times, want once, of the page's own style:\n%s", len(problems), strings.Join(problems, "\n"))
	}
	if color := p.Style("h1", "color"); color == "rgb(128, 0, 128)" {
		t.Error("the page's own inline style got past its policy")
	}
}

// Where no form may be sent, the button can't leave; the link beside it can.
func leavingWhereFormsAreForbidden(t *testing.T, d *desk) {
	d.act()
	d.p.Goto(d.URL + "/lab/form-action")
	wantBanner(t, d.p)
	d.p.Click(banner, "Release")
	var problems []string
	for deadline := time.Now().Add(10 * time.Second); len(problems) == 0 && time.Now().Before(deadline); time.Sleep(10 * time.Millisecond) {
		problems = d.p.TakeProblems()
	}
	if len(problems) != 1 || !strings.Contains(problems[0], "form-action") {
		t.Errorf("the browser complained of %q, want form-action, once", problems)
	}
	wantWhoami(t, d.Demo, d.p, demo.Maya)
	d.p.Press(banner, "More ways to leave")
	d.p.Screenshot("leave")
	wantBanner(t, d.p)
	d.p.Press("main", "Release")
	wantWhoami(t, d.Demo, d.p, demo.Admin)
}

// sandboxes are policies under which a page is of no origin: it may send no
// form, or sends one as a stranger.
var sandboxes = map[string]string{"/sandbox": "sandbox", "/scripts": "sandbox allow-scripts", "/forms": "sandbox allow-forms allow-scripts"}

func leavingFromASandbox(t *testing.T, a *app) {
	for path := range sandboxes {
		t.Run(path, func(t *testing.T) {
			a := a.in(t)
			a.act()
			a.p.Goto(a.URL + path)
			wantBanner(t, a.p)
			a.p.Press(banner, "More ways to leave")
			wantBanner(t, a.p)
			a.p.Press("main", "Release")
			a.wantSelf()
			for _, problem := range a.p.TakeProblems() { // of what the sandbox forbids the banner
				if !strings.Contains(problem, "sandboxed") {
					t.Errorf("the browser complained: %s", problem)
				}
			}
		})
	}
}

// The banner is there before the rest of the page is.
func theBannerComesFirstInAStream(t *testing.T, d *desk) {
	d.act()
	chromium.Evaluate[bool](d.p, "setTimeout(() => location.href = '/lab/stream'), true")
	d.p.Until("the first piece is there", `location.pathname === "/lab/stream" && document.querySelector("h1")`)
	at := chromium.Evaluate[struct {
		State  string
		Pieces int
	}](d.p, `({State: document.readyState, Pieces: document.querySelectorAll("li").length})`)
	wantBanner(t, d.p)
	if at.State != "loading" || at.Pieces > 11 {
		t.Errorf("the page is %s, with %d of 12 pieces; want to have seen the banner before it is complete", at.State, at.Pieces)
	}
	d.p.Until("the page is whole", `document.querySelectorAll("li").length === 12 && document.readyState === "complete"`)
	wantBanner(t, d.p)
}

// A piece of a page that a script fetches stays as it is. Opened by itself, the
// browser makes a page of it, so it is one.
const fragment = "<section><h1>A piece</h1></section>"

func aFragmentHasTheBannerOnlyWhenItIsThePage(t *testing.T, a *app) {
	a.act()
	a.p.Goto(a.URL + "/fragment")
	wantBanner(t, a.p)
	a.p.Goto(a.URL + "/page")
	if got := chromium.Evaluate[string](a.p, `fetch("/fragment").then(answer => answer.text())`); got != fragment {
		t.Errorf("a script got %q, want %q", got, fragment)
	}
}

const xhtml = `<html xmlns="http://www.w3.org/1999/xhtml"><head><title>Test</title><link rel="icon" href="data:,"/></head><body><p>Strict</p></body></html>`

func inXHTML(t *testing.T, a *app) {
	a.act()
	a.p.BeforePages(turnable)
	a.p.Goto(a.URL + "/xhtml")
	wantBanner(t, a.p)
	wantCountdown(t, a.p)
	a.p.Press(banner, "Release")
	a.wantSelf()
}
