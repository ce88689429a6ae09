package sessions

import (
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/guise-go/guise"
	"github.com/guise-go/guise/memstore"
	"github.com/guise-go/guise/userstest"
)

// The people: two who may act as the two others.
const (
	ada, bo    = "1", "2"
	maya, noah = "10", "11"
)

// desk is an application that keeps its logins, drafts and messages in the
// library's sessions, and two things in cookies of its own: the theme, which
// is kept apart while impersonating, and the locale, which is not.
type desk struct {
	setup
	naming
	lib     library
	manager *guise.Manager
	server  *httptest.Server
}

func newDesk(t *testing.T, s setup, n naming) *desk {
	t.Helper()
	d := &desk{setup: s, naming: n, lib: s.open(t, http.Cookie{Name: n.session, Secure: n.tls})}
	var err error
	d.manager, err = guise.New(guise.Config{
		Identify: func(r *http.Request) (string, error) { return d.lib.Get(r, "user"), nil },
		Users: userstest.NewMemory(
			guise.User{ID: ada, Active: true, Superuser: true}, guise.User{ID: bo, Active: true, Superuser: true},
			guise.User{ID: maya, Active: true}, guise.User{ID: noah, Active: true},
		),
		Store:           memstore.New(),
		Sessions:        d.lib.Middleware(),
		IsolateCookies:  []string{n.session, n.theme},
		Exclude:         []string{"/own/"},
		Logout:          []string{"POST /logout"},
		LoginURL:        "/login",
		DefaultMode:     guise.ReadWrite,
		Logger:          slog.New(slog.DiscardHandler),
		InsecureCookies: !n.tls,
	})
	if err != nil {
		t.Fatal(err)
	}
	d.server = httptest.NewUnstartedServer(d.manager.Middleware(d.routes()))
	if n.tls {
		d.server.StartTLS()
	} else {
		d.server.Start()
	}
	t.Cleanup(d.server.Close)
	return d
}

func (d *desk) routes() http.Handler {
	mux := http.NewServeMux()
	do := func(pattern string, act func(w http.ResponseWriter, r *http.Request) error) {
		mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
			if err := act(w, r); err != nil {
				http.Error(w, err.Error(), http.StatusInternalServerError)
			}
		})
	}
	do("POST /login", d.login)
	do("POST /logout", d.lib.Destroy)
	do("POST /forget", d.lib.Destroy) // no logout: Guise knows nothing of it
	do("POST /draft", func(w http.ResponseWriter, r *http.Request) error {
		return d.lib.Put(w, r, "draft", r.PostFormValue("value"))
	})
	do("POST /renew", d.lib.Renew)
	do("GET /own/renew", d.lib.Renew)
	do("POST /flash", func(w http.ResponseWriter, r *http.Request) error {
		return d.lib.AddFlash(w, r, r.PostFormValue("value"))
	})
	do("GET /flash", func(w http.ResponseWriter, r *http.Request) error {
		text, err := d.lib.Flash(w, r)
		return writeJSON(w, text, err)
	})
	do("POST /theme", func(w http.ResponseWriter, r *http.Request) error {
		setCookie(w, r, d.theme, d.tls)
		return nil
	})
	do("POST /locale", func(w http.ResponseWriter, r *http.Request) error {
		setCookie(w, r, "locale", d.tls)
		return nil
	})
	do("GET /", d.page)
	return mux
}

func (d *desk) login(w http.ResponseWriter, r *http.Request) error {
	if err := d.lib.Renew(w, r); err != nil {
		return err
	}
	w.Header().Del("Set-Cookie") // gorilla's, for it sets one more when something is put
	return d.lib.Put(w, r, "user", r.PostFormValue("value"))
}

// setCookie sets a cookie to the value that was posted, and deletes it when
// that is empty.
func setCookie(w http.ResponseWriter, r *http.Request, name string, secure bool) {
	cookie := &http.Cookie{Name: name, Value: r.PostFormValue("value"), Path: "/", Secure: secure}
	if cookie.Value == "" {
		cookie.MaxAge = -1
	}
	http.SetCookie(w, cookie)
}

// page is what the application knows of a request.
type page struct {
	User    string   // whom it is for
	Login   string   // who is logged in, by the session
	Draft   string   // from the session
	Theme   string   // from a cookie that is kept apart
	Locale  string   // from one that isn't
	Cookies []string // the names of all
}

func (d *desk) page(w http.ResponseWriter, r *http.Request) error {
	login := d.lib.Get(r, "user")
	p := page{
		User: guise.EffectiveID(r.Context(), login), Login: login, Draft: d.lib.Get(r, "draft"),
		Theme: cookieOf(r, d.theme), Locale: cookieOf(r, "locale"),
	}
	for _, cookie := range r.Cookies() {
		p.Cookies = append(p.Cookies, cookie.Name)
	}
	return writeJSON(w, p, nil)
}

func cookieOf(r *http.Request, name string) string {
	if cookie, err := r.Cookie(name); err == nil {
		return cookie.Value
	}
	return ""
}

func writeJSON(w http.ResponseWriter, data any, err error) error {
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	return json.NewEncoder(w).Encode(data)
}
