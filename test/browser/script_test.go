package browser

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/guise-go/guise/test/internal/chromium"
	"github.com/guise-go/guise/test/internal/demo"
)

// A customer's stored script runs in the browser of whoever acts as them. What
// it can't do: read the handle or the actor's login, and drive the console.
func aStoredScriptReachesNothingOfTheActors(t *testing.T, d *desk) {
	d.act()
	d.p.Goto(d.URL + "/notes")
	if seen := chromium.Evaluate[string](d.p, "document.cookie"); strings.Contains(seen, "guise") || strings.Contains(seen, "session") {
		t.Errorf("a script reads the cookies %q", seen)
	}
	got := chromium.Evaluate[map[string]int](d.p, `(async () => {
		const ask = async (method, path, body) => (await fetch("/impersonate/" + path, {method, body: body && new URLSearchParams(body), redirect: "manual"})).status
		return {
			users: await ask("GET", "users?q=a"), user: await ask("GET", "users/1"), live: await ask("GET", "live"), log: await ask("GET", "log"),
			beside: await ask("GET", "log/unattached"), file: await ask("GET", "log/export?format=csv"), explain: await ask("GET", "explain?subject=1"), home: await ask("GET", ""),
			start: await ask("POST", "start", {user_id: "1"}), mode: await ask("POST", "mode", {mode: "read_write", reason: "x"}),
			end: await ask("POST", "live/x/end", {note: "x"}), notes: await ask("POST", "log/notes", {subject: "1", reason: "x"}),
		}
	})()`)
	for what, status := range got {
		if status != http.StatusForbidden && (what != "notes" || status != http.StatusNotFound) {
			t.Errorf("a script's %s is answered with %d", what, status)
		}
	}
	if len(got) != 12 {
		t.Errorf("only %v was asked", got)
	}
	wantNothingFramed(t, d.p, "/impersonate/users?q=a")
	// A window that a script opens is out of its hands once it shows the console.
	chromium.Evaluate[bool](d.p, `(window.opened = open("/impersonate/users"), true)`)
	d.p.Until("the script has lost the window", `opened.closed`)
	d.p.TakeProblems() // the refusals are reported as errors
	d.p.Front()
	d.p.Goto(d.URL + "/notes")
	wantBanner(t, d.p)
	wantWhoami(t, d.Demo, d.p, demo.Maya)
}

// A service worker would stay, and answer for the server when the person is
// themselves again.
func aStoredScriptLeavesNoServiceWorkerBehind(t *testing.T, a *app) {
	a.p.Goto(a.URL + "/")
	install := `navigator.serviceWorker.register("/worker.js").then(w => w.unregister(), why => String(why))`
	if got := chromium.Evaluate[any](a.p, install); got != true {
		t.Fatalf("as herself Ada's browser installs none, so that this shows nothing: %v", got)
	}
	a.act()
	a.p.Goto(a.URL + "/page")
	if got, _ := chromium.Evaluate[any](a.p, install).(string); !strings.Contains(got, "403") {
		t.Errorf("it is installed: %v", got)
	}
	a.p.TakeProblems() // the refusal is reported as an error
}

// wantNothingFramed checks that a page can't be had in a frame, where a script
// would read and click it.
func wantNothingFramed(t *testing.T, p *chromium.Page, address string) {
	t.Helper()
	read := chromium.Evaluate[string](p, `new Promise(done => {
		const frame = document.createElement("iframe")
		frame.src = "`+address+`"
		frame.onload = () => { try { done(frame.contentDocument?.body?.innerText ?? "") } catch { done("") } }
		document.body.append(frame)
	})`)
	if strings.Contains(read, "Maya") || strings.Contains(read, "Log in as") {
		t.Errorf("%s in a frame reads %.100q", address, read)
	}
}

// Another host beside this one, which the browser takes for the same site, gets
// the cookie with what it frames.
func aFrameOfAnotherHostShowsNothing(t *testing.T, a *app) {
	a.act()
	frames := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		_, _ = w.Write([]byte(head + `<body><iframe src="` + a.URL + r.URL.Path + `"></iframe>`))
	}))
	t.Cleanup(frames.Close)
	for _, path := range []string{"/page", "/impersonate/leave", "/impersonate/mode"} {
		a.p.Goto(frames.URL + path)
		a.p.Until("the frame was refused", `(() => { try { return document.querySelector("iframe").contentDocument === null } catch { return true } })()`)
		if problems := strings.Join(a.p.TakeProblems(), "\n"); !strings.Contains(problems, "frame") && !strings.Contains(problems, "403") {
			t.Errorf("%s can be framed by another host: %q", path, problems)
		}
	}
}

// What the page's script does to the banner, the person can undo: a click on
// its buttons leads where they say, and what is gone comes back with the page.
func aScriptThatTakesTheBannerAwayDoesNotTakeLeavingAway(t *testing.T, a *app) {
	a.act()
	a.p.Goto(a.URL + "/page")
	chromium.Evaluate[bool](a.p, `(() => {
		const banner = document.querySelector("#guise-banner")
		banner.querySelector("form").action = "https://evil.example/"
		banner.querySelectorAll("a").forEach(link => link.href = "https://evil.example/")
		banner.remove()
		return true
	})()`)
	a.p.Goto(a.URL + "/page")
	wantBanner(t, a.p)
	a.p.Goto(a.URL + "/impersonate/leave") // Guise's own page has no script but Guise's
	a.p.Press("main", "Release")
	a.p.Goto(a.URL + "/")
	a.wantSelf()
}
