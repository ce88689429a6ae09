package csp

import "strings"

// kind is a kind of inline element: the directive that is about it alone, the
// wider one that governs it otherwise, and the one keyword that differs.
type kind struct {
	elem, fallback string
	strictDynamic  bool // 'strict-dynamic' switches 'unsafe-inline' off
}

var (
	scriptKind = kind{"script-src-elem", "script-src", true}
	styleKind  = kind{"style-src-elem", "style-src", false}
)

// allowsAllInline is the standard's "does a source list allow all inline
// behavior for type" (CSP Level 3, 6.7.3.2). Where it is true a hash must not
// be added: the first hash in a list switches 'unsafe-inline' off, and the
// application's own inline code with it.
func allowsAllInline(sources []string, k kind) bool {
	allows := false
	for _, s := range sources {
		switch {
		case isNonceOrHash(s), k.strictDynamic && strings.EqualFold(s, "'strict-dynamic'"):
			return false
		case strings.EqualFold(s, "'unsafe-inline'"):
			allows = true
		}
	}
	return allows
}

// isNonceOrHash goes by the grammar to the letter, because a browser ignores
// whatever doesn't match it: 'nonce-' without a value switches nothing off.
func isNonceOrHash(s string) bool {
	if len(s) < 2 || s[0] != '\'' || s[len(s)-1] != '\'' {
		return false
	}
	algorithm, value, ok := strings.Cut(s[1:len(s)-1], "-")
	if !ok {
		return false
	}
	switch strings.ToLower(algorithm) {
	case "nonce", "sha256", "sha384", "sha512":
		return isBase64Value(value)
	}
	return false
}

// isBase64Value: 1*( ALPHA / DIGIT / "+" / "/" / "-" / "_" )*2( "=" ).
func isBase64Value(s string) bool {
	body := strings.TrimRight(s, "=")
	if body == "" || len(s)-len(body) > 2 {
		return false
	}
	for i := range len(body) {
		c := body[i]
		letter := 'a' <= c|0x20 && c|0x20 <= 'z'
		if !letter && (c < '0' || c > '9') && strings.IndexByte("+/-_", c) < 0 {
			return false
		}
	}
	return true
}

// with returns a new list: sources and hash. 'none' goes, since together with
// anything else it means nothing.
func with(sources []string, hash string) []string {
	list := make([]string, 0, len(sources)+1)
	for _, s := range sources {
		if !strings.EqualFold(s, "'none'") {
			list = append(list, s)
		}
	}
	return append(list, hash)
}
