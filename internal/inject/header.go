package inject

import (
	"net/http"
	"strings"

	"github.com/guise-go/guise/internal/csp"
)

// uncacheable rewrites the header of a response that is about to be sent so
// that no cache keeps it, neither the browser's (Back would show one person's
// page to another) nor a shared one.
func uncacheable(h http.Header) {
	for name := range h { // a loop, as an application may write "ETag" its own way
		switch l := strings.ToLower(name); {
		case strings.HasSuffix(l, "cache-control"): // CDN-Cache-Control and its kin, too
			delete(h, name)
		case l == "etag", l == "last-modified", l == "accept-ranges", l == "expires", l == "age",
			l == "pragma", l == "surrogate-control", l == "x-accel-expires", l == "edge-control":
			delete(h, name)
		}
	}
	h["Cache-Control"] = []string{"private, no-store"}
}

// remove deletes headers however the application spelled them.
func remove(h http.Header, names ...string) {
	for name := range h {
		for _, n := range names {
			if strings.EqualFold(name, n) {
				delete(h, name)
			}
		}
	}
}

// values returns the values of a header, however it is spelled, and whether
// the application set it at all (to nothing, even).
func values(h http.Header, name string) (all []string, set bool) {
	if v, ok := h[name]; ok {
		return v, true
	}
	for n, v := range h {
		if strings.EqualFold(n, name) {
			return v, true
		}
	}
	return nil, false
}

// pageHeader prepares the header of what may be a page: whatever describes the
// bytes as the application wrote them is removed, and the policies admit the
// snippet. For a fragment, which stays as it is, that does no harm.
func (x *Response) pageHeader(h http.Header) {
	remove(h, "Content-Length", "Content-MD5", "Digest", "Content-Digest", "Repr-Digest")
	if csp.Has(h) {
		csp.Amend(h, x.snippetOnce().Inline)
	}
}

// mediaKind is what a Content-Type means here.
type mediaKind int

const (
	mediaOther mediaKind = iota
	mediaHTML
	mediaXHTML
	mediaUnknown // a browser looks at the content, so do we
)

// media goes by what browsers make of a Content-Type, so it is more lenient than
// mime.ParseMediaType: a page must not escape by a stray parameter.
func media(h http.Header) mediaKind {
	types, _ := values(h, "Content-Type")
	kind := mediaUnknown
	for t := range strings.SplitSeq(strings.ToLower(strings.Join(types, ",")), ",") {
		essence, params, _ := strings.Cut(t, ";")
		switch essence = strings.TrimSpace(essence); {
		case essence == "text/html" || essence == "application/xhtml+xml":
			if strings.Contains(params, "utf-16") { // its bytes are not ours to read
				return mediaOther
			}
			if essence == "text/html" {
				return mediaHTML
			}
			kind = mediaXHTML
		case essence == "unknown/unknown", essence == "application/unknown", essence == "*/*":
		case strings.Contains(essence, "/") && kind != mediaXHTML:
			kind = mediaOther
		}
	}
	return kind
}

// mayCarry reports whether a response of this status and header may be a page
// at all, whatever its type.
func mayCarry(status int, h http.Header) bool {
	switch {
	case status < 200, status == http.StatusNoContent, status == http.StatusNotModified,
		status == http.StatusPartialContent:
		return false
	case status >= 300 && status < 400: // nobody sees the body of a redirect
		if location, _ := values(h, "Location"); len(location) > 0 {
			return false
		}
	}
	disposition, _ := values(h, "Content-Disposition")
	for _, d := range disposition {
		kind, _, _ := strings.Cut(d, ";")
		if strings.EqualFold(strings.TrimSpace(kind), "attachment") {
			return false
		}
	}
	return true
}
