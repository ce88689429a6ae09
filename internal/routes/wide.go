package routes

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/guise-go/guise/internal/percent"
)

// Bounds on how far an address is read. Nothing decodes an address more than
// three times; and an address that is both odd and longer than a page's own is
// not worth the time of reading it in every way.
const (
	maxDecodings = 3
	maxOddPath   = 4096
)

// maybeMethod takes a method in any case, since some applications do.
func (p *pattern) maybeMethod(method string) bool {
	switch {
	case p.method == "", method == "", strings.EqualFold(p.method, method):
		return true
	default:
		return p.method == http.MethodGet && strings.EqualFold(method, http.MethodHead)
	}
}

// maybeHost takes a host in any case, with a port or a dot at its end.
func (p *pattern) maybeHost(r *http.Request) bool {
	if p.host == "" || (r.Host == "" && r.URL.Host == "") {
		// A request may leave out its host (HTTP/1.0); that must not be a way
		// round.
		return true
	}
	return strings.EqualFold(bareHost(r.Host), p.host) || strings.EqualFold(bareHost(r.URL.Host), p.host)
}

// bareHost leaves the name alone: "[app.example.]:443" has it in brackets, with
// a dot and a port. A pattern's own host has none of these.
func bareHost(host string) string {
	host = strings.TrimLeft(host, "[")
	if end := strings.IndexAny(host, ":]"); end >= 0 {
		host = host[:end]
	}
	return strings.TrimRight(host, ".")
}

// maybePath takes segments in any case, whatever slashes are at the end.
func (p *pattern) maybePath(segments []string) bool {
	for len(segments) > 0 && segments[len(segments)-1] == "" {
		segments = segments[:len(segments)-1]
	}
	if len(segments) < len(p.segments) || (len(segments) > len(p.segments) && p.tail != tailRest) {
		return false
	}
	for i, s := range p.segments {
		if !s.wild && !strings.EqualFold(s.bare, segments[i]) {
			return false
		}
	}
	return true
}

// anyReading calls match with each way of reading an address, as segments,
// until one matches. Most addresses can be read in one way only.
func anyReading(u *url.URL, match func([]string) bool) bool {
	if unambiguous(u) && !strings.Contains(u.Path, ";") {
		return match(strings.Split(u.Path[1:], "/"))
	}
	sources := []string{u.Path, u.RawPath, u.Opaque}
	if u.Path != "" && u.Path[0] != '/' {
		// What a CONNECT has, or StripPrefix left. A ServeMux takes the first
		// letter for the slash, even when that begins an escape; others put a
		// slash in front.
		sources = append(sources, u.Path[1:], u.EscapedPath()[1:])
	}
	var forms []string
	for i, source := range sources {
		if source == "" && i > 0 {
			continue
		}
		if len(source) > maxOddPath {
			// Fail closed: an odd address of this length hides something.
			return true
		}
		forms = appendForms(forms, source)
	}
	for _, form := range forms {
		segments := strings.Split(strings.TrimPrefix(form, "/"), "/")
		if anyCleaning(segments, func(raw []string) bool {
			return anyCleaning(mapped(raw, unescapeAll), match)
		}) {
			return true
		}
	}
	return false
}

// unescapeAll decodes until nothing is left, up to the bound.
func unescapeAll(s string) string {
	for range maxDecodings {
		next := percent.Decode(s)
		if next == s {
			break
		}
		s = next
	}
	return s
}

// appendForms adds source as it is and decoded, each also with its backslashes
// as slashes.
func appendForms(forms []string, source string) []string {
	for range maxDecodings + 1 {
		for _, form := range []string{source, strings.ReplaceAll(source, `\`, "/")} {
			if !slices.Contains(forms, form) {
				forms = append(forms, form)
			}
		}
		source = percent.Decode(source)
	}
	return forms
}

// anyCleaning calls match with the segments as they are and cleaned, both with
// and without their ;parameters. It is done before and after the segments are
// decoded, since routers differ in which comes first.
func anyCleaning(segments []string, match func([]string) bool) bool {
	if cleanings(segments, match) {
		return true
	}
	if !slices.ContainsFunc(segments, func(s string) bool { return strings.Contains(s, ";") }) {
		return false
	}
	return cleanings(mapped(segments, func(s string) string {
		name, _, _ := strings.Cut(s, ";")
		return name
	}), match)
}

// cleanings are four: none; empty segments dropped; dots resolved, where an
// empty segment is one that ".." takes away (RFC 3986); and both, where it is
// not (path.Clean).
func cleanings(segments []string, match func([]string) bool) bool {
	if match(segments) {
		return true
	}
	full := withoutEmpty(segments)
	if len(full) != len(segments) && match(full) {
		return true
	}
	if !slices.ContainsFunc(segments, func(s string) bool { return s == "." || s == ".." }) {
		return false
	}
	resolved := withoutDots(segments)
	return match(resolved) || match(withoutEmpty(resolved)) || match(withoutDots(full))
}

func withoutEmpty(segments []string) []string {
	return slices.DeleteFunc(slices.Clone(segments), func(s string) bool { return s == "" })
}

func withoutDots(segments []string) []string {
	out := make([]string, 0, len(segments))
	for _, s := range segments {
		switch s {
		case ".":
		case "..":
			out = out[:max(0, len(out)-1)]
		default:
			out = append(out, s)
		}
	}
	return out
}

func mapped(segments []string, f func(string) string) []string {
	out := make([]string, len(segments))
	for i, s := range segments {
		out[i] = f(s)
	}
	return out
}
