// Command nethttp is an application on net/http alone, with scs for its
// sessions.
package main

import (
	"context"
	"net/http"

	"github.com/alexedwards/scs/v2"

	"github.com/guise-go/guise"
	"github.com/guise-go/guise/console"
	"github.com/guise-go/guise/examples/internal/app"
	"github.com/guise-go/guise/examples/internal/desk"
	"github.com/guise-go/guise/examples/internal/pages"
	"github.com/guise-go/guise/memstore"
)

type server struct {
	desk     *desk.Desk
	sessions *scs.SessionManager
}

func main() { app.Main(open) }

// open makes the application.
func open(context.Context) (*app.App, error) {
	s := &server{desk.Open(), scs.New()}
	m, err := guise.New(guise.Config{
		Identify: func(r *http.Request) (string, error) { // who is really logged in
			return s.sessions.GetString(r.Context(), "userID"), nil
		},
		Users: s.desk.Users(), Store: memstore.New(), Console: console.New,

		// Guise puts the session middleware around the application: while
		// somebody acts as a customer, the session is another one.
		Sessions: s.sessions.LoadAndSave, IsolateCookies: []string{s.sessions.Cookie.Name},

		Forbid:          []string{"/account/password"},
		Logout:          []string{"POST /logout"},
		LoginURL:        "/login",
		InsecureCookies: true, // plain HTTP, on this machine only
	})
	if err != nil {
		return nil, err
	}
	return &app.App{Handler: m.Middleware(s.routes()), Guise: m}, nil
}

func (s *server) routes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, r *http.Request) {
		pages.Render(w, http.StatusOK, "home", pages.Data{User: s.user(r)})
	})
	mux.HandleFunc("GET /login", func(w http.ResponseWriter, _ *http.Request) {
		pages.Render(w, http.StatusOK, "login", pages.Data{})
	})
	mux.HandleFunc("POST /login", s.login)
	mux.HandleFunc("POST /logout", s.logout)
	mux.HandleFunc("GET /account", s.mine(func(w http.ResponseWriter, _ *http.Request, user guise.User) {
		pages.Render(w, http.StatusOK, "account", pages.Data{User: user})
	}))
	mux.HandleFunc("POST /account/password", s.mine(func(w http.ResponseWriter, r *http.Request, _ guise.User) {
		http.Redirect(w, r, "/account", http.StatusSeeOther)
	}))
	mux.HandleFunc("GET /notes", s.mine(func(w http.ResponseWriter, _ *http.Request, user guise.User) {
		pages.Render(w, http.StatusOK, "notes", pages.Data{User: user, Notes: s.desk.Notes(user.ID)})
	}))
	mux.HandleFunc("POST /notes", s.mine(func(w http.ResponseWriter, r *http.Request, user guise.User) {
		s.desk.AddNote(user.ID, r.PostFormValue("text"))
		http.Redirect(w, r, "/notes", http.StatusSeeOther)
	}))
	return mux
}

// user is whom the application sees. This is the one line that Guise changes.
func (s *server) user(r *http.Request) guise.User {
	id := guise.EffectiveID(r.Context(), s.sessions.GetString(r.Context(), "userID"))
	return s.desk.Person(r.Context(), id)
}

// mine serves a page to whoever is logged in, and sends others to the login.
func (s *server) mine(page func(http.ResponseWriter, *http.Request, guise.User)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		user := s.user(r)
		if user.ID == "" {
			http.Redirect(w, r, "/login", http.StatusSeeOther)
			return
		}
		page(w, r, user)
	}
}

func (s *server) login(w http.ResponseWriter, r *http.Request) {
	id, ok := s.desk.LogIn(r.PostFormValue("username"), r.PostFormValue("password"))
	if !ok {
		pages.Render(w, http.StatusUnauthorized, "login", pages.Data{Failed: true})
		return
	}
	if err := s.sessions.RenewToken(r.Context()); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	s.sessions.Put(r.Context(), "userID", id)
	http.Redirect(w, r, "/account", http.StatusSeeOther)
}

func (s *server) logout(w http.ResponseWriter, r *http.Request) {
	if err := s.sessions.Destroy(r.Context()); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	http.Redirect(w, r, "/", http.StatusSeeOther)
}
