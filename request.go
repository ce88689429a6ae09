package guise

import (
	"net"
	"net/http"
	"net/url"
	"strings"
	"unicode/utf8"

	"github.com/guise-go/guise/internal/redirect"
)

// What is kept of texts that come from outside, in bytes.
const (
	maxPath      = 2048
	maxUserAgent = 512
	maxRequestID = 128
	maxName      = 512
)

// clean makes a text from outside fit to be stored and read: valid UTF-8, no
// NUL (which not every database can hold), and no longer than max bytes.
func clean(text string, max int) string {
	text = strings.ToValidUTF8(text, "\uFFFD")
	if strings.IndexByte(text, 0) >= 0 {
		text = strings.ReplaceAll(text, "\x00", "\uFFFD")
	}
	if len(text) <= max {
		return text
	}
	for max > 0 && !utf8.RuneStart(text[max]) {
		max--
	}
	return text[:max]
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
// out: nothing that impersonates has a use for it.
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

// publicPrefix is what stood before the path when the browser sent it, and
// was taken off on the way here.
func (m *Manager) publicPrefix(r *http.Request) string {
	if m.config.PublicPrefix != "" {
		return m.outside.prefix
	}
	asked, _, _ := strings.Cut(r.RequestURI, "?")
	if scheme, rest, absolute := strings.Cut(asked, "://"); absolute && !strings.Contains(scheme, "/") {
		_, rest, _ = strings.Cut(rest, "/") // what follows the host
		asked = "/" + rest
	}
	prefix, found := strings.CutSuffix(asked, r.URL.EscapedPath())
	if !found || prefix == "" || !isCleanFolder(prefix+"/") {
		// Not a prefix that can be put into a link as it is: none is the
		// worse link and the safer one.
		return ""
	}
	return prefix
}

// base is BasePath as the browser sees it.
func (m *Manager) base(r *http.Request) string { return m.publicPrefix(r) + m.config.BasePath }

// public is one of the Config's own addresses as the browser sees it.
func (m *Manager) public(r *http.Request, address string) string {
	if strings.HasPrefix(address, "/") {
		return m.publicPrefix(r) + address
	}
	return address
}

// localPath is the path of an address of this application.
func localPath(address string) (string, bool) {
	u, err := url.Parse(address)
	if err != nil || u.Host != "" || !strings.HasPrefix(u.Path, "/") {
		return "", false
	}
	return u.Path, true
}

// cameFrom is the page of this application from which the request was made, as
// the browser sees it; "" when it doesn't say, or when it was no page that one
// can come back to.
func (v *visit) cameFrom() string {
	location, ok := redirect.SameHost(v.r.Referer(), v.publicHost())
	base := v.base(v.r)
	if !ok || redirect.Within(location, base) && !redirect.Within(location, base+"users") {
		return ""
	}
	return location
}

// landing is where to go now: the place that was asked for, if it is one of
// this origin, else the first of the others that isn't "".
func (v *visit) landing(asked string, others ...string) string {
	if location, ok := redirect.Safe(asked); ok {
		return location
	}
	for _, other := range others {
		if other != "" {
			return other
		}
	}
	return v.public(v.r, "/")
}
