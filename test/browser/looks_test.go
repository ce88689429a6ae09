package browser

import (
	"testing"

	"github.com/guise-go/guise/test/internal/chromium"
	"github.com/guise-go/guise/test/internal/demo"
)

// The banner as different people see it. The pictures are kept, to be looked at.
func theBannerWhereverItIsRead(t *testing.T, d *desk) {
	d.act()
	for _, tt := range []struct {
		name          string
		width, height int64
		zoom          float64
		preference    string
		highest       float64 // in pixels: it must not cost the page more
	}{
		{"wide", 1280, 800, 1, "", 44},
		{"dark", 1280, 800, 1, "prefers-color-scheme: dark", 44},
		{"still", 1280, 800, 1, "prefers-reduced-motion: reduce", 44},
		{"tablet", 820, 1180, 1, "", 75},
		{"narrow", 320, 568, 1, "", 160},
		{"zoomed", 640, 400, 2, "", 100},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := d.in(t)
			d.p.Window(tt.width, tt.height, tt.zoom)
			d.p.Media("", tt.preference)
			d.p.Goto(d.URL + "/")
			d.p.Screenshot("banner-" + tt.name)
			got := wantBanner(t, d.p)
			if !got.Leave {
				t.Error("the link to leave is not in sight")
			}
			if got.PageWidth > got.WindowWidth {
				t.Errorf("the page scrolls sideways: it is %.0f wide in a window of %.0f", got.PageWidth, got.WindowWidth)
			}
			if got.Bottom > tt.highest {
				t.Errorf("the banner is %.0f high, want %.0f at most", got.Bottom, tt.highest)
			}
			if n := chromium.Evaluate[int](d.p, `document.querySelector("#guise-banner").getAnimations({subtree: true}).length`); n > 0 {
				t.Errorf("%d things on the banner move", n)
			}
			chromium.Evaluate[bool](d.p, "scrollTo(0, 1e6), true")
			if got := wantBanner(t, d.p); got.Top != 0 {
				t.Errorf("scrolled down, the banner is at %.0f, want 0", got.Top)
			}
			d.p.Goto(d.URL + "/")
			d.p.Click(banner, "You are seeing this as "+mayasName+" ("+demo.Maya+").")
			d.p.Screenshot("banner-" + tt.name + "-folded")
			if folded := wantFolded(t, d.p); folded.Bottom >= got.Bottom {
				t.Errorf("folded it is %.0f high, before %.0f", folded.Bottom, got.Bottom)
			}
		})
	}
}

// wantFolded checks that a folded banner still says whose account this is, and
// lets go.
func wantFolded(t *testing.T, p *chromium.Page) sight {
	t.Helper()
	got := look(p)
	if !got.Name || !got.Release || got.Leave || got.Bottom < 18 {
		t.Errorf("folded, the banner is no strip with the name and the way out: %+v", got)
	}
	if red, white := painted(p, got); red < .5 || white < .01 {
		t.Errorf("of the strip %.0f %% is red, %.1f %% white", 100*red, 100*white)
	}
	return got
}

func rightToLeft(t *testing.T, d *desk) {
	d.act()
	d.p.Language("fa")
	for name, width := range map[string]int64{"banner-persian": 1280, "banner-persian-narrow": 320} {
		d.p.Window(width, 640, 1)
		d.p.Goto(d.URL + "/")
		d.p.Screenshot(name)
		got := look(d.p)
		if !got.Name || !got.Release || !got.Leave || got.PageWidth > got.WindowWidth {
			t.Errorf("%s: %+v", name, got)
		}
		at := chromium.Evaluate[struct {
			Dir, Lang, Direction string
			Button, Name         float64
		}](d.p, `(() => {
			const b = document.querySelector("#guise-banner"), left = s => b.querySelector(s).getBoundingClientRect().left
			return {Dir: b.dir, Lang: b.lang, Direction: getComputedStyle(b).direction, Button: left("button"), Name: left("summary")}
		})()`)
		if at.Dir != "rtl" || at.Lang != "fa" || at.Direction != "rtl" || at.Button > 20 || at.Name < at.Button {
			t.Errorf("%s: want it mirrored, the button on the left: %+v", name, at)
		}
	}
}

// The cover of a stale page is in the banner's language, too.
func theCoverSpeaksTheBannersLanguage(t *testing.T, d *desk) {
	d.act()
	d.p.Language("fa")
	d.p.Goto(d.URL + "/")
	chromium.Evaluate[bool](d.p, `(() => {
		const { id, status } = document.querySelector("#guise-banner").dataset
		new BroadcastChannel("guise " + status).postMessage({ id, running: false })
		return true
	})()`)
	d.p.Until("the page is covered", covered)
	d.p.Screenshot("stale-persian")
	got := chromium.Evaluate[struct{ Lang, Direction string }](d.p, `({Lang: `+covered+`.lang, Direction: getComputedStyle(`+covered+`).direction})`)
	if got.Lang != "fa" || got.Direction != "rtl" {
		t.Errorf("the cover is %+v, want Persian, from right to left", got)
	}
}

// On paper the banner stands on top of the page, in black on white.
func onPaper(t *testing.T, d *desk) {
	d.act()
	d.p.Window(794, 1123, 1)
	d.p.Media("print")
	d.p.Screenshot("banner-print")
	got := look(d.p)
	if !got.Name || got.Release || got.Leave || got.Background != "rgb(255, 255, 255)" {
		t.Errorf("on paper: %+v", got)
	}
	below := chromium.Evaluate[float64](d.p, `document.querySelector("header").getBoundingClientRect().top`)
	if below < got.Bottom-1 || below > got.Bottom+1 {
		t.Errorf("the page begins at %.0f, want it right below the banner, at %.0f", below, got.Bottom)
	}
	if ink := d.p.Style("#guise-banner strong", "color"); ink != "rgb(0, 0, 0)" {
		t.Errorf("the name is printed in %s", ink)
	}
	d.p.Media("")
	d.p.Until("the banner is over the page again", `document.querySelector("#guise-banner").matches(":popover-open")`)

	// Not every browser that prints tells the page's media queries; the event comes.
	for _, event := range []string{"beforeprint", "afterprint"} {
		fixed := event == "afterprint"
		got := chromium.Evaluate[bool](d.p, `dispatchEvent(new Event("`+event+`")), document.querySelector("#guise-banner").matches(":popover-open")`)
		if got != fixed {
			t.Errorf("after %s the banner is over the page: %v, want %v", event, got, fixed)
		}
	}
	d.p.Print()
	wantBanner(t, d.p)
}

func forcedColors(t *testing.T, d *desk) {
	d.act()
	d.p.Media("", "forced-colors: active")
	d.p.Goto(d.URL + "/")
	d.p.Screenshot("banner-forced-colors")
	if got := look(d.p); !got.Name || !got.Release || !got.Leave {
		t.Errorf("%+v", got)
	}
	for selector, side := range map[string]string{banner: "border-bottom-width", banner + " button": "border-top-width"} {
		if width := d.p.Style(selector, side); width == "0px" {
			t.Errorf("%s has no border, and its background is the page's", selector)
		}
	}
}
