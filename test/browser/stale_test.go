package browser

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/guise-go/guise"
	"github.com/guise-go/guise/test/internal/chromium"
	"github.com/guise-go/guise/test/internal/demo"
)

const covered = `document.querySelector("#guise-cover")`

// wantCovered waits until the page covers itself, and checks that nothing on
// it can be read or used any more.
func wantCovered(t *testing.T, p *chromium.Page) {
	t.Helper()
	p.Until("the page is covered", covered)
	got := chromium.Evaluate[struct {
		Open, Focus int // places where something else than the cover is met; what else could be focused
		Role, Words string
		Keys        int
	}](p, `(() => {
		const cover = `+covered+`
		let open = 0, focus = 0
		for (let x = 1; x < innerWidth; x += 40) for (let y = 1; y < innerHeight; y += 40)
			if (!cover.contains(document.elementFromPoint(x, y))) open++
		for (const e of document.querySelectorAll("a, button, input, select, summary")) {
			if (cover.contains(e)) continue
			e.focus()
			if (document.activeElement === e) focus++
		}
		let keys = 0
		document.addEventListener("keydown", () => keys++)
		document.activeElement.dispatchEvent(new KeyboardEvent("keydown", {key: "d", bubbles: true}))
		return {Open: open, Focus: focus, Role: cover.getAttribute("role"), Words: cover.innerText, Keys: keys}
	})()`)
	if got.Open > 0 || got.Focus > 0 || got.Keys > 0 || got.Role != "alertdialog" || !strings.Contains(got.Words, "This impersonation has ended.") {
		t.Errorf("the page is not covered: %+v", got)
	}
	for range 3 { // Escape does not help
		chromium.Evaluate[bool](p, covered+`.requestClose?.(), true`)
	}
	chromium.Evaluate[bool](p, covered+`.close(), true`)
	p.Until("the cover is back", covered+`.open`)
}

func staleTabsCoverThemselvesAtOnce(t *testing.T, d *desk) {
	other := d.p.Beside()
	for _, within := range []string{banner, navigation} {
		t.Run(within, func(t *testing.T) {
			d, other := d.in(t), other.In(t)
			d.act()
			other.Goto(d.URL + "/courses")
			wantBanner(t, other)
			d.p.Press(within, "Release")
			wantCovered(t, other)
			other.Screenshot("stale")
			other.Press("#guise-cover", "Reload the page")
			if other.Exists(banner) || !strings.Contains(other.Text(navigation), adasName) {
				t.Errorf("the reloaded page is not Ada's: %q", other.Text(navigation))
			}
			wantWhoami(t, d.Demo, other, demo.Admin)
		})
	}
}

// anEndThatOneTabSeesCoversTheOthers: revoked elsewhere, one tab learns of it
// from the page that says so, and the other must not be used any more.
func anEndThatOneTabSeesCoversTheOthers(t *testing.T, d *desk) {
	other := d.p.Beside().In(t)
	d.act()
	other.Goto(d.URL + "/courses")
	wantBanner(t, other)
	live := demo.Decode[struct {
		Impersonations []struct{ ID string }
	}](t, d.Login(demo.Boss).Get("/impersonate/live"), http.StatusOK)
	for _, one := range live.Impersonations {
		d.Login(demo.Boss).Post("/impersonate/live/"+one.ID+"/end", url.Values{"note": {"enough"}})
	}
	d.p.Goto(d.URL + "/notes")
	if got := d.p.Path(); got != "/impersonate/ended?cause=revoked" {
		t.Fatalf("the first tab is at %s", got)
	}
	wantCovered(t, other)
}

func backShowsNothingOfTheSubjects(t *testing.T, d *desk) {
	d.act()
	d.p.Goto(d.URL + "/notes")
	d.p.Press(banner, "Release")
	for range 2 {
		d.p.Back()
		d.p.Until("the page is Ada's", `!document.querySelector("#guise-banner") && document.querySelector("header.top").innerText.includes("`+adasName+`")`)
		if text := d.p.Text("body"); strings.Contains(text, demo.Maya) {
			t.Errorf("%s shows Maya's page: %q", d.p.Path(), text)
		}
	}
}

func TestStaleTabs_APageCoversItselfWhenTheTimeIsUp(t *testing.T) {
	t.Parallel()
	d := newDesk(t, "--max-duration", "4s")
	d.act()
	if words := look(d.p).Words; !strings.Contains(words, "less than a minute left") {
		t.Errorf("the banner reads %q", words)
	}
	wantCovered(t, d.p) // without a request: School Desk's policy forbids it
	d.p.Press("#guise-cover", "Reload the page")
	if d.p.Exists(banner) || d.p.Path() != "/impersonate/ended?cause=expired" {
		t.Errorf("the reloaded page is %s", d.p.Path())
	}
}

func aStalePageBroughtToTheFrontAfterARevocationCoversItself(t *testing.T, a *app) {
	a.act()
	a.p.Goto(a.URL + "/page")
	a.p.Tab().Goto("about:blank")
	other := a.p.Beside()
	other.Goto(a.URL + "/page")
	a.p.Until("it is in the background", `document.hidden`)
	id := chromium.Evaluate[string](a.p, `document.querySelector("#guise-banner").dataset.id`)
	if err := a.manager.End(t.Context(), id, guise.Actor{User: ada}, "enough"); err != nil {
		t.Fatal(err)
	}
	if chromium.Evaluate[bool](a.p, covered+" !== null") {
		t.Fatal("it is covered before it could know")
	}
	a.p.Front()
	wantCovered(t, a.p)
	wantCovered(t, other) // told by the first
	a.p.TakeProblems()    // the refusal that it got is reported as an error
	a.p.Press("#guise-cover", "Reload the page")
	if a.p.Exists(banner) {
		t.Error("the reloaded page has a banner")
	}
}

// Where the page's policy forbids to ask, the page stays as it was, and
// complains no more than once.
func askingUnderAStrictPolicyIsReportedOnce(t *testing.T, a *app) {
	a.act()
	a.p.Goto(a.URL + "/strict")
	for range 3 {
		chromium.Evaluate[bool](a.p, `document.dispatchEvent(new Event("visibilitychange")), new Promise(done => setTimeout(() => done(true), 50))`)
	}
	if problems := strings.Join(a.p.TakeProblems(), "\n"); strings.Count(problems, "security:") != 1 || !strings.Contains(problems, "connect-src") {
		t.Errorf("the browser complained of %q, want one refusal to connect", problems)
	}
	wantBanner(t, a.p)
}

// A page of an earlier impersonation is out of date as soon as another runs.
func anotherImpersonationCoversThePagesOfTheFirst(t *testing.T, a *app) {
	a.act()
	a.p.Goto(a.URL + "/page")
	other := a.p.Beside()
	other.Goto(a.URL + "/page")
	chromium.Evaluate[bool](other, `fetch("/impersonate/stop", {method: "POST"}).then(() => true)`) // nobody tells
	other.Goto(a.URL + "/")
	other.Press("form", "Start")
	wantBanner(t, other)
	wantCovered(t, a.p)
}
