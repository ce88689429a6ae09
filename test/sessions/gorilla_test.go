package sessions

import (
	"bytes"
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/gorilla/sessions"
)

// gorillaLibrary is github.com/gorilla/sessions with one of its stores. It has
// no middleware: it reads the request's cookie, and remembers in the request's
// context what it has read.
type gorillaLibrary struct {
	store sessions.Store
	name  string
}

// The keys that sign and encrypt. Since it is encrypted, the same session
// makes another cookie each time.
var (
	signing    = bytes.Repeat([]byte{1}, 32)
	encryption = bytes.Repeat([]byte{2}, 32)
)

func openGorillaFiles(t *testing.T, cookie http.Cookie) library {
	store := sessions.NewFilesystemStore(t.TempDir(), signing, encryption)
	store.Options = gorillaOptions(cookie)
	return gorillaLibrary{store, cookie.Name}
}

func openGorillaCookie(_ *testing.T, cookie http.Cookie) library {
	store := sessions.NewCookieStore(signing, encryption)
	store.Options = gorillaOptions(cookie)
	return gorillaLibrary{store, cookie.Name}
}

func gorillaOptions(cookie http.Cookie) *sessions.Options {
	return &sessions.Options{
		Path: "/", MaxAge: 86400, HttpOnly: true, Secure: cookie.Secure, SameSite: http.SameSiteLaxMode,
	}
}

func (l gorillaLibrary) Middleware() func(http.Handler) http.Handler { return nil }

// session returns an empty one for a cookie that says nothing, as applications
// have it: the error says only that it said nothing.
func (l gorillaLibrary) session(r *http.Request) *sessions.Session {
	session, _ := l.store.Get(r, l.name)
	return session
}

func (l gorillaLibrary) Get(r *http.Request, key string) string {
	value, _ := l.session(r).Values[key].(string)
	return value
}

func (l gorillaLibrary) Put(w http.ResponseWriter, r *http.Request, key, value string) error {
	session := l.session(r)
	session.Values[key] = value
	return session.Save(r, w)
}

func (l gorillaLibrary) Renew(w http.ResponseWriter, r *http.Request) error {
	session := l.session(r)
	session.ID = "" // a store on the server gives it another
	return session.Save(r, w)
}

func (l gorillaLibrary) Destroy(w http.ResponseWriter, r *http.Request) error {
	session := l.session(r)
	session.Options.MaxAge = -1
	return session.Save(r, w)
}

func (l gorillaLibrary) AddFlash(w http.ResponseWriter, r *http.Request, text string) error {
	session := l.session(r)
	session.AddFlash(text)
	return session.Save(r, w)
}

func (l gorillaLibrary) Flash(w http.ResponseWriter, r *http.Request) (string, error) {
	session := l.session(r)
	texts := session.Flashes()
	if len(texts) == 0 {
		return "", nil
	}
	return fmt.Sprint(texts...), session.Save(r, w)
}

func (l gorillaLibrary) Stored(_ *testing.T, cookie string) string {
	r := httptest.NewRequest(http.MethodGet, "/", nil)
	r.AddCookie(&http.Cookie{Name: l.name, Value: cookie})
	session := l.session(r)
	if session.IsNew {
		return ""
	}
	return fmt.Sprint(session.ID, session.Values)
}
