package inject

import (
	"html"
	"strings"
	"unicode/utf8"

	"github.com/guise-go/guise/internal/csp"
)

// amendMeta returns tag, a whole <meta …>, with its policy amended, if it has
// one that needs it. Everything but the value of content stays as it was.
func amendMeta(tag []byte, snippet func() Snippet) ([]byte, bool) {
	var isPolicy bool
	var content attr
	for a := range attrs(string(tag)) {
		switch {
		case strings.EqualFold(a.name, "http-equiv"):
			isPolicy = strings.EqualFold(unescapeAttr(a.value), "content-security-policy")
		case strings.EqualFold(a.name, "content"):
			content = a
		}
	}
	if !isPolicy || content.value == "" {
		return nil, false
	}
	policy := unescapeAttr(content.value)
	amended := csp.AmendValue(policy, snippet().Inline)
	if amended == policy {
		return nil, false
	}
	text := string(tag[:content.start]) + `"` + html.EscapeString(amended) + `"` + string(tag[content.end:])
	return []byte(text), true
}

// attr is an attribute as written: start and end are where its value is in
// the tag, quotes included.
type attr struct {
	name, value string
	start, end  int
}

// attrs walks over the attributes of a whole start tag; of those with the same
// name only the first counts, and only that one comes.
func attrs(tag string) func(yield func(attr) bool) {
	return func(yield func(attr) bool) {
		seen := map[string]bool{}
		body := strings.TrimSuffix(tag, ">")
		i := strings.IndexAny(body, "\t\n\f\r /")
		for i >= 0 && i < len(body) {
			if isSpace(body[i]) || body[i] == '/' {
				i++
				continue
			}
			a := attrAt(body, i)
			i = a.end
			if name := strings.ToLower(a.name); !seen[name] {
				seen[name] = true
				if !yield(a) {
					return
				}
			}
		}
	}
}

// attrAt reads the attribute whose name begins at i.
func attrAt(s string, i int) attr {
	end := i + 1 // a "=" in the first place is part of the name
	for end < len(s) && !isSpace(s[end]) && s[end] != '/' && s[end] != '=' {
		end++
	}
	a := attr{name: s[i:end], start: end, end: end}
	v := skipSpace(s, end)
	if v == len(s) || s[v] != '=' {
		return a
	}
	v = skipSpace(s, v+1)
	if v < len(s) && (s[v] == '"' || s[v] == '\'') {
		a.start, a.end = v, len(s)
		if n := strings.IndexByte(s[v+1:], s[v]); n >= 0 {
			a.end = v + n + 2
			a.value = s[v+1 : a.end-1]
		}
		return a
	}
	a.start, a.end = v, v
	for a.end < len(s) && !isSpace(s[a.end]) {
		a.end++
	}
	a.value = s[v:a.end]
	return a
}

func skipSpace(s string, i int) int {
	for i < len(s) && isSpace(s[i]) {
		i++
	}
	return i
}

// unescapeAttr resolves the character references of an attribute's value. In an
// attribute, unlike in text, a name without its semicolon counts only if no
// letter, digit or "=" follows, so that "?a=1&copy=2" stays as it is.
func unescapeAttr(s string) string {
	var b strings.Builder
	for {
		before, rest, found := strings.Cut(s, "&")
		b.WriteString(before)
		if !found {
			return b.String()
		}
		ref := "&" + rest[:refLen(rest)]
		s = rest[len(ref)-1:]
		text, limit := html.UnescapeString(ref), 1
		if strings.HasSuffix(ref, ";") {
			limit = 2 // some names stand for two characters
		}
		// A longer text is a shorter name and what follows it.
		if utf8.RuneCountInString(text) > limit || limit == 1 && strings.HasPrefix(s, "=") && !strings.HasPrefix(ref, "&#") {
			text = ref
		}
		b.WriteString(text)
	}
}

// refLen is the length of the character reference at the start of s, without
// the "&" and with its semicolon if it has one.
func refLen(s string) int {
	digits := "0123456789"
	i := 0
	switch {
	case strings.HasPrefix(s, "#x") || strings.HasPrefix(s, "#X"):
		i, digits = 2, "0123456789abcdefABCDEF"
	case strings.HasPrefix(s, "#"):
		i = 1
	default:
		digits += "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
	}
	for i < len(s) && strings.IndexByte(digits, s[i]) >= 0 {
		i++
	}
	if i < len(s) && s[i] == ';' {
		i++
	}
	return i
}
