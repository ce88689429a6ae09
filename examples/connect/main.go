// Command connect is an API in Connect's protocol (and gRPC's, where a client
// speaks that), with bearer tokens. Every call is a POST, so Guise is told
// which of them only read.
package main

import (
	"context"
	"net/http"

	"github.com/guise-go/guise"
	"github.com/guise-go/guise/examples/internal/app"
	"github.com/guise-go/guise/examples/internal/bearer"
	"github.com/guise-go/guise/examples/internal/desk"
	"github.com/guise-go/guise/memstore"
)

func main() { app.Main(open) }

type server struct {
	desk   *desk.Desk
	tokens *bearer.Tokens
}

// open makes the application.
func open(context.Context) (*app.App, error) {
	s := &server{desk.Open(), bearer.New()}
	m, err := guise.New(guise.Config{
		Identify: func(r *http.Request) (string, error) { return s.tokens.UserID(r), nil }, // whose token it is
		Users:    s.desk.Users(), Store: memstore.New(),
		// The procedures that change nothing. One that is not listed, such as
		// a new one, is refused in read-only. With generated code, list those
		// whose option idempotency_level is NO_SIDE_EFFECTS.
		SafeRoutes:      []string{"POST " + procedureMe, "POST " + procedureList},
		InsecureCookies: true, // plain HTTP, on this machine only
	})
	if err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	mux.Handle("/", m.Middleware(s.procedures()))
	// Who logs in has no token yet. With Guise around it, that would end an
	// impersonation in another tab of the browser.
	mux.HandleFunc("POST /login", s.login)
	return &app.App{Handler: mux, Guise: m}, nil
}
