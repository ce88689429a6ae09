package guise

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/guise-go/guise/internal/redirect"
)

// public is the application's address as browsers know it, as far as
// Config.PublicPrefix says.
type public struct {
	// origin is scheme and host; "" where the request's own Host is right.
	origin, host string
	// prefix is the path before the Manager's; "" for none.
	prefix string
}

// parsePublic reads a path, or an origin and a path.
func parsePublic(text string) (public, error) {
	wrong := fmt.Errorf("%q must be a plain path that begins with / and doesn't end with it, such as /app, or an origin without a slash at its end, such as https://app.example, or both: https://app.example/app", text)
	if text == "" {
		return public{}, nil
	}
	if strings.HasPrefix(text, "/") {
		if !isCleanFolder(text + "/") {
			return public{}, wrong
		}
		return public{prefix: text}, nil
	}
	u, err := url.Parse(text)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		return public{}, wrong
	}
	if u.Path != "" && !isCleanFolder(u.Path+"/") {
		return public{}, wrong
	}
	return public{origin: u.Scheme + "://" + u.Host, host: u.Host, prefix: u.Path}, nil
}

// publicHost is the host by which the browser knows the application.
func (v *visit) publicHost() string {
	if v.outside.host != "" {
		return v.outside.host
	}
	return v.r.Host
}

// publicPrefix is what stood before the path when the browser sent it, and was
// removed on the way here.
func (m *Manager) publicPrefix(r *http.Request) string {
	if m.config.PublicPrefix != "" {
		return m.outside.prefix
	}
	asked, _, _ := strings.Cut(r.RequestURI, "?")
	if scheme, rest, absolute := strings.Cut(asked, "://"); absolute && !strings.Contains(scheme, "/") {
		_, rest, _ = strings.Cut(rest, "/") // what follows the host
		asked = "/" + rest
	}
	prefix, found := strings.CutSuffix(asked, r.URL.EscapedPath())
	if !found || prefix == "" || !isCleanFolder(prefix+"/") {
		// Not a prefix that can be put into a link as it is. Without one, the
		// link may not work, but it is safe.
		return ""
	}
	return prefix
}

// base is BasePath as the browser sees it.
func (m *Manager) base(r *http.Request) string { return m.publicPrefix(r) + m.config.BasePath }

// public is one of the Config's own addresses as the browser sees it.
func (m *Manager) public(r *http.Request, address string) string {
	if strings.HasPrefix(address, "/") {
		return m.publicPrefix(r) + address
	}
	return address
}

// localPath is the path of an address of this application.
func localPath(address string) (string, bool) {
	u, err := url.Parse(address)
	if err != nil || u.Host != "" || !strings.HasPrefix(u.Path, "/") {
		return "", false
	}
	return u.Path, true
}

// cameFrom is the page of this application from which the request was made, as
// the browser sees it; "" when it doesn't say, or when it wasn't a page that one
// can return to.
func (v *visit) cameFrom() string {
	location, ok := redirect.SameHost(v.r.Referer(), v.publicHost())
	base := v.base(v.r)
	if !ok || redirect.Within(location, base) && !redirect.Within(location, base+"users") {
		return ""
	}
	return location
}

// landing is where to go now: the place that was asked for, if it is on this
// origin, else the first of the others that isn't "".
func (v *visit) landing(asked string, others ...string) string {
	if location, ok := redirect.Safe(asked); ok {
		return location
	}
	for _, other := range others {
		if other != "" {
			return other
		}
	}
	return v.public(v.r, "/")
}
