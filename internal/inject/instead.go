package inject

import (
	"net/http"
	"strings"
)

// Instead is an answer that is sent in place of the application's.
type Instead struct {
	Status int
	// Page says that Body is an HTML page, which the snippet belongs on.
	Page bool
	Body []byte
}

// sendInstead answers with something else; what the application goes on to
// write is dropped.
func (x *Response) sendInstead(answer *Instead) {
	remove(x.w.Header(), "Content-Encoding", "Content-Length", "Etag", "Last-Modified", "Trailer")
	x.status, x.flow = answer.Status, flowCopy
	x.sendOnly(answer.Body, answer.Page && x.o.Snippet != nil)
}

// replace sends another page instead of one that can't carry the snippet. The
// status stays: what the application did, it did.
func (x *Response) replace(h http.Header, encodings []string) {
	encoding := strings.Join(encodings, ", ")
	page := "<!DOCTYPE html><html lang=\"en\"><title>This page can't be shown</title><body><p>" +
		"The application sent this page in an encoding that can't carry the banner, so it is not shown while impersonating.</p></body></html>"
	if x.o.Undecodable != nil {
		page = x.o.Undecodable(encoding)
	}
	remove(h, "Content-Encoding", "Content-Type")
	h.Set("Content-Type", "text/html; charset=utf-8")
	x.sendOnly([]byte(page), true)
}

// sendOnly sends the header and this body, and drops what the application goes
// on to write.
func (x *Response) sendOnly(body []byte, page bool) {
	if page {
		x.startPage(false)
	}
	x.commit(page)
	x.bodyErr = x.body(body)
	if x.doc != nil && x.bodyErr == nil {
		x.bodyErr = x.doc.close()
	}
	x.flow, x.doc = flowDiscard, nil
}
