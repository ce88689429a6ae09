package guise

import (
	"context"
	"fmt"
	"net/http"
	"strings"

	"github.com/guise-go/guise/internal/inject"
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
// would stay when the impersonation is over, and then answer in the actor's own
// name. One that is installed already goes on: a browser keeps it when it can't
// get a newer one.
func isServiceWorker(r *http.Request) bool { return r.Header.Get("Service-Worker") != "" }

// modePermits reports whether the request only reads, or the mode lets it write.
func (v *visit) modePermits(mode Mode) bool {
	return isSafe(v.r.Method) || v.safe.MatchExact(v.r) || v.modeWrites(mode)
}

// modeWrites reports whether the mode lets this request change data; one that
// is let through may still have to be read-only.
func (v *visit) modeWrites(mode Mode) bool { return mode == ReadWrite || v.modes[mode].MatchExact(v.r) }

// asSubject runs the request as the subject. A write is on record before it
// runs, and its outcome afterwards.
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

// assumed is the request as Config.Assume makes it. If that is an entirely new
// one, it has lost the context, without which EffectiveID would say that it is
// the actor's.
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
	v.w.Header().Set(headerImpersonation, v.stack.Top().ID)
	if _, said := v.w.Header()["X-Frame-Options"]; !said {
		// A page of a sibling host can show this one in a frame, in which the
		// browser sends the cookie, and have people click on it unawares. The
		// application's own header replaces this one, and in a browser so does
		// its frame-ancestors.
		v.w.Header().Set("X-Frame-Options", "SAMEORIGIN")
	}
}

// forbiddenError is a request that is refused while impersonating, whatever the
// mode: for a route of Config.Forbid or of the login, inside [Forbid], for a
// service worker, or from a script to the console's endpoints.
type forbiddenError struct{}

func (*forbiddenError) Error() string {
	return "This part of the application is closed while you act as someone else. Nothing was changed."
}

// readOnlyError is a request that writes, in a mode that doesn't allow it.
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
var safeMethods = []string{http.MethodGet, http.MethodHead, http.MethodOptions}

// Forbid refuses requests made while impersonating, for routes that are better
// marked where they are than in Config.Forbid. It answers 403 and needs no
// Manager; without an impersonation it just calls next.
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

// serveBannered lets next answer, with the banner on what it answers if that
// is a page, and returns the status.
func (v *visit) serveBannered(r *http.Request, next http.Handler, who *acting) int {
	id := who.impersonation.ID
	options := inject.Options{Undecodable: v.undecodable}
	if !who.asSelf {
		options.Header = v.partition(id)
		options.Instead = v.insteadOf(who)
	}
	if !v.config.InsecureNoBanner {
		options.Snippet = func() inject.Snippet {
			return inject.Snippet{HTML: v.bannerHTML(who), Inline: v.banner.inline}
		}
	}
	if v.config.BannerPlace == BannerLast {
		options.Place = inject.BeforeBodyEnd
	}
	ctx, cancel := context.WithCancel(r.Context())
	defer cancel()
	opened := &connection{cancel: cancel}
	who.opened = opened
	options.Released = func() { v.open.remove(id, opened) }
	r = r.WithContext(ctx)
	opened.response = inject.New(v.w, r, options)
	v.open.add(id, opened)
	response := opened.response
	response.Serve(next, r)
	return max(response.Status(), http.StatusOK)
}

// partition puts the cookies that the application sets into the partition.
// What stands in the header before the application is called isn't its own.
func (v *visit) partition(id string) func(http.Header) {
	before := v.w.Header()["Set-Cookie"]
	v.w.Header().Del("Set-Cookie")
	return func(header http.Header) {
		for name := range header {
			if strings.EqualFold(name, "Clear-Site-Data") {
				delete(header, name) // it would clear the actor's cookies too
			}
		}
		v.jar.Keep(header, id)
		if all := append(before, header["Set-Cookie"]...); len(all) > 0 {
			header["Set-Cookie"] = all
		}
	}
}
