package guise

import (
	"embed"
	"errors"
	"html/template"
	"io/fs"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/guise-go/guise/internal/language"
)

// The folder web has the banner and the plain pages, locales the texts in both.
var (
	//go:embed web locales
	embedded embed.FS

	plainTemplate = template.Must(template.ParseFS(embedded, "web/plain.html"))
	plainStyle    = mustRead("web/plain.css")
)

func mustRead(name string) string {
	content, err := embedded.ReadFile(name)
	if err != nil {
		panic(err) // the file is part of the program
	}
	return string(content)
}

// readOverlaid reads a file of the overlay or, where that has none of this
// name, the built-in one.
func readOverlaid(overlay fs.FS, name string) (string, error) {
	if overlay != nil {
		content, err := fs.ReadFile(overlay, name)
		if !errors.Is(err, fs.ErrNotExist) {
			return string(content), err
		}
	}
	return mustRead("web/" + name), nil
}

func loadTexts() (*language.Catalogue, error) { return language.Load(embedded, "locales") }

// texts are those of the language that the request is answered in.
func (v *visit) texts() language.Texts {
	if choose := v.config.Language; choose != nil {
		return v.catalogue.Match(choose(v.r))
	}
	return v.catalogue.Match(v.r.Header.Get("Accept-Language"))
}

// ascii writes whatever isn't ASCII as character references, so that the text
// means the same in a page of any encoding.
func ascii(html string) string {
	var b strings.Builder
	b.Grow(len(html) + len(html)/8)
	done := 0 // everything before this is written
	for i := 0; i < len(html); {
		if html[i] < utf8.RuneSelf {
			i++
			continue
		}
		r, size := utf8.DecodeRuneInString(html[i:])
		b.WriteString(html[done:i])
		b.WriteString(characterReference(r))
		i += size
		done = i
	}
	b.WriteString(html[done:])
	return b.String()
}

func characterReference(r rune) string { return "&#" + strconv.Itoa(int(r)) + ";" }
