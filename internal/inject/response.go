package inject

import (
	"io"
	"maps"
	"net/http"
	"strconv"
	"strings"
)

// flow is what happens to the bytes of the body.
type flow int

const (
	flowNone    flow = iota // the header isn't known yet
	flowCopy                // they pass
	flowSniff               // their type is not known yet
	flowPage                // they go through a document
	flowDiscard             // another page was sent instead
)

// sniffLen is how much http.DetectContentType looks at.
const sniffLen = 512

// writeHeader takes the application's word on status and header.
func (x *Response) writeHeader(status int) {
	switch {
	case status >= 100 && status < 200 && status != http.StatusSwitchingProtocols:
		x.informational(status)
		return
	case x.status != 0:
		if x.committed {
			x.w.WriteHeader(status) // logs that it is superfluous
		}
		return
	}
	h := x.w.Header()
	if x.o.Instead != nil {
		if answer := x.o.Instead(status, h); answer != nil {
			x.sendInstead(answer)
			return
		}
	}
	x.status = status
	kind := media(h)
	if x.o.Snippet == nil || kind == mediaOther || !mayCarry(status, h) {
		x.flow = flowCopy
		x.commit(false)
		return
	}
	encodings := contentEncodings(h)
	switch {
	case !decodable(encodings) && kind == mediaUnknown && x.browser != judgeNavigation:
		x.flow = flowCopy // nobody said that this is a page
		x.commit(false)
		return
	case !decodable(encodings):
		x.replace(h, encodings)
		return
	case len(encodings) > 0:
		x.dec = newDecoder(encodings, x.body)
	}
	x.takeLength(h)
	if kind == mediaUnknown {
		// net/http would decide by the first 512 bytes, and so do we; what the
		// application does to the header until then must not count.
		x.flow, x.snapshot = flowSniff, h.Clone()
		return
	}
	x.startPage(kind == mediaXHTML)
	x.commit(true)
}

// informational sends what is not the answer yet, such as early hints. A cookie
// has no business there, and what the application puts into the header counts
// only once it is the answer's.
func (x *Response) informational(status int) {
	h := x.w.Header()
	set, has := values(h, "Set-Cookie")
	remove(h, "Set-Cookie")
	x.w.WriteHeader(status)
	if has {
		h["Set-Cookie"] = set
	}
}

// commit sends status and header on.
func (x *Response) commit(page bool) {
	h := x.w.Header()
	var late http.Header
	if x.snapshot != nil {
		late = maps.Clone(h)
		clear(h)
		maps.Copy(h, x.snapshot)
	}
	if x.dec != nil {
		x.decodedHeader(h)
	}
	if page {
		x.pageHeader(h)
	}
	x.lastHeader(h)
	x.committed = true
	// Here net/http takes a copy, as it was asked for the header before. So
	// Kill can make it send the header while the application sets its trailers.
	x.w.WriteHeader(x.status)
	if late != nil {
		clear(h)
		maps.Copy(h, late)
	}
}

// lastHeader is what every response gets, whatever it is.
func (x *Response) lastHeader(h http.Header) {
	uncacheable(h)
	if x.o.Header != nil {
		x.o.Header(h)
	}
}

func (x *Response) decodedHeader(h http.Header) {
	remove(h, "Content-Encoding", "Content-Length")
	if vary, _ := values(h, "Vary"); !strings.Contains(strings.ToLower(strings.Join(vary, ",")), "accept-encoding") {
		h.Add("Vary", "Accept-Encoding")
	}
}

// takeLength remembers the length that was promised: since the header loses it,
// net/http can no longer tell that a page is incomplete.
func (x *Response) takeLength(h http.Header) {
	if length, _ := values(h, "Content-Length"); len(length) > 0 && !x.isHead {
		if n, err := strconv.ParseInt(strings.TrimSpace(length[0]), 10, 64); err == nil && n >= 0 {
			x.declared = n
		}
	}
}

func (x *Response) startPage(xml bool) {
	x.flow = flowPage
	x.doc = newDocument(xml, x.o.Place, x.browser, x.send, x.snippetOnce)
}

// write takes bytes as the application wrote them.
func (x *Response) write(p []byte) (int, error) {
	if x.status == 0 {
		x.writeHeader(http.StatusOK)
	}
	if x.untouched() {
		return x.w.Write(p)
	}
	x.received += int64(len(p))
	if x.declared >= 0 && x.received > x.declared {
		return 0, http.ErrContentLength
	}
	if x.bodyErr == nil && x.flow != flowDiscard {
		if x.dec != nil {
			x.bodyErr = x.dec.write(p)
		} else {
			x.bodyErr = x.body(p)
		}
	}
	if x.bodyErr != nil {
		return 0, x.bodyErr
	}
	return len(p), nil
}

// untouched reports that bytes only pass through from here on.
func (x *Response) untouched() bool {
	return x.flow == flowCopy && x.dec == nil && x.declared < 0
}

// body takes bytes of the body, not compressed.
func (x *Response) body(p []byte) error {
	switch x.flow {
	case flowCopy:
		return x.send(p)
	case flowPage:
		err := x.doc.write(p)
		if x.doc.done() {
			x.flow, x.doc = flowCopy, nil
		}
		return err
	case flowSniff:
		n := min(sniffLen-len(x.sniffed), len(p))
		x.sniffed = append(x.sniffed, p[:n]...)
		if len(x.sniffed) < sniffLen {
			return nil
		}
		if err := x.decide(); err != nil || n == len(p) {
			return err
		}
		return x.body(p[n:])
	}
	return nil
}

// decide ends the sniffing.
func (x *Response) decide() error {
	kind := http.DetectContentType(x.sniffed)
	page := strings.HasPrefix(kind, "text/html")
	if !x.committed {
		_, named := values(x.snapshot, "Content-Type")
		if _, te := values(x.snapshot, "Transfer-Encoding"); !named && !te {
			x.snapshot.Set("Content-Type", kind)
		}
		x.commit(page)
	}
	x.flow = flowCopy
	if page {
		x.startPage(false)
	}
	first := x.sniffed
	x.sniffed = nil
	return x.body(first)
}

func (x *Response) send(p []byte) error {
	n, err := x.w.Write(p)
	if err == nil && n < len(p) {
		err = io.ErrShortWrite
	}
	return err
}

func (x *Response) snippetOnce() Snippet {
	if x.snippet == nil {
		s := x.o.Snippet()
		x.snippet = &s
	}
	return *x.snippet
}

// flush sends what is certain so far.
func (x *Response) flush() error {
	if x.status == 0 {
		x.writeHeader(http.StatusOK)
	}
	if x.flow == flowSniff {
		if len(x.sniffed) > 0 {
			if x.bodyErr = x.decide(); x.bodyErr != nil {
				return x.bodyErr
			}
		} else if !x.committed {
			x.commit(true) // the header must go; the body may still be a page
		}
	}
	return x.rc.Flush()
}

// end completes the body.
func (x *Response) end() error {
	switch {
	case x.status == 0 && x.isHead: // there is only a header, which must be that of a page
		x.writeHeader(http.StatusOK)
	case x.status == 0: // net/http sends the header on its own
		x.lastHeader(x.w.Header())
		return nil
	}
	err := x.bodyErr
	if x.dec != nil && err == nil {
		err = x.dec.close()
	}
	if x.flow == flowSniff && err == nil {
		if len(x.sniffed) > 0 {
			err = x.decide()
		} else if !x.committed {
			x.dec = nil // nothing came that was encoded
			x.commit(x.isHead)
		}
	}
	if x.doc != nil && err == nil {
		err = x.doc.close()
	}
	if err == nil && x.received < x.declared {
		err = io.ErrUnexpectedEOF // an incomplete page must not look whole
	}
	return err
}
