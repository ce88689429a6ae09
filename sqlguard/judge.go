package sqlguard

import (
	"errors"
	"fmt"
	"slices"
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
	// fleeting: the database decides, and the end of a bracket would undo what
	// the statement is for, such as a setting.
	fleeting
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
	var found verdict
	for n, lexing := range d.readings(query) {
		for m, st := range lexing.statements(query) {
			v := d.judgeOne(st)
			if v == refused || v == control && !st.alone {
				return refused, fmt.Errorf("sqlguard: %s is refused while read-only: the database can't be relied on to hold it", st.beginning())
			}
			if n == 0 && m == 0 {
				found = v
			}
			found = found.beside(v)
		}
	}
	if found == refused { // there is nothing in the text
		found = plain
	}
	return found, nil
}

// runs reports whether the server may run a function as it prepares a text.
func (d *dialect) runs(query string) bool {
	if d.calls == nil {
		return false
	}
	for _, lexing := range d.readings(query) {
		if slices.ContainsFunc(lexing.statements(query), d.calls) {
			return true
		}
	}
	return false
}

// readings are the ways in which the server may read a text.
func (d *dialect) readings(query string) []lexing {
	lexings := d.lexings
	if strings.IndexByte(query, '\\') < 0 {
		lexings = lexings[:1]
	}
	if d.setting || !halved(query) { // SQLite reads UTF-8 alone
		return lexings
	}
	lexings = slices.Clone(lexings)
	for _, l := range d.lexings {
		for _, set := range []doubles{gbk, sjis} {
			l.doubles = set
			lexings = append(lexings, l)
		}
	}
	return lexings
}

// beside is what is to become of a text that has, or may have, both in it.
func (v verdict) beside(other verdict) verdict {
	switch {
	case v == other:
		return v
	case v == control || other == control: // by another reading: it is a statement alone
		return judged
	}
	return fleeting // a setting is undone with the statements that stand beside it
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
	if i < 0 || i >= len(s.tokens) || s.tokens[i].kind != word {
		return false
	}
	for _, keyword := range keywords {
		if strings.EqualFold(s.tokens[i].text, keyword) {
			return true
		}
	}
	return false
}

// follow reports whether these keywords stand somewhere, one after the other.
func (s statement) follow(keywords ...string) bool {
	for i := range s.tokens {
		n := 0
		for n < len(keywords) && s.at(i+n, keywords[n]) {
			n++
		}
		if n == len(keywords) {
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
