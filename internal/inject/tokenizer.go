package inject

import "bytes"

// tokenizer finds the tags in HTML or XHTML as it streams by. It follows the
// tokenization section of the HTML standard closely enough never to take text,
// a comment, an attribute or a script for a tag, and keeps nothing but its
// state and the name of the tag it is in: no token is ever collected.
type tokenizer struct {
	xml       bool // XHTML: no raw text, case matters, <?…?> and CDATA
	watchText bool // report text that isn't white: it would open the body

	state state
	name  tagName
	end   bool // the tag is an end tag
	slash bool // the tag ends in "/>"
	quote byte // what closes the attribute value, or a literal in a doctype
	nest  nest

	decl      tagName // what followed "<!" so far
	dashes    int     // at the end of what a comment or script has had so far; stops at 2
	fresh     bool    // the comment has had nothing but dashes
	brackets  int     // open in an XML doctype, or at the end of what a CDATA section has had
	inDoctype bool    // the comment is inside an XML doctype
	raw       rawText
}

type event int

const (
	evMore     event = iota // all bytes consumed
	evMark                  // something that may matter starts at the byte just consumed
	evText                  // text that isn't white starts at the next byte
	evMarkText              // what was marked turned out to be such text
	evName                  // the name of the tag that was marked is known
	evTagEnd                // its ">" was just consumed
	evDoctype               // a doctype began
	evUTF16                 // the stream began with the mark of UTF-16
)

type state int

const (
	stStart state = iota
	stBOM2
	stBOM3
	stUTF16
	stData
	stTagOpen
	stEndTagOpen
	stTagName
	stLongName
	stBeforeAttr
	stAttrName
	stAfterAttrName
	stBeforeValue
	stQuotedValue
	stBareValue
	stSelfClosing
	stMarkup
	stComment
	stCommentBang
	stBogus
	stDoctype
	stCDATA
	stPI
	stRawText
	stPlainText
)

// undecided reports whether the bytes since the last mark may still turn out
// to be something before which the snippet goes.
func (t *tokenizer) undecided() bool {
	switch t.state {
	case stBOM2, stBOM3, stUTF16, stTagOpen, stEndTagOpen, stTagName:
		return true
	}
	return false
}

// next reads p up to the next event and returns how much of it that took.
func (t *tokenizer) next(p []byte) (event, int) {
	i := 0
	for i < len(p) {
		ev, n := t.step(p[i:])
		i += n
		if ev != evMore {
			return ev, i
		}
	}
	return evMore, i
}

// step consumes a byte or a run of them; none when only the state changes.
func (t *tokenizer) step(p []byte) (event, int) {
	switch t.state {
	case stStart, stBOM2, stBOM3, stUTF16:
		return t.stepStart(p[0])
	case stData:
		return t.stepData(p)
	case stTagOpen, stEndTagOpen, stTagName, stLongName:
		return t.stepName(p[0])
	case stRawText:
		return t.stepRawText(p)
	case stPlainText:
		return evMore, len(p)
	case stMarkup, stComment, stCommentBang, stBogus, stDoctype, stCDATA, stPI:
		return t.stepMarkup(p)
	}
	return t.stepAttr(p)
}

// stepStart passes a byte order mark, which may come in pieces.
func (t *tokenizer) stepStart(c byte) (event, int) {
	was := t.state
	switch {
	case was == stStart && c == 0xEF:
		t.state = stBOM2
		return evMark, 1
	case was == stStart && (c == 0xFE || c == 0xFF):
		t.state, t.quote = stUTF16, c^1 // the other half: FE FF or FF FE
		return evMark, 1
	case was == stBOM2 && c == 0xBB:
		t.state = stBOM3
		return evMore, 1
	case was == stBOM3 && c == 0xBF:
		t.state = stData
		return evMore, 1
	case was == stUTF16 && c == t.quote:
		return evUTF16, 1
	}
	t.state = stData
	if was == stStart {
		return evMore, 0
	}
	return t.markText(), 0
}

func (t *tokenizer) markText() event {
	if t.watchText && !t.nest.in(elTemplate) {
		return evMarkText
	}
	return evMore
}

func (t *tokenizer) stepData(p []byte) (event, int) {
	k := bytes.IndexByte(p, '<')
	text := p
	if k >= 0 {
		text = p[:k]
	}
	if t.watchText && !t.nest.in(elTemplate) {
		for i, c := range text {
			if !isSpace(c) {
				return evText, i
			}
		}
	}
	if k < 0 {
		return evMore, len(p)
	}
	t.state = stTagOpen
	return evMark, k + 1
}

// stepName reads from after "<" to the end of the tag's name.
func (t *tokenizer) stepName(c byte) (event, int) {
	switch t.state {
	case stTagOpen:
		switch {
		case c == '!':
			t.state = stMarkup
			t.decl.reset()
		case c == '/':
			t.state = stEndTagOpen
		case c == '?' && t.xml:
			t.state, t.quote = stPI, 0
		case c == '?':
			t.state = stBogus
			return evMore, 0
		case t.startsName(c):
			t.openTag(false)
			return evMore, 0
		default:
			t.state = stData
			return t.markText(), 0
		}
		return evMore, 1
	case stEndTagOpen:
		switch {
		case t.startsName(c):
			t.openTag(true)
			return evMore, 0
		case c == '>':
			t.state = stData
			return evMore, 1
		}
		t.state = stBogus
		return evMore, 0
	}
	return t.stepInName(c)
}

func (t *tokenizer) stepInName(c byte) (event, int) {
	over := isSpace(c) || c == '/' || c == '>'
	switch {
	case t.state == stLongName && !over:
		return evMore, 1
	case t.state == stLongName:
		t.state = stBeforeAttr
		return evMore, 0
	case over:
		t.state = stBeforeAttr
		return evName, 0
	case !t.name.add(t.fold(c)):
		// No name that matters is so long.
		t.name.reset()
		t.state = stLongName
		return evName, 0
	}
	return evMore, 1
}

func (t *tokenizer) openTag(end bool) {
	t.state, t.end, t.slash = stTagName, end, false
	t.name.reset()
}

func (t *tokenizer) startsName(c byte) bool {
	return 'a' <= c|0x20 && c|0x20 <= 'z' || t.xml && (c == '_' || c == ':' || c >= 0x80)
}

// fold brings a letter of a name into the case that names are compared in.
func (t *tokenizer) fold(c byte) byte {
	if !t.xml {
		return lower(c)
	}
	return c
}

// stepAttr reads from after the name to the tag's ">".
func (t *tokenizer) stepAttr(p []byte) (event, int) {
	c := p[0]
	switch t.state {
	case stQuotedValue:
		k := bytes.IndexByte(p, t.quote)
		if k < 0 {
			return evMore, len(p)
		}
		t.state = stBeforeAttr
		return evMore, k + 1
	case stBeforeValue:
		switch {
		case isSpace(c):
		case c == '"' || c == '\'':
			t.state, t.quote = stQuotedValue, c
		case c == '>':
			return t.closeTag()
		default:
			t.state = stBareValue
		}
		return evMore, 1
	case stSelfClosing:
		if c == '>' {
			t.slash = true
			return t.closeTag()
		}
		t.state = stBeforeAttr
		return evMore, 0
	}
	return t.stepAttrName(c)
}

func (t *tokenizer) stepAttrName(c byte) (event, int) {
	switch {
	case c == '>':
		return t.closeTag()
	case t.state == stBareValue: // a slash in it is part of the value
		if isSpace(c) {
			t.state = stBeforeAttr
		}
	case c == '/':
		t.state = stSelfClosing
	case c == '=' && t.state != stBeforeAttr: // before a name it would begin one
		t.state = stBeforeValue
	case !isSpace(c):
		t.state = stAttrName
	case t.state == stAttrName:
		t.state = stAfterAttrName
	}
	return evMore, 1
}

// closeTag is at the tag's ">": what comes next depends on the element.
func (t *tokenizer) closeTag() (event, int) {
	t.state = stData
	if !t.xml {
		t.enter()
	}
	return evTagEnd, 1
}

func isSpace(c byte) bool {
	return c == ' ' || c == '\n' || c == '\t' || c == '\r' || c == '\f'
}

func lower(c byte) byte {
	if 'A' <= c && c <= 'Z' {
		return c | 0x20
	}
	return c
}

// tagName is a short name, kept without an allocation.
type tagName struct {
	b [32]byte
	n int
}

func (n *tagName) reset()        { n.n = 0 }
func (n *tagName) bytes() []byte { return n.b[:n.n] }

// local is the name without an XML prefix.
func (n *tagName) local() []byte {
	return n.bytes()[bytes.LastIndexByte(n.bytes(), ':')+1:]
}

func (n *tagName) add(c byte) bool {
	if n.n == len(n.b) {
		return false
	}
	n.b[n.n] = c
	n.n++
	return true
}
