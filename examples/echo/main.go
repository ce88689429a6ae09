// Command echo is an application on Echo, with scs for its sessions.
package main

import (
	"context"
	"net/http"

	"github.com/alexedwards/scs/v2"
	"github.com/labstack/echo/v5"
	"github.com/labstack/echo/v5/middleware"

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
	// Around Echo, and not by e.Use(echo.WrapMiddleware(…)): Echo writes the
	// page of an error that a handler returned after its middleware is done.
	return &app.App{Handler: m.Middleware(s.echo()), Guise: m}, nil
}

func (s *server) echo() *echo.Echo {
	e := echo.New()
	e.Renderer = &echo.TemplateRenderer{Template: pages.Templates}
	e.Use(middleware.Recover(), s.loadUser)

	e.GET("/", func(c *echo.Context) error { return c.Render(http.StatusOK, "home", pages.Data{User: user(c)}) })
	e.GET("/login", func(c *echo.Context) error { return c.Render(http.StatusOK, "login", pages.Data{}) })
	e.POST("/login", s.login)
	e.POST("/logout", s.logout)

	mine := e.Group("", loggedIn)
	mine.GET("/account", func(c *echo.Context) error {
		return c.Render(http.StatusOK, "account", pages.Data{User: user(c)})
	})
	mine.POST("/account/password", func(c *echo.Context) error {
		return c.Redirect(http.StatusSeeOther, "/account")
	})
	mine.GET("/notes", func(c *echo.Context) error {
		return c.Render(http.StatusOK, "notes", pages.Data{User: user(c), Notes: s.desk.Notes(user(c).ID)})
	})
	mine.POST("/notes", func(c *echo.Context) error {
		s.desk.AddNote(user(c).ID, c.FormValue("text"))
		return c.Redirect(http.StatusSeeOther, "/notes")
	})
	return e
}

// loadUser finds whom the application sees. The line with EffectiveID is the
// one that Guise changes.
func (s *server) loadUser(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c *echo.Context) error {
		ctx := c.Request().Context()
		id := guise.EffectiveID(ctx, s.sessions.GetString(ctx, "userID"))
		c.Set("user", s.desk.Person(ctx, id))
		return next(c)
	}
}

func user(c *echo.Context) guise.User {
	user, _ := c.Get("user").(guise.User)
	return user
}

func loggedIn(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c *echo.Context) error {
		if user(c).ID == "" {
			return c.Redirect(http.StatusSeeOther, "/login")
		}
		return next(c)
	}
}

func (s *server) login(c *echo.Context) error {
	id, ok := s.desk.LogIn(c.FormValue("username"), c.FormValue("password"))
	if !ok {
		return c.Render(http.StatusUnauthorized, "login", pages.Data{Failed: true})
	}
	if err := s.sessions.RenewToken(c.Request().Context()); err != nil {
		return err
	}
	s.sessions.Put(c.Request().Context(), "userID", id)
	return c.Redirect(http.StatusSeeOther, "/account")
}

func (s *server) logout(c *echo.Context) error {
	if err := s.sessions.Destroy(c.Request().Context()); err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, "/")
}
