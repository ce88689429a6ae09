// Package pages is the HTML that the examples share. It knows nothing of Guise:
// the banner comes on by itself.
package pages

import (
	"bytes"
	_ "embed"
	"html/template"
	"net/http"

	"github.com/guise-go/guise"
)

//go:embed pages.html
var source string

// Templates has one whole page for each of the names home, account, notes and
// login; each shows a [Data].
var Templates = template.Must(template.New("").Parse(source))

// Data is what a page shows.
type Data struct {
	// User is whom the page is for; the zero user is nobody.
	User  guise.User
	Notes []string
	// Failed says on the login page that name and password did not fit.
	Failed bool
}

// Render answers with a page, or with a 500 and no half of one.
func Render(w http.ResponseWriter, status int, name string, data Data) {
	RenderFrom(w, Templates, status, name, data)
}

// RenderFrom is Render from other templates.
func RenderFrom(w http.ResponseWriter, templates *template.Template, status int, name string, data any) {
	var page bytes.Buffer
	if err := templates.ExecuteTemplate(&page, name, data); err != nil {
		http.Error(w, http.StatusText(http.StatusInternalServerError), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_, _ = page.WriteTo(w) // a client that has gone is nobody to tell
}
