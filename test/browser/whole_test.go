package browser

import (
	"net/url"
	"path/filepath"
	"strings"
	"testing"

	"github.com/guise-go/guise/test/internal/chromium"
	"github.com/guise-go/guise/test/internal/demo"
)

// torn are the words on badges, in times, addresses and heads of columns that are
// parted by the end of a line, what is cut or stands out of its place, and the
// tables that are wider than theirs.
const torn = `(() => {
	const found = []
	for (const e of document.querySelectorAll("main :is(.badge, time, thead th, .address code)")) {
		if (!e.checkVisibility() || e.querySelector(".hidden")) continue
		const texts = document.createTreeWalker(e, NodeFilter.SHOW_TEXT)
		for (let text; text = texts.nextNode();) for (const word of text.data.matchAll(/\S+/g)) {
			const range = document.createRange()
			range.setStart(text, word.index)
			range.setEnd(text, word.index + word[0].length)
			if (new Set([...range.getClientRects()].map(box => Math.round(box.top))).size > 1) found.push("torn: " + word[0])
		}
	}
	for (const e of document.querySelectorAll("main :is(.badge, .did > span, td.action .button, thead th)")) {
		if (e.checkVisibility() && e.scrollWidth > e.clientWidth) found.push("cut: " + e.innerText)
	}
	for (const table of document.querySelectorAll(".table")) {
		if (table.firstElementChild.offsetWidth > table.clientWidth) found.push("too wide: " + table.firstElementChild.offsetWidth)
	}
	return found
})()`

// Words stay whole on every window that shows tables as such, and on paper.
func wordsStayWhole(t *testing.T, d *desk) {
	boris, ada := begin(t, d.Demo, boss, d.maya), d.Login(demo.Admin)
	boris.Post("/impersonate/mode", url.Values{"mode": {"read_write"}, "reason": {reason}})
	boris.Post("/view", url.Values{"year": {""}})
	ada.Post("/impersonate/start", url.Values{"user_id": {"6"}, "mode": {"read_write"}, "reason": {"The grades of a child can't be seen since the move to the new school year"}})
	ada.Post("/impersonate/stop", nil)
	languages, err := filepath.Glob("../../console/locales/*.json")
	if err != nil || len(languages) < 13 {
		t.Fatal(languages, err)
	}
	for _, file := range languages {
		language := strings.TrimSuffix(filepath.Base(file), ".json")
		d.p.Language(language)
		for _, page := range []string{"live", "log", "users/" + d.maya, "log/unattached"} {
			d.p.Goto(d.URL + "/impersonate/" + page)
			for _, look := range []struct {
				media string
				width int64
			}{{"", 960}, {"", 1280}, {"print", 794}} {
				d.p.Media(look.media)
				d.p.Window(look.width, 800, 1)
				if found := chromium.Evaluate[[]string](d.p, torn); len(found) > 0 {
					t.Errorf("%s in %s, %d wide %s: %q", page, language, look.width, look.media, found)
				}
			}
			d.p.Media("")
		}
	}
}
