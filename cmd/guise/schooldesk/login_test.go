package schooldesk

import (
	"net/http"
	"testing"
)

func TestLogin_Rows(t *testing.T) {
	t.Parallel()
	s := serveSite(t)
	for _, row := range []struct {
		name, email, password string
		status                int
		text                  string
	}{
		{"right", "admin@schooldesk.example", "demo", http.StatusSeeOther, ""},
		{"any case and space", " Admin@SchoolDesk.Example ", "demo", http.StatusSeeOther, ""},
		{"wrong password", "admin@schooldesk.example", "demo2", http.StatusUnauthorized, "don’t belong together"},
		{"no password", "admin@schooldesk.example", "", http.StatusUnauthorized, "don’t belong together"},
		{"unknown", "nobody@schooldesk.example", "demo", http.StatusUnauthorized, "don’t belong together"},
		{"nothing", "", "", http.StatusUnauthorized, "don’t belong together"},
		{"deactivated", "inactive@schooldesk.example", "demo", http.StatusForbidden, "deactivated"},
		{"deactivated, wrong password", "inactive@schooldesk.example", "x", http.StatusUnauthorized, "don’t belong together"},
	} {
		t.Run(row.name, func(t *testing.T) {
			b := s.browser(t)
			b.post("/login", "email", row.email, "password", row.password).want(row.status).has(row.text)
			loggedIn := b.whoami() != ""
			if want := row.status == http.StatusSeeOther; loggedIn != want {
				t.Errorf("logged in: %t, want %t", loggedIn, want)
			}
		})
	}
}

func TestLogin_EveryPersonOnThePageCan(t *testing.T) {
	t.Parallel()
	s := serveSite(t)
	page := s.browser(t).get("/login").want(http.StatusOK)
	for _, p := range people() {
		page.has(p.Email())
		if p.Inactive {
			continue
		}
		if who := s.as(t, p.Username).whoami(); who != p.Email() {
			t.Errorf("logged in as %s, and am %q", p.Email(), who)
		}
	}
	page.has("My timetable is empty").hasNot("<script>alert(1)")
}

func TestLogin_TokenIsNewAndOldSessionIsGone(t *testing.T) {
	t.Parallel()
	s := serveSite(t)
	b := s.as(t, "maya")
	b.post("/draft", "text", "maya's own").want(http.StatusSeeOther)
	before := b.cookie("session")
	b.login("noah")
	if b.cookie("session") == before {
		t.Error("the session token is the one from before the login")
	}
	b.getJSON("/draft").want(http.StatusOK).hasNot("maya's own")
}

func TestLogout_EndsTheLogin(t *testing.T) {
	t.Parallel()
	b := serveSite(t).as(t, "maya")
	if to := b.post("/logout").want(http.StatusSeeOther).Header.Get("Location"); to != "/login" {
		t.Errorf("sent to %q", to)
	}
	if who := b.whoami(); who != "" {
		t.Errorf("still %q", who)
	}
}

func TestLogin_NextIsALocalPath(t *testing.T) {
	t.Parallel()
	s := serveSite(t)
	for next, want := range map[string]string{
		"/notes":             "/notes",
		"/admin/users?q=a b": "/admin/users?q=a b",
		"":                   "/", "notes": "/", "//evil.example": "/", "/\\evil.example": "/",
		"https://evil.example/": "/", "/\t/evil.example": "/", "/\n/evil": "/", "javascript:alert(1)": "/",
		"///evil.example": "/", "\\\\evil.example": "/", "/%zz": "/",
	} {
		if got := localPath(next); got != want {
			t.Errorf("localPath(%q) = %q, want %q", next, got, want)
		}
	}
	b := s.browser(t)
	to := b.get("/notes").want(http.StatusSeeOther).Header.Get("Location")
	if to != "/login?next=%2Fnotes" {
		t.Fatalf("sent to %q", to)
	}
	b.get(to).want(http.StatusOK).has(`name="next" value="/notes"`)
	to = b.post("/login", "email", "maya@schooldesk.example", "password", password, "next", "/notes").
		want(http.StatusSeeOther).Header.Get("Location")
	if to != "/notes" {
		t.Errorf("after the login sent to %q", to)
	}
}

func TestPages_NeedALogin(t *testing.T) {
	t.Parallel()
	b := serveSite(t).browser(t)
	for _, path := range []string{"/", "/courses", "/notes", "/draft", "/account/", "/admin/users", "/admin/users/1", "/admin/whoami", "/lab/", "/lab/sneaky-write"} {
		b.get(path).want(http.StatusSeeOther)
		b.getJSON(path).want(http.StatusUnauthorized).has(`"error"`)
	}
	for _, path := range []string{"/notes", "/draft", "/view", "/account/password", "/admin/users/1"} {
		b.post(path, "text", "x", "password", "long enough", "active", "0").want(http.StatusSeeOther)
		b.postJSON(path, "text", "x").want(http.StatusUnauthorized)
	}
}

func TestPost_FromAnotherSiteIsRefused(t *testing.T) {
	t.Parallel()
	b := serveSite(t).as(t, "maya")
	for _, header := range [][]string{{"Sec-Fetch-Site", "cross-site"}, {"Origin", "https://evil.example"}} {
		b.do("POST", "/notes", asHTML, form([]string{"text", "planted"}), header...).want(http.StatusForbidden)
	}
	b.getJSON("/notes").hasNot("planted")
}

func TestPassword_Changes(t *testing.T) {
	t.Parallel()
	s := serveSite(t)
	b := s.as(t, "noah")
	b.post("/account/password", "password", "abc").want(http.StatusUnprocessableEntity)
	b.postJSON("/account/password", "password", "").want(http.StatusUnprocessableEntity)
	b.post("/account/password", "password", "a longer one").want(http.StatusSeeOther)
	other := s.browser(t)
	other.post("/login", "email", "noah@schooldesk.example", "password", password).want(http.StatusUnauthorized)
	other.post("/login", "email", "noah@schooldesk.example", "password", "a longer one").want(http.StatusSeeOther)
	s.as(t, "maya") // nobody else's changed, although all were seeded with the same hash
}

func TestDeactivated_SessionIsNoLongerHonoured(t *testing.T) {
	t.Parallel()
	s := serveSite(t)
	maya, admin := s.as(t, "maya"), s.as(t, "admin")
	admin.post("/admin/users/5", "active", "0").want(http.StatusSeeOther)
	maya.get("/notes").want(http.StatusSeeOther)
	maya.postJSON("/notes", "text", "still here").want(http.StatusUnauthorized)
	if who := maya.whoami(); who != "" {
		t.Errorf("the deactivated user is still %q", who)
	}
	admin.post("/admin/users/5", "active", "1").want(http.StatusSeeOther)
	if who := maya.whoami(); who != "maya@schooldesk.example" {
		t.Errorf("activated again, and is %q", who)
	}
}

func (b *browser) cookie(name string) string {
	b.t.Helper()
	r, err := http.NewRequest(http.MethodGet, b.site.url+"/", nil)
	if err != nil {
		b.t.Fatal(err)
	}
	for _, c := range b.client.Jar.Cookies(r.URL) {
		if c.Name == name {
			return c.Value
		}
	}
	return ""
}
