package browser

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/guise-go/guise"
	"github.com/guise-go/guise/test/internal/chromium"
)

// hostile are the style sheets of applications that mean no harm, or do.
var hostile = []struct{ name, css string }{
	{"asides and forms are hidden", `aside, details, summary, form, button, a, span, div { display: none !important }`},
	{"everything is hidden", `body * { display: none !important; visibility: hidden !important; opacity: 0 !important }`},
	{"whatever has an attribute is away", `[id], [class], [dir], [action] { position: absolute !important; left: -9999px !important; transform: scale(0) !important; clip-path: inset(50%) !important; pointer-events: none !important }`},
	{"everything is tiny and pale", `* { font-size: 0 !important; color: transparent !important; max-height: 0 !important; overflow: hidden !important; line-height: 0 !important }`},
	{"a sheet over everything", `html::before, body::after, main::before { content: "" !important; position: fixed !important; inset: 0 !important; background: #fff !important; z-index: 2147483647 !important }`},
	{"before and after everything", `*::before, *::after { content: "x" !important; position: fixed; inset: 0; background: #fff !important }`},
	{"a row", `body { display: flex; margin: 0 } nav { width: 12rem }`},
	{"a column of the window's height", `body { display: flex; flex-direction: column; height: 100vh; margin: 0 }`},
	{"a column upside down", `body { display: flex; flex-direction: column-reverse }`},
	{"a grid with areas", `body { display: grid; grid-template: "head head" auto "side main" 1fr / 12rem 1fr; min-height: 100vh; margin: 0 } header { grid-area: head } nav { grid-area: side } main { grid-area: main }`},
	{"nothing scrolls but the middle", `html, body { height: 100%; overflow: hidden; margin: 0 } main { height: 100%; overflow: auto }`},
	{"the window's height and no more", `html, body { height: 100% }`},
	{"a narrow column", `body { max-width: 20rem; margin: 3rem auto; padding: 3rem; overflow-x: hidden }`},
	{"a transformed body", `body { transform: translateX(10px); filter: blur(0); contain: paint; will-change: transform }`},
	{"a body faded out", `body { opacity: 0 }`},
	{"a fixed header", `header { position: fixed; top: 0; left: 0; right: 0; z-index: 9999; background: #ddd }`},
	{"a sticky header", `body { margin: 0 } header { position: sticky; top: 0; z-index: 2147483647; background: #ddd }`},
	{"written from the top", `html { writing-mode: vertical-rl } * { -webkit-text-fill-color: transparent; direction: rtl !important; letter-spacing: 2em !important; text-transform: uppercase !important }`},
}

const longPage = `<body><header><a href="#there">The page's own header</a></header><nav>Navigation</nav><main><p id="there">First</p>` +
	`<div class="tall"></div><p>Last</p></main>`

func hostilePath(i int) string { return fmt.Sprintf("/hostile/%d", i) }

func hostilePages() map[string]answer {
	pages := map[string]answer{}
	for i, h := range hostile {
		pages[hostilePath(i)] = answer{html: head + "<style>.tall { height: 3000px } " + h.css + "</style>" + longPage}
	}
	pages["/opens"] = answer{html: head + `<style>#over { position: fixed; inset: 0; width: 100%; height: 100%; margin: 0; padding: 0; border: 0 }</style>` + longPage +
		`<div id="over" popover="manual">over everything</div><dialog id="modal">A question</dialog>`}
	pages["/place"] = answer{html: head + `<style>div { height: 3000px }</style><body><div></div><h2 id="there">There</h2><div></div>`}
	return pages
}

func noStyleSheetHidesTheBanner(t *testing.T, a *app) {
	a.act()
	for i, h := range hostile {
		t.Run(h.name, func(t *testing.T) {
			a := a.in(t)
			a.p.Goto(a.URL + hostilePath(i))
			wantBanner(t, a.p)
			chromium.Evaluate[bool](a.p, "scrollTo(0, 1e6), document.body.scrollTo(0, 1e6), true")
			at := wantBanner(t, a.p) // also further down
			if at.Top != 0 || at.Width != at.WindowWidth {
				t.Errorf("the banner is at %.0f, %.0f wide; want it on top and as wide as the window, %.0f", at.Top, at.Width, at.WindowWidth)
			}
			if !chromium.Evaluate[bool](a.p, `(b => getComputedStyle(b).direction === b.dir)(document.querySelector("#guise-banner"))`) {
				t.Error("the banner is not in its own direction")
			}
			if at.Bottom > 60 {
				t.Errorf("the banner is %.0f high, want one line", at.Bottom)
			}
		})
	}
	a.p.Press(banner, "Release") // on the last of them
	a.wantSelf()
}

// Without scripts there is no top layer: the page's layout may make the banner
// an ugly part of itself, but not hide it.
func noStyleSheetHidesTheBannerWithoutScripts(t *testing.T, a *app) {
	a.act()
	a.p.Scripts(false)
	// These hide the body itself, or lie over all of it.
	out := []string{"everything is tiny and pale", "a sheet over everything", "before and after everything", "a body faded out", "written from the top"}
	for i, h := range hostile {
		if slices.Contains(out, h.name) {
			continue
		}
		t.Run(h.name, func(t *testing.T) {
			a := a.in(t)
			a.p.Goto(a.URL + hostilePath(i))
			wantBanner(t, a.p)
		})
	}
}

// The banner must not cost the page its own header.
func thePagesOwnHeaderStaysInSight(t *testing.T, a *app) {
	a.act()
	for i, h := range hostile {
		if !strings.HasSuffix(h.name, "header") {
			continue
		}
		t.Run(h.name, func(t *testing.T) {
			a := a.in(t)
			a.p.Goto(a.URL + hostilePath(i))
			for _, y := range []int{0, 700} {
				chromium.Evaluate[bool](a.p, fmt.Sprintf("scrollTo(0, %d), true", y))
				a.p.Until("the header can be clicked", `(() => {
					const link = document.querySelector("header a"), r = link.getBoundingClientRect()
					return document.elementFromPoint(r.left + r.width / 2, r.top + r.height / 2) === link
				})()`)
			}
			a.p.Screenshot("banner-" + strings.ReplaceAll(h.name, " ", "-"))
		})
	}
}

// A link to a place on the page leads to where it can be seen.
func aPlaceOnThePageIsNotHidden(t *testing.T, a *app) {
	a.act()
	a.p.Goto(a.URL + "/place")
	chromium.Evaluate[bool](a.p, `location.hash = "#there", true`)
	a.p.Until("the page has scrolled", "scrollY > 1000")
	if got, at := chromium.Evaluate[float64](a.p, `there.getBoundingClientRect().top`), look(a.p); got < at.Bottom {
		t.Errorf("the place is at %.0f, under the banner, which ends at %.0f", got, at.Bottom)
	}
}

// What a page opens over everything, it does not open over the banner.
func theBannerStaysOnTop(t *testing.T, a *app) {
	a.act()
	a.p.Goto(a.URL + "/opens")
	chromium.Evaluate[bool](a.p, "over.showPopover(), true")
	a.p.Until("the banner is on top again", `document.elementFromPoint(640, 10).closest("#guise-banner")`)
	wantBanner(t, a.p)
	chromium.Evaluate[bool](a.p, "over.hidePopover(), modal.showModal(), true")
	a.p.Until("the banner is on top of the dialog's backdrop", `getComputedStyle(document.querySelector("#guise-banner")).position === "fixed"`)
	a.p.Screenshot("banner-modal")
	if red, _ := painted(a.p, look(a.p)); red < .5 {
		t.Errorf("%.0f %% of the banner's place is painted in its colour while a dialog is open, want more than half", 100*red)
	}
}

// BannerLast puts it at the end of the page, and so at the bottom of the window.
func TestP8_AtTheEndOfThePage(t *testing.T) {
	t.Parallel()
	a := newApp(t, map[string]answer{
		"/short": {html: head + "<style>footer { position: fixed; bottom: 0 }</style><body><p>short<footer><a href='/'>Home</a></footer></body></html>"},
		"/long":  {html: head + "<style>div { height: 3000px }</style><body><div></div><p>Last</body></html>"},
	}, guise.BannerLast)
	a.act()
	for _, scripts := range []bool{true, false} {
		a.p.Scripts(scripts)
		for _, path := range []string{"/long", "/short"} {
			a.p.Goto(a.URL + path)
			got := wantBanner(t, a.p)
			if bottom := chromium.Evaluate[float64](a.p, "innerHeight"); got.Bottom != bottom && (scripts || path == "/long") {
				t.Errorf("%s, scripts %v: the banner ends at %.0f, want %.0f, the bottom of the window", path, scripts, got.Bottom, bottom)
			}
		}
		if scripts {
			a.p.Until("the page's own footer is not hidden", `(a => a.contains(document.elementFromPoint(5 + a.getBoundingClientRect().left, 5 + a.getBoundingClientRect().top)))(document.querySelector("a[href='/']"))`)
			a.p.Screenshot("banner-last")
		}
	}
}
