package inject

import "bytes"

// output is the way out of a document: it passes on what is certain, in order,
// and keeps the little that isn't.
type output struct {
	send    func([]byte) error // where everything goes; nothing follows its first error
	snippet func() Snippet
	err     error

	p       []byte // the bytes at hand; all before from are out
	from    int
	mark    int    // where in p the snippet would go; -1: in front of hold
	hold    []byte // what was held back, comes before p
	holding bool   // the tag that is open is kept until its end
}

// maxHeld bounds what is held back: a larger tag passes as it is.
const maxHeld = 64 << 10

func (o *output) begin(p []byte) { o.p, o.from, o.mark = p, 0, -1 }

// finish lets go of all of p that is certain, and keeps the rest.
func (o *output) finish(undecided bool) {
	if o.holding && o.heldSize(len(o.p)) > maxHeld {
		o.holding = false
	}
	switch {
	case !undecided && !o.holding:
		o.emit(len(o.p))
	case o.mark >= 0:
		o.emit(o.mark)
		fallthrough
	default:
		o.hold = append(o.hold, o.p[o.from:]...)
	}
	o.p = nil
}

// heldSize is how long the marked bytes are, up to byte i of p.
func (o *output) heldSize(i int) int {
	if o.mark >= 0 {
		return i - o.mark
	}
	return len(o.hold) + i
}

// heldTag returns the whole tag that ends at byte i, or nil if it was too
// large to keep.
func (o *output) heldTag(i int) []byte {
	switch {
	case !o.holding || o.heldSize(i) > maxHeld:
		return nil
	case o.mark >= 0:
		return o.p[o.mark:i]
	}
	return append(bytes.Clone(o.hold), o.p[:i]...)
}

// replaceTag sends tag in place of the held one that ends at byte i.
func (o *output) replaceTag(i int, tag []byte) {
	if o.mark >= 0 {
		o.emit(o.mark)
	}
	o.hold = o.hold[:0]
	o.write(tag)
	o.from = i
}

// insertAtMark sends the snippet in front of what was marked.
func (o *output) insertAtMark() {
	if o.mark >= 0 {
		o.emit(o.mark)
	}
	o.sendString(o.snippet().HTML)
}

// insertBehind sends the snippet after byte i.
func (o *output) insertBehind(i int) {
	o.emit(i)
	o.sendString(o.snippet().HTML)
}

// fillEmptyBody opens the empty XHTML body that ends at byte i, <body/>, puts
// the snippet in it and closes it.
func (o *output) fillEmptyBody(i int) {
	tag := o.heldTag(i)
	if tag == nil {
		return
	}
	name := tag[1:]
	name = name[:bytes.IndexAny(name, " \t\r\n\f/")]
	end := "</" + string(name) + ">"
	o.replaceTag(i, append(bytes.Clone(tag[:len(tag)-2]), '>'))
	o.sendString(o.snippet().HTML)
	o.sendString(end)
}

// emit sends what was held and p up to byte i.
func (o *output) emit(i int) {
	if len(o.hold) > 0 {
		o.write(o.hold)
		o.hold = o.hold[:0]
	}
	if i > o.from {
		o.write(o.p[o.from:i])
		o.from = i
	}
}

func (o *output) sendString(s string) {
	if s != "" {
		o.write([]byte(s))
	}
}

func (o *output) write(b []byte) {
	if o.err == nil {
		o.err = o.send(b)
	}
}
