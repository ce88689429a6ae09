package guise

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/url"
	"strconv"
	"strings"
)

// The codes of problem documents. docs/problems.md explains each.
const (
	codeNotLoggedIn      = "not-logged-in"
	codeBadRequest       = "bad-request"
	codeTooLarge         = "too-large"
	codeMediaType        = "unsupported-media-type"
	codeConflict         = "already-impersonating"
	codeNotAllowed       = "not-allowed"
	codeNotFound         = "not-found"
	codeNeeded           = "reason-required"
	codeTicketNeeded     = "ticket-required"
	codeForbidden        = "forbidden-while-impersonating"
	codeReadOnly         = "read-only"
	codeEnded            = "impersonation-ended"
	codeNotImpersonating = "not-impersonating"
	codeMethod           = "method-not-allowed"
	codeCrossOrigin      = "cross-origin"
	codeUnavailable      = "unavailable"
	codeTooMany          = "too-many-requests"
	codeNoCookies        = "no-cookies"
)

// problemBase is where the codes are explained.
const problemBase = "https://github.com/guise-go/guise/blob/main/docs/problems.md#"

// problemJSON is a problem document (RFC 9457).
type problemJSON struct {
	Type   string `json:"type"`
	Title  string `json:"title"`
	Status int    `json:"status"`
	Detail string `json:"detail"`
	Code   string `json:"code"`
	// Why is the code of the rule or policy that refused.
	Why string `json:"why,omitempty"`
	// Cause is why the impersonation ended.
	Cause Cause `json:"cause,omitempty"`
	// Field is the one that is wrong or missing.
	Field string `json:"field,omitempty"`
	// Running is the impersonation that is in the way.
	Running *impersonationJSON `json:"running,omitempty"`
}

// fail answers a request with what went wrong. This is where each error of the
// package has its one answer.
func (v *visit) fail(err error) {
	var over *overError
	switch {
	case errors.As(err, &over):
		v.failOver(over)
	case errors.Is(err, ErrNotLoggedIn) && v.config.LoginURL != "" && isNavigation(v.r):
		v.redirect(v.loginAddress(v.publicPrefix(v.r) + v.r.URL.RequestURI()))
	default:
		v.problem(describe(err), err)
	}
}

// failOver answers a request whose impersonation is over. It never runs with
// the actor's own rights (promise P3), and the cookie goes.
func (v *visit) failOver(over *overError) {
	if !over.replaced {
		v.leaveCookies()
	}
	if isScripted(v.r) {
		// The person has seen nothing yet. Until a page has said that it is over,
		// the next attempt of the same script is refused too.
		v.cookie.markOver(v.w)
	}
	if isNavigation(v.r) {
		location := v.base(v.r) + "ended"
		if over.cause != "" {
			location += "?cause=" + url.QueryEscape(string(over.cause))
		}
		v.redirect(location)
		return
	}
	v.problem(over.describe(), over)
}

// problem writes a problem as a page or as a document.
func (v *visit) problem(data ProblemData, err error) {
	v.advise(err)
	gone := errors.Is(err, context.Canceled) && v.r.Context().Err() != nil // the client has, and will not read this
	if data.Status == http.StatusServiceUnavailable && !gone {
		v.config.Logger.ErrorContext(v.r.Context(), "guise: a request was refused because it could not be checked or recorded",
			slog.String("path", v.r.URL.Path), slog.Any("error", err))
		v.w.Header().Set("Retry-After", "5")
	}
	if !acceptsHTML(v.r) {
		writeProblemJSON(v.w, problemOf(data, err))
		return
	}
	v.page(data.Status, PageProblem, v.waysOn(data))
}

// waysOn adds to a problem where the person can go from here.
func (v *visit) waysOn(data ProblemData) ProblemData {
	data.BackURL = v.cameFrom()
	if data.Code == codeNotLoggedIn && v.config.LoginURL != "" {
		data.LoginURL = v.loginAddress(data.BackURL) // a form was sent, perhaps after a long time
	}
	if data.Code == codeReadOnly && len(v.stack) > 0 && v.mayAsk(v.stack.Top(), ReadWrite) {
		data.WriteURL = v.base(v.r) + "mode"
		if data.BackURL != "" {
			data.WriteURL += "?" + url.Values{v.config.NextParam: {data.BackURL}}.Encode()
		}
	}
	return data
}

// advise sets the header that says what to do instead: the Allow of a 405, the
// Retry-After of a 429.
func (v *visit) advise(err error) {
	var (
		method   *methodError
		readOnly *readOnlyError
		limit    *LimitError
	)
	switch {
	case errors.As(err, &limit):
		v.w.Header().Set("Retry-After", strconv.Itoa(limit.seconds()))
	case errors.As(err, &method):
		v.w.Header().Set("Allow", strings.Join(method.allowed, ", "))
	case errors.As(err, &readOnly):
		v.w.Header().Set("Allow", strings.Join(safeMethods, ", "))
	}
}

func problemOf(data ProblemData, err error) problemJSON {
	p := problemJSON{Type: problemBase + data.Code, Title: data.Title, Status: data.Status, Detail: data.Detail, Code: data.Code, Field: data.Field}
	var (
		over   *overError
		denied *DeniedError
	)
	switch {
	case errors.As(err, &over):
		p.Cause = over.cause
	case errors.As(err, &denied):
		p.Why = denied.Code
	}
	if data.Running != nil {
		running := impersonationOf(*data.Running)
		p.Running = &running
	}
	return p
}

func writeProblemJSON(w http.ResponseWriter, p problemJSON) {
	// Nothing in it can fail to marshal.
	_ = writeJSON(w, p.Status, "application/problem+json", p)
}

// loginAddress is the login page, told where to come back to.
func (v *visit) loginAddress(back string) string {
	login := v.public(v.r, v.config.LoginURL)
	if back == "" {
		return login
	}
	separator := "?"
	if strings.Contains(login, "?") {
		separator = "&"
	}
	return login + separator + v.config.NextParam + "=" + url.QueryEscape(back)
}
