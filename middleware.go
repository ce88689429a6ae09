package guise

import (
	"context"
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

// visit is one request on its way through the Manager.
type visit struct {
	*Manager
	w http.ResponseWriter
	r *http.Request
	// arrived is the context that the request came with. The application gets
	// it, and not that of r, in which a session library that Identify asks may
	// leave what it read (gorilla/sessions does): the actor's own session.
	arrived context.Context

	carried
	// sent has the cookies as they came, before they are made fit for the
	// application.
	sent http.Header
	// inside is set when the application itself asks, inside its own session
	// middleware.
	inside bool

	// realID is who is logged in, "" for nobody, once identify has run.
	realID     string
	identified bool
	// stack is what the request's token stands for, once resolve has run;
	// empty without an impersonation.
	stack Stack
	// people are the users that resolve looked up, by ID.
	people map[string]User
}

// visitInside is the visit of a handler of the application, which no longer
// sees the cookie.
func (m *Manager) visitInside(w http.ResponseWriter, r *http.Request) *visit {
	v := &visit{Manager: m, w: w, r: r.WithContext(m.within(r.Context())), inside: true}
	if who, ok := r.Context().Value(actingKey{}).(*acting); ok {
		v.carried, v.sent = carried{handle: true, token: who.token}, who.sent
		v.realID, v.identified = who.impersonation.Actor.ID, true
		return v
	}
	v.carried, v.sent = m.cookie.in(r.Header), cookiesOf(r) // outside of Middleware
	return v
}

// visit takes a copy of the request, so that what is outside the middleware
// keeps the headers it came with.
func (m *Manager) visit(w http.ResponseWriter, r *http.Request, found carried) *visit {
	copied := r.WithContext(m.within(r.Context()))
	copied.Header = r.Header.Clone()
	if copied.Body == nil {
		copied.Body = http.NoBody // a request that no server made
	}
	return &visit{Manager: m, w: w, r: copied, arrived: r.Context(), carried: found, sent: cookiesOf(r)}
}

func cookiesOf(r *http.Request) http.Header { return http.Header{"Cookie": r.Header["Cookie"]} }

// methodOverrides are headers by which some frameworks let a GET be something
// else, which need not be a read.
var methodOverrides = []string{"X-Http-Method-Override", "X-Http-Method", "X-Method-Override"}

func removeMethodOverrides(header http.Header) {
	for _, name := range methodOverrides {
		header.Del(name)
	}
}
