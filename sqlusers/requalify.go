package sqlusers

import (
	"strings"
	"unicode"
)

// requalified is an expression in which the columns of u have become columns of
// the table with this name, in quotes: CREATE INDEX knows it by no other name.
// What is within quotes of any kind stays as it is.
func requalified(expression, table string) string {
	var b strings.Builder
	for text := expression; text != ""; {
		n, isName := firstToken(text)
		token := text[:n]
		before := b.String()
		text = text[n:]
		if isName && (token == "u" || token == "U" || token == `"u"`) && strings.HasPrefix(text, ".") && !strings.HasSuffix(before, ".") {
			token = table
		}
		b.WriteString(token)
	}
	return b.String()
}

// firstToken is the length of the first token of PostgreSQL's SQL, as exactly as
// it matters here where one ends, and whether it is a name.
func firstToken(text string) (length int, isName bool) {
	switch {
	case strings.HasPrefix(text, "--"):
		return through(text, 2, "\n"), false
	case strings.HasPrefix(text, "/*"):
		return through(text, 2, "*/"), false
	case text[0] == '"':
		return through(text, 1, `"`), true // "" in it makes two names of one, neither of them u
	case text[0] == '\'':
		return through(text, 1, "'"), false
	case (text[0] == 'E' || text[0] == 'e') && strings.HasPrefix(text[1:], "'"):
		return escapedString(text), false
	case text[0] == '$':
		if end := strings.IndexByte(text[1:], '$'); end >= 0 && isWord(text[1:1+end]) {
			tag := text[:end+2]
			return through(text, len(tag), tag), false
		}
		return 1, false
	}
	length = strings.IndexFunc(text, func(r rune) bool { return !isWordRune(r) })
	switch length {
	case 0:
		return 1, false
	case -1:
		length = len(text)
	}
	return length, true
}

// through is the length up to the end of the first closing text after from.
func through(text string, from int, closing string) int {
	if end := strings.Index(text[from:], closing); end >= 0 {
		return from + end + len(closing)
	}
	return len(text)
}

// escapedString is the length of one like E'it\'s'.
func escapedString(text string) int {
	for i := 2; i < len(text); i++ {
		switch text[i] {
		case '\\':
			i++
		case '\'':
			return i + 1
		}
	}
	return len(text)
}

func isWord(text string) bool {
	return strings.IndexFunc(text, func(r rune) bool { return !isWordRune(r) }) < 0
}

func isWordRune(r rune) bool { return r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r) }
