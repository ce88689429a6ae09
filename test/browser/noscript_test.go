package browser

import (
	"strings"
	"testing"

	"github.com/guise-go/guise/test/internal/chromium"
	"github.com/guise-go/guise/test/internal/demo"
)

func withoutJavaScript(t *testing.T, d *desk) {
	d.act()
	d.p.Scripts(false)
	d.p.Goto(d.URL + "/")
	got := wantBanner(t, d.p)
	d.p.Screenshot("banner-noscript")
	if !strings.Contains(got.Words, "1 h 0 min left") && !strings.Contains(got.Words, "60 min left") {
		t.Errorf("the banner reads %q, want the time left in it", got.Words)
	}
	if !got.Leave || got.Bottom > 44 || got.PageWidth > got.WindowWidth {
		t.Errorf("%+v", got)
	}

	chromium.Evaluate[bool](d.p, `scrollTo(0, 1e6), true`)
	wantBanner(t, d.p)

	d.p.Click(banner, "You are seeing this as "+mayasName+" ("+demo.Maya+").")
	d.p.Screenshot("banner-noscript-folded")
	if folded := wantFolded(t, d.p); folded.Bottom-folded.Top >= got.Bottom-got.Top {
		t.Errorf("folded it is no lower: %+v", folded)
	}
	d.p.Press(banner, "Release")
	wantWhoami(t, d.Demo, d.p, demo.Admin)
}
