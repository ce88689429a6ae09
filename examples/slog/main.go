// Command slog is an application that logs with log/slog, and whose every line
// about a request says who was really there.
package main

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"os"

	"github.com/guise-go/guise"
	"github.com/guise-go/guise/examples/internal/app"
	"github.com/guise-go/guise/examples/internal/desk"
	"github.com/guise-go/guise/examples/internal/site"
	"github.com/guise-go/guise/memstore"
)

func main() { app.Main(func(ctx context.Context) (*app.App, error) { return open(ctx, os.Stderr) }) }

// open makes the application, which logs to w.
func open(_ context.Context, w io.Writer) (*app.App, error) {
	// This is the line that Guise changes: its handler, around the one there was,
	// adds actor.id, subject.id and impersonation.id to what is logged while
	// impersonating.
	log := slog.New(guise.LogHandler(slog.NewJSONHandler(w, nil)))

	people := desk.Open()
	s := &site.Site{
		Data: site.Memory{Desk: people}, Users: people.Users(), Store: memstore.New(),
		Inside: func(next http.Handler) http.Handler { return logged(log, next) },
	}
	handler, m, err := s.Open()
	if err != nil {
		return nil, err
	}
	return &app.App{Handler: handler, Guise: m}, nil
}

// logged logs each request, and knows nothing of Guise. Only a call with a
// context, such as InfoContext, can be told who is there.
func logged(log *slog.Logger, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		log.InfoContext(r.Context(), "request", "method", r.Method, "path", r.URL.Path)
		next.ServeHTTP(w, r)
	})
}
