package sqlguard

import (
	"errors"
	"fmt"
	"strings"
)

// verdict is what is to become of a statement in a read-only impersonation.
type verdict int

const (
	// refused: the database could not be relied on to refuse what the statement
	// may do. It is the zero value, so that what nobody thought of is refused.
	refused verdict = iota
	// judged: the database decides.
	judged
	// plain: at most it changes settings of the session, so it is run as it is.
	plain
	// control: it moves within the transaction, so it is run as it is, and alone.
	control
)

// verdict says what is to become of a text. It must hold however the server may
// read the text.
func (d *dialect) verdict(query string) (verdict, error) {
	if strings.IndexByte(query, 0) >= 0 {
		return refused, errors.New("sqlguard: a statement with a NUL is refused while read-only")
	}
	lexings := d.lexings
	if strings.IndexByte(query, '\\') < 0 {
		lexings = lexings[:1]
	}
	found := plain
	for _, lexing := range lexings {
		for _, st := range lexing.statements(query) {
			v := d.judgeOne(st)
			if v == refused || v == control && !st.alone {
				return refused, fmt.Errorf("sqlguard: %s is refused while read-only: the database can't be relied on to hold it", st.beginning())
			}
			if found == plain || v == judged {
				found = v
			}
		}
	}
	return found, nil
}

func (d *dialect) judgeOne(st statement) verdict {
	for _, t := range st.tokens {
		if t.kind == unsure {
			return refused
		}
	}
	for len(st.tokens) > 0 && st.tokens[0].marks("(") {
		st.tokens = st.tokens[1:]
	}
	return d.judge(st)
}

// beginning is how the statement begins, for a message; never more, since the
// rest may hold something private.
func (s statement) beginning() string {
	for _, t := range s.tokens {
		if t.kind == word {
			return strings.ToUpper(t.text)
		}
	}
	return "this"
}

// head reports whether the statement begins with one of the keywords.
func (s statement) head(keywords ...string) bool { return s.at(0, keywords...) }

// at reports whether token i is one of the keywords. Unlike a setting's name,
// a keyword is never quoted.
func (s statement) at(i int, keywords ...string) bool {
	if i >= len(s.tokens) || s.tokens[i].kind != word {
		return false
	}
	for _, keyword := range keywords {
		if strings.EqualFold(s.tokens[i].text, keyword) {
			return true
		}
	}
	return false
}

// names reports whether one of these words is anywhere in the statement, outside
// strings.
func (s statement) names(words ...string) bool {
	for _, t := range s.tokens {
		for _, w := range words {
			if t.is(w) {
				return true
			}
		}
	}
	return false
}
