package browser

import (
	"fmt"
	"strings"
	"testing"

	"github.com/guise-go/guise/test/internal/chromium"
)

// heaviest is how many bytes a page may have.
const heaviest = 60_000

// TestPages_KeepWhatTheConsolePromises opens every page of the console and of
// the demo, and holds each to the same: whoever can't see or hold a mouse can
// use it, light or dark, from left to right or from right to left; it fits on
// the smallest phone, weighs little, asks nobody else for anything, and lives
// with its own policy.
func TestPages_KeepWhatTheConsolePromises(t *testing.T) {
	t.Parallel()
	d := newDesk(t, "--users", "30") // more than a page of them
	past(t, d)
	acting := false
	for _, page := range pictures(d) {
		if page.alike {
			continue
		}
		t.Run(page.name, func(t *testing.T) {
			d := d.in(t)
			d.p.Language("en")
			d.p.Window(1280, 800, 1)
			d.p.Media("", "prefers-color-scheme: light", "prefers-reduced-motion: reduce")
			switch {
			case page.act && !acting:
				d.act()
			case acting && !page.act:
				d.p.Goto(d.URL + "/courses")
				d.p.Post("/impersonate/stop", nil)
			}
			acting = page.act
			d.p.Goto(d.URL + page.path)
			if page.do != nil {
				page.do(d)
			}
			if page.open {
				d.unfold()
			}
			wantLight(t, d.p)
			wantAccessible(t, d.p, "light, on a wide screen")
			d.p.Window(320, 568, 1)
			d.p.Media("", "prefers-color-scheme: dark", "prefers-reduced-motion: reduce")
			wantNoSidewaysScroll(t, d.p)
			wantOnlyRefusals(t, d.p)
			if page.do == nil { // what leads there is said in English
				d.p.Language("fa")
				d.p.Goto(d.URL + page.path)
				if page.open {
					d.unfold()
				}
				wantNoSidewaysScroll(t, d.p)
				wantOnlyRefusals(t, d.p)
			}
			wantAccessible(t, d.p, "dark, on a small phone, in Persian where it can be")
		})
	}
}

// wantLight checks what the page weighs, as it is sent: its HTML, and that with
// all that it loads.
func wantLight(t *testing.T, p *chromium.Page) {
	t.Helper()
	got := chromium.Evaluate[struct{ Page, All int }](p, `(() => {
		const size = kind => performance.getEntriesByType(kind).reduce((sum, entry) => sum + entry.encodedBodySize, 0)
		const page = size("navigation")
		return {Page: page, All: page + size("resource")}
	})()`)
	if got.Page == 0 || got.All > heaviest {
		t.Errorf("the page is %d bytes, with all that it loads %d; want something, and %d at most", got.Page, got.All, heaviest)
	}
}

func wantNoSidewaysScroll(t *testing.T, p *chromium.Page) {
	t.Helper()
	got := chromium.Evaluate[struct{ Page, Window int }](p, `({
		Page: document.documentElement.scrollWidth, Window: document.documentElement.clientWidth,
	})`)
	if got.Window > 320 || got.Page > got.Window {
		t.Errorf("the page is %d wide in a window of %d", got.Page, got.Window)
	}
}

// judge runs the rules of WCAG 2.2 at levels A and AA. What axe can't decide
// by itself (text on a picture, say) it lists elsewhere, for a person.
const judge = `axe.run({
	runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"],
	resultTypes: ["violations"], preload: false,
}).then(({ violations, passes }) => ({
	Passes: passes.length,
	Violations: violations.map(({ id, help, nodes }) => ({
		Rule: id + ": " + help,
		Places: nodes.map(node => node.target.join(" ") + ": " + node.html + "\n" + node.failureSummary),
	})),
}))`

// wantAccessible is a test of its own, for it is left out where axe-core is.
func wantAccessible(t *testing.T, p *chromium.Page, seen string) {
	t.Helper()
	t.Run("accessible, "+seen, func(t *testing.T) {
		p := p.In(t)
		axe := packageFile(t, "axe-core/axe.min.js")
		chromium.Evaluate[bool](p, "if (!window.axe) {"+axe+"}; true")
		got := chromium.Evaluate[struct {
			Passes     int
			Violations []struct {
				Rule   string
				Places []string
			}
		}](p, judge)
		if got.Passes < 5 {
			t.Errorf("only %d rules had anything to judge", got.Passes)
		}
		for _, one := range got.Violations {
			t.Errorf("%s, in %d places:\n%s", one.Rule, len(one.Places), strings.Join(one.Places[:min(3, len(one.Places))], "\n"))
		}
	})
}

// wantOnlyRefusals checks that the page kept to its policy, asked no other
// host, and failed at nothing. That it is itself an answer of status 403 or 404
// is none of these, but the browser reports it as well.
func wantOnlyRefusals(t *testing.T, p *chromium.Page) {
	t.Helper()
	own := fmt.Sprintf("(%s)", chromium.Evaluate[string](p, "location.href"))
	for _, problem := range p.TakeProblems() {
		if !strings.Contains(problem, "responded with a status of 4") || !strings.HasSuffix(problem, own) {
			t.Errorf("the browser complained: %s", problem)
		}
	}
}
