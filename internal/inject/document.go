package inject

// document decides, as a page streams by, whether it is a whole document and
// where the snippet goes, and puts it there. What it holds back is at most the
// beginning of a tag, or one <meta>.
type document struct {
	tok     tokenizer
	place   Place
	strict  bool // only a doctype, html, head or body tag makes a document
	sure    bool // it is a whole document
	phase   phase
	after   bool // </head> has come
	written bool
	tag     tagKind // of the tag that is open
	output
}

type phase int

const (
	phaseHead phase = iota
	phaseBody       // looking for the end of the body
	phaseDone       // everything that follows is copied
)

// tagKind says what is to be done at the end of a tag.
type tagKind int

const (
	tagOther tagKind = iota
	tagMeta          // it may be a policy
	tagBody          // the snippet goes after it
)

// judgement is what a caller knows about a response before its first byte.
type judgement int

const (
	judgeByContent  judgement = iota // a doctype, html, head, body, title, meta or base tag makes a document
	judgeStrictly                    // a script asked for it: title, meta and base may begin a fragment
	judgeNavigation                  // the browser shows it as a page, whatever it begins with
)

func newDocument(xml bool, place Place, j judgement, send func([]byte) error, snippet func() Snippet) *document {
	d := &document{place: place, strict: j == judgeStrictly, sure: j == judgeNavigation && !xml}
	d.output = output{send: send, snippet: snippet}
	d.tok.xml, d.tok.watchText = xml, !xml
	return d
}

// done reports that everything from here on is copied as it is.
func (d *document) done() bool { return d.phase == phaseDone }

// write takes the next bytes of the page.
func (d *document) write(p []byte) error {
	d.written = d.written || len(p) > 0
	d.begin(p)
	for i := 0; i < len(p) && !d.done(); {
		ev, n := d.tok.next(p[i:])
		i += n
		d.handle(ev, i)
	}
	d.finish(!d.done() && d.tok.undecided())
	return d.err
}

// handle takes an event that came up to byte i.
func (d *document) handle(ev event, i int) {
	switch ev {
	case evMark:
		d.mark = i - 1
	case evText:
		d.mark = i
		d.openBody()
	case evMarkText:
		d.openBody()
	case evName:
		d.handleName()
	case evTagEnd:
		d.handleTagEnd(i)
	case evDoctype:
		d.sure = true
	case evUTF16: // its bytes are not ours to read
		d.phase = phaseDone
	}
}

func (d *document) handleName() {
	name := d.tok.name.bytes()
	if d.tok.xml {
		name = d.tok.name.local()
	}
	switch {
	case d.phase == phaseBody:
		d.bodyTag(string(name))
	case d.tok.nest.in(elTemplate): // not part of the page
	case d.tok.xml:
		d.xmlTag(string(name))
	case d.tok.end:
		d.headEndTag(string(name))
	default:
		d.headTag(string(name))
	}
}

// headTag is a start tag before the body.
func (d *document) headTag(name string) {
	switch name {
	case "html", "head":
		d.sure = true
	case "body":
		d.sure = true
		d.tag = tagBody
	case "frameset": // each of its frames is a page with a banner of its own
		d.phase = phaseDone
	case "title", "meta", "base":
		d.sure = d.sure || !d.strict
		if name == "meta" {
			d.tag, d.holding = tagMeta, true
		}
	case "link", "script", "style", "template", "noframes", "basefont", "bgsound":
	case "noscript":
		if d.after { // it belongs in a head; after one, it opens the body
			d.openBody()
		}
	default:
		d.openBody()
		d.bodyTag(name)
	}
}

func (d *document) headEndTag(name string) {
	switch name {
	case "head":
		d.sure, d.after = true, true
	case "body", "html", "br":
		d.openBody()
		d.bodyTag(name)
	}
}

// xmlTag is a tag before the body of an XHTML document, where nothing opens a
// body but its tag. A document that ends without one gets the snippet last.
func (d *document) xmlTag(name string) {
	switch {
	case d.tok.end && name == "html":
		d.insert()
	case d.tok.end:
	case name == "html":
		d.sure = true
	case !d.sure || name == "frameset":
		d.phase = phaseDone
	case name == "body":
		d.tag, d.holding = tagBody, true // it may be empty: <body/>
	case name == "meta":
		d.tag, d.holding = tagMeta, true
	}
}

// bodyTag is a tag in the body, when the snippet goes to its end.
func (d *document) bodyTag(name string) {
	switch {
	case d.phase != phaseBody, d.tok.nest.in(elTemplate):
	case d.tok.end && (name == "body" || name == "html"):
		d.insert()
	case !d.tok.end && name == "plaintext": // nothing after it is markup
		d.insert()
	}
}

// openBody is where the parser opens a body that has had no tag. What has shown
// no sign of being a document by now is a fragment, and left alone.
func (d *document) openBody() {
	d.tok.watchText = false
	switch {
	case !d.sure:
		d.phase = phaseDone
	case d.place == BeforeBodyEnd:
		d.phase = phaseBody
	default:
		d.insert()
	}
}

// insert puts the snippet in front of what was marked.
func (d *document) insert() {
	d.insertAtMark()
	d.phase = phaseDone
}

func (d *document) handleTagEnd(i int) {
	switch tag := d.tag; tag {
	case tagMeta:
		if whole := d.heldTag(i); whole != nil {
			if amended, ok := amendMeta(whole, d.snippet); ok {
				d.replaceTag(i, amended)
			}
		}
	case tagBody:
		d.tok.watchText = false
		switch empty := d.tok.xml && d.tok.slash; {
		case empty:
			d.fillEmptyBody(i)
			d.phase = phaseDone
		case d.place == BeforeBodyEnd:
			d.phase = phaseBody
		default:
			d.insertBehind(i)
			d.phase = phaseDone
		}
	}
	d.tag, d.holding = tagOther, false
}

// close ends the stream: a document that had no place for the snippet gets it
// now, even after something that was never closed.
func (d *document) close() error {
	d.begin(nil)
	switch {
	case d.done() || !d.sure || !d.written:
	case d.tok.xml && d.phase == phaseHead: // without a body nothing is shown
	case d.tok.undecided() || d.holding: // in front of the tag that never ended
		d.sendString(d.tok.nest.closing())
		d.insert()
	default:
		if closing, ok := d.tok.closing(); ok {
			d.sendString(closing)
			d.insert()
		}
	}
	d.holding = false
	d.finish(false)
	return d.err
}
