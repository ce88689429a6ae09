// Command spa is a single-page application: an API on huma, whose clients send
// a bearer token (JWT), and a page without a framework that uses it, finds
// people, acts as them, and shows who one is, all over Guise's JSON endpoints.
package main

import (
	"context"
	"embed"
	"io/fs"
	"net/http"

	"github.com/guise-go/guise"
	"github.com/guise-go/guise/examples/internal/app"
	"github.com/guise-go/guise/examples/internal/bearer"
	"github.com/guise-go/guise/examples/internal/desk"
	"github.com/guise-go/guise/memstore"
)

//go:embed page
var page embed.FS

func main() { app.Main(open) }

type server struct {
	desk   *desk.Desk
	tokens *bearer.Tokens
}

// open makes the application.
func open(context.Context) (*app.App, error) {
	s := &server{desk.Open(), bearer.New()}
	m, err := guise.New(guise.Config{
		// Who is really logged in: whose token it is. The token stays the
		// actor's own; whom they act as, Guise's cookie says, which a browser
		// sends by itself and another client has to keep.
		Identify: func(r *http.Request) (string, error) { return s.tokens.UserID(r), nil },
		Users:    s.desk.Users(), Store: memstore.New(),
		// No Console: its pages are links, and links carry no token.
		InsecureCookies: true, // plain HTTP, on this machine only
	})
	if err != nil {
		return nil, err
	}
	files, err := fs.Sub(page, "page")
	if err != nil {
		return nil, err
	}
	routes := s.api()
	mux := http.NewServeMux()
	mux.Handle("/api/", m.Middleware(routes))
	mux.Handle("/impersonate/", m.Handler())
	// Guise goes around all that takes a token, and around nothing else. To load
	// the page or to log in, a browser sends Guise's cookie and no token, which
	// would look as if the actor had logged out, and end the impersonation.
	mux.Handle("/", http.FileServerFS(files))
	mux.Handle("POST /api/login", routes)
	return &app.App{Handler: mux, Guise: m}, nil
}
