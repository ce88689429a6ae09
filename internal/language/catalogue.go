package language

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"
)

// A Catalogue holds the texts of all languages. It never changes.
type Catalogue struct {
	languages []string
	texts     map[string]messages
}

// messages are the texts of one language by their keys.
type messages map[string][]Part

// Load reads dir/*.json from fsys: one file a language, named by its tag
// (pt-BR.json), each a flat object of keys and texts with {name} placeholders.
// It reports everything that is wrong at once, including what Check finds.
func Load(fsys fs.FS, dir string) (*Catalogue, error) {
	files, err := fs.Glob(fsys, path.Join(dir, "*.json"))
	if err != nil {
		return nil, fmt.Errorf("language: reading %s: %w", dir, err)
	}
	c := &Catalogue{texts: make(map[string]messages)}
	var errs []error
	for _, file := range files {
		lang := strings.TrimSuffix(path.Base(file), ".json")
		if lang == "*" || !isRange(lang) {
			errs = append(errs, fmt.Errorf("language: %s: %q is not a language tag", file, lang))
			continue
		}
		texts, err := readFile(fsys, file)
		if err != nil {
			errs = append(errs, fmt.Errorf("language: %s: %w", file, err))
			continue
		}
		c.texts[lang] = texts
		if lang != Default {
			c.languages = append(c.languages, lang)
		}
	}
	slices.Sort(c.languages)
	c.languages = slices.Insert(c.languages, 0, Default)
	errs = append(errs, c.Check()...)
	if len(errs) > 0 {
		return nil, errors.Join(errs...)
	}
	return c, nil
}

// Check holds every language against Default's texts: keys that are missing,
// keys that Default doesn't have, texts that are empty, and placeholders that
// differ.
func (c *Catalogue) Check() []error {
	want := c.texts[Default]
	if len(want) == 0 {
		return []error{fmt.Errorf("language: there are no texts in %s.json, which all others are held against", Default)}
	}
	var errs []error
	for _, lang := range c.languages {
		have := c.texts[lang]
		for _, key := range slices.Sorted(maps.Keys(want)) {
			parts, ok := have[key]
			switch {
			case !ok:
				errs = append(errs, fmt.Errorf("language: %s.json: key %q is missing", lang, key))
			case len(parts) == 0:
				errs = append(errs, fmt.Errorf("language: %s.json: key %q has an empty text", lang, key))
			case !slices.Equal(placeholders(parts), placeholders(want[key])):
				errs = append(errs, fmt.Errorf("language: %s.json: key %q has the placeholders %v, and %s.json has %v",
					lang, key, placeholders(parts), Default, placeholders(want[key])))
			}
		}
		for _, key := range slices.Sorted(maps.Keys(have)) {
			if _, ok := want[key]; !ok {
				errs = append(errs, fmt.Errorf("language: %s.json: key %q is stray: %s.json does not have it", lang, key, Default))
			}
		}
	}
	return errs
}

// Languages are the tags for which there are texts, Default first.
func (c *Catalogue) Languages() []string { return slices.Clone(c.languages) }

// Match is In of the language that fits an Accept-Language header best.
func (c *Catalogue) Match(acceptLanguage string) Texts {
	return c.In(Match(acceptLanguage, c.languages))
}

// In gives the texts of one language, or those of Default where it has none.
func (c *Catalogue) In(lang string) Texts {
	texts, ok := c.texts[lang]
	if !ok {
		lang, texts = Default, c.texts[Default]
	}
	return Texts{Lang: lang, Dir: Dir(lang), messages: texts}
}
