// Command templ is an application whose pages are templ components. They need
// nothing of Guise, for the banner comes on by itself; one that wants to know
// who is there asks its context.
package main

import (
	"bytes"
	"context"
	"net/http"

	"github.com/a-h/templ"

	"github.com/guise-go/guise/examples/internal/app"
	"github.com/guise-go/guise/examples/internal/desk"
	"github.com/guise-go/guise/examples/internal/pages"
	"github.com/guise-go/guise/examples/internal/site"
	"github.com/guise-go/guise/memstore"
)

//go:generate go run github.com/a-h/templ/cmd/templ@v0.3.1100 generate

func main() { app.Main(open) }

// open makes the application.
func open(context.Context) (*app.App, error) {
	people := desk.Open()
	s := &site.Site{Data: site.Memory{Desk: people}, Users: people.Users(), Store: memstore.New(), Render: render}
	handler, m, err := s.Open()
	if err != nil {
		return nil, err
	}
	return &app.App{Handler: handler, Guise: m}, nil
}

// components are the pages, by the names that the application has for them.
var components = map[string]func(pages.Data) templ.Component{
	"home": home, "account": account, "notes": notes, "login": login,
}

// render answers with a page, or with a 500 and no half of one.
func render(w http.ResponseWriter, r *http.Request, status int, name string, data pages.Data) {
	var page bytes.Buffer
	if err := components[name](data).Render(r.Context(), &page); err != nil {
		http.Error(w, http.StatusText(http.StatusInternalServerError), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_, _ = page.WriteTo(w) // a client that has gone is nobody to tell
}
