package inject

// nest is the stack of open elements in which markup is read another way:
// SVG and MathML (no raw text, but CDATA), the elements in them that hold HTML
// again, and templates, whose content is no part of the page. Its size is
// fixed: what is nested deeper than that is not told apart.
type nest struct {
	open [64]element
	n    int
}

type element uint8

const (
	elNone element = iota
	elTemplate
	elSVG
	elMath
	elForeignObject
	elDesc
	elSVGTitle
	elAnnotationXML
	elMathText
)

func elementOf(name []byte) element {
	switch string(name) {
	case "template":
		return elTemplate
	case "svg":
		return elSVG
	case "math":
		return elMath
	case "foreignobject":
		return elForeignObject
	case "desc":
		return elDesc
	case "title":
		return elSVGTitle
	case "annotation-xml":
		return elAnnotationXML
	case "mi", "mo", "mn", "ms", "mtext":
		return elMathText
	}
	return elNone
}

func (n *nest) top() element {
	if n.n == 0 {
		return elNone
	}
	return n.open[n.n-1]
}

// foreign reports whether tags are read as SVG or MathML here.
func (n *nest) foreign() bool { return n.top() == elSVG || n.top() == elMath }

// cdata reports whether "<![CDATA[" begins a section here. It does also right
// inside the elements that hold HTML again; as no HTML element is kept, those
// that usually hold text are taken to hold no other.
func (n *nest) cdata() bool {
	switch n.top() {
	case elSVG, elMath, elDesc, elSVGTitle, elMathText:
		return true
	}
	return false
}

func (n *nest) in(e element) bool {
	for _, o := range n.open[:n.n] {
		if o == e {
			return true
		}
	}
	return false
}

func (n *nest) enter(name []byte) {
	e := elementOf(name)
	switch e {
	case elNone:
		return
	case elTemplate:
		if n.foreign() { // an element of SVG by that name is nothing special
			return
		}
	case elForeignObject, elDesc, elSVGTitle:
		if n.top() != elSVG {
			return
		}
	case elAnnotationXML, elMathText:
		if n.top() != elMath {
			return
		}
	}
	if n.n < len(n.open) {
		n.open[n.n] = e
		n.n++
	}
}

// breakOut closes the SVG or MathML that the tag is in when it can only be an
// HTML tag: then the parser gives up the rest of it.
func (n *nest) breakOut(name []byte, end bool) {
	if !n.foreign() || !breaksOut(string(name), end) {
		return
	}
	for n.foreign() {
		n.n--
	}
}

func breaksOut(name string, end bool) bool {
	if end {
		return name == "p" || name == "br"
	}
	switch name {
	case "b", "big", "blockquote", "body", "br", "center", "code", "dd", "div", "dl", "dt", "em", "embed",
		"h1", "h2", "h3", "h4", "h5", "h6", "head", "hr", "i", "img", "li", "listing", "menu", "meta", "nobr",
		"ol", "p", "pre", "ruby", "s", "small", "span", "strong", "strike", "sub", "sup", "table", "tt", "u",
		"ul", "var":
		return true
	}
	return false
}

// leave closes the innermost of that name, and what was left open inside it, but
// nothing outside the template that it is in.
func (n *nest) leave(name []byte) {
	e := elementOf(name)
	if e == elNone {
		return
	}
	for i := n.n - 1; i >= 0; i-- {
		if n.open[i] == e {
			n.n = i
			return
		}
		if n.open[i] == elTemplate {
			return
		}
	}
}

// closing returns the end tags of what is open. That of <math> closes what is
// open inside it, and so stands for elMathText.
func (n *nest) closing() string {
	names := [...]string{
		elTemplate: "template", elSVG: "svg", elMath: "math", elForeignObject: "foreignObject",
		elDesc: "desc", elSVGTitle: "title", elAnnotationXML: "annotation-xml",
	}
	text := ""
	for i := n.n - 1; i >= 0; i-- {
		if n.open[i] == elMathText {
			continue
		}
		text += "</" + names[n.open[i]] + ">"
	}
	return text
}
