package csp

import (
	"slices"
	"strings"
)

// policy is the text of one policy, cut at its semicolons. The parts that
// nobody amends are kept byte for byte.
type policy struct {
	parts []part
}

// part is the text between two semicolons. name is in lower case, and empty
// for a part that a browser skips: an empty one, or one that is not ASCII.
type part struct {
	text    string
	name    string
	sources []string
}

const whiteSpace = "\t\n\f\r " // ASCII white space, as the Infra standard has it

func parse(text string) *policy {
	p := &policy{}
	for piece := range strings.SplitSeq(text, ";") {
		pt := part{text: piece}
		words := strings.FieldsFunc(piece, func(r rune) bool { return strings.ContainsRune(whiteSpace, r) })
		if len(words) > 0 && isASCII(piece) {
			pt.name, pt.sources = strings.ToLower(words[0]), words[1:]
		}
		p.parts = append(p.parts, pt)
	}
	return p
}

// String puts the policy together again.
func (p *policy) String() string {
	texts := make([]string, len(p.parts))
	for i, pt := range p.parts {
		texts[i] = pt.text
	}
	return strings.Join(texts, ";")
}

// find returns the directive by the first of these names that the policy has:
// the first by that name, as a browser passes over those that repeat it.
func (p *policy) find(names ...string) *part {
	for _, name := range names {
		for i := range p.parts {
			if p.parts[i].name == name {
				return &p.parts[i]
			}
		}
	}
	return nil
}

// admit adds hash for elements of kind k, unless they run without it.
func (p *policy) admit(hash string, k kind) {
	if hash == "" {
		return
	}
	governing := p.find(k.elem, k.fallback, "default-src")
	if governing == nil { // nothing is restricted: a new directive would restrict
		return
	}
	if allowsAllInline(governing.sources, k) || slices.Contains(governing.sources, hash) {
		return // the hash, to the letter: one that differs in case is another
	}
	if governing.name == k.elem {
		governing.add(hash)
		return
	}
	p.append(k.elem, with(governing.sources, hash))
}

// add writes the directive anew, with hash in its list.
func (pt *part) add(hash string) {
	lead := pt.text[:len(pt.text)-len(strings.TrimLeft(pt.text, whiteSpace))]
	pt.sources = with(pt.sources, hash)
	pt.text = lead + pt.name + " " + strings.Join(pt.sources, " ")
}

// append adds a directive after the last one, in place of the white space
// that follows a trailing semicolon.
func (p *policy) append(name string, sources []string) {
	pt := part{text: " " + name + " " + strings.Join(sources, " "), name: name, sources: sources}
	if last := &p.parts[len(p.parts)-1]; strings.Trim(last.text, whiteSpace) == "" {
		*last = pt
		return
	}
	p.parts = append(p.parts, pt)
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}
