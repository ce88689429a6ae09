package browser

import (
	"slices"
	"testing"

	"github.com/guise-go/guise/test/internal/chromium"
)

// A screen reader meets the banner first, as a landmark with a name.
func aScreenReaderMeetsTheBannerFirst(t *testing.T, d *desk) {
	d.act()
	tree := d.p.Tree()
	first := slices.IndexFunc(tree, func(n chromium.Node) bool {
		return n.Role != "RootWebArea" && n.Role != "generic" && n.Role != "none"
	})
	if want := (chromium.Node{Role: "complementary", Name: "Impersonation"}); tree[first] != want {
		t.Errorf("first comes %+v, want %+v", tree[first], want)
	}
	for _, want := range []chromium.Node{
		{Role: "link", Name: "Ask for write access"}, {Role: "link", Name: "More ways to leave"}, {Role: "button", Name: "Release"},
	} {
		if !slices.Contains(tree, want) {
			t.Errorf("there is no %+v in %+v", want, tree[:40])
		}
	}
	if !slices.ContainsFunc(tree, func(n chromium.Node) bool { return n.Role == "DisclosureTriangle" && n.Name != "" }) {
		t.Error("what folds the banner has no name")
	}
}

// The Tab key goes through the banner first; and what it reaches later is not
// hidden under the banner.
func theTabKey(t *testing.T, d *desk) {
	d.act()
	d.p.Window(640, 400, 1)
	d.p.Goto(d.URL + "/courses")
	for _, want := range []string{"SUMMARY", "Ask for write access", "More ways to leave", "Release", "Skip to the content"} {
		d.p.TabKey()
		got := chromium.Evaluate[string](d.p, `document.activeElement.localName === "summary" ? "SUMMARY" : document.activeElement.innerText`)
		if got != want {
			t.Errorf("the Tab key leads to %q, want %q", got, want)
		}
		wantFocusInSight(t, d.p)
	}
	chromium.Evaluate[bool](d.p, "scrollTo(0, 1e6), true")
	for range 12 {
		d.p.TabKey()
		wantFocusInSight(t, d.p)
	}
}

func wantFocusInSight(t *testing.T, p *chromium.Page) {
	t.Helper()
	hidden := chromium.Evaluate[string](p, `new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => {
		const e = document.activeElement, r = e.getBoundingClientRect()
		const there = document.elementFromPoint(r.left + r.width / 2, r.top + Math.min(r.height / 2, 20))
		done(there?.closest("#guise-banner") !== e.closest("#guise-banner") ? e.outerHTML : "")
	})))`)
	if hidden != "" {
		t.Errorf("the banner hides what has the focus: %s", hidden)
	}
}
