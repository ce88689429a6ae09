package sessions

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/alexedwards/scs/v2"
)

// scsLibrary is github.com/alexedwards/scs/v2 with its store in memory.
type scsLibrary struct{ *scs.SessionManager }

func openSCS(_ *testing.T, cookie http.Cookie) library {
	s := scs.New()
	s.Cookie.Name, s.Cookie.Secure = cookie.Name, cookie.Secure
	return scsLibrary{s}
}

func openSlidingSCS(t *testing.T, cookie http.Cookie) library {
	l := openSCS(t, cookie).(scsLibrary)
	l.IdleTimeout = time.Hour
	return l
}

func (l scsLibrary) Middleware() func(http.Handler) http.Handler { return l.LoadAndSave }

func (l scsLibrary) Get(r *http.Request, key string) string { return l.GetString(r.Context(), key) }

func (l scsLibrary) Put(_ http.ResponseWriter, r *http.Request, key, value string) error {
	l.SessionManager.Put(r.Context(), key, value)
	return nil
}

func (l scsLibrary) Renew(_ http.ResponseWriter, r *http.Request) error {
	return l.RenewToken(r.Context())
}

func (l scsLibrary) Destroy(_ http.ResponseWriter, r *http.Request) error {
	return l.SessionManager.Destroy(r.Context())
}

const scsFlash = "flash"

func (l scsLibrary) AddFlash(w http.ResponseWriter, r *http.Request, text string) error {
	return l.Put(w, r, scsFlash, text)
}

func (l scsLibrary) Flash(_ http.ResponseWriter, r *http.Request) (string, error) {
	return l.PopString(r.Context(), scsFlash), nil
}

func (l scsLibrary) Stored(t *testing.T, cookie string) string {
	t.Helper()
	data, found, err := l.Store.Find(cookie)
	if err != nil {
		t.Fatal(err)
	}
	if !found {
		return ""
	}
	deadline, values, err := l.Codec.Decode(data)
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprint(deadline, values)
}
