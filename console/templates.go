package console

import (
	"embed"
	"fmt"
	"html/template"
	"io/fs"
	"slices"

	"github.com/guise-go/guise"
)

//go:embed templates assets locales
var files embed.FS

// layoutFile is the template that is executed; it calls the page's own.
const layoutFile = "layout.html"

// sharedFiles are parsed before each page, so that a page can define again
// what one of them defines.
var sharedFiles = []string{layoutFile, "parts.html", "brand.html", "head.html", "footer.html"}

// functions need nothing of the page; what does is a method of view.
var functions = template.FuncMap{"bdi": bdi, "short": short, "line": line}

// parse reads the template of every page.
func parse(from fs.FS) (map[guise.PageName]*template.Template, error) {
	shared, err := parseFiles(template.New("").Funcs(functions), from, sharedFiles...)
	if err != nil {
		return nil, err
	}
	parsed := make(map[guise.PageName]*template.Template, len(pages))
	for name := range pages {
		tmpl, err := shared.Clone()
		if err != nil {
			return nil, fmt.Errorf("console: templates: %w", err)
		}
		if parsed[name], err = parseFiles(tmpl, from, fileOf(name)); err != nil {
			return nil, err
		}
	}
	return parsed, nil
}

func fileOf(name guise.PageName) string { return string(name) + ".html" }

func parseFiles(tmpl *template.Template, from fs.FS, names ...string) (*template.Template, error) {
	for _, name := range names {
		text, err := fs.ReadFile(from, name)
		if err != nil {
			return nil, fmt.Errorf("console: template %s: %w", name, err)
		}
		if _, err := tmpl.New(name).Parse(string(text)); err != nil {
			return nil, fmt.Errorf("console: template %s: %w", name, err)
		}
	}
	return tmpl, nil
}

// isTemplate reports whether the console has a template of this name.
func isTemplate(name string) bool {
	if slices.Contains(sharedFiles, name) {
		return true
	}
	for page := range pages {
		if fileOf(page) == name {
			return true
		}
	}
	return false
}
