package guise

import (
	"net/http"
	"strings"
)

// handleCookie is the cookie that holds the token. Its two forms differ only
// in name and Secure.
type handleCookie struct {
	name   string
	secure bool
}

func newHandleCookie(insecure bool) handleCookie {
	if insecure {
		return handleCookie{name: "guise"}
	}
	// The prefix keeps subdomains and plain HTTP from setting it.
	return handleCookie{name: "__Host-guise", secure: true}
}

// in returns the cookie's value and whether the request carries one. It
// allocates nothing, since every request of the application comes by here.
// A request with several is given the empty token, which is refused: one of
// them was put there by somebody else.
func (c handleCookie) in(header http.Header) (token, bool) {
	value, found := "", false
	for _, line := range header["Cookie"] {
		for len(line) > 0 {
			var pair string
			pair, line, _ = strings.Cut(line, ";")
			v, ok := c.valueOf(pair)
			switch {
			case !ok:
			case found:
				return "", true
			default:
				value, found = v, true
			}
		}
	}
	return token(value), found
}

func (c handleCookie) valueOf(pair string) (string, bool) {
	pair = strings.TrimLeft(pair, " \t")
	if len(pair) <= len(c.name) || pair[len(c.name)] != '=' || pair[:len(c.name)] != c.name {
		return "", false
	}
	return strings.Trim(pair[len(c.name)+1:], " \t"), true
}

// removeFrom takes the cookie out of a header, so that the application never
// holds what acts as the subject.
func (c handleCookie) removeFrom(header http.Header) {
	var kept []string
	for _, line := range header["Cookie"] {
		for pair := range strings.SplitSeq(line, ";") {
			if _, ours := c.valueOf(pair); !ours && strings.TrimSpace(pair) != "" {
				kept = append(kept, strings.TrimSpace(pair))
			}
		}
	}
	header.Del("Cookie")
	if len(kept) > 0 {
		header.Set("Cookie", strings.Join(kept, "; "))
	}
}

func (c handleCookie) set(w http.ResponseWriter, t token) {
	http.SetCookie(w, c.with(string(t), 0))
}

func (c handleCookie) clear(w http.ResponseWriter) {
	http.SetCookie(w, c.with("", -1))
}

func (c handleCookie) with(value string, maxAge int) *http.Cookie {
	return &http.Cookie{
		Name: c.name, Value: value, MaxAge: maxAge, Path: "/",
		Secure: c.secure, HttpOnly: true, SameSite: http.SameSiteLaxMode,
	}
}
