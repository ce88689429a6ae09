package guise

import (
	"net/http"
	"strings"
)

// Middleware puts the Manager in front of the application. It answers what is
// under BasePath itself, makes each request that carries an impersonation run
// as the subject or not at all, and passes every other one on untouched, at
// the cost of looking for a cookie.
func (m *Manager) Middleware(next http.Handler) http.Handler {
	if m.config.Sessions != nil {
		next = m.config.Sessions(next)
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		carried := m.cookie.in(r.Header)
		if own := m.owns(r.URL.Path); own || carried.any() {
			m.serve(m.visit(w, r, carried), next, own)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// Handler serves the endpoints alone, for an application that mounts them
// itself. [Manager.Middleware] answers them already.
func (m *Manager) Handler() http.Handler { return m.Middleware(http.NotFoundHandler()) }

// owns reports whether the path is the Manager's own to answer.
func (m *Manager) owns(path string) bool {
	base := m.config.BasePath
	return strings.HasPrefix(path, base) || path == base[:len(base)-1]
}

func (m *Manager) serve(v *visit, next http.Handler, own bool) {
	removeMethodOverrides(v.r.Header)
	if own {
		m.serveEndpoint(v)
		return
	}
	err := v.resolveCarried()
	if err == nil {
		err = v.pass(next)
	}
	if err != nil {
		v.fail(err)
	}
}

// methodOverrides are headers by which some frameworks let a GET be something
// else, which need not be a read.
var methodOverrides = []string{"X-Http-Method-Override", "X-Http-Method", "X-Method-Override"}

func removeMethodOverrides(header http.Header) {
	for _, name := range methodOverrides {
		header.Del(name)
	}
}
