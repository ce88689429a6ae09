package guise

import (
	"fmt"
	"net/http"
	"slices"
)

// pass lets a request that carries a live impersonation through to the
// application, as the subject or, on an excluded path, as the real user; or
// says why not.
func (v *visit) pass(next http.Handler) error {
	top := v.stack.Top()
	switch {
	case v.logout.MatchWide(v.r):
		return v.leave()
	case v.forbid.MatchWide(v.r), v.login.MatchWide(v.r), isServiceWorker(v.r):
		return v.refuse(top, &forbiddenError{})
	case v.exclude.MatchSafe(v.r):
		v.serveAs(next, v.acting(true))
		return nil
	case !v.modePermits(top.Mode):
		return v.refuse(top, &readOnlyError{top.Mode})
	}
	return v.asSubject(next, top)
}

// isServiceWorker reports whether a browser is about to install a script that
// stays behind when the impersonation is over, and answers in the actor's own
// name then. What is installed already goes on: a browser keeps it when it
// can't get a newer one.
func isServiceWorker(r *http.Request) bool { return r.Header.Get("Service-Worker") != "" }

// modePermits reports whether the mode lets this request write, or it reads.
func (v *visit) modePermits(mode Mode) bool {
	return isSafe(v.r.Method) || v.safe.MatchExact(v.r) || v.modeWrites(mode)
}

// modeWrites reports whether the mode lets this request change data; a request
// that is let through may be one that is to read only.
func (v *visit) modeWrites(mode Mode) bool { return mode == ReadWrite || v.modes[mode].MatchExact(v.r) }

// asSubject runs the request as the subject. A write is on record before it
// runs, and so is its outcome after.
func (v *visit) asSubject(next http.Handler, top Impersonation) error {
	entry, err := v.activity.begin(v.r, top)
	if err != nil {
		return err
	}
	status := http.StatusInternalServerError // what a handler that panics amounts to
	defer func() { entry.finish(status) }()
	status = v.serveAs(next, v.acting(false))
	return nil
}

// serveAs runs the application with the impersonation in its context and the
// banner on its pages, and returns the status it answered.
func (v *visit) serveAs(next http.Handler, who *acting) int {
	v.prepare()
	r := v.r.WithContext(withActing(v.arrived, who))
	if who.asSelf {
		v.jar.Withhold(v.r.Header)
	} else {
		v.jar.Present(v.r.Header, who.impersonation.ID)
		r = v.assumed(r, who)
	}
	return v.serveBannered(r, next, who)
}

// assumed is the request as Config.Assume makes it. One that it made anew has
// lost the context, and EffectiveID would say that it is the actor's.
func (v *visit) assumed(r *http.Request, who *acting) *http.Request {
	if v.config.Assume == nil {
		return r
	}
	r = v.config.Assume(r, who.impersonation.Subject)
	if r.Context().Value(actingKey{}) != who {
		r = r.WithContext(withActing(r.Context(), who))
	}
	return r
}

func (v *visit) acting(asSelf bool) *acting {
	top := v.stack.Top()
	return &acting{
		impersonation: top, token: v.token, sent: v.sent, stack: v.stack, asSelf: asSelf, writes: v.modeWrites(top.Mode),
	}
}

// conditional are the headers by which a browser asks whether its copy of a
// page still holds: it may be somebody else's copy.
var conditional = []string{"If-None-Match", "If-Modified-Since", "If-Range"}

// prepare makes the request and the response fit for impersonating: nothing
// the application should not see, nothing that a cache could keep.
func (v *visit) prepare() {
	for _, name := range conditional {
		v.r.Header.Del(name)
	}
	if isNavigation(v.r) {
		v.r.Header.Del("Range") // half a page might lack the banner
	}
	v.r.Header.Del("Accept-Encoding")
	v.cookie.removeFrom(v.r.Header)
	v.w.Header().Set("Guise-Impersonation", v.stack.Top().ID)
	if _, said := v.w.Header()["X-Frame-Options"]; !said {
		// A host beside this one gets the cookie in a frame, and could have the
		// page clicked through it. The application's own header replaces this
		// one, and so does its frame-ancestors in a browser.
		v.w.Header().Set("X-Frame-Options", "SAMEORIGIN")
	}
}

// forbiddenError is a request for a route of Config.Forbid.
type forbiddenError struct{}

func (*forbiddenError) Error() string {
	return "This part of the application is closed while you act as someone else. Nothing was changed."
}

// readOnlyError is a request that writes, in a mode that doesn't let it.
type readOnlyError struct{ mode Mode }

func (e *readOnlyError) Error() string {
	if e.mode == ReadOnly {
		return "You may look, but not change anything: this impersonation is read-only. Nothing was changed."
	}
	return fmt.Sprintf("The mode %s does not allow this. Nothing was changed.", e.mode)
}

func (e *readOnlyError) Is(target error) bool { return target == ErrReadOnly }

// refuse records a request that was not let through, and returns the refusal.
func (v *visit) refuse(top Impersonation, refusal error) error {
	if err := v.activity.refused(v.r, top, describe(refusal).Status); err != nil {
		return err
	}
	v.prepare()
	return refusal
}

// safeMethods is the Allow header of a request refused for its method.
var safeMethods = slices.Clip([]string{http.MethodGet, http.MethodHead, http.MethodOptions})

// Forbid refuses requests made while impersonating, for routes that are better
// marked where they are than in Config.Forbid. It answers 403 and needs no
// Manager; outside an impersonation it only passes on.
func Forbid(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, acting := impersonating(r.Context()); acting {
			refusal := &forbiddenError{}
			writeProblemJSON(w, problemOf(refusal.describe(), refusal))
			return
		}
		next.ServeHTTP(w, r)
	})
}
