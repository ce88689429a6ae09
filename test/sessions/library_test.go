package sessions

import (
	"net/http"
	"testing"
)

// library is a session library, in the way an application uses it. What writes
// is called before the answer is.
type library interface {
	// Middleware is what the library wants around the application, and nil
	// for one that reads the request by itself.
	Middleware() func(http.Handler) http.Handler
	Get(r *http.Request, key string) string
	Put(w http.ResponseWriter, r *http.Request, key, value string) error
	// Renew gives the session another token, as after a login.
	Renew(w http.ResponseWriter, r *http.Request) error
	// Destroy ends the session, as after a logout.
	Destroy(w http.ResponseWriter, r *http.Request) error
	// AddFlash leaves a message that Flash returns once.
	AddFlash(w http.ResponseWriter, r *http.Request, text string) error
	Flash(w http.ResponseWriter, r *http.Request) (string, error)
	// Stored is what is in the session of a cookie, in the same words as long
	// as nothing in it changes.
	Stored(t *testing.T, cookie string) string
}

// setup is a library set up in one way.
type setup struct {
	name string
	open func(t *testing.T, cookie http.Cookie) library
	// slides: every answer sets the cookie anew.
	slides bool
	// inCookie: the session is in the cookie, so it can't be ended from elsewhere.
	inCookie bool
}

func setups() []setup {
	return []setup{
		{name: "scs", open: openSCS},
		{name: "scs, sliding", open: openSlidingSCS, slides: true},
		{name: "gorilla, files", open: openGorillaFiles},
		{name: "gorilla, cookie", open: openGorillaCookie, inCookie: true},
	}
}

// naming is how the application calls its cookies.
type naming struct {
	name           string
	session, theme string
	tls            bool
}

func namings() []naming {
	return []naming{
		{"plain", "session", "theme", false},
		{"__Host-", "__Host-session", "__Host-theme", true},
		{"__Secure-", "__Secure-session", "__Secure-theme", true},
	}
}
