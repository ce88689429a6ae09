// Package plain makes text that others wrote harmless where people read it, on
// a terminal above all: a name or a reason may hold what moves the cursor,
// changes colours, or turns the text around.
package plain

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// Text is a text in which only characters that can be seen are left as they
// are. Any other is written as its number, such as \u202e.
func Text(text string) string {
	var b strings.Builder
	for i, r := range text {
		switch {
		case r == utf8.RuneError && !strings.HasPrefix(text[i:], "\uFFFD"):
			fmt.Fprintf(&b, `\x%02x`, text[i])
		case unicode.IsPrint(r):
			b.WriteRune(r)
		default:
			escape(&b, r)
		}
	}
	return b.String()
}

// Line is Text in one line. An error of several lines, as of a server that was
// tried at each of its addresses, is a list; what it says twice is said once.
func Line(text string) string {
	var b strings.Builder
	said := map[string]bool{}
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if line == "" || said[line] {
			continue
		}
		said[line] = true
		switch before := b.String(); {
		case before == "":
		case strings.HasSuffix(before, ":"):
			b.WriteString(" ")
		default:
			b.WriteString("; ")
		}
		b.WriteString(line)
	}
	return Text(b.String())
}

// JSON is a JSON text with the same meaning, in which only line ends and
// characters that can be seen stand as they are.
func JSON(encoded []byte) string {
	var b strings.Builder
	for _, r := range string(encoded) {
		if r == '\n' || unicode.IsPrint(r) {
			b.WriteRune(r)
			continue
		}
		escape(&b, r)
	}
	return b.String()
}

func escape(b *strings.Builder, r rune) {
	if high, low := utf16.EncodeRune(r); high != unicode.ReplacementChar {
		fmt.Fprintf(b, `\u%04x\u%04x`, high, low)
		return
	}
	fmt.Fprintf(b, `\u%04x`, r)
}
