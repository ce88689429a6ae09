package console

import (
	"html/template"
	"strings"
	"unicode"
)

// shortLength is how many characters of a name a list shows.
const shortLength = 80

// The marks by which Unicode isolates a piece of text from the direction of
// the text around it: first strong isolate, pop directional isolate.
const firstStrong, pop = '\u2068', '\u2069'

// bdi writes what a user typed, whole. A text of another direction, or one
// with marks that would turn what follows it around, stays by itself.
func bdi(text string) template.HTML {
	return template.HTML("<bdi>" + template.HTMLEscapeString(settle(text)) + "</bdi>")
}

// short is [bdi] for one line of a list: cut when it is long.
func short(text string) template.HTML { return bdi(line(text)) }

// shortIfAny is [short] where there is something, and nothing otherwise.
func shortIfAny(text string) template.HTML {
	if text == "" {
		return ""
	}
	return short(text)
}

// bdiIfAny is [bdi] where there is something, and nothing otherwise.
func bdiIfAny(text string) template.HTML {
	if text == "" {
		return ""
	}
	return bdi(text)
}

// mail is [short] for an e-mail address: where it does not fit, the line breaks
// after its @.
func mail(address string) template.HTML {
	return template.HTML(strings.Replace(string(short(address)), "@", "@<wbr>", 1))
}

// line is the plain text of [short], for where no element can be: a title, an
// attribute.
func line(text string) string {
	text = strings.Join(strings.Fields(settle(text)), " ")
	count := 0
	for i := range text {
		if count++; count > shortLength {
			return text[:i] + "…"
		}
	}
	return text
}

// isolate is [bdi] for plain text.
func isolate(text string) string { return string(firstStrong) + text + string(pop) }

// settle removes what would leave the piece of text it is in: marks that
// embed, override or isolate (one that closes an isolate closes bdi's too),
// and control characters, which show as a replacement character.
func settle(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= '\u202a' && r <= '\u202e', r >= '\u2066' && r <= '\u2069':
			return -1
		case r == '\n', r == '\t':
			return r
		case unicode.IsControl(r):
			return unicode.ReplacementChar
		}
		return r
	}, text)
}
