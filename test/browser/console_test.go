package browser

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/chromedp/chromedp/kb"

	"github.com/guise-go/guise/test/internal/chromium"
	"github.com/guise-go/guise/test/internal/demo"
)

const boss = "boss@schooldesk.example"

// tabTo presses the Tab key until the element has the focus.
func tabTo(t *testing.T, p *chromium.Page, selector string) {
	t.Helper()
	for range 40 {
		if chromium.Evaluate[bool](p, "document.activeElement.matches("+quoted(selector)+")") {
			return
		}
		p.TabKey()
	}
	t.Fatalf("the Tab key does not lead to %s", selector)
}

// firstName is what Press knows the first link of a list by.
const firstName = `document.querySelector("a[data-row]").innerText.replace(/[\u2066-\u2069]/g, "").replace(/\s+/g, " ")`

func quoted(text string) string { return "`" + text + "`" }

// begin starts an impersonation from another computer and returns that one. It
// ends with the test, if not before.
func begin(t *testing.T, desk *demo.Demo, actor, subject string) *demo.Client {
	t.Helper()
	client := desk.Login(actor)
	answer := client.Post("/impersonate/start", url.Values{"user_id": {subject}, "reason": {reason}})
	if answer.Status != http.StatusCreated {
		t.Fatalf("%s could not start: %s", actor, answer)
	}
	t.Cleanup(func() { client.Post("/impersonate/stop", nil) })
	return client
}

// TestConsole is what the pages promise, each in a window of its own, on one
// School Desk.
func TestConsole(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	for _, promise := range []struct {
		name string
		test func(*testing.T, *desk)
	}{
		{"LiveIsUpdatedInPlace", liveIsUpdatedInPlace},
		{"LiveIsToldAndNeedNotAsk", liveIsToldAndNeedNotAsk},
		{"LiveSaysWhenItIsOutOfDate", liveSaysWhenItIsOutOfDate},
		{"WhoReachedALimitIsSeen", whoReachedALimitIsSeen},
		{"WordsStayWhole", wordsStayWhole},
		{"TimesAreInOnesOwnZoneOrExactlyInUTC", timesAreInOnesOwnZoneOrExactlyInUTC},
		{"TheCaretIsBehindWhatWasTyped", theCaretIsBehindWhatWasTyped},
		{"WhereOneIsIsSeenInForcedColours", whereOneIsIsSeenInForcedColours},
		{"FromRightToLeftCodeStandsAtTheRight", fromRightToLeftCodeStandsAtTheRight},
		{"WhatRunsIsEndedWithoutScrolling", whatRunsIsEndedWithoutScrolling},
		{"WorksWithoutJavaScript", worksWithoutJavaScript},
		{"AsksNobodyElse", asksNobodyElse},
	} {
		t.Run(promise.name, func(t *testing.T) { promise.test(t, d.fresh(t)) })
	}
}

// What one reads, and what one types, stays where it is while others begin,
// change and end.
func liveIsUpdatedInPlace(t *testing.T, d *desk) {
	d.p.Goto(d.URL + "/impersonate/live")
	wantText(t, d.p, "#live", "Nobody is acting as anyone right now")

	bo := begin(t, d.Demo, boss, d.maya)
	d.p.Until("Boris is there", `document.querySelector("#live tbody tr")?.textContent.includes("Boris Kaya")`)
	wantText(t, d.p, "#count", "Running: 1")
	d.p.Click("#live", "End it: Boris Kaya as Maya Lindqvist")
	tabTo(t, d.p, "textarea[name=note]")
	d.p.Keys("not agreed")
	chromium.Evaluate[bool](d.p, `(window.row = document.querySelector("#live tbody tr"), window.was = row.getBoundingClientRect().top, true)`)

	if answer := bo.Post("/impersonate/mode", url.Values{"mode": {"read_write"}, "reason": {reason}}); answer.Status != http.StatusOK {
		t.Fatalf("changing the mode: %s", answer)
	}
	d.p.Until("the mode is the new one", `row.isConnected && row.querySelector(".mode-read_write")`)
	const places = `JSON.stringify([...row.cells].map(cell => { const at = cell.getBoundingClientRect(); return [at.left, at.top, at.height] }))`
	chromium.Evaluate[bool](d.p, `(window.stood = `+places+`, true)`)
	long := "/courses/12/lessons/2026-11-27/attendance/" + strings.Repeat("of-everybody/", 20)
	bo.Get(long)
	d.p.Until("the newest path is there", `row.querySelector(".path").title.startsWith("GET /courses/12/")`)
	if !chromium.Evaluate[bool](d.p, `stood === `+places) {
		t.Error("cells moved when a long path came")
	}
	ada := begin(t, d.Demo, demo.Admin, "6")
	d.p.Until("the second comes after the first", `[...document.querySelectorAll("#live tbody tr")].indexOf(row) === 0 && row.nextElementSibling?.textContent.includes("Noah")`)
	ada.Post("/impersonate/stop", nil)
	d.p.Until("the second is over and still there", `row.nextElementSibling.matches(".over") && row.nextElementSibling.textContent.includes("Ended") && getComputedStyle(row.nextElementSibling.querySelector("details")).visibility === "hidden"`)
	wantAccessible(t, d.p, "with one that is over")
	wantText(t, d.p, "#count", "Running: 1")
	if !chromium.Evaluate[bool](d.p, `document.activeElement.value === "not agreed" && row.contains(document.activeElement) && Math.abs(row.getBoundingClientRect().top - was) < 1`) {
		t.Error("the note, its field's focus, or the row moved while the page refreshed itself")
	}
	d.p.Keys(kb.Escape)
	if !chromium.Evaluate[bool](d.p, `!row.querySelector("details").open && document.activeElement === row.querySelector("summary")`) {
		t.Error("Escape does not close the form and lead back to what opened it")
	}
	d.p.Keys(kb.Enter)
	wantText(t, d.p, "#live form p", "End it: \u2068Boris Kaya\u2069 as \u2068Maya Lindqvist\u2069")

	d.p.Press("#live tr", "End it now")
	wantText(t, d.p, "#live", "Nobody is acting as anyone right now")
	wantText(t, d.p, "[role=status].notice", "Ended: \u2068Boris Kaya\u2069 as \u2068Maya Lindqvist\u2069")
	if answer := bo.Get("/courses"); answer.Status/100 == 2 {
		t.Errorf("Boris still acts as Maya: %s", answer)
	}
	d.p.Goto(d.URL + "/impersonate/log?q=boris")
	d.p.Press("main tbody tr", chromium.Evaluate[string](d.p, firstName))
	wantText(t, d.p, "main .notice", "not agreed")
}

func liveIsToldAndNeedNotAsk(t *testing.T, d *desk) {
	d.p.Goto(d.URL + "/impersonate/live")
	wantText(t, d.p, "#live-note", "Refreshes itself")
	chromium.Evaluate[bool](d.p, `(window.setTimeout = () => 0, true)`) // which it would ask by
	begin(t, d.Demo, boss, d.maya)
	d.p.Until("Boris is there", `document.querySelector("#live tbody tr")?.textContent.includes("Boris Kaya")`)
	begin(t, d.Demo, demo.Admin, "6")
	d.p.Until("so is the second", `document.querySelectorAll("#live tbody tr").length === 2`)
}

func liveSaysWhenItIsOutOfDate(t *testing.T, d *desk) {
	d.p.Goto(d.URL + "/impersonate/live")
	wantText(t, d.p, "#live-note", "Refreshes itself")
	chromium.Evaluate[bool](d.p, `(window.fetch = () => Promise.reject(new TypeError("no network")), true)`)
	begin(t, d.Demo, boss, d.maya)
	d.p.Until("it says so", `document.querySelector("#live-note").textContent.includes("out of date")`)
}

// Who reached a limit is seen, and one click away is what they did; a note is
// seen by whoever wrote it.
func whoReachedALimitIsSeen(t *testing.T, d *desk) {
	boris := d.Login(boss)
	for range 13 { // one more than two minutes allow, should another begin
		boris.Get("/impersonate/log/export?format=csv")
	}
	boris.Post("/impersonate/log/notes", url.Values{"subject": {d.maya}, "note": {"told on the telephone"}})
	d.p.Goto(d.URL + "/impersonate/log")
	d.p.Press(".tabs", "Limits and notes")
	d.p.Press(".kinds", "Limit reached")
	wantText(t, d.p, "main tbody", "More exports in a minute than are allowed")
	d.p.Press("main tbody", "Boris Kaya "+boss)
	wantText(t, d.p, ".chips", "Impersonator’s ID")
	d.p.Press(".tabs", "Limits and notes")
	wantText(t, d.p, "main tbody tr", "told on the telephone")
	if rows := chromium.Evaluate[int](d.p, `document.querySelectorAll("main tbody tr").length`); rows != 2 {
		t.Errorf("of Boris there are %d records; want the limit and the note", rows)
	}
}

func timesAreInOnesOwnZoneOrExactlyInUTC(t *testing.T, d *desk) {
	begin(t, d.Demo, boss, d.maya)
	d.p.Goto(d.URL + "/impersonate/log")
	if !chromium.Evaluate[bool](d.p, `document.querySelector(".swap").hidden`) {
		t.Error("in the zone UTC one can choose UTC")
	}
	wantText(t, d.p, "footer", "Times are UTC")
	d.p.Zone("Europe/Zurich")
	d.p.Goto(d.URL + "/impersonate/log")
	const inUTC = `[...document.querySelectorAll("main time")].every(t => t.textContent === t.dateTime.slice(0, 19).replace("T", " ") + " UTC")`
	if chromium.Evaluate[bool](d.p, inUTC) {
		t.Error("at first the times are not the reader's own")
	}
	wantText(t, d.p, "footer", "your time zone, "+chromium.Evaluate[string](d.p, "Intl.DateTimeFormat().resolvedOptions().timeZone"))
	d.p.Click("footer", "Show them in UTC, to the second")
	d.p.Until("the times are in UTC", inUTC)
	d.p.Press("nav", "Live")
	d.p.Until("they are on the next page too", inUTC+` && document.querySelector("main time")`)
	wantText(t, d.p, "footer", "Times are UTC")
}

// Who looks at what was found types on.
func theCaretIsBehindWhatWasTyped(t *testing.T, d *desk) {
	d.p.Goto(d.URL + "/impersonate/users?q=maya")
	d.p.Until("the search box has the focus", `document.activeElement.name === "q"`)
	d.p.Keys(" lind")
	if got := chromium.Evaluate[string](d.p, `document.activeElement.value`); got != "maya lind" {
		t.Errorf("the box reads %q", got)
	}
}

func whereOneIsIsSeenInForcedColours(t *testing.T, d *desk) {
	d.p.Media("", "forced-colors: active")
	d.p.Goto(d.URL + "/impersonate/log?state=ended")
	for _, selector := range []string{"nav [aria-current=page]", ".tabs [aria-current]"} {
		if style := d.p.Style(selector, "outline-style"); style != "solid" {
			t.Errorf("%s has the outline %s", selector, style)
		}
	}
}

// A path is Latin, and stands where the Persian words around it begin.
func fromRightToLeftCodeStandsAtTheRight(t *testing.T, d *desk) {
	begin(t, d.Demo, boss, d.maya).Get("/courses")
	d.p.Language("fa")
	d.p.Goto(d.URL + "/impersonate/live")
	d.p.Until("the path is there", `document.querySelector(".did .path")?.title.includes("/courses")`)
	const right = `(text => { const range = document.createRange(); range.selectNodeContents(text); return Math.round(range.getBoundingClientRect().right) })`
	if !chromium.Evaluate[bool](d.p, right+`(document.querySelector(".did .path")) === `+right+`(document.querySelector(".did span"))`) {
		t.Error("the path stands at the other side")
	}
	d.p.Goto(d.URL + chromium.Evaluate[string](d.p, `document.querySelector("a[data-row]").getAttribute("href")`))
	const left = `(e => e.getBoundingClientRect().left)`
	if !chromium.Evaluate[bool](d.p, left+`(document.querySelector(".method")) < `+left+`(document.querySelector(".request .path"))`) {
		t.Error("the method stands behind the path")
	}
}

func whatRunsIsEndedWithoutScrolling(t *testing.T, d *desk) {
	begin(t, d.Demo, boss, d.maya)
	d.p.Goto(d.URL + "/impersonate/log?state=active")
	d.p.Goto(d.URL + chromium.Evaluate[string](d.p, `document.querySelector("a[data-row]").getAttribute("href")`))
	for _, width := range []int64{390, 1280} {
		d.p.Window(width, 800, 1)
		if !chromium.Evaluate[bool](d.p, `document.querySelector(".ending button").getBoundingClientRect().bottom < innerHeight`) {
			t.Errorf("in a window %d wide the button is out of sight", width)
		}
	}
}

func worksWithoutJavaScript(t *testing.T, d *desk) {
	begin(t, d.Demo, boss, d.maya)
	d.p.Scripts(false)
	d.p.Goto(d.URL + "/impersonate/users")
	d.p.Fill("q", "maya")
	d.p.Enter("q")
	wantText(t, d.p, "#results tbody tr", mayasName)
	d.p.Press("nav", "Rights")
	d.p.Fill("actor", "boris")
	d.p.Fill("subject", "maya")
	d.p.Enter("subject")
	wantText(t, d.p, ".verdict h2", "may act as")
	d.p.Press("nav", "Live")
	if d.p.Exists("#live details[open]") {
		t.Error("the form to end it is open at first")
	}
	d.p.Click("#live", "End it: Boris Kaya as Maya Lindqvist")
	d.p.Press("#live tr", "End it now")
	wantText(t, d.p, "#live", "Nobody is acting as anyone right now")
}

// The pages ask no other host for anything, and nothing on them is refused by
// the policy they are shown under: the browser would complain, and fail this.
func asksNobodyElse(t *testing.T, d *desk) {
	begin(t, d.Demo, boss, d.maya)
	for _, path := range []string{"users?q=a", "users/" + d.maya, "live", "log", "explain?subject=" + d.maya, "ended"} {
		d.p.Goto(d.URL + "/impersonate/" + path)
		for _, address := range chromium.Evaluate[[]string](d.p, `performance.getEntriesByType("resource").map(e => e.name)`) {
			if !strings.HasPrefix(address, d.URL+"/") {
				t.Errorf("%s asks for %s", path, address)
			}
		}
	}
}
