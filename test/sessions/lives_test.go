package sessions

import (
	"net/http"
	"net/url"
	"slices"
	"sync"
	"testing"

	"github.com/guise-go/guise"
)

// story is something that happens, with any library and any names of cookies.
type story struct {
	name string
	tell func(t *testing.T, d *desk)
}

func TestP4_TwoLivesKeptApart(t *testing.T) {
	for _, s := range setups() {
		for _, n := range namings() {
			for _, one := range slices.Concat(livesStories(), cookieStories()) {
				t.Run(s.name+"/"+n.name+"/"+one.name, func(t *testing.T) {
					t.Parallel()
					one.tell(t, newDesk(t, s, n))
				})
			}
		}
	}
}

func livesStories() []story {
	return []story{
		{"the actor's own session is out of reach", ownSessionOutOfReach},
		{"an excluded page sees the own session", excludedSeesOwn},
		{"the next impersonation starts empty", nextStartsEmpty},
		{"what was left behind is never picked up", leftoverIsNotPickedUp},
		{"two actors and the subject, at the same time", threeAtOnce},
		{"logging out leaves, then logs out", logoutTwice},
		{"logging out elsewhere ends it", loggedOutElsewhere},
		{"a message is shown to whom it was left for", flashes},
	}
}

func ownSessionOutOfReach(t *testing.T, d *desk) {
	b := d.as(t, ada)
	b.post("/draft", "mine")
	cookie, stored := b.cookie(d.session), b.stored()

	b.actAs(maya)
	b.wants(b.page(), maya, "", "")
	b.post("/draft", "theirs")
	b.wants(b.page(), maya, "", "theirs")
	b.post("/renew", "")
	b.post("/flash", "theirs")
	b.wants(b.page(), maya, "", "theirs")
	if b.cookie(d.session) != cookie || b.stored() != stored {
		t.Errorf("the actor's own session was %s, and is %s; cookie kept: %t", stored, b.stored(), b.cookie(d.session) == cookie)
	}
	b.post("/forget", "")
	b.wants(b.page(), maya, "", "")
	if b.cookie(d.session) != cookie || b.stored() != stored {
		t.Errorf("what ended the session inside reached the actor's own: %s, then %s", stored, b.stored())
	}

	b.stop()
	b.wants(b.page(), ada, ada, "mine")
	b.wantNothingLeft()
}

func excludedSeesOwn(t *testing.T, d *desk) {
	b := d.as(t, ada)
	b.post("/draft", "mine")
	b.actAs(maya)
	b.post("/draft", "theirs")
	b.wants(b.own(), ada, ada, "mine")
	b.wants(b.page(), maya, "", "theirs")

	// A write there is none of the actor's, whatever the path.
	if got := b.do(http.MethodPost, "/own/draft", url.Values{"value": {"over"}}); got.status == http.StatusOK {
		t.Errorf("a write on an excluded path was answered %d", got.status)
	}
	b.wants(b.own(), ada, ada, "mine")
}

func nextStartsEmpty(t *testing.T, d *desk) {
	b := d.as(t, ada)
	b.post("/draft", "mine")
	boss := guise.Actor{User: guise.User{ID: bo}}
	endings := map[string]func(id string){
		"stopped":    func(string) { b.stop() },
		"logged out": func(string) { b.do(http.MethodPost, "/logout", url.Values{}) },
		"revoked, and noticed": func(id string) {
			if err := d.manager.End(t.Context(), id, boss, ""); err != nil {
				t.Error(err)
			}
			if got := b.do(http.MethodGet, "/", nil); got.status != http.StatusSeeOther {
				t.Errorf("the next page: %d", got.status)
			}
		},
		"revoked, and the cookie lost": func(id string) {
			if err := d.manager.End(t.Context(), id, boss, ""); err != nil {
				t.Error(err)
			}
			b.lose(b.handle())
		},
	}
	for name, end := range endings {
		for _, next := range []string{maya, noah} { // the same subject, and another
			id := b.actAs(maya)
			b.post("/draft", "leftover")
			b.post("/theme", "dark")
			b.post("/flash", "leftover")
			end(id)
			b.actAs(next)
			p := b.page()
			b.wants(p, next, "", "")
			if text := b.flash(); p.Theme != "" || text != "" {
				t.Errorf("%s, then as %s: the theme %q and the message %q are left", name, next, p.Theme, text)
			}
			b.stop()
			b.wants(b.page(), ada, ada, "mine")
		}
	}
}

// A browser that kept everything, also what it was told to delete.
func leftoverIsNotPickedUp(t *testing.T, d *desk) {
	b := d.as(t, ada)
	b.actAs(maya)
	b.post("/draft", "leftover")
	kept := b.cookies()
	b.stop()
	kept = slices.DeleteFunc(kept, func(c *http.Cookie) bool { return c.Name == b.handle() || c.Name == d.session })
	if len(kept) == 0 {
		t.Fatal("there was nothing to keep: the partition has no cookie")
	}
	b.keep(kept)
	b.wants(b.page(), ada, ada, "")
	b.actAs(maya)
	b.keep(kept)
	p := b.page()
	b.wants(p, maya, "", "")
	if slices.ContainsFunc(p.Cookies, func(name string) bool { return name == kept[0].Name }) {
		t.Errorf("the application gets %v, with a cookie of an earlier impersonation", p.Cookies)
	}
}

func threeAtOnce(t *testing.T, d *desk) {
	one, two, subject := d.as(t, ada), d.as(t, bo), d.as(t, maya)
	one.actAs(maya)
	two.actAs(maya)
	var all sync.WaitGroup
	for _, is := range []struct {
		b            *browser
		login, draft string
	}{{one, "", "of the first"}, {two, "", "of the second"}, {subject, maya, "of Maya"}} {
		all.Go(func() {
			for range 5 {
				is.b.post("/draft", is.draft)
				is.b.wants(is.b.page(), maya, is.login, is.draft)
			}
		})
	}
	all.Wait()

	one.do(http.MethodPost, "/logout", url.Values{})
	two.stop()
	one.wants(one.page(), ada, ada, "")
	two.wants(two.page(), bo, bo, "")
	subject.wants(subject.page(), maya, maya, "of Maya")
}

func logoutTwice(t *testing.T, d *desk) {
	b, subject := d.as(t, ada), d.as(t, maya)
	b.post("/draft", "mine")
	b.actAs(maya)
	b.post("/draft", "theirs")
	if got := b.do(http.MethodPost, "/logout", url.Values{}); got.status != http.StatusSeeOther || got.location != "/" {
		t.Errorf("logging out while impersonating: %d to %q; want to be sent back", got.status, got.location)
	}
	b.wants(b.page(), ada, ada, "mine")
	b.wantNothingLeft()
	b.post("/logout", "") // the application's own answer
	b.wants(b.page(), "", "", "")
	subject.wants(subject.page(), maya, maya, "")
}

// The actor's login is what an impersonation hangs on. A session that is in the
// cookie can't be ended from elsewhere: there, it is over in this browser only.
func loggedOutElsewhere(t *testing.T, d *desk) {
	b := d.as(t, ada)
	elsewhere := d.browser(t)
	elsewhere.keep(b.cookies())
	b.actAs(maya)
	elsewhere.post("/logout", "")
	elsewhere.wants(elsewhere.page(), "", "", "")
	if d.inCookie {
		b.wants(b.page(), maya, "", "")
		b.lose(d.session)
	}
	if got := b.do(http.MethodGet, "/", nil); got.location != "/impersonate/ended?cause=logged_out" {
		t.Errorf("after the logout: %d to %q", got.status, got.location)
	}
	b.wants(b.page(), "", "", "")
}

func flashes(t *testing.T, d *desk) {
	b := d.as(t, ada)
	b.post("/flash", "to Ada")
	b.actAs(maya)
	if text := b.flash(); text != "" {
		t.Errorf("as Maya: the message %q", text)
	}
	b.post("/flash", "to Maya")
	if first, second := b.flash(), b.flash(); first != "to Maya" || second != "" {
		t.Errorf("the message left while impersonating: %q, then %q; want it once", first, second)
	}
	b.post("/flash", "too late")
	b.stop()
	if first, second := b.flash(), b.flash(); first != "to Ada" || second != "" {
		t.Errorf("the message left before: %q, then %q; want it once", first, second)
	}
}
