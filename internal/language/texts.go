package language

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Texts are the texts of one language. They are plain text: whoever puts them
// into HTML escapes them.
type Texts struct {
	Lang string // as HTML's lang attribute has it
	Dir  string // "ltr" or "rtl"

	messages messages
}

// A Part of a text is words, or the place of an argument. In the latter, Name is
// the placeholder's name and Text the argument, so that a template can set a
// person's name apart from the sentence around it (<bdi>, <strong>).
type Part struct {
	Name string
	Text string
}

// Text gives the text of a key with its placeholders filled in from arguments
// in pairs: Text("banner.acting", "subject", name). An argument is never read
// for placeholders itself. A key that doesn't exist is its own text, and a
// placeholder without an argument stays: one sees what is wrong, and nothing
// panics.
func (t Texts) Text(key string, pairs ...string) string {
	if parts := t.messages[key]; len(parts) == 1 && parts[0].Name == "" {
		return parts[0].Text // as most are
	}
	var b strings.Builder
	for _, p := range t.Parts(key, pairs...) {
		b.WriteString(p.Text)
	}
	return b.String()
}

// Parts is Text, taken apart.
func (t Texts) Parts(key string, pairs ...string) []Part {
	parts, ok := t.messages[key]
	if !ok {
		return []Part{{Text: key}}
	}
	parts = slices.Clone(parts)
	for i, p := range parts {
		for j := 0; p.Name != "" && j+1 < len(pairs); j += 2 {
			if pairs[j] == p.Name {
				parts[i].Text = pairs[j+1]
				break
			}
		}
	}
	return parts
}

// split takes a text apart. The Text of a placeholder is the placeholder itself,
// until it is filled in.
func split(text string) ([]Part, error) {
	var parts []Part
	for text != "" {
		i := strings.IndexAny(text, "{}")
		if i < 0 {
			return append(parts, Part{Text: text}), nil
		}
		if i > 0 {
			parts = append(parts, Part{Text: text[:i]})
		}
		end := strings.IndexByte(text, '}')
		if text[i] == '}' || end < 0 {
			return nil, errors.New("has a brace without its partner")
		}
		name := text[i+1 : end]
		if name == "" || strings.Trim(name, "abcdefghijklmnopqrstuvwxyz_") != "" {
			return nil, fmt.Errorf("has the placeholder {%s}; a name has small letters and underscores", name)
		}
		parts = append(parts, Part{Name: name, Text: "{" + name + "}"})
		text = text[end+1:]
	}
	return parts, nil
}

// placeholders are the names in a text, each once: a language may need to say
// one twice.
func placeholders(parts []Part) []string {
	names := []string{}
	for _, p := range parts {
		if p.Name != "" {
			names = append(names, p.Name)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}
