// Command htmx is an application whose page is changed piece by piece, by htmx.
// The banner is on the page; the pieces go without, and say who is there in the
// header Guise-Impersonation, as every answer does.
package main

import (
	"context"
	_ "embed"
	"html/template"
	"net/http"

	"github.com/guise-go/guise/examples/internal/app"
	"github.com/guise-go/guise/examples/internal/desk"
	"github.com/guise-go/guise/examples/internal/pages"
	"github.com/guise-go/guise/examples/internal/site"
	"github.com/guise-go/guise/memstore"
)

//go:embed notes.html
var source string

var templates = template.Must(template.New("").Parse(source))

func main() { app.Main(open) }

// open makes the application.
func open(context.Context) (*app.App, error) {
	people := desk.Open()
	data := site.Memory{Desk: people}
	s := &site.Site{
		Data: data, Users: people.Users(), Store: memstore.New(), Render: render,
		Inside: func(next http.Handler) http.Handler { return pieces(data, next) },
	}
	handler, m, err := s.Open()
	if err != nil {
		return nil, err
	}
	return &app.App{Handler: handler, Guise: m}, nil
}

// render answers with this example's page of notes, or with one of the others.
func render(w http.ResponseWriter, r *http.Request, status int, name string, data pages.Data) {
	if name != "notes" {
		pages.Render(w, status, name, data)
		return
	}
	pages.RenderFrom(w, templates, status, name, data)
}

// pieces answers what htmx asks for, and leaves the rest to the application.
// Nothing here is Guise's: a write in read-only doesn't get here, and an answer
// that is no whole page gets no banner.
func pieces(data site.Data, next http.Handler) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("/", next)
	mux.HandleFunc("GET /htmx.min.js", serveScript(findScript()))
	mux.HandleFunc("POST /notes", func(w http.ResponseWriter, r *http.Request) {
		user, text := site.User(r.Context()), r.PostFormValue("text")
		if r.Header.Get("HX-Request") != "true" || user.ID == "" {
			next.ServeHTTP(w, r)
			return
		}
		if err := data.AddNote(r.Context(), text); err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		pages.RenderFrom(w, templates, http.StatusOK, "note", text)
	})
	return mux
}
