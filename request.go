package guise

import (
	"net"
	"net/http"
	"strings"
	"unicode/utf8"
)

// How much is kept of texts that come from outside, in bytes.
const (
	maxPath      = 2048
	maxUserAgent = 512
	maxClientIP  = 128
	maxRequestID = 128
	maxName      = 512
	maxCode      = 255
)

// headerImpersonation is the header of each answer made while impersonating: the
// ID of the impersonation.
const headerImpersonation = "Guise-Impersonation"

// clean makes a text from outside fit to be stored and read: valid UTF-8, no
// NUL (which not every database can hold), and no longer than the limit, in bytes.
func clean(text string, limit int) string {
	text = strings.ToValidUTF8(text, "\uFFFD")
	if strings.IndexByte(text, 0) >= 0 {
		text = strings.ReplaceAll(text, "\x00", "\uFFFD")
	}
	if len(text) <= limit {
		return text
	}
	for limit > 0 && !utf8.RuneStart(text[limit]) {
		limit--
	}
	return text[:limit]
}

// cleanUser is what is kept of a user.
func cleanUser(u User) User {
	return User{
		ID: u.ID, Username: clean(u.Username, maxName), Name: clean(u.Name, maxName),
		Email: clean(u.Email, maxName), Tenant: clean(u.Tenant, maxName),
	}
}

func connectionIP(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	return host
}

// isSafe reports whether the method only reads, by RFC 9110. TRACE is left
// out: nobody needs it while impersonating.
func isSafe(method string) bool {
	switch method {
	case http.MethodGet, http.MethodHead, http.MethodOptions:
		return true
	}
	return false
}

// isNavigation reports whether a browser is about to show the answer as a
// page, so that it can be redirected to another.
func isNavigation(r *http.Request) bool {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		return false
	}
	if mode := r.Header.Get("Sec-Fetch-Mode"); mode != "" {
		return mode == "navigate"
	}
	return acceptsHTML(r)
}

// isScripted reports whether a page of a browser made the request by itself:
// nobody sees the answer.
func isScripted(r *http.Request) bool {
	mode := r.Header.Get("Sec-Fetch-Mode")
	return mode != "" && mode != "navigate"
}

func acceptsHTML(r *http.Request) bool { return accepts(r, "text/html", "application/xhtml+xml") }

// wantsJSON reports whether to answer with JSON rather than with a page or a
// redirect.
func wantsJSON(r *http.Request) bool {
	if acceptsHTML(r) {
		return false
	}
	return accepts(r, "application/json", "application/problem+json") || mediaType(r.Header.Get("Content-Type")) == "application/json"
}

func accepts(r *http.Request, types ...string) bool {
	for _, line := range r.Header["Accept"] {
		for part := range strings.SplitSeq(line, ",") {
			for _, want := range types {
				if mediaType(part) == want {
					return true
				}
			}
		}
	}
	return false
}

// mediaType is a media type without its parameters.
func mediaType(text string) string {
	text, _, _ = strings.Cut(text, ";")
	return strings.ToLower(strings.TrimSpace(text))
}
