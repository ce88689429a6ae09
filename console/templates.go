package console

import (
	"embed"
	"errors"
	"fmt"
	"html"
	"html/template"
	"io/fs"
	"regexp"
	"slices"

	"github.com/guise-go/guise"
)

//go:embed templates assets locales
var files embed.FS

// layoutFile is the template that is executed; it calls the page's own.
const layoutFile = "layout.html"

// sharedFiles are parsed before each page, so that a page can redefine what one
// of them defines.
var sharedFiles = []string{layoutFile, "parts.html", "brand.html", "head.html", "footer.html"}

// templates are those of every page, in one language.
type templates map[guise.PageName]*template.Template

// sources are where the templates come from: the application's own folder, which
// may be nil, before the console's.
type sources struct{ own, ours fs.FS }

// parse reads the template of every page.
func (s sources) parse(words *words) (templates, error) {
	shared, err := s.parseFiles(template.New("").Funcs(words.functions()), words, sharedFiles...)
	if err != nil {
		return nil, err
	}
	parsed := make(templates, len(pages))
	for name := range pages {
		tmpl, err := shared.Clone()
		if err != nil {
			return nil, fmt.Errorf("console: templates: %w", err)
		}
		if parsed[name], err = s.parseFiles(tmpl, words, fileOf(name)); err != nil {
			return nil, err
		}
	}
	return parsed, nil
}

func fileOf(name guise.PageName) string { return string(name) + ".html" }

func (s sources) parseFiles(tmpl *template.Template, words *words, names ...string) (*template.Template, error) {
	for _, name := range names {
		text, err := s.read(name, words)
		if err != nil {
			return nil, fmt.Errorf("console: template %s: %w", name, err)
		}
		if _, err := tmpl.New(name).Parse(text); err != nil {
			return nil, fmt.Errorf("console: template %s: %w", name, err)
		}
	}
	return tmpl, nil
}

// read is the text of a template. In one of the console's, what is the same each
// time is written out, so that not every page asks for it again.
func (s sources) read(name string, words *words) (string, error) {
	text, err := fs.ReadFile(overlay{s.own}, name)
	if !errors.Is(err, fs.ErrNotExist) {
		return string(text), err
	}
	text, err = fs.ReadFile(s.ours, name)
	return words.writtenOut(string(text)), err
}

// plainText is where a template asks for a text without placeholders, plainAsset
// where it asks for the address of an asset.
var (
	plainText  = regexp.MustCompile(`\{\{T "([^"]+)"\}\}`)
	plainAsset = regexp.MustCompile(`\{\{\.Asset "([^"]+)"\}\}`)
)

// writtenOut is only for templates that ask for texts where HTML has text or a
// quoted attribute's value, and for assets at the beginning of an address, as the
// console's do: html/template takes for markup what is written out.
func (w *words) writtenOut(source string) string {
	source = plainText.ReplaceAllStringFunc(source, func(action string) string {
		return html.EscapeString(w.Text(plainText.FindStringSubmatch(action)[1]))
	})
	return plainAsset.ReplaceAllStringFunc(source, func(action string) string {
		return `{{.BasePath}}` + w.asset(plainAsset.FindStringSubmatch(action)[1])
	})
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
