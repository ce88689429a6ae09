// Package partition gives an application another set of cookies while somebody
// impersonates: what it sets goes into cookies that belong to that one
// impersonation, and what it reads comes from there. The actor's own are
// withheld, so that neither life reaches into the other.
//
// In the partition a cookie has another name, which includes the impersonation's
// ID, so one left over from before is never picked up. It lives no longer than
// the browser's session, and on the path "/", so that it can be cleared without
// knowing how the application set it.
package partition

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// Jar knows the names of the cookies that are kept apart. A nil Jar keeps
// nothing apart.
type Jar struct{ names []string }

// mark stands before the ID in the name of a partition's cookie.
const mark = "guise-"

// New checks the names. It returns nil when there are none.
func New(names []string, reserved string) (*Jar, []error) {
	var errs []error
	for i, name := range names {
		switch {
		case !isToken(name):
			errs = append(errs, fmt.Errorf("%q is no name for a cookie", name))
		case name == reserved:
			errs = append(errs, fmt.Errorf("%q is Guise's own cookie, which is kept apart already", name))
		case slices.Contains(names[:i], name):
			errs = append(errs, fmt.Errorf("%q is there twice", name))
		}
	}
	if len(names) == 0 || len(errs) > 0 {
		return nil, errs
	}
	return &Jar{slices.Clone(names)}, nil
}

// isToken reports whether a text can be a cookie's name (RFC 6265: a token).
func isToken(name string) bool {
	for i := range len(name) {
		c := name[i]
		if c <= ' ' || c >= 0x7f || strings.IndexByte(`()<>@,;:\"/[]?={}`, c) >= 0 {
			return false
		}
	}
	return name != ""
}

// prefixes are those by which a browser holds a cookie to its promises; the
// longer ones first.
var prefixes = []string{"__Host-Http-", "__Host-", "__Secure-", "__Http-"}

func splitPrefix(name string) (prefix, rest string) {
	for _, p := range prefixes {
		if len(name) > len(p) && strings.EqualFold(name[:len(p)], p) {
			return name[:len(p)], name[len(p):]
		}
	}
	return "", name
}

// inside is the name of a cookie in the partition of an impersonation.
func inside(name, id string) string {
	prefix, rest := splitPrefix(name)
	return prefix + mark + id + "-" + rest
}

// outside reads a partition's name: which cookie, of which impersonation.
func (j *Jar) outside(name string) (plain, id string, ok bool) {
	prefix, rest := splitPrefix(name)
	if rest, ok = strings.CutPrefix(rest, mark); !ok {
		return "", "", false
	}
	id, rest, ok = strings.Cut(rest, "-")
	plain = prefix + rest
	// A name made from another spelling lacks the prefix that it needs.
	return plain, id, ok && slices.Contains(j.names, plain) && inside(plain, id) == name
}

// apart reports whether a cookie is one of those kept apart. It goes by the
// name in any case: servers differ, and withholding is the safe side.
func (j *Jar) apart(name string) bool {
	return slices.ContainsFunc(j.names, func(one string) bool { return strings.EqualFold(one, name) })
}

// pairs yields the cookies of a request, each as it is written.
func pairs(header http.Header) (found []string) {
	for _, line := range header["Cookie"] {
		for pair := range strings.SplitSeq(line, ";") {
			if pair = strings.Trim(pair, " \t"); pair != "" {
				found = append(found, pair)
			}
		}
	}
	return found
}

func nameOf(pair string) string {
	name, _, _ := strings.Cut(pair, "=")
	return strings.Trim(name, " \t")
}

func write(header http.Header, pairs []string) {
	header.Del("Cookie")
	if len(pairs) > 0 {
		header.Set("Cookie", strings.Join(pairs, "; "))
	}
}

// Present makes a request's cookies those of the impersonation: its own under
// their plain names, the actor's and those of other impersonations not at all.
func (j *Jar) Present(header http.Header, id string) {
	if j == nil {
		return
	}
	var kept []string
	for _, pair := range pairs(header) {
		name := nameOf(pair)
		switch plain, of, ours := j.outside(name); {
		case ours && of == id:
			_, value, _ := strings.Cut(pair, "=")
			kept = append(kept, plain+"="+value)
		case ours, j.apart(name):
		default:
			kept = append(kept, pair)
		}
	}
	write(header, kept)
}

// Withhold takes all partitions' cookies out of a request, so that it carries
// only the actor's own.
func (j *Jar) Withhold(header http.Header) {
	if j == nil {
		return
	}
	write(header, slices.DeleteFunc(pairs(header), func(pair string) bool {
		_, _, ours := j.outside(nameOf(pair))
		return ours
	}))
}

// Keep turns what the application sets into the partition's, however it
// spelled the header.
func (j *Jar) Keep(header http.Header, id string) {
	if j == nil {
		return
	}
	var set, kept []string
	for name, lines := range header {
		if strings.EqualFold(name, "Set-Cookie") {
			set = append(set, lines...)
			delete(header, name)
		}
	}
	for _, line := range set {
		pair, attributes, _ := strings.Cut(line, ";")
		switch name := nameOf(pair); {
		case name == "" || !strings.Contains(pair, "="):
			// Some browsers send a cookie without a name as its bare value,
			// which could then pass for any cookie: it is dropped.
		case j.apart(name):
			_, value, _ := strings.Cut(pair, "=")
			kept = append(kept, inside(j.spelled(name), id)+"="+strings.Trim(value, " \t")+confined(attributes))
		default:
			kept = append(kept, line)
		}
	}
	if len(kept) > 0 {
		header["Set-Cookie"] = kept
	}
}

// spelled is the name as it was given to New.
func (j *Jar) spelled(name string) string {
	i := slices.IndexFunc(j.names, func(one string) bool { return strings.EqualFold(one, name) })
	return j.names[i]
}

// confined are the attributes of a cookie in a partition: as they were, but on
// the path "/" of this host, in the jar that Clear clears and not in the one for
// partitioned cookies (CHIPS), and gone with the browser's session. A deletion is
// still a deletion.
func confined(attributes string) string {
	var b strings.Builder
	b.WriteString("; Path=/")
	for attribute := range strings.SplitSeq(attributes, ";") {
		attribute = strings.Trim(attribute, " \t")
		name, value, _ := strings.Cut(attribute, "=")
		switch strings.ToLower(strings.Trim(name, " \t")) {
		case "", "path", "domain", "partitioned":
		case "max-age":
			if seconds, err := strconv.Atoi(strings.Trim(value, " \t")); err == nil && seconds <= 0 {
				b.WriteString("; Max-Age=0")
			}
		case "expires":
			if at, err := http.ParseTime(strings.Trim(value, " \t")); err == nil && at.Year() < longAgo {
				b.WriteString("; Max-Age=0")
			}
		default:
			b.WriteString("; " + attribute)
		}
	}
	return b.String()
}

// longAgo: a deletion names a time in the past, in practice 1970 or year 1.
// Going by the year needs no clock; one that expired a moment ago is kept for
// as long as the impersonation, in which the application ignores it.
const longAgo = 2000

// Clear deletes the partitions' cookies that a request carries, except those of
// the impersonations in keep.
func (j *Jar) Clear(response, request http.Header, keep ...string) {
	if j == nil {
		return
	}
	for _, pair := range pairs(request) {
		name := nameOf(pair)
		plain, id, ours := j.outside(name)
		if !ours || slices.Contains(keep, id) {
			continue
		}
		deletion := name + "=; Path=/; Max-Age=0; HttpOnly"
		if prefix, _ := splitPrefix(plain); prefix != "" {
			deletion += "; Secure" // without it the browser refuses the name
		}
		response.Add("Set-Cookie", deletion)
	}
}

// Apart returns the lines of a response that set cookies that are kept apart.
func (j *Jar) Apart(header http.Header) (lines []string) {
	if j == nil {
		return nil
	}
	for _, line := range header["Set-Cookie"] {
		if pair, _, _ := strings.Cut(line, ";"); j.apart(nameOf(pair)) {
			lines = append(lines, line)
		}
	}
	return lines
}
