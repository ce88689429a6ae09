package browser

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/guise-go/guise/test/internal/chromium"
	"github.com/guise-go/guise/test/internal/demo"
)

const mayasName, adasName = "Maya Lindqvist", "Ada Bergström"

// desk is School Desk with Ada logged in in a browser.
type desk struct {
	*demo.Demo
	p    *chromium.Page
	maya string // her ID
}

func newDesk(t *testing.T, flags ...string) *desk {
	t.Helper()
	// A browser is quicker than Ada: within a minute it starts more than she may.
	school := demo.Start(t, append([]string{"--users", "0", "--starts=-1"}, flags...)...)
	p := chromium.Open(t) // closed before the demo stops, which would wait for it
	d := &desk{school, p, ""}
	p.Goto(d.URL + "/login")
	p.Post("/login", map[string]string{"email": demo.Admin, "password": demo.Password})
	type people struct{ Users []struct{ ID string } }
	found := demo.Decode[people](t, d.Client(p.Cookies(d.URL)...).Get("/impersonate/users?q=maya"), http.StatusOK)
	if len(found.Users) != 1 {
		t.Fatalf("found %d people called Maya, want 1", len(found.Users))
	}
	d.maya = found.Users[0].ID
	return d
}

// in is the same for a part of the test.
func (d *desk) in(t *testing.T) *desk { return &desk{d.Demo, d.p.In(t), d.maya} }

// fresh is the same in a window of its own, with Ada as herself.
func (d *desk) fresh(t *testing.T) *desk {
	t.Helper()
	own := &desk{d.Demo, d.p.In(t).Beside(), d.maya}
	leave(own.p, d.URL, "/courses")
	return own
}

// leave ends what is left over from the test before. Without its cookie there is
// nothing, and no page needs to be looked at.
func leave(p *chromium.Page, address, page string) {
	carried := func(c *http.Cookie) bool { return c.Name == "guise" }
	if !slices.ContainsFunc(p.Cookies(address), carried) {
		return
	}
	p.Goto(address + page)
	if p.Exists(banner) {
		p.Post("/impersonate/stop", nil)
	}
}

// act makes Ada act as Maya, whose page is then open.
func (d *desk) act() {
	d.p.Goto(d.URL + "/courses")
	d.p.Post("/impersonate/start", map[string]string{"user_id": d.maya, "reason": reason})
}

// sight is what a person sees of the banner.
type sight struct {
	Top, Bottom, Left, Width float64 // where it is, in the window's pixels
	WindowWidth, PageWidth   float64
	Name, Release, Leave     bool // whether these are really there to be seen and clicked
	Words, Background        string
}

const lookAtBanner = `(() => {
	const banner = document.querySelector("#guise-banner")
	if (!banner) return {}
	const box = banner.getBoundingClientRect()
	const seen = selector => {
		const e = banner.querySelector(selector), r = e?.getClientRects()[0]
		if (!r || !e.checkVisibility({visibilityProperty: true, contentVisibilityAuto: true})) return false
		if (r.left < 0 || r.top < 0 || r.right > innerWidth || r.bottom > innerHeight) return false
		return e.contains(document.elementFromPoint(r.left + r.width / 2, r.top + r.height / 2))
	}
	return {
		Top: box.top, Bottom: box.bottom, Left: box.left, Width: box.width,
		WindowWidth: document.documentElement.clientWidth, PageWidth: document.documentElement.scrollWidth,
		Name: seen("strong"), Release: seen("button"), Leave: seen("a[href$='/leave']"),
		Words: banner.innerText.replace(/[\u2066-\u2069]/g, "").replace(/\s+/g, " ").trim(),
		Background: getComputedStyle(banner).backgroundColor,
	}
})()`

func look(p *chromium.Page) sight { return chromium.Evaluate[sight](p, lookAtBanner) }

// wantBanner checks that the banner is seen, by an eye and by a mouse: in the
// window, over everything else, in its own colours, with all its words.
func wantBanner(t *testing.T, p *chromium.Page) sight {
	t.Helper()
	got := look(p)
	if !got.Name || !got.Release || got.Top < -1 || got.Bottom < got.Top+20 {
		t.Errorf("the banner is not there to be seen: %+v", got)
		return got
	}
	for _, want := range []string{mayasName, adasName, "left"} {
		if !strings.Contains(got.Words, want) {
			t.Errorf("the banner reads %q, want %q in it", got.Words, want)
		}
	}
	if red := parseColor(t, got.Background); !red.isRed() {
		t.Errorf("the banner's background is %v, want red", red)
	}
	if red, white := painted(p, got); red < .5 || white < .01 {
		t.Errorf("of the banner's place %.0f %% is painted in its colour and %.1f %% in that of its letters, want more than 50 and 1", 100*red, 100*white)
	}
	return got
}

// painted is how much of the banner's place is in its own red, and how much in
// the white of its letters.
func painted(p *chromium.Page, at sight) (red, white float64) {
	picture := p.Picture(at.Left, at.Top, at.Width, at.Bottom-at.Top)
	size, all := picture.Bounds(), 0.
	for y := 1; y < size.Dy()-1; y += 2 {
		for x := 1; x < size.Dx()-1; x += 3 {
			all++
			switch r, g, b, _ := picture.At(x, y).RGBA(); {
			case r>>8 == 0xa3 && g>>8 == 0x12 && b>>8 == 0x3a:
				red++
			case min(r, g, b)>>8 > 0xf0:
				white++
			}
		}
	}
	return red / max(all, 1), white / max(all, 1)
}
