package sqlguard

import "strings"

// lexing is one way in which a server may read a text. It knows just enough to
// tell code from what is quoted or a comment, and one statement from the next.
type lexing struct {
	// escapes and nameEscapes say that a backslash escapes in '…' and in "…".
	escapes, nameEscapes bool
	// prefixed says that it does in E'…'.
	prefixed bool
	// dollars says that $tag$…$tag$ is a text, and $ part of a word.
	dollars bool
	// brackets says that […] is a name.
	brackets bool
	// nested says that a comment holds comments.
	nested bool
	// hash says that # begins a comment, and that -- does only before a space.
	hash bool
	// returns says that a carriage return ends a comment too.
	returns bool
	// doubles says which characters have two bytes.
	doubles doubles
}

// doubles are the character sets in which a backslash or a backtick can be the
// second byte of a character. A server reads by its connection's.
type doubles int

const (
	none doubles = iota
	gbk          // and big5, gb18030, uhc
	sjis         // and cp932: between its lead bytes are characters of one byte
)

// halved reports whether a text has a byte that these character sets read in
// another way than UTF-8 does.
func halved(s string) bool {
	for i := 1; i < len(s); i++ {
		if (s[i] == '\\' || s[i] == '`') && s[i-1] >= 0x80 {
			return true
		}
	}
	return false
}

// double reports whether a character of two bytes begins at i.
func (l lexing) double(s string, i int) bool {
	if l.doubles == none || s[i] <= 0x80 || i+1 == len(s) || s[i+1] < 0x40 || s[i+1] == 0x7f {
		return false
	}
	return l.doubles == gbk || s[i] < 0xa0 || 0xe0 <= s[i] && s[i] < 0xfd
}

// kind is what a token is.
type kind int

const (
	word   kind = iota // a keyword or a name
	name               // a name in quotes
	text               // a string, or a number
	mark               // any other character
	unsure             // what servers of this kind may read in several ways
)

type token struct {
	kind kind
	text string
}

// is reports whether the token is this keyword, or name, in any case. A quoted
// name counts: where a setting can be named, it can be quoted.
func (t token) is(keyword string) bool {
	return (t.kind == word || t.kind == name) && strings.EqualFold(t.text, keyword)
}

func (t token) marks(character string) bool { return t.kind == mark && t.text == character }

// statement is one statement of a text. alone says that there is no other.
type statement struct {
	tokens []token
	alone  bool
}

// statements reads a text.
func (l lexing) statements(s string) []statement {
	var all []statement
	var tokens []token
	for {
		t, rest, ok := l.next(s)
		if ok && !t.marks(";") {
			tokens = append(tokens, t)
		} else if len(tokens) > 0 {
			all = append(all, statement{tokens: tokens})
			tokens = nil
		}
		if !ok {
			break
		}
		s = rest
	}
	for i := range all {
		all[i].alone = len(all) == 1
	}
	return all
}

// next is the first token of s and what follows it; false at the end.
func (l lexing) next(s string) (token, string, bool) {
	for s != "" {
		rest, skipped := l.skip(s)
		if !skipped {
			return l.token(s)
		}
		s = rest
	}
	return token{}, "", false
}

// skip leaves out a space or a comment.
func (l lexing) skip(s string) (rest string, skipped bool) {
	switch {
	case l.unclear(s):
		return s, false
	case strings.IndexByte(" \t\n\r\f\v", s[0]) >= 0:
		return s[1:], true
	case strings.HasPrefix(s, "--") && (!l.hash || len(s) == 2 || s[2] <= ' '), l.hash && s[0] == '#':
		ends := "\n"
		if l.returns {
			ends = "\n\r"
		}
		if end := strings.IndexAny(s, ends); end >= 0 {
			return s[end:], true
		}
		return "", true
	case strings.HasPrefix(s, "/*"):
		return l.comment(s), true
	}
	return s, false
}

// unclear reports whether s begins with what MariaDB and MySQL read in several
// ways, by their version and character set.
func (l lexing) unclear(s string) bool {
	switch {
	case !l.hash:
		return false
	case strings.HasPrefix(s, "/*+"): // hints, in which MySQL reads on to the end of a quoted name
		return strings.ContainsAny(strings.TrimSuffix(s, l.comment(s)), "`\"'")
	case strings.HasPrefix(s, "--"): // a comment, if what follows is a control character or a space
		return len(s) > 2 && s[2] >= 0x7f
	}
	return strings.HasPrefix(s, "/*!") || strings.HasPrefix(s, "/*M!") // code, for some versions
}

// comment is what follows the comment that s begins with.
func (l lexing) comment(s string) string {
	depth := 0
	for i := 0; i+1 < len(s); i++ {
		switch s[i : i+2] {
		case "/*":
			if depth == 0 || l.nested {
				depth++
				i++
			}
		case "*/":
			if depth--; depth == 0 {
				return s[i+2:]
			}
			i++
		}
	}
	return "" // it runs to the end
}

func (l lexing) token(s string) (token, string, bool) {
	c := s[0]
	switch {
	case c == '\'':
		return l.quoted(s, text, '\'', l.escapes)
	case c == '"':
		return l.quoted(s, name, '"', l.nameEscapes)
	case c == '`':
		return l.quoted(s, name, '`', false)
	case c == '[' && l.brackets:
		return l.quoted(s, name, ']', false)
	case l.brackets && strings.IndexByte("$@:#", c) >= 0:
		return l.variable(s)
	case c == '$':
		return l.dollar(s)
	case isDigit(c):
		return l.number(s)
	case isLetter(c):
		return l.word(s)
	case c == 0 || l.unclear(s) || c == '[' && l.hash: // in MariaDB, […] is a name by the setting sql_mode=MSSQL
		return token{unsure, s[:1]}, s[1:], true
	}
	return token{mark, s[:1]}, s[1:], true
}

// quoted reads to the closing quote; a doubled one, except ], stands for itself.
func (l lexing) quoted(s string, k kind, quote byte, escapes bool) (token, string, bool) {
	for i := 1; i < len(s); i++ {
		switch {
		case escapes && s[i] == '\\':
			i++
			if !l.hash && i < len(s) && l.double(s, i) { // MySQL skips one byte
				i++
			}
		case l.double(s, i):
			i++
		case s[i] != quote:
		case quote != ']' && i+1 < len(s) && s[i+1] == quote:
			i++
		default:
			return token{k, s[1:i]}, s[i+1:], true
		}
	}
	return token{k, s[1:]}, "", true // the server won't take it
}

func (l lexing) word(s string) (token, string, bool) {
	end := l.end(s, 0, "$")
	w, rest := s[:end], s[end:]
	if l.prefixed && rest != "" && rest[0] == '\'' && strings.EqualFold(w, "E") {
		return l.escaped(rest)
	}
	if strings.EqualFold(w, "U") && strings.HasPrefix(rest, `&"`) {
		return token{unsure, w}, rest, true // a name that may be spelled in many ways
	}
	return token{word, w}, rest, true
}

// escaped reads what follows the E of E'…'. If another string goes on after it,
// PostgreSQL reads a backslash in that one as in the first.
func (l lexing) escaped(s string) (token, string, bool) {
	t, rest, _ := l.quoted(s, text, '\'', true)
	next, skipped := rest, true
	for skipped && next != "" {
		next, skipped = l.skip(next)
	}
	if strings.HasPrefix(next, "'") {
		t.kind = unsure
	}
	return t, rest, true
}

func (l lexing) number(s string) (token, string, bool) {
	end := l.end(s, 1, ".")
	if end < len(s) && (s[end] == '\'' || s[end] == '$') {
		return token{unsure, s[:end]}, s[end:], true // 1e'…', 1a$$: a number, and what begins there?
	}
	return token{text, s[:end]}, s[end:], true
}

// variable reads one of SQLite's, which may end in parentheses with anything in
// them, a quote also: $x(').
func (l lexing) variable(s string) (token, string, bool) {
	end := l.end(s, 1, "$:")
	k := text
	if end < len(s) && s[end] == '(' {
		k = unsure
	}
	return token{k, s[:end]}, s[end:], true
}

// dollar reads a parameter or a text between dollars.
func (l lexing) dollar(s string) (token, string, bool) {
	end := l.end(s, 1, "")
	tagged := end < len(s) && s[end] == '$' && !isDigit(s[1])
	switch {
	case l.hash && tagged:
		return token{unsure, s[:1]}, s[1:], true // a text to MySQL 9 alone
	case !l.dollars || !tagged:
		if end > 1 && isDigit(s[1]) {
			end = 1
			for end < len(s) && isDigit(s[end]) {
				end++
			}
			return token{text, s[:end]}, s[end:], true
		}
		return token{mark, "$"}, s[1:], true
	}
	tag := s[:end+1]
	inside, rest, _ := strings.Cut(s[end+1:], tag)
	return token{text, inside}, rest, true
}

// end is where the letters and digits that begin at i end, and these others.
func (l lexing) end(s string, i int, others string) int {
	for i < len(s) && (isLetter(s[i]) || isDigit(s[i]) || strings.IndexByte(others, s[i]) >= 0) {
		if l.double(s, i) {
			i++
		}
		i++
	}
	return i
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

// isLetter: in all three engines what isn't ASCII can be part of a name.
func isLetter(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || c == '_' || c >= 0x80
}
