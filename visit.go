package guise

import (
	"context"
	"net/http"
)

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
