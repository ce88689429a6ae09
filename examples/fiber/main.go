// Command fiber is an application on Fiber, which is made for fasthttp and not
// for net/http. Guise needs net/http, so that is what serves it, and Fiber's
// own adaptor hands the requests over.
//
// What that costs: fasthttp's speed and its server's settings (app.Listen is
// not called), the whole request body in memory (less than 4 MB, whatever the
// application allows), all but the last of a header that is there several
// times, and c.Hijack, so Fiber's own WebSockets. Serve those, and whatever
// must be fast, beside it on a fasthttp server of their own; Guise then knows
// nothing of them. Answers that are streamed do work, and end with the
// impersonation.
package main

import (
	"bytes"
	"context"
	"errors"
	"net/http"

	"github.com/gofiber/fiber/v3"
	"github.com/gofiber/fiber/v3/middleware/adaptor"
	"github.com/gofiber/fiber/v3/middleware/recover"
	"github.com/gofiber/fiber/v3/middleware/session"

	"github.com/guise-go/guise"
	"github.com/guise-go/guise/console"
	"github.com/guise-go/guise/examples/internal/app"
	"github.com/guise-go/guise/examples/internal/desk"
	"github.com/guise-go/guise/examples/internal/pages"
	"github.com/guise-go/guise/memstore"
)

const sessionCookie = "session_id"

type server struct {
	desk     *desk.Desk
	sessions *session.Store
}

func main() { app.Main(open) }

// open makes the application.
func open(context.Context) (*app.App, error) {
	s := &server{desk: desk.Open()}
	return s.around(s.routes())
}

// around puts Guise around the routes, where they are net/http.
func (s *server) around(routes *fiber.App) (*app.App, error) {
	m, err := guise.New(guise.Config{
		Identify: s.realID,
		Users:    s.desk.Users(), Store: memstore.New(), Console: console.New,
		IsolateCookies: []string{sessionCookie}, // the session middleware is Fiber's, so Sessions stays empty
		Forbid:         []string{"/account/password"}, Logout: []string{"POST /logout"}, LoginURL: "/login",
		InsecureCookies: true, // plain HTTP, on this machine only
	})
	if err != nil {
		return nil, err
	}
	return &app.App{Handler: m.Middleware(withContext(routes)), Guise: m}, nil
}

type contextKey struct{}

// withContext is adaptor.FiberApp, which alone would leave the request's
// context behind, and with it all that Guise says of the request.
func withContext(routes *fiber.App) http.Handler {
	handler := routes.Handler()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		// The adaptor cuts off a long body that didn't say its length, and goes
		// on with the rest; better an error than half of a form.
		r.Body = http.MaxBytesReader(w, r.Body, fiber.DefaultBodyLimit-1)
		adaptor.FiberHandlerFunc(func(c fiber.Ctx) error {
			c.RequestCtx().SetUserValue(contextKey{}, r.Context())
			handler(c.RequestCtx())
			return nil
		})(w, r)
	})
}

// useContext is the other end of withContext: Fiber starts every request with
// an empty context, so the first middleware puts ours in its place.
func useContext(c fiber.Ctx) error {
	c.SetContext(fiber.Locals[context.Context](c, contextKey{}))
	return c.Next()
}

// realID is who is really logged in, by the cookie of Fiber's session.
func (s *server) realID(r *http.Request) (string, error) {
	cookie, err := r.Cookie(sessionCookie)
	if err != nil || cookie.Value == "" {
		return "", nil
	}
	found, err := s.sessions.GetByID(r.Context(), cookie.Value)
	switch {
	case errors.Is(err, session.ErrSessionIDNotFoundInStore):
		return "", nil
	case err != nil:
		return "", err
	}
	defer found.Release()
	id, _ := found.Get("userID").(string)
	return id, nil
}

func (s *server) routes() *fiber.App {
	a := fiber.New()
	var sessions fiber.Handler
	sessions, s.sessions = session.NewWithStore()
	a.Use(useContext, recover.New(), sessions, s.loadUser)

	a.Get("/", func(c fiber.Ctx) error { return page(c, "home", pages.Data{User: user(c)}) })
	a.Get("/login", func(c fiber.Ctx) error { return page(c, "login", pages.Data{}) })
	a.Post("/login", s.login)
	a.Post("/logout", logout)

	a.Use(loggedIn) // the routes from here on
	a.Get("/account", func(c fiber.Ctx) error { return page(c, "account", pages.Data{User: user(c)}) })
	a.Post("/account/password", func(c fiber.Ctx) error {
		return c.Redirect().Status(fiber.StatusSeeOther).To("/account")
	})
	a.Get("/notes", func(c fiber.Ctx) error {
		return page(c, "notes", pages.Data{User: user(c), Notes: s.desk.Notes(user(c).ID)})
	})
	a.Post("/notes", func(c fiber.Ctx) error {
		// Fiber's texts are only good for as long as the request.
		s.desk.AddNote(user(c).ID, string([]byte(c.FormValue("text"))))
		return c.Redirect().Status(fiber.StatusSeeOther).To("/notes")
	})
	return a
}

// loadUser finds whom the application sees. The line with EffectiveID is the
// one that Guise changes; c.Context() is that of the net/http request.
func (s *server) loadUser(c fiber.Ctx) error {
	realID, _ := session.FromContext(c).Get("userID").(string)
	id := guise.EffectiveID(c.Context(), realID)
	c.Locals("user", s.desk.Person(c.Context(), id))
	return c.Next()
}

func user(c fiber.Ctx) guise.User { return fiber.Locals[guise.User](c, "user") }

func loggedIn(c fiber.Ctx) error {
	if user(c).ID == "" {
		return c.Redirect().Status(fiber.StatusSeeOther).To("/login")
	}
	return c.Next()
}

func page(c fiber.Ctx, name string, data pages.Data) error {
	var made bytes.Buffer
	if err := pages.Templates.ExecuteTemplate(&made, name, data); err != nil {
		return err
	}
	return c.Type("html").Send(made.Bytes())
}

func (s *server) login(c fiber.Ctx) error {
	id, ok := s.desk.LogIn(c.FormValue("username"), c.FormValue("password"))
	if !ok {
		return page(c.Status(fiber.StatusUnauthorized), "login", pages.Data{Failed: true})
	}
	session := session.FromContext(c)
	if err := session.Regenerate(); err != nil {
		return err
	}
	session.Set("userID", id)
	return c.Redirect().Status(fiber.StatusSeeOther).To("/account")
}

func logout(c fiber.Ctx) error {
	if err := session.FromContext(c).Destroy(); err != nil {
		return err
	}
	return c.Redirect().Status(fiber.StatusSeeOther).To("/")
}
