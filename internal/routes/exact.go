package routes

import (
	"net"
	"net/http"
	"net/url"
	"strings"

	"github.com/guise-go/guise/internal/percent"
)

// unambiguous reports whether everyone who reads this address reads the same
// one: nothing escaped that needn't be, nothing to clean, nothing that a second
// decoding, a Windows path or ;parameters would turn into something else.
func unambiguous(u *url.URL) bool {
	p := u.Path
	if u.Opaque != "" || p == "" || p[0] != '/' {
		return false
	}
	if u.RawPath != "" && u.RawPath != p {
		// RawPath is set when an address was escaped in an unusual way:
		// /admin/%2e%2e/notes matches /admin/ and is elsewhere. It is also set,
		// and equal, for /wiki/Go_(game), which net/url would have escaped.
		return false
	}
	for i := range len(p) {
		switch c := p[i]; {
		case c < ' ', c == 0x7f, c == '\\':
			return false
		case c == '%' && percent.EscapeAt(p, i):
			return false // was %25 once more: /files/%252e%252e/admin
		}
	}
	for rest := p[1:]; ; {
		part, after, more := strings.Cut(rest, "/")
		if name, _, _ := strings.Cut(part, ";"); name == "." || name == ".." || (name == "" && (more || part != "")) {
			return false
		}
		if !more {
			return true
		}
		rest = after
	}
}

// takesMethod is net/http's rule, GET including HEAD. CONNECT must be named:
// net/http neither cleans its path nor takes the port off its host.
func (p *pattern) takesMethod(method string, safeOnly bool) bool {
	safe := method == http.MethodGet || method == http.MethodHead
	switch p.method {
	case "":
		return safe || (!safeOnly && method != http.MethodConnect)
	case http.MethodGet:
		return safe
	default:
		return p.method == method
	}
}

// takesHost is net/http's rule: the same letters, once a port is removed. A host
// in another case or with a dot at its end is another host.
func (p *pattern) takesHost(r *http.Request) bool {
	if p.host == "" {
		return true
	}
	host := r.Host
	if strings.Contains(host, ":") && r.Method != http.MethodConnect {
		if h, _, err := net.SplitHostPort(host); err == nil {
			host = h
		}
	}
	return p.host == host
}

// takesPath is net/http's rule for a clean path, without its redirects: /admin
// does not match /admin/.
func (p *pattern) takesPath(path string) bool {
	for _, s := range p.segments {
		if path == "" {
			return false
		}
		path = path[1:]
		end := strings.IndexByte(path, '/')
		if end < 0 {
			end = len(path)
		}
		part := path[:end]
		if part == "" || (!s.wild && part != s.literal) {
			return false
		}
		path = path[end:]
	}
	switch p.tail {
	case tailNone:
		return path == ""
	case tailSlash:
		return path == "/"
	default:
		return path != ""
	}
}
