// Package browser tests School Desk and the console in a real browser, as the
// people who use them would. The pictures it takes are kept in
// test/artifacts/browser.
package browser

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/guise-go/guise/test/internal/chromium"
	"github.com/guise-go/guise/test/internal/demo"
)

const (
	navigation = "header.top" // School Desk's own, on every page
	banner     = "#guise-banner"
	signIn     = ".signin"

	reason = "“My timetable is empty”"
)

// Maya's timetable is empty, and only acting as her shows why: the story that
// the login page tells, and the picture of the README.
func TestStory_ActAsMayaAndRelease(t *testing.T) {
	t.Parallel()
	desk := demo.Start(t)
	p := chromium.Open(t)

	p.Goto(desk.URL + "/login")
	p.Screenshot("login")
	p.Fill("email", demo.Admin)
	p.Fill("password", demo.Password)
	p.Press(signIn, "Log in")
	wantWhoami(t, desk, p, demo.Admin)
	if blue := parseColor(t, p.Style(navigation, "background-color")); blue.isRed() || p.Exists(banner) {
		t.Fatalf("before acting as anyone, the navigation is %v and there is a banner: %v; want blue, and none", blue, p.Exists(banner))
	}

	p.Press("nav", "Log")
	p.Press("nav", "People")
	p.Screenshot("console")
	p.Fill("q", "maya")
	p.Press("form[role=search]", "Search")
	p.Screenshot("search")
	p.Press("tr", "Log in as Maya Lindqvist")
	began := p.Path()
	p.Fill("reason", reason)
	p.Screenshot("start")
	p.Press("form", "Log in as Maya Lindqvist")

	p.Screenshot("impersonating")
	wantWhoami(t, desk, p, demo.Maya)
	if red := parseColor(t, p.Style(navigation, "background-color")); !red.isRed() {
		t.Errorf("while acting as Maya the navigation is %v, want red", red)
	}
	wantText(t, p, navigation, "As: "+demo.Maya)
	wantText(t, p, banner, "Maya Lindqvist")
	wantText(t, p, "main", "No lessons this week")
	wantText(t, p, "main", "saved view") // and here is why

	p.Press(navigation, "Release")
	p.Screenshot("released")
	if got := p.Path(); got != began {
		t.Errorf("after the release the page is %s, want %s, where it began", got, began)
	}
	wantWhoami(t, desk, p, demo.Admin)

	p.Press("nav", "Log")
	p.Screenshot("log")
	for _, want := range []string{"Ada Bergström", "Maya Lindqvist", reason} {
		wantText(t, p, "main tbody tr", want)
	}
	p.Press(navigation, "Back to the application")
	if blue := parseColor(t, p.Style(navigation, "background-color")); blue.isRed() || p.Exists(banner) {
		t.Errorf("after the release the navigation is %v and there is a banner: %v; want blue, and none", blue, p.Exists(banner))
	}
}

// wantWhoami checks whom the application takes this browser for.
func wantWhoami(t *testing.T, desk *demo.Demo, p *chromium.Page, email string) {
	t.Helper()
	type person struct{ Email string }
	got := demo.Decode[person](t, desk.Client(p.Cookies(desk.URL)...).Get("/whoami"), http.StatusOK)
	if got.Email != email {
		t.Fatalf("the application sees %q, want %q", got.Email, email)
	}
}

// wantText checks that a person reads want in the element.
func wantText(t *testing.T, p *chromium.Page, selector, want string) {
	t.Helper()
	if got := p.Text(selector); !strings.Contains(got, want) {
		t.Errorf("%s reads %q, want %q in it", selector, got, want)
	}
}

// color is a computed colour.
type color struct{ red, green, blue int }

func parseColor(t *testing.T, s string) color {
	t.Helper()
	var c color
	if _, err := fmt.Sscanf(s, "rgb(%d, %d, %d)", &c.red, &c.green, &c.blue); err != nil {
		t.Fatalf("the colour %q is not an opaque rgb: %v", s, err)
	}
	return c
}

// isRed says whether anyone would call it red.
func (c color) isRed() bool { return c.red > 2*c.green && c.red > 2*c.blue && c.red > 100 }
