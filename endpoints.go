package guise

import (
	"context"
	"errors"
	"net/http"
	"path"
)

// endpoint is one address under BasePath and what it does for each method.
type endpoint struct {
	get, post func(*visit) error
	// always is set for what must be reached whatever the cookie says: it is
	// not refused when the impersonation is over.
	always bool
	// byScript is set for what a script of the page may ask for while
	// impersonating: it says nothing that the page does not know.
	byScript bool
	// file is set for what is not a page: a browser that follows a link to it
	// stays where it is.
	file bool
}

// routeEndpoints is every address there is under BasePath.
func (m *Manager) routeEndpoints() *http.ServeMux {
	mux := http.NewServeMux()
	for name, e := range map[string]endpoint{
		"":               {get: (*visit).getHome},
		"start":          {post: (*visit).postStart},
		"stop":           {post: (*visit).postStop, always: true, byScript: true},
		"mode":           {get: (*visit).getMode, post: (*visit).postMode, byScript: true},
		"status":         {get: (*visit).getStatus, byScript: true},
		"leave":          {get: (*visit).getLeave, byScript: true},
		"ended":          {get: (*visit).getEnded, always: true, byScript: true},
		"users":          {get: (*visit).getUsers},
		"users/{id}":     {get: (*visit).getUser},
		"live":           {get: (*visit).getLive},
		"live/events":    {get: (*visit).getLiveStream, file: true},
		"live/{id}/end":  {post: (*visit).postRevoke},
		"log":            {get: (*visit).getLog},
		"log/{id}":       {get: (*visit).getEntry},
		"log/unattached": {get: (*visit).getUnattached},
		"log/export":     {get: (*visit).getExport, file: true},
		"log/purge":      endpoint{post: (*visit).postPurge}.onlyIf(m.config.purges()),
		"log/notes":      endpoint{post: (*visit).postNote}.onlyIf(m.config.AllowNotes),
		"explain":        {get: (*visit).getExplain},
	} {
		mux.Handle(m.config.BasePath+name+exactly(name), e)
	}
	mux.Handle(m.config.BasePath+"assets", endpoint{get: (*visit).getNothing})
	mux.Handle(m.config.BasePath+"assets/", endpoint{get: (*visit).getAsset, always: true})
	mux.Handle("/", endpoint{get: (*visit).getNothing, post: (*visit).getNothing})
	return mux
}

func exactly(name string) string {
	if name == "" {
		return "{$}"
	}
	return ""
}

type visitKey struct{}

// serveEndpoint hands a visit to its endpoint; the mux finds which.
func (m *Manager) serveEndpoint(v *visit) {
	if address := v.r.URL.EscapedPath(); address+"/" == m.config.BasePath {
		v.redirect(v.base(v.r))
		return
	} else if !isClean(address) {
		// The mux would redirect to where it thinks this belongs, and lose
		// what http.StripPrefix took off.
		v.fail(ErrNotFound)
		return
	}
	v.r = v.r.WithContext(context.WithValue(v.r.Context(), visitKey{}, v))
	m.endpoints.ServeHTTP(v.w, v.r)
}

// isClean reports whether a path is as path.Clean leaves it, except for a slash
// at its end.
func isClean(address string) bool {
	cleaned := path.Clean(address)
	return address == cleaned || address == cleaned+"/"
}

// ServeHTTP guards every endpoint alike: the method, the origin, and the
// impersonation that the request carries.
func (e endpoint) ServeHTTP(_ http.ResponseWriter, r *http.Request) {
	v, ok := r.Context().Value(visitKey{}).(*visit)
	if !ok {
		return // unreachable: only serveEndpoint calls the mux
	}
	v.r = r
	serve := e.method(r.Method)
	switch {
	case serve == nil:
		v.fail(&methodError{e.allowed()})
	case !e.admits(v.origin, r):
		v.refuseOrigin()
	default:
		if err := v.serveGuarded(serve, e); err != nil {
			v.fail(err)
		}
	}
}

func (v *visit) serveGuarded(serve func(*visit) error, e endpoint) error {
	if v.any() && !e.always {
		if err := v.resolveCarried(); err != nil {
			return err
		}
		v.w.Header().Set(headerImpersonation, v.stack.Top().ID)
		if e.refusesScript(v.r) {
			return v.refuse(v.stack.Top(), &forbiddenError{})
		}
	}
	return serve(v)
}

func (e endpoint) method(method string) func(*visit) error {
	switch method {
	case http.MethodGet, http.MethodHead:
		return e.get
	case http.MethodPost:
		return e.post
	}
	return nil
}

func (e endpoint) allowed() []string {
	var allowed []string
	if e.get != nil {
		allowed = append(allowed, http.MethodGet, http.MethodHead)
	}
	if e.post != nil {
		allowed = append(allowed, http.MethodPost)
	}
	return allowed
}

// methodError is a request with a method that the address does not take.
type methodError struct{ allowed []string }

func (e *methodError) Error() string { return "guise: method not allowed" }

var errCrossOrigin = errors.New("guise: sent by a page of another origin")

func (v *visit) getNothing() error { return ErrNotFound }

// getHome leads to the first page.
func (v *visit) getHome() error {
	v.redirect(v.base(v.r) + "users")
	return nil
}

// loggedInOr is err, unless nobody is logged in: that comes first.
func (v *visit) loggedInOr(err error) error {
	if _, actorErr := v.realActor(); actorErr != nil {
		return actorErr
	}
	return err
}

// onlyIf is the endpoint if it is allowed, or else one that does not exist.
func (e endpoint) onlyIf(allowed bool) endpoint {
	if allowed {
		return e
	}
	return endpoint{get: (*visit).getNothing, post: (*visit).getNothing}
}
