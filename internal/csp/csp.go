// Package csp owns the reading and amending of Content-Security-Policy texts:
// given the hashes of exactly one inline style and one inline script, it
// returns the policy that admits these two and is otherwise the same.
//
// What admits them is written only into script-src-elem and style-src-elem,
// the directives that speak of <script> and <style> elements alone. Where a
// policy has none, a new one starts as a copy of the list that governed these
// elements until now, so that nonces, 'strict-dynamic', 'unsafe-hashes',
// 'report-sample' and hosts keep their meaning for the application's own
// elements; script-src, style-src and default-src stay as they are, and with
// them event handlers, style attributes, eval and workers, which fall back to
// those and never to an -elem directive.
package csp

import (
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"strings"
)

// Inline is what a policy is to admit: the hash sources of one inline style
// and one inline script, quotes included, as Hash returns them. An empty
// string stands for no such element, and nothing is added for it.
type Inline struct {
	Style, Script string
}

// Hash returns the hash source, 'sha256-…' with its quotes, of the text
// between the tags of an inline <style> or <script>.
func Hash(text string) string {
	sum := sha256.Sum256([]byte(text))
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}

// Amend amends every policy in h, the reporting ones too: a report about the
// banner would be a false alarm. It is for a header that is about to be sent.
func Amend(h http.Header, in Inline) {
	for name, values := range h { // a loop, since an application may write a name its own way
		if !isPolicyHeader(name) {
			continue
		}
		amended := make([]string, len(values))
		for i, value := range values {
			amended[i] = AmendValue(value, in)
		}
		h[name] = amended
	}
}

// Has reports whether h carries a policy, so that a caller for whom computing the
// hashes costs something need not do so.
func Has(h http.Header) bool {
	for name, values := range h {
		if len(values) > 0 && isPolicyHeader(name) {
			return true
		}
	}
	return false
}

func isPolicyHeader(name string) bool {
	return strings.EqualFold(name, "Content-Security-Policy") ||
		strings.EqualFold(name, "Content-Security-Policy-Report-Only")
}

// AmendValue amends one header value, or the content of one <meta>: one
// policy or several with commas between, of which a browser enforces each.
func AmendValue(value string, in Inline) string {
	policies := strings.Split(value, ",")
	for i, p := range policies {
		policies[i] = amendPolicy(p, in)
	}
	return strings.Join(policies, ",")
}

func amendPolicy(text string, in Inline) string {
	p := parse(text)
	p.admit(in.Script, scriptKind)
	p.admit(in.Style, styleKind)
	return p.String()
}
