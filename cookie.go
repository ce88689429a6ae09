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

// carried is what a request says of impersonating.
type carried struct {
	// handle is set when there is a token; it is empty when there are several:
	// one of them was put there by somebody else, so none is good.
	handle bool
	token  token
	// over is set when a script of the page has been told that it is over, and
	// nobody has seen a page that says so yet.
	over bool
}

func (c carried) any() bool { return c.handle || c.over }

// What makes the names of the cookies beside the handle: the one that remembers
// an end, and the one by which a browser shows that it keeps cookies.
const (
	overSuffix = "-over"
	trySuffix  = "-try"
)

// in returns what the request carries. It allocates nothing, since every
// request of the application comes by here.
func (c handleCookie) in(header http.Header) (found carried) {
	for _, line := range header["Cookie"] {
		if !strings.Contains(line, c.name) {
			continue // the usual one, in a fraction of the time
		}
		for len(line) > 0 {
			var pair string
			pair, line, _ = strings.Cut(line, ";")
			rest, ok := c.after(pair)
			switch {
			case !ok:
			case strings.HasPrefix(rest, overSuffix+"="):
				found.over = true
			case rest[0] != '=':
			case found.handle:
				found.token = ""
			default:
				found.handle, found.token = true, token(strings.Trim(rest[1:], " \t"))
			}
		}
	}
	return found
}

// tokens are the first of the tokens that a request carries and that could be one.
func (c handleCookie) tokens(header http.Header, most int) (found []token) {
	for _, line := range header["Cookie"] {
		for pair := range strings.SplitSeq(line, ";") {
			rest, ok := c.after(pair)
			if !ok || rest[0] != '=' {
				continue
			}
			if one := token(strings.Trim(rest[1:], " \t")); one.wellFormed() && len(found) < most {
				found = append(found, one)
			}
		}
	}
	return found
}

// after is what follows the handle's name in a cookie that begins with it.
func (c handleCookie) after(pair string) (string, bool) {
	pair = strings.TrimLeft(pair, " \t")
	if len(pair) <= len(c.name) || pair[:len(c.name)] != c.name {
		return "", false
	}
	return pair[len(c.name):], true
}

// isOurs reports whether a cookie is one of Guise's.
func (c handleCookie) isOurs(pair string) bool {
	rest, ok := c.after(pair)
	return ok && (rest[0] == '=' || strings.HasPrefix(rest, overSuffix+"=") || strings.HasPrefix(rest, trySuffix+"="))
}

// removeFrom takes these cookies out of a header, so that the application never
// holds what acts as the subject.
func (c handleCookie) removeFrom(header http.Header) {
	var kept []string
	for _, line := range header["Cookie"] {
		for pair := range strings.SplitSeq(line, ";") {
			if !c.isOurs(pair) && strings.TrimSpace(pair) != "" {
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
	http.SetCookie(w, c.with("", string(t), 0))
}

func (c handleCookie) clear(w http.ResponseWriter) { c.expire(w, "") }

// expire takes a cookie away, and one of the same name that a script of a page
// may have put into the jar for partitioned cookies (CHIPS), which needs saying.
func (c handleCookie) expire(w http.ResponseWriter, suffix string) {
	cookie := c.with(suffix, "", -1)
	http.SetCookie(w, cookie)
	if c.secure {
		cookie.Partitioned = true
		http.SetCookie(w, cookie)
	}
}

// markOver remembers, until a page has said so, that it is over.
func (c handleCookie) markOver(w http.ResponseWriter) {
	http.SetCookie(w, c.with(overSuffix, "1", 0))
}

func (c handleCookie) clearOver(w http.ResponseWriter) {
	c.expire(w, overSuffix)
}

func (c handleCookie) with(suffix, value string, maxAge int) *http.Cookie {
	return &http.Cookie{
		Name: c.name + suffix, Value: value, MaxAge: maxAge, Path: "/",
		Secure: c.secure, HttpOnly: true, SameSite: http.SameSiteLaxMode,
	}
}

// leaveCookies clears what the request carries: the handle, the mark that it is
// over, and every partition. A handle that it does not carry may have been given to
// the browser since.
func (v *visit) leaveCookies() {
	v.forgetCookies(nil)
	if v.over {
		v.cookie.clearOver(v.w)
	}
	if v.handle { // last: of several, curl forgets the last alone
		v.cookie.clear(v.w)
	}
}

// forgetCookies clears the partitions but for those of the stack.
func (v *visit) forgetCookies(stack Stack) {
	keep := make([]string, 0, len(stack))
	for _, link := range stack {
		keep = append(keep, link.ID)
	}
	v.jar.Clear(v.w.Header(), v.sent, keep...)
}
