package sessions

import (
	"net/http"
	"slices"
	"testing"
)

func cookieStories() []story {
	return []story{
		{"several cookies, one of them shared", severalCookies},
		{"a cookie that is deleted", deletedCookie},
		{"a session that is renewed", renewed},
		{"the own session lives on", livesOn},
	}
}

func severalCookies(t *testing.T, d *desk) {
	b := d.as(t, ada)
	b.post("/theme", "light")
	b.post("/locale", "de")
	b.actAs(maya)
	if p := b.page(); p.Theme != "" || p.Locale != "de" || slices.Contains(p.Cookies, b.handle()) {
		t.Errorf("as Maya: %+v; want no theme, the shared locale, and not Guise's cookie", p)
	}
	b.post("/draft", "theirs")
	b.post("/theme", "dark")
	b.post("/locale", "fr")
	p := b.page()
	b.wants(p, maya, "", "theirs")
	slices.Sort(p.Cookies)
	want := []string{d.session, d.theme, "locale"}
	slices.Sort(want)
	if p.Theme != "dark" || p.Locale != "fr" || !slices.Equal(p.Cookies, want) {
		t.Errorf("as Maya: %+v; want the theme dark, the locale fr, and the cookies %v under their plain names", p, want)
	}
	if own := b.own(); own.Theme != "light" || own.Locale != "fr" {
		t.Errorf("on an excluded page: %+v; want the own theme", own)
	}
	b.stop()
	if p := b.page(); p.Theme != "light" || p.Locale != "fr" {
		t.Errorf("afterwards: %+v; want the own theme, and the locale that was shared", p)
	}
	b.wantNothingLeft()
}

func deletedCookie(t *testing.T, d *desk) {
	b := d.as(t, ada)
	b.post("/theme", "light")
	b.actAs(maya)
	b.post("/theme", "") // it isn't there: nothing of the actor's may go instead
	if own := b.own(); own.Theme != "light" {
		t.Errorf("on an excluded page: the theme %q; want the own one", own.Theme)
	}
	b.post("/theme", "dark")
	b.post("/theme", "")
	if p := b.page(); p.Theme != "" {
		t.Errorf("as Maya: the theme %q; it was deleted", p.Theme)
	}
	b.post("/draft", "theirs")
	b.post("/forget", "")
	b.wants(b.page(), maya, "", "")
	b.post("/draft", "anew")
	b.wants(b.page(), maya, "", "anew")
	b.stop()
	if p := b.page(); p.Theme != "light" {
		t.Errorf("afterwards: the theme %q; want the own one", p.Theme)
	}
}

func renewed(t *testing.T, d *desk) {
	b := d.as(t, ada)
	b.post("/draft", "mine")
	b.actAs(maya)
	b.post("/draft", "theirs")
	first := b.cookie(d.session)
	b.post("/renew", "")
	b.wants(b.page(), maya, "", "theirs")
	if b.cookie(d.session) != first {
		t.Error("renewing the session inside renewed the actor's own")
	}

	b.do(http.MethodGet, "/own/renew", nil)
	if b.cookie(d.session) == first {
		t.Error("renewing the own session, on an excluded path, did nothing")
	}
	b.wants(b.page(), maya, "", "theirs")
	b.wants(b.own(), ada, ada, "mine")
	b.stop()
	b.wants(b.page(), ada, ada, "mine")
}

// A session that slides goes on sliding, else the actor would be logged out for
// having helped too long; one that doesn't is left alone.
func livesOn(t *testing.T, d *desk) {
	b := d.as(t, ada)
	own := b.cookie(d.session)
	b.actAs(maya)
	b.post("/draft", "theirs")
	var set []*http.Cookie
	for _, cookie := range b.do(http.MethodGet, "/", nil).set {
		if cookie.Name == d.session {
			set = append(set, cookie)
		}
	}
	switch {
	case !d.slides && len(set) != 0:
		t.Errorf("the own cookie was set to %v", set)
	case d.slides && (len(set) != 1 || set[0].Value != own || set[0].MaxAge <= 0):
		t.Errorf("the own cookie was set to %v; want %s again, once, to live on", set, own)
	}
}
