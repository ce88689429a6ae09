package schooldesk

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"html/template"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strings"
	"time"

	"github.com/guise-go/guise"
)

//go:embed templates/*.html
var templateFiles embed.FS

//go:embed static
var staticFiles embed.FS

// page is what every template gets.
type page struct {
	Title string
	Path  string
	Me    user // whom the page is for; nobody when the ID is 0
	Agent bool // may look for people to act as, and has a log of it
	Guise guise.View
	Data  any
}

// At says whether the page is in this part of the application.
func (p page) At(prefix string) bool {
	return p.Path == prefix || prefix != "/" && strings.HasPrefix(p.Path, prefix+"/")
}

// actAs is what a row of the user administration offers: Guise's button, or
// the way to the page that says why there is none.
type actAs struct {
	Button template.HTML
	Key    string
	Agent  bool
}

// ActAs is what the page offers for the user with this key.
func (p page) ActAs(key string) actAs {
	return actAs{Button: p.Guise.Button(key), Key: key, Agent: p.Agent}
}

// parseTemplates makes one template set a page: the layout and the page's own parts.
func parseTemplates() (map[string]*template.Template, error) {
	assets, err := assetAddresses()
	if err != nil {
		return nil, err
	}
	layout, err := template.New("layout.html").Funcs(template.FuncMap{
		"asset":   func(name string) string { return assets[name] },
		"day":     func(t time.Time) string { return t.Format("2 Jan 2006, 15:04") + " UTC" },
		"add":     func(a, b int) int { return a + b },
		"initial": initial,
		"mail":    mail,
	}).ParseFS(templateFiles, "templates/layout.html")
	if err != nil {
		return nil, fmt.Errorf("reading the page layout: %w", err)
	}
	files, err := fs.Glob(templateFiles, "templates/*.html")
	if err != nil {
		return nil, fmt.Errorf("listing the pages: %w", err)
	}
	sets := map[string]*template.Template{}
	for _, file := range files {
		name := strings.TrimSuffix(path.Base(file), ".html")
		if name == "layout" {
			continue
		}
		set, err := layout.Clone()
		if err == nil {
			set, err = set.ParseFS(templateFiles, file)
		}
		if err != nil {
			return nil, fmt.Errorf("reading the page %s: %w", name, err)
		}
		sets[name] = set
	}
	return sets, nil
}

// initial is the letter in the circle beside a name.
func initial(name string) string {
	for _, r := range name {
		return strings.ToUpper(string(r))
	}
	return "?"
}

// mail lets an address that does not fit be broken behind its @.
func mail(address string) template.HTML {
	return template.HTML(strings.Replace(template.HTMLEscapeString(address), "@", "@<wbr>", 1))
}

// render answers with a page. It is made whole before anything is sent, so an
// error never leaves half of one.
func (a *App) render(w http.ResponseWriter, r *http.Request, status int, name, title string, data any) {
	var out bytes.Buffer
	me := currentUser(r.Context())
	err := a.templates[name].ExecuteTemplate(&out, "layout.html", page{
		Title: title,
		Path:  r.URL.Path,
		Me:    me,
		Agent: me.Superuser || me.Staff && a.policy == policyStaff,
		Guise: a.guise.View(r),
		Data:  data,
	})
	if err != nil {
		a.log.ErrorContext(r.Context(), "making a page", "page", name, "error", err)
		http.Error(w, http.StatusText(http.StatusInternalServerError), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	if _, err := out.WriteTo(w); err != nil {
		a.log.DebugContext(r.Context(), "sending a page", "page", name, "error", err)
	}
}

// wantsJSON says whether the client asked for JSON.
func wantsJSON(r *http.Request) bool {
	for part := range strings.SplitSeq(r.Header.Get("Accept"), ",") {
		if kind, _, err := mime.ParseMediaType(part); err == nil && kind == "application/json" {
			return true
		}
	}
	return false
}

func (a *App) writeJSON(w http.ResponseWriter, r *http.Request, status int, data any) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	if err := json.NewEncoder(w).Encode(data); err != nil {
		a.log.DebugContext(r.Context(), "sending JSON", "path", r.URL.Path, "error", err)
	}
}

// failure is what the error page shows.
type failure struct {
	Status   int
	Sentence string
}

// fail answers with an error that the person can do something about.
func (a *App) fail(w http.ResponseWriter, r *http.Request, status int, sentence string) {
	if wantsJSON(r) {
		a.writeJSON(w, r, status, map[string]string{"error": sentence})
		return
	}
	a.render(w, r, status, "error", http.StatusText(status), failure{status, sentence})
}

// serverError answers with 500 and says in the log, only there, what happened.
func (a *App) serverError(w http.ResponseWriter, r *http.Request, err error) {
	a.log.ErrorContext(r.Context(), "request failed", "method", r.Method, "path", r.URL.Path, "error", err)
	a.fail(w, r, http.StatusInternalServerError, "Something went wrong on our side. The log says what.")
}

func (a *App) notFound(w http.ResponseWriter, r *http.Request) {
	a.fail(w, r, http.StatusNotFound, "There is no such page.")
}

// assetAddresses are the addresses of the static files, by name. They change
// with the content, so that a browser may keep the files for good.
func assetAddresses() (map[string]string, error) {
	files, err := fs.Glob(staticFiles, "static/*")
	if err != nil {
		return nil, fmt.Errorf("listing the static files: %w", err)
	}
	addresses := map[string]string{}
	for _, file := range files {
		content, err := staticFiles.ReadFile(file)
		if err != nil {
			return nil, fmt.Errorf("reading a static file: %w", err)
		}
		sum := sha256.Sum256(content)
		addresses[path.Base(file)] = "/" + file + "?v=" + base64.RawURLEncoding.EncodeToString(sum[:9])
	}
	return addresses, nil
}

func serveStatic(w http.ResponseWriter, r *http.Request) {
	if r.URL.Query().Has("v") {
		w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
	}
	w.Header().Set("X-Content-Type-Options", "nosniff")
	http.FileServerFS(staticFiles).ServeHTTP(w, r)
}
