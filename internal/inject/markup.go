package inject

import (
	"bytes"
	"strings"
)

// stepMarkup reads what begins with "<!" or "<?": comments, doctypes, CDATA
// sections, processing instructions, and the bogus comments HTML makes of the
// rest.
func (t *tokenizer) stepMarkup(p []byte) (event, int) {
	switch t.state {
	case stMarkup:
		return t.stepDeclaration(p[0])
	case stBogus:
		k := bytes.IndexByte(p, '>')
		if k < 0 {
			return evMore, len(p)
		}
		t.state = stData
		return evMore, k + 1
	case stDoctype:
		t.stepXMLDoctype(p[0])
	case stCDATA:
		t.stepCDATA(p[0])
	case stPI: // ends in "?>"
		if p[0] == '>' && t.quote == '?' {
			t.state = stData
		}
		t.quote = p[0]
	default:
		t.stepComment(p[0])
	}
	return evMore, 1
}

// stepDeclaration reads on after "<!" until it is clear what this is. None of the
// three beginnings has a ">" in it, so the byte that differs may be one.
func (t *tokenizer) stepDeclaration(c byte) (event, int) {
	t.decl.add(c)
	so := string(t.decl.bytes())
	switch {
	case so == "--":
		t.state, t.dashes, t.fresh = stComment, 0, !t.xml
	case strings.EqualFold(so, "doctype"):
		t.state, t.brackets, t.quote = stBogus, 0, 0
		if t.xml {
			t.state = stDoctype
			t.decl.reset()
		}
		return evDoctype, 1
	case so == "[CDATA[" && (t.xml || t.nest.cdata()):
		t.state, t.brackets = stCDATA, 0
	case so == "-",
		len(so) < 7 && strings.EqualFold(so, "doctype"[:len(so)]),
		len(so) < 7 && so == "[CDATA["[:len(so)]:
	default:
		t.state = stBogus
		return evMore, 0
	}
	return evMore, 1
}

// stepComment ends at "-->" and, in HTML, at "--!>", "<!-->" and "<!--->".
func (t *tokenizer) stepComment(c byte) {
	switch {
	case t.state == stCommentBang && c == '>':
		t.state = stData
		return
	case t.state == stCommentBang:
		t.state, t.dashes = stComment, 0
	}
	switch {
	case c == '-':
		t.dashes = min(t.dashes+1, 2)
		return
	case c == '>' && t.inDoctype && t.dashes == 2:
		t.state, t.inDoctype = stDoctype, false
	case c == '>' && (t.dashes == 2 || t.fresh):
		t.state = stData
	case c == '!' && t.dashes == 2 && !t.xml:
		t.state = stCommentBang
	}
	t.dashes, t.fresh = 0, false
}

// stepCDATA ends at "]]>".
func (t *tokenizer) stepCDATA(c byte) {
	switch {
	case c == ']':
		t.brackets = min(t.brackets+1, 2)
		return
	case c == '>' && t.brackets == 2:
		t.state = stData
	}
	t.brackets = 0
}

// stepXMLDoctype passes the internal subset, in whose declarations, literals
// and comments a ">" ends nothing. (In HTML a doctype ends at the first ">".)
func (t *tokenizer) stepXMLDoctype(c byte) {
	if t.quote != 0 {
		if c == t.quote {
			t.quote = 0
		}
		return
	}
	switch {
	case c == '"' || c == '\'':
		t.quote = c
	case c == '[':
		t.brackets++
	case c == ']':
		t.brackets--
	case c == '>' && t.brackets <= 0:
		t.state = stData
		return
	}
	if c == '<' {
		t.decl.reset()
	}
	t.decl.add(c)
	if string(t.decl.bytes()) == "<!--" {
		t.state, t.dashes, t.fresh, t.inDoctype = stComment, 0, false, true
	}
}
