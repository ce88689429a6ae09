package drive

import (
	"net/http"
	"strings"
	"testing"
)

// The IDs and names of the people; see package desk.
const (
	Ada, Maya, Noah   = "1", "2", "3"
	adaName, mayaName = "Ada Adler", "Maya Moreno"
)

// A chapter is a part of the story. Ada is logged in, and Maya in a browser of
// her own.
type chapter struct {
	name string
	tell func(t *testing.T, ada, maya *Browser)
}

// Site tells the story of an application with the pages of package pages: what
// must be so on any stack. It is told once for each application.
func Site(t *testing.T, base string) {
	t.Helper()
	home := Open(t, base).Get("/")
	home.want(t, http.StatusOK, "the public page")
	if home.Banner() || home.Header.Get("Guise-Impersonation") != "" {
		t.Error("the public page shows an impersonation that nobody started")
	}
	if got := Open(t, base).Get("/account"); got.Status != http.StatusSeeOther || !strings.HasSuffix(got.Header.Get("Location"), "/login") {
		t.Errorf("without a login, the account page answers %d, Location %q", got.Status, got.Header.Get("Location"))
	}
	for _, c := range []chapter{
		{"a customer can't start", customerCantStart},
		{"acting, in read-only", actsReadOnly},
		{"leaving", leaves},
		{"logging out while acting", logsOutWhileActing},
		{"acting, with a reason to write", actsToWrite},
		{"an old cookie", oldCookie},
		{"the console", console},
	} {
		t.Run(c.name, func(t *testing.T) {
			ada, maya := Open(t, base), Open(t, base)
			ada.LogIn("ada")
			maya.LogIn("maya")
			ada.wantUser(adaName, false)
			maya.wantUser(mayaName, false)
			c.tell(t, ada, maya)
			if !t.Failed() {
				maya.wantUser(mayaName, false) // whatever Ada did as her
			}
		})
	}
	t.Run("the real logout", func(t *testing.T) {
		ada := Open(t, base)
		ada.LogIn("ada")
		ada.Post("/logout").want(t, http.StatusSeeOther, "logging out")
		ada.Get("/account").want(t, http.StatusSeeOther, "the account page after the logout")
	})
}

func customerCantStart(t *testing.T, _, maya *Browser) {
	got := maya.Post("/impersonate/start", "user_id", Noah, "reason", "curious")
	got.want(t, http.StatusForbidden, "a customer who starts")
	if maya.Cookie(Handle) != "" {
		t.Error("a customer was given the cookie")
	}
	maya.Get("/impersonate/users").want(t, http.StatusForbidden, "a customer who looks for people")
}

func actsReadOnly(t *testing.T, ada, maya *Browser) {
	ada.addNote("a note of Ada's")
	ada.ActAs(Maya)
	ada.wantUser(mayaName, true)
	if strings.Contains(ada.Get("/notes").Body, "a note of Ada's") {
		t.Error("the actor's own notes are on the customer's page")
	}

	refused := ada.Post("/notes", "text", "written by mistake")
	refused.want(t, http.StatusMethodNotAllowed, "a write in read-only")
	if refused.Header.Get("Allow") == "" {
		t.Error("the 405 does not say what is allowed")
	}
	if maya.hasNote("written by mistake") {
		t.Error("a refused write was done")
	}
	ada.Post("/account/password", "password", "x").want(t, http.StatusForbidden, "changing the customer's password")
	ada.Release()
}

func leaves(_ *testing.T, ada, _ *Browser) {
	ada.ActAs(Maya)
	ada.wantUser(mayaName, true)
	ada.Release()
	ada.wantUser(adaName, false)
}

func logsOutWhileActing(t *testing.T, ada, _ *Browser) {
	ada.ActAs(Maya)
	ada.Post("/logout").want(t, http.StatusSeeOther, "logging out while acting")
	ada.wantUser(adaName, false)
}

func actsToWrite(t *testing.T, ada, maya *Browser) {
	got := ada.Post("/impersonate/start", "user_id", Maya, "mode", "read_write")
	got.want(t, http.StatusUnprocessableEntity, "writing without a reason")
	ada.ActAs(Maya, "mode", "read_write", "reason", "She asked me to write it down.")
	ada.addNote("by support, for Maya")
	ada.Post("/account/password", "password", "x").want(t, http.StatusForbidden, "changing the password, in read-write")
	ada.Release()
	if !maya.hasNote("by support, for Maya") {
		t.Error("what was written as the customer is not among her notes")
	}
	if ada.hasNote("by support, for Maya") {
		t.Error("what was written as the customer is among the actor's notes")
	}
}

// oldCookie is promise P3: what an impersonation that is over was to do is not
// done with the actor's own rights instead.
func oldCookie(t *testing.T, ada, _ *Browser) {
	ada.ActAs(Maya, "mode", "read_write", "reason", "She asked me to write it down.")
	old := ada.Cookie(Handle)
	if old == "" {
		t.Fatal("there is no cookie called " + Handle)
	}
	ada.Release()
	if ada.Cookie(Handle) != "" {
		t.Error("the cookie is still there after leaving")
	}

	ada.SetCookie(Handle, old)
	ada.Post("/notes", "text", "too late").want(t, http.StatusForbidden, "a write with an old cookie")
	ada.SetCookie(Handle, old)
	if got := ada.Get("/account"); got.Status != http.StatusSeeOther || !strings.Contains(got.Header.Get("Location"), "/impersonate/ended") {
		t.Errorf("a page with an old cookie: status %d, Location %q", got.Status, got.Header.Get("Location"))
	}
	ada.wantUser(adaName, false)
	if ada.hasNote("too late") {
		t.Error("what was refused was done as the actor")
	}

	ada.Post("/logout").want(t, http.StatusSeeOther, "logging out")
	ada.LogIn("noah")
	ada.SetCookie(Handle, old)
	ada.Get("/account").want(t, http.StatusSeeOther, "a page with somebody else's cookie")
}

func console(t *testing.T, ada, _ *Browser) {
	found := ada.Get("/impersonate/users?q=maya")
	found.want(t, http.StatusOK, "the console")
	if !strings.Contains(found.Body, mayaName) {
		t.Error("the console does not find Maya")
	}
	log := ada.Do(http.MethodGet, "/impersonate/log?state=denied", nil, "Accept", "application/json")
	log.want(t, http.StatusOK, "the log")
	if !strings.Contains(log.Body, `"may-not-find"`) {
		t.Errorf("the customer's try is not on record: %s", log.Body)
	}
}

func (b *Browser) addNote(text string) {
	b.t.Helper()
	b.Post("/notes", "text", text).want(b.t, http.StatusSeeOther, "adding a note")
}

func (b *Browser) hasNote(text string) bool {
	b.t.Helper()
	page := b.Get("/notes")
	page.want(b.t, http.StatusOK, "the notes")
	return strings.Contains(page.Body, text)
}

// wantUser makes sure whose account page this is, and that it says whether
// somebody else is really there.
func (b *Browser) wantUser(name string, acting bool) {
	b.t.Helper()
	page := b.Get("/account")
	page.want(b.t, http.StatusOK, "the account page")
	if !strings.Contains(page.Body, `<h1 id="user">`+name+`</h1>`) {
		b.t.Errorf("the account page is not that of %s:\n%.2000s", name, page.Body)
	}
	if page.Banner() != acting {
		b.t.Errorf("on the account page of %s there is a banner: %v; want %v", name, page.Banner(), acting)
	}
	if told := page.Header.Get("Guise-Impersonation") != ""; told != acting {
		b.t.Errorf("the account page of %s has the header Guise-Impersonation: %v; want %v", name, told, acting)
	}
}
