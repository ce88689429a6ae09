package routes

import (
	"fmt"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strings"
)

// A pattern is one parsed ServeMux pattern.
type pattern struct {
	text     string
	method   string // "" is any
	host     string // "" is any
	segments []segment
	tail     tail
}

// A segment is one part of a pattern's path, between slashes.
type segment struct {
	literal string // unescaped once, as net/http does
	bare    string // unescaped all the way, for the wide match
	wild    bool   // {name}: any one segment
}

// A tail is what may follow the last segment.
type tail int

const (
	tailNone  tail = iota // nothing:            /a
	tailSlash             // one slash:          /a/{$}
	tailRest              // a slash, anything:  /a/ and /a/{rest...}
)

// parse reads a pattern, or gives the reason why not. It refuses everything that
// net/http refuses, and also what net/http accepts but can never match: a
// prohibition that never matches is worse than an error.
func parse(text string) (p pattern, reason string) {
	p.text = text
	if strings.TrimSpace(text) == "" {
		return p, `is empty; write a path such as "/admin/"`
	}
	rest := text
	if i := strings.IndexAny(text, " \t"); i >= 0 {
		p.method, rest = text[:i], strings.TrimLeft(text[i+1:], " \t")
		switch {
		case p.method == "":
			return p, "begins with white space; remove it"
		case strings.Contains(p.method, "/"):
			return p, "has white space in its path; write %20 for a space"
		case p.method != strings.ToUpper(p.method):
			return p, fmt.Sprintf("has the method %q; methods are written in capitals: %s", p.method, strings.ToUpper(p.method))
		}
	}
	slash := strings.IndexByte(rest, '/')
	if slash < 0 {
		return p, fmt.Sprintf("has no path; a path begins with a slash, as in %q", "/"+rest)
	}
	p.host, rest = rest[:slash], rest[slash:]
	if reason := badHost(p.host); reason != "" {
		return p, reason
	}
	if reason := badPath(rest); reason != "" {
		return p, reason
	}
	if refusedByNetHTTP("/{") == "" {
		// Fail closed: nobody would notice that a wildcard isn't one.
		return p, "can't be checked, because GODEBUG=httpmuxgo121=1 takes wildcards and methods out of net/http; unset that"
	}
	if reason := refusedByNetHTTP(text); reason != "" {
		return p, "is not a pattern: " + reason
	}
	p.segments, p.tail = split(rest)
	return p, ""
}

// methods are those that nobody means as the name of a host.
var methods = []string{
	http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch,
	http.MethodDelete, http.MethodConnect, http.MethodOptions, http.MethodTrace,
}

func badHost(host string) string {
	switch {
	case strings.HasSuffix(host, ":") && strings.HasPrefix(strings.ToLower(host), "http"):
		return "is a whole address; leave the scheme out, and the host too unless only that one is meant"
	case strings.ContainsAny(host, ":[]"):
		return fmt.Sprintf("has the host %q; a host is a name, without a port", host)
	case slices.Contains(methods, strings.ToUpper(host)):
		return fmt.Sprintf("has the host %q, which is a method; write a space behind that, and it in capitals: %s /…", host, strings.ToUpper(host))
	case host != strings.ToLower(host):
		return fmt.Sprintf("has the host %q; write it in small letters, as requests have it: %s", host, strings.ToLower(host))
	case strings.HasSuffix(host, "."):
		return fmt.Sprintf("has the host %q; write it without the dot at its end", host)
	}
	return ""
}

func badPath(p string) string {
	switch {
	case strings.ContainsAny(p, " \t\r\n"):
		return "has white space in its path; write %20 for a space"
	case strings.ContainsAny(p, "?#"):
		return "has a ? or # in its path; a pattern matches the path alone, never the query"
	case strings.Contains(p, `\`):
		return "has a backslash in its path; write slashes"
	case strings.Contains(strings.ToUpper(p)+"/", "/%2F/"):
		return "has a segment that is an escaped slash, which net/http takes for {$} at the end of a path; write {$} for that"
	case p != clean(p):
		return fmt.Sprintf("can never match, since paths are cleaned first; write %q", clean(p))
	}
	return ""
}

// clean is net/http's own cleaning: path.Clean, keeping a slash at the end.
func clean(p string) string {
	c := path.Clean(p)
	if strings.HasSuffix(p, "/") && c != "/" {
		c += "/"
	}
	return c
}

// refusedByNetHTTP asks a ServeMux for the rest of the grammar: wildcards and
// methods. It answers a bad pattern with a panic.
func refusedByNetHTTP(text string) (reason string) {
	defer func() {
		if v := recover(); v != nil {
			reason = fmt.Sprint(v)
			// The panic begins: parsing "the pattern": at offset n:
			if _, after, ok := strings.Cut(reason, ": at offset "); ok {
				if _, why, ok := strings.Cut(after, ": "); ok {
					reason = why
				}
			}
		}
	}()
	http.NewServeMux().Handle(text, http.NotFoundHandler())
	return ""
}

// split takes apart a path that net/http has accepted.
func split(p string) ([]segment, tail) {
	var segments []segment
	for p != "" {
		part, after, more := strings.Cut(p[1:], "/")
		p = ""
		if more {
			p = "/" + after
		}
		switch {
		case part == "", strings.HasPrefix(part, "{") && strings.HasSuffix(part, "...}"):
			return segments, tailRest
		case part == "{$}":
			return segments, tailSlash
		case strings.HasPrefix(part, "{"):
			segments = append(segments, segment{wild: true})
		default:
			literal, err := url.PathUnescape(part)
			if err != nil {
				literal = part // net/http takes a broken escape for what it is
			}
			segments = append(segments, segment{literal: literal, bare: unescapeAll(part)})
		}
	}
	return segments, tailNone
}

// Literal is the pattern that matches this one path and nothing below it, even
// where the path has braces. Method may be empty.
func Literal(method, path string) string {
	path = strings.NewReplacer("{", "%7B", "}", "%7D", "?", "%3F", "#", "%23", " ", "%20").Replace(path)
	if !strings.HasPrefix(path, "/") {
		path = "/" + path
	}
	if strings.HasSuffix(path, "/") {
		path += "{$}"
	}
	if method != "" {
		path = method + " " + path
	}
	return path
}
