package inject

import "bytes"

// rawText is what the tokenizer knows inside an element whose content is not
// markup: it ends only at its own end tag, and a script not even there if that
// is inside "<!-- <script>".
type rawText struct {
	element tagName
	seen    tagName // what came since the last "<", as long as it may be something
	escape  escape
}

// escape is how deep inside "<!--" and "<script" the text of a script is.
type escape int

const (
	notEscaped    escape = iota
	escaped              // after "<!--": "</script" still ends the element
	doubleEscaped        // after "<!-- <script": "</script" ends only this
)

// isRawText names the elements whose content is text to the parser. noscript
// is one of them because a browser with scripting reads it so; without, its
// content in a head is limited to elements that belong there.
func isRawText(name []byte) bool {
	switch string(name) {
	case "script", "style", "title", "textarea", "xmp", "iframe", "noembed", "noframes", "noscript":
		return true
	}
	return false
}

// enter is called at the ">" of a tag: it sets how what follows is read.
func (t *tokenizer) enter() {
	name := t.name.bytes()
	t.nest.breakOut(name, t.end)
	foreign := t.nest.foreign()
	switch {
	case t.end:
		t.nest.leave(name)
		return
	case foreign && t.slash:
		return // only foreign elements can be empty by a slash
	case !foreign && isRawText(name):
		t.state = stRawText
		t.raw.element, t.raw.escape = t.name, notEscaped
		t.raw.seen.reset()
		return
	case !foreign && string(name) == "plaintext":
		t.state = stPlainText
		return
	case t.slash && (string(name) == "svg" || string(name) == "math"):
		return
	}
	t.nest.enter(name)
}

// stepRawText reads up to the end tag's name; its attributes, if any, are read
// as those of any tag.
func (t *tokenizer) stepRawText(p []byte) (event, int) {
	r := &t.raw
	if r.seen.n == 0 && r.escape == notEscaped {
		k := bytes.IndexByte(p, '<')
		if k < 0 {
			return evMore, len(p)
		}
		r.seen.add('<')
		return evMore, k + 1
	}
	c := p[0]
	if c == '<' {
		t.dashes = 0
		r.seen.reset()
		r.seen.add('<')
		return evMore, 1
	}
	t.stepEscape(c)
	if r.seen.n == 0 {
		return evMore, 1
	}
	if isSpace(c) || c == '/' && r.seen.n > 1 || c == '>' {
		ends := t.endOfName()
		r.seen.reset()
		if ends {
			t.state, t.end, t.slash = stBeforeAttr, true, false
			t.name = r.element
			return evMore, 0
		}
		return evMore, 1
	}
	if !r.seen.add(lower(c)) {
		r.seen.reset()
	}
	if t.isScript() && r.escape == notEscaped && string(r.seen.bytes()) == "<!--" {
		r.escape, t.dashes = escaped, 2
		r.seen.reset()
	}
	return evMore, 1
}

// endOfName is where a name in raw text is complete: it reports whether it is
// that of the end tag.
func (t *tokenizer) endOfName() bool {
	seen := t.raw.seen.bytes()
	isEnd := bytes.HasPrefix(seen, []byte("</")) && bytes.Equal(seen[2:], t.raw.element.bytes())
	switch {
	case t.raw.escape == doubleEscaped && isEnd:
		t.raw.escape = escaped
		return false
	case t.raw.escape == escaped && string(seen) == "<script":
		t.raw.escape = doubleEscaped
	}
	return isEnd
}

// stepEscape ends the escape of a script at "-->".
func (t *tokenizer) stepEscape(c byte) {
	if t.raw.escape == notEscaped {
		return
	}
	switch {
	case c == '-':
		t.dashes = min(t.dashes+1, 2)
		return
	case c == '>' && t.dashes == 2:
		t.raw.escape = notEscaped
	}
	t.dashes = 0
}

func (t *tokenizer) isScript() bool { return string(t.raw.element.bytes()) == "script" }
