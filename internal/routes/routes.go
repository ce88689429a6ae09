// Package routes owns the sets of net/http ServeMux patterns that a Config
// names, and the two ways of holding a request against them.
//
// Exclusions match narrowly, prohibitions widely. An exclusion gives something
// (the real user acts, a write counts as a read), so a request must match it
// exactly as it came: MatchExact and MatchSafe. A prohibition takes something
// away, so a request matches it in any form in which some router, proxy or file
// system might read its address: MatchWide.
//
// Patterns mean what net/http says they mean, and a test holds the two against
// each other, but the matching is done here: a ServeMux answers a request that is
// nearly right with a redirect to where it thinks the request belongs, which is
// no answer to whether something is forbidden.
package routes

import (
	"fmt"
	"net/http"
	"strings"
)

// A Set is a number of patterns that a request is matched against. A nil or
// empty Set matches nothing. A Set never changes, and never changes a request.
type Set struct{ patterns []pattern }

// An Error says what is wrong with one pattern.
type Error struct {
	Field   string // the Config field that named it
	Pattern string
	Reason  string // what is wrong, and what to write instead
}

func (e *Error) Error() string {
	return fmt.Sprintf("%s: pattern %q %s", e.Field, e.Pattern, e.Reason)
}

// Parse reads patterns as net/http writes them: [METHOD ][HOST]/[PATH]. It
// reports everything that is wrong at once, as an *Error for each pattern. The
// Set is nil when there are no patterns, or when any of them is wrong: half of a
// list of prohibitions must not be mistaken for the whole.
func Parse(field string, patterns []string) (*Set, []error) {
	var errs []error
	set := &Set{}
	for _, text := range patterns {
		p, reason := parse(text)
		if reason != "" {
			errs = append(errs, &Error{Field: field, Pattern: text, Reason: reason})
			continue
		}
		set.patterns = append(set.patterns, p)
	}
	if len(errs) > 0 || len(patterns) == 0 {
		return nil, errs
	}
	return set, nil
}

// empty reports whether the set matches nothing at all.
func (s *Set) empty() bool { return s == nil || len(s.patterns) == 0 }

// MatchExact is the narrow match: the request as it came, with an address that
// can be read in one way only. A pattern without a method matches any method
// but CONNECT.
func (s *Set) MatchExact(r *http.Request) bool { return s.matchExact(r, false) }

// MatchSafe is MatchExact, except that a pattern without a method matches GET
// and HEAD only. It is for exclusions, where a write that was meant as the
// subject would otherwise run as the actor.
func (s *Set) MatchSafe(r *http.Request) bool { return s.matchExact(r, true) }

func (s *Set) matchExact(r *http.Request, safeOnly bool) bool {
	if s.empty() || r == nil || r.URL == nil || !unambiguous(r.URL) {
		return false
	}
	for i := range s.patterns {
		p := &s.patterns[i]
		if p.takesMethod(r.Method, safeOnly) && p.takesHost(r) && p.takesPath(r.URL.Path) {
			return true
		}
	}
	return false
}

// MatchWide is the wide match: the request's address as it is, cleaned, decoded
// once or more, raw, in another case, with or without a slash at its end, with
// backslashes for slashes, without ;parameters, and any mixture of these. Only
// the method must be the pattern's own, in any case, GET including HEAD (see
// Warnings).
func (s *Set) MatchWide(r *http.Request) bool {
	if s.empty() {
		return false
	}
	if r == nil || r.URL == nil {
		// Fail closed: what can't be read may be what is forbidden.
		return true
	}
	// Methods and hosts are cheap; addresses are read only for what they leave.
	var few [16]*pattern
	left := few[:0]
	for i := range s.patterns {
		if p := &s.patterns[i]; p.maybeMethod(r.Method) && p.maybeHost(r) {
			left = append(left, p)
		}
	}
	if len(left) == 0 {
		return false
	}
	return anyReading(r.URL, func(segments []string) bool {
		for _, p := range left {
			if p.maybePath(segments) {
				return true
			}
		}
		return false
	})
}

// Warnings says, in a sentence for each, which patterns are narrower than the
// author of a prohibition may think.
func (s *Set) Warnings() []string {
	if s.empty() {
		return nil
	}
	var all []string
	for _, p := range s.patterns {
		switch p.method {
		case "":
		case http.MethodGet:
			all = append(all, fmt.Sprintf("pattern %q matches GET and HEAD only, and any other method passes; leave the method out unless that is meant", p.text))
		default:
			all = append(all, fmt.Sprintf("pattern %q matches %s only, and any other method passes, PUT, PATCH and DELETE too where the application takes them; leave the method out unless that is meant",
				p.text, p.method))
		}
		if p.host != "" {
			all = append(all, fmt.Sprintf("pattern %q matches the host %s only, and the same address under any other name of the server passes; leave the host out unless that is meant", p.text, p.host))
		}
	}
	return all
}

// Doubtful says which patterns may not be meant as they are: a path without its
// slash is a host.
func (s *Set) Doubtful() []string {
	if s.empty() {
		return nil
	}
	var all []string
	for _, p := range s.patterns {
		if p.host != "" && p.host != "localhost" && !strings.Contains(p.host, ".") {
			all = append(all, fmt.Sprintf("pattern %q matches the host %s only; a path begins with a slash", p.text, p.host))
		}
	}
	return all
}
