// Package redirect owns the question of whether an address that came with a
// request may be redirected to. Only a path on the application's own origin may:
// everything else is refused, never repaired.
package redirect

import (
	"net/url"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/guise-go/guise/internal/percent"
)

// maxLen is the longest address that is followed, in bytes, before and after
// escaping.
const maxLen = 2048

// maxDecodings bounds how often a path is decoded to see what it hides. One
// that isn't plain by then is refused.
const maxDecodings = 4

// Safe returns raw as it may be put into a Location header, and whether it may.
// It takes a path that begins with exactly one slash, with a query and a fragment
// if there are any, and escapes what isn't printable ASCII.
//
// It is stricter than browsers need it to be. A path is also refused if it has
// an empty segment, a dot segment, a backslash or a control character, as it is
// or decoded: the browser would stay here, but a proxy, a StripPrefix or a
// redirect to the cleaned path may send it on to //elsewhere.
func Safe(raw string) (string, bool) {
	if len(raw) > maxLen || !utf8.ValidString(raw) || !wellEscaped(raw) {
		return "", false
	}
	if !strings.HasPrefix(raw, "/") || strings.ContainsFunc(raw, breaksLines) {
		// Browsers strip tabs and newlines: "/\t/elsewhere" is "//elsewhere".
		return "", false
	}
	path := raw
	if i := strings.IndexAny(raw, "?#"); i >= 0 {
		path = raw[:i]
	}
	if !plainPath(path) || strings.Contains(raw, `\`) {
		return "", false
	}
	location := escape(raw)
	u, err := url.Parse(location)
	if err != nil || u.Scheme != "" || u.Host != "" || u.User != nil || u.Opaque != "" || len(location) > maxLen {
		return "", false
	}
	return location, true
}

// SameHost is Safe of the path, query and fragment of an absolute http or https
// address, such as a Referer, if its host (with its port) is the one given.
func SameHost(address, host string) (string, bool) {
	u, err := url.Parse(address)
	if err != nil || host == "" || (u.Scheme != "https" && u.Scheme != "http") || u.User != nil || !strings.EqualFold(u.Host, host) {
		return "", false
	}
	u.Scheme, u.Host = "", ""
	if u.Path == "" {
		u.Path = "/"
	}
	return Safe(u.String())
}

// Within reports whether a location that Safe returned lies at or below prefix,
// in any case and however it is escaped, so that leaving can't lead back into
// Guise's own addresses. A prefix without a name, such as "/", contains
// everything.
func Within(location, prefix string) bool {
	path, _, _ := strings.Cut(location, "#")
	path, _, _ = strings.Cut(path, "?")
	segments, within := segments(path), segments(prefix)
	if len(segments) < len(within) {
		return false
	}
	for i, name := range within {
		if !strings.EqualFold(name, segments[i]) {
			return false
		}
	}
	return true
}

// segments are the names in a path, decoded, without ;parameters.
func segments(path string) []string {
	for range maxDecodings {
		path = percent.Decode(path)
	}
	var names []string
	for part := range strings.SplitSeq(path, "/") {
		if name, _, _ := strings.Cut(part, ";"); name != "" {
			names = append(names, name)
		}
	}
	return names
}

// plainPath reports whether a path has one meaning only, however often it is
// decoded.
func plainPath(path string) bool {
	for range maxDecodings {
		if !utf8.ValidString(path) || strings.ContainsFunc(path, misleads) {
			return false
		}
		parts := strings.Split(path[1:], "/")
		for i, part := range parts {
			name, _, _ := strings.Cut(part, ";") // "..;x" is ".." to some servers
			if name == "." || name == ".." || (name == "" && (part != "" || i < len(parts)-1)) {
				return false
			}
		}
		next := percent.Decode(path)
		if next == path {
			return true
		}
		path = next
	}
	return false
}

// breaksLines finds control characters and Unicode's line and paragraph ends.
func breaksLines(r rune) bool {
	return unicode.IsControl(r) || r == '\u2028' || r == '\u2029' || r == '\ufeff'
}

// misleads finds what is, or is turned into, a slash or a dot by someone.
func misleads(r rune) bool {
	switch r {
	case '\\', '\u2044', '\u2215', '\u29f8', '\uff0f', // slashes
		'\u2216', '\u29f5', '\u29f9', '\ufe68', '\uff3c', // backslashes
		'\u2024', '\u2025', '\u3002', '\uff0e', '\uff61': // dots
		return true
	}
	return breaksLines(r)
}
