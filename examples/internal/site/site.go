// Package site is the application on net/http and scs for those examples that
// are about something else. It is what the example nethttp has in its main.go,
// over any place to keep people and notes in.
package site

import (
	"context"
	"net/http"

	"github.com/alexedwards/scs/v2"

	"github.com/guise-go/guise"
	"github.com/guise-go/guise/console"
	"github.com/guise-go/guise/examples/internal/desk"
	"github.com/guise-go/guise/examples/internal/pages"
)

// Data is where the application keeps people and their notes.
type Data interface {
	// Person is the user with this ID; the zero user is nobody.
	Person(ctx context.Context, id string) (guise.User, error)
	// Notes are the notes of whoever the context says the request is for.
	Notes(ctx context.Context) ([]string, error)
	// AddNote adds a note to theirs.
	AddNote(ctx context.Context, text string) error
}

// Site is the application.
type Site struct {
	Data  Data
	Users guise.Directory
	Store guise.Store
	Hooks guise.Hooks
	// Inside is middleware of the application's own, which Guise goes around.
	Inside func(http.Handler) http.Handler
	// Render answers with one of the pages; nil is [pages.Render].
	Render func(w http.ResponseWriter, r *http.Request, status int, name string, data pages.Data)

	sessions *scs.SessionManager
}

// Open puts Guise around the application.
func (s *Site) Open() (http.Handler, *guise.Manager, error) {
	s.sessions = scs.New()
	m, err := guise.New(guise.Config{
		Identify: func(r *http.Request) (string, error) {
			return s.sessions.GetString(r.Context(), "userID"), nil
		},
		Users: s.Users, Store: s.Store, Hooks: s.Hooks, Console: console.New,
		Sessions: s.sessions.LoadAndSave, IsolateCookies: []string{s.sessions.Cookie.Name},
		Forbid: []string{"/account/password"}, Logout: []string{"POST /logout"}, LoginURL: "/login",
		InsecureCookies: true, // plain HTTP, on this machine only
	})
	if err != nil {
		return nil, nil, err
	}
	routes := s.routes()
	if s.Inside != nil {
		routes = s.Inside(routes)
	}
	return m.Middleware(s.loadUser(routes)), m, nil
}

type userKey struct{}

// User is whom the application sees; the zero user is nobody.
func User(ctx context.Context) guise.User {
	user, _ := ctx.Value(userKey{}).(guise.User)
	return user
}

// WithUser puts whom the application sees into the context.
func WithUser(ctx context.Context, user guise.User) context.Context {
	return context.WithValue(ctx, userKey{}, user)
}

func (s *Site) loadUser(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		id := guise.EffectiveID(r.Context(), s.sessions.GetString(r.Context(), "userID"))
		user, err := s.Data.Person(r.Context(), id)
		if err != nil {
			fail(w, err)
			return
		}
		next.ServeHTTP(w, r.WithContext(WithUser(r.Context(), user)))
	})
}

func (s *Site) routes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", s.page("home"))
	mux.HandleFunc("GET /login", s.page("login"))
	mux.HandleFunc("POST /login", s.login)
	mux.HandleFunc("POST /logout", s.logout)
	mux.HandleFunc("GET /account", mine(s.page("account")))
	mux.HandleFunc("POST /account/password", mine(func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "/account", http.StatusSeeOther)
	}))
	mux.HandleFunc("GET /notes", mine(s.notes))
	mux.HandleFunc("POST /notes", mine(s.addNote))
	return mux
}

func (s *Site) render(w http.ResponseWriter, r *http.Request, status int, name string, data pages.Data) {
	if s.Render != nil {
		s.Render(w, r, status, name, data)
		return
	}
	pages.Render(w, status, name, data)
}

func (s *Site) page(name string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		s.render(w, r, http.StatusOK, name, pages.Data{User: User(r.Context())})
	}
}

func (s *Site) notes(w http.ResponseWriter, r *http.Request) {
	notes, err := s.Data.Notes(r.Context())
	if err != nil {
		fail(w, err)
		return
	}
	s.render(w, r, http.StatusOK, "notes", pages.Data{User: User(r.Context()), Notes: notes})
}

func (s *Site) addNote(w http.ResponseWriter, r *http.Request) {
	if err := s.Data.AddNote(r.Context(), r.PostFormValue("text")); err != nil {
		fail(w, err)
		return
	}
	http.Redirect(w, r, "/notes", http.StatusSeeOther)
}

// mine serves whoever is logged in, and sends others to the login.
func mine(next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if User(r.Context()).ID == "" {
			http.Redirect(w, r, "/login", http.StatusSeeOther)
			return
		}
		next(w, r)
	}
}

func (s *Site) login(w http.ResponseWriter, r *http.Request) {
	id, ok := desk.LogIn(r.PostFormValue("username"), r.PostFormValue("password"))
	if !ok {
		s.render(w, r, http.StatusUnauthorized, "login", pages.Data{Failed: true})
		return
	}
	if err := s.sessions.RenewToken(r.Context()); err != nil {
		fail(w, err)
		return
	}
	s.sessions.Put(r.Context(), "userID", id)
	http.Redirect(w, r, "/account", http.StatusSeeOther)
}

func (s *Site) logout(w http.ResponseWriter, r *http.Request) {
	if err := s.sessions.Destroy(r.Context()); err != nil {
		fail(w, err)
		return
	}
	http.Redirect(w, r, "/", http.StatusSeeOther)
}

func fail(w http.ResponseWriter, err error) {
	http.Error(w, err.Error(), http.StatusInternalServerError)
}
