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
	case elAnnotationXML:
		if n.top() != elMath {
			return
		}
	}
	if n.n < len(n.open) {
		n.open[n.n] = e
		n.n++
	}
}

// leave closes the innermost of that name, and what was left open inside it,
// but nothing outside the template one is in.
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

// closing returns the end tags of what is open.
func (n *nest) closing() string {
	names := [...]string{
		elTemplate: "template", elSVG: "svg", elMath: "math", elForeignObject: "foreignObject",
		elDesc: "desc", elSVGTitle: "title", elAnnotationXML: "annotation-xml",
	}
	text := ""
	for i := n.n - 1; i >= 0; i-- {
		text += "</" + names[n.open[i]] + ">"
	}
	return text
}
