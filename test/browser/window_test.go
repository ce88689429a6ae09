package browser

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/guise-go/guise/test/internal/chromium"
	"github.com/guise-go/guise/test/internal/demo"
)

// Two windows of one browser are one person's: both act, and both are back.
func twoWindowsAreOnePerson(t *testing.T, d *desk) {
	other := d.p.Beside().In(t)
	d.act()
	other.Goto(d.URL + "/courses")
	wantBanner(t, other)
	wantWhoami(t, d.Demo, other, demo.Maya)
	other.Press(banner, "Release")
	wantCovered(t, d.p)
	d.p.Goto(d.URL + "/courses")
	if d.p.Exists(banner) {
		t.Error("the first window goes on as Maya")
	}
	wantWhoami(t, d.Demo, d.p, demo.Admin)
}

// A private window has neither the login nor the impersonation; who logs in
// there is themselves.
func aPrivateWindowKnowsNothing(t *testing.T, d *desk) {
	d.act()
	private := d.p.Private().In(t)
	private.Goto(d.URL + "/courses")
	if private.Exists(banner) || private.Path() == "/courses" {
		t.Errorf("the private window shows %s", private.Path())
	}
	private.Fill("email", demo.Admin)
	private.Fill("password", demo.Password)
	private.Press(signIn, "Log in")
	if private.Exists(banner) {
		t.Error("the private window acts as somebody")
	}
	wantWhoami(t, d.Demo, private, demo.Admin)
	wantWhoami(t, d.Demo, d.p, demo.Maya)
}

// A page that the browser kept whole and shows again is loaded again: whose it
// is by now it can't ask, for it was made quiet when it was left.
func aPageOutOfTheBrowsersMemoryIsLoadedAgain(t *testing.T, a *app) {
	a.act()
	a.p.Goto(a.URL + "/page")
	other := a.p.Beside()
	other.Goto(a.URL + "/page")
	// Nobody tells, as when the page lay frozen.
	chromium.Evaluate[bool](other, `(BroadcastChannel.prototype.postMessage = () => {}, true)`)
	other.Press(banner, "Release")
	if chromium.Evaluate[bool](a.p, covered+" !== null") {
		t.Fatal("it is covered before it could know")
	}
	chromium.Evaluate[bool](a.p, `dispatchEvent(new PageTransitionEvent("pageshow", {persisted: true}))`)
	a.p.Until("it is loaded again, and Ada's", `document.readyState === "complete" && !document.querySelector("#guise-banner")`)
}

// The same, as the browser does it: with Back, whether it kept the page or not.
func backAfterTheEndShowsNobodyElsesPage(t *testing.T, a *app) {
	a.act()
	a.p.Goto(a.URL + "/page")
	a.p.Goto(a.URL + "/other")
	a.p.Press(banner, "Release")
	a.p.Back()
	a.p.Until("it is Ada's", `!document.querySelector("#guise-banner")`)
}

// Where the login needs no cookie, a browser that keeps none says so at the
// start, and nothing has begun.
func withoutCookiesNothingBegins(t *testing.T, a *app) {
	keeping := a.Config.Handler
	off := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.Header.Del("Cookie")
		keeping.ServeHTTP(w, r)
	}))
	t.Cleanup(off.Close)
	a.p.Goto(off.URL + "/")
	a.p.Press("form", "Start")
	wantText(t, a.p, "main", "Your browser keeps no cookies for this site, so nothing was started.")
	a.p.TakeProblems() // the refusal is reported as an error
	a.p.Goto(off.URL + "/")
	a.wantSelf()
	a.p.Goto(a.URL + "/") // with cookies all is as it should be
	a.p.Press("form", "Start")
	wantBanner(t, a.p)
}
