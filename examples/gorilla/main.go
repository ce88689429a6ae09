// Command gorilla is an application on gorilla/mux, with gorilla/sessions.
package main

import (
	"context"
	"crypto/rand"
	"net/http"
	"os"

	"github.com/gorilla/mux"
	"github.com/gorilla/sessions"

	"github.com/guise-go/guise"
	"github.com/guise-go/guise/console"
	"github.com/guise-go/guise/examples/internal/app"
	"github.com/guise-go/guise/examples/internal/desk"
	"github.com/guise-go/guise/examples/internal/pages"
	"github.com/guise-go/guise/memstore"
)

const sessionName = "session"

type server struct {
	desk     *desk.Desk
	sessions sessions.Store
}

func main() { app.Main(open) }

// open makes the application. Its sessions are files in a temporary folder:
// one that sessions.NewCookieStore keeps in the cookie stays good after the
// logout for whoever kept a copy, and Guise would believe it too.
func open(context.Context) (*app.App, error) {
	folder, err := os.MkdirTemp("", "guise-example-")
	if err != nil {
		return nil, err
	}
	key := make([]byte, 32)
	_, _ = rand.Read(key) // never fails
	s := &server{desk.Open(), sessions.NewFilesystemStore(folder, key)}
	m, err := guise.New(guise.Config{
		Identify: func(r *http.Request) (string, error) { // who is really logged in
			return s.realID(r), nil
		},
		Users: s.desk.Users(), Store: memstore.New(), Console: console.New,

		// gorilla/sessions has no middleware, so Sessions stays empty: the name
		// of its cookie is enough. What it remembers in the context of Identify's
		// request, the actor's session, the application's never sees.
		IsolateCookies: []string{sessionName},

		Forbid: []string{"/account/password"}, Logout: []string{"POST /logout"}, LoginURL: "/login",
		InsecureCookies: true, // plain HTTP, on this machine only
	})
	if err != nil {
		return nil, err
	}
	// Around the router, and not by router.Use: mux runs middleware only where
	// a route matches, and none is called /impersonate/.
	return &app.App{
		Handler: m.Middleware(s.routes()), Guise: m,
		Close: func(context.Context) error { return os.RemoveAll(folder) },
	}, nil
}

func (s *server) routes() http.Handler {
	r := mux.NewRouter()
	r.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		pages.Render(w, http.StatusOK, "home", pages.Data{User: s.user(r)})
	}).Methods(http.MethodGet)
	r.HandleFunc("/login", func(w http.ResponseWriter, _ *http.Request) {
		pages.Render(w, http.StatusOK, "login", pages.Data{})
	}).Methods(http.MethodGet)
	r.HandleFunc("/login", s.login).Methods(http.MethodPost)
	r.HandleFunc("/logout", s.logout).Methods(http.MethodPost)

	mine := r.NewRoute().Subrouter()
	mine.Use(s.loggedIn)
	mine.HandleFunc("/account", func(w http.ResponseWriter, r *http.Request) {
		pages.Render(w, http.StatusOK, "account", pages.Data{User: s.user(r)})
	}).Methods(http.MethodGet)
	mine.HandleFunc("/account/password", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "/account", http.StatusSeeOther)
	}).Methods(http.MethodPost)
	mine.HandleFunc("/notes", func(w http.ResponseWriter, r *http.Request) {
		user := s.user(r)
		pages.Render(w, http.StatusOK, "notes", pages.Data{User: user, Notes: s.desk.Notes(user.ID)})
	}).Methods(http.MethodGet)
	mine.HandleFunc("/notes", func(w http.ResponseWriter, r *http.Request) {
		s.desk.AddNote(s.user(r).ID, r.PostFormValue("text"))
		http.Redirect(w, r, "/notes", http.StatusSeeOther)
	}).Methods(http.MethodPost)
	return r
}

// realID is who the session says is logged in.
func (s *server) realID(r *http.Request) string {
	session, _ := s.sessions.Get(r, sessionName) // one that can't be read is a new one
	id, _ := session.Values["userID"].(string)
	return id
}

// user is whom the application sees. This is the one line that Guise changes.
func (s *server) user(r *http.Request) guise.User {
	return s.desk.Person(r.Context(), guise.EffectiveID(r.Context(), s.realID(r)))
}

func (s *server) loggedIn(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if s.user(r).ID == "" {
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
	session, _ := s.sessions.Get(r, sessionName)
	session.ID = "" // another one than before the login
	session.Values["userID"] = id
	s.save(w, r, session, "/account")
}

func (s *server) logout(w http.ResponseWriter, r *http.Request) {
	session, _ := s.sessions.Get(r, sessionName)
	session.Options.MaxAge = -1
	s.save(w, r, session, "/")
}

func (s *server) save(w http.ResponseWriter, r *http.Request, session *sessions.Session, next string) {
	if err := session.Save(r, w); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	http.Redirect(w, r, next, http.StatusSeeOther)
}
