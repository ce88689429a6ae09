// Command gin is an application on Gin, with gin-contrib/sessions.
package main

import (
	"context"
	"crypto/rand"
	"net/http"

	"github.com/gin-contrib/sessions"
	"github.com/gin-contrib/sessions/memstore"
	"github.com/gin-gonic/gin"

	"github.com/guise-go/guise"
	"github.com/guise-go/guise/console"
	"github.com/guise-go/guise/examples/internal/app"
	"github.com/guise-go/guise/examples/internal/desk"
	"github.com/guise-go/guise/examples/internal/pages"
	guisememstore "github.com/guise-go/guise/memstore"
)

const sessionName = "session"

type server struct {
	desk     *desk.Desk
	sessions sessions.Store
}

func main() { app.Main(open) }

// open makes the application.
func open(context.Context) (*app.App, error) {
	key := make([]byte, 32)
	_, _ = rand.Read(key) // never fails
	s := &server{desk.Open(), memstore.NewStore(key)}
	m, err := guise.New(guise.Config{
		// Who is really logged in. Guise stands outside the engine, where there
		// is no gin.Context; the session's store reads the plain request.
		Identify: func(r *http.Request) (string, error) {
			session, _ := s.sessions.Get(r, sessionName) // one that can't be read is a new one
			id, _ := session.Values["userID"].(string)
			return id, nil
		},
		Users: s.desk.Users(), Store: guisememstore.New(), Console: console.New,
		IsolateCookies: []string{sessionName}, // the session middleware is Gin's, so Sessions stays empty
		Forbid:         []string{"/account/password"}, Logout: []string{"POST /logout"}, LoginURL: "/login",
		InsecureCookies: true, // plain HTTP, on this machine only
	})
	if err != nil {
		return nil, err
	}
	// Around the engine, and not by engine.Use: Gin's middleware can't give its
	// handlers another ResponseWriter to write the page to.
	return &app.App{Handler: m.Middleware(s.engine()), Guise: m}, nil
}

func (s *server) engine() *gin.Engine {
	gin.SetMode(gin.ReleaseMode)
	e := gin.New()
	// What is handed a gin.Context as a context, GORM or a logger say, then asks
	// the request's, where it says who is really there. Without this it is told
	// that nobody impersonates.
	e.ContextWithFallback = true
	e.SetHTMLTemplate(pages.Templates)
	e.Use(gin.Recovery(), sessions.Sessions(sessionName, s.sessions), s.loadUser)

	e.GET("/", func(c *gin.Context) { c.HTML(http.StatusOK, "home", pages.Data{User: user(c)}) })
	e.GET("/login", func(c *gin.Context) { c.HTML(http.StatusOK, "login", pages.Data{}) })
	e.POST("/login", s.login)
	e.POST("/logout", logout)

	mine := e.Group("/", loggedIn)
	mine.GET("/account", func(c *gin.Context) { c.HTML(http.StatusOK, "account", pages.Data{User: user(c)}) })
	mine.POST("/account/password", func(c *gin.Context) { c.Redirect(http.StatusSeeOther, "/account") })
	mine.GET("/notes", func(c *gin.Context) {
		c.HTML(http.StatusOK, "notes", pages.Data{User: user(c), Notes: s.desk.Notes(user(c).ID)})
	})
	mine.POST("/notes", func(c *gin.Context) {
		s.desk.AddNote(user(c).ID, c.PostForm("text"))
		c.Redirect(http.StatusSeeOther, "/notes")
	})
	return e
}

// loadUser finds whom the application sees. The line with EffectiveID is the
// one that Guise changes; it wants the request's context, not Gin's own.
func (s *server) loadUser(c *gin.Context) {
	realID, _ := sessions.Default(c).Get("userID").(string)
	id := guise.EffectiveID(c.Request.Context(), realID)
	c.Set("user", s.desk.Person(c.Request.Context(), id))
}

func user(c *gin.Context) guise.User {
	user, _ := c.Value("user").(guise.User)
	return user
}

func loggedIn(c *gin.Context) {
	if user(c).ID == "" {
		c.Redirect(http.StatusSeeOther, "/login")
		c.Abort()
	}
}

func (s *server) login(c *gin.Context) {
	id, ok := s.desk.LogIn(c.PostForm("username"), c.PostForm("password"))
	if !ok {
		c.HTML(http.StatusUnauthorized, "login", pages.Data{Failed: true})
		return
	}
	session := sessions.Default(c)
	session.Set("userID", id)
	save(c, session, "/account")
}

func logout(c *gin.Context) {
	session := sessions.Default(c)
	session.Clear()
	session.Options(sessions.Options{Path: "/", MaxAge: -1})
	save(c, session, "/")
}

func save(c *gin.Context, session sessions.Session, next string) {
	if err := session.Save(); err != nil {
		_ = c.AbortWithError(http.StatusInternalServerError, err)
		return
	}
	c.Redirect(http.StatusSeeOther, next)
}
