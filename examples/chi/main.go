// Command chi is an application on chi, with scs for its sessions.
package main

import (
	"context"
	"net/http"

	"github.com/alexedwards/scs/v2"
	"github.com/go-chi/chi/v5"
	"github.com/go-chi/chi/v5/middleware"

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
		Sessions: s.sessions.LoadAndSave, IsolateCookies: []string{s.sessions.Cookie.Name},
		Forbid: []string{"/account/password"}, Logout: []string{"POST /logout"}, LoginURL: "/login",
		InsecureCookies: true, // plain HTTP, on this machine only
	})
	if err != nil {
		return nil, err
	}
	return &app.App{Handler: s.routes(m), Guise: m}, nil
}

func (s *server) routes(m *guise.Manager) http.Handler {
	r := chi.NewRouter()
	r.Use(middleware.RequestID, middleware.Recoverer)
	// On the outermost router chi runs middleware before it looks for a route,
	// so Guise answers /impersonate/ although no route is called that. In a
	// Group or a Route it would not.
	r.Use(m.Middleware)
	r.Use(s.loadUser)

	r.Get("/", func(w http.ResponseWriter, r *http.Request) {
		pages.Render(w, http.StatusOK, "home", pages.Data{User: user(r)})
	})
	r.Get("/login", func(w http.ResponseWriter, _ *http.Request) {
		pages.Render(w, http.StatusOK, "login", pages.Data{})
	})
	r.Post("/login", s.login)
	r.Post("/logout", s.logout)
	r.Group(func(r chi.Router) {
		r.Use(loggedIn)
		r.Get("/account", func(w http.ResponseWriter, r *http.Request) {
			pages.Render(w, http.StatusOK, "account", pages.Data{User: user(r)})
		})
		r.Post("/account/password", func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "/account", http.StatusSeeOther)
		})
		r.Get("/notes", func(w http.ResponseWriter, r *http.Request) {
			pages.Render(w, http.StatusOK, "notes", pages.Data{User: user(r), Notes: s.desk.Notes(user(r).ID)})
		})
		r.Post("/notes", func(w http.ResponseWriter, r *http.Request) {
			s.desk.AddNote(user(r).ID, r.PostFormValue("text"))
			http.Redirect(w, r, "/notes", http.StatusSeeOther)
		})
	})
	return r
}

type userKey struct{}

// loadUser puts whom the application sees into the context. The line with
// EffectiveID is the one that Guise changes.
func (s *server) loadUser(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		id := guise.EffectiveID(r.Context(), s.sessions.GetString(r.Context(), "userID"))
		ctx := context.WithValue(r.Context(), userKey{}, s.desk.Person(r.Context(), id))
		next.ServeHTTP(w, r.WithContext(ctx))
	})
}

func user(r *http.Request) guise.User {
	user, _ := r.Context().Value(userKey{}).(guise.User)
	return user
}

func loggedIn(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if user(r).ID == "" {
			http.Redirect(w, r, "/login", http.StatusSeeOther)
			return
		}
		next.ServeHTTP(w, r)
	})
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
