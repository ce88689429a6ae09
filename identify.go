package guise

import (
	"context"
	"fmt"
	"net/http"
)

// identify asks the application who is really logged in.
func (v *visit) identify() error {
	if v.identified {
		return nil
	}
	ctx, cancel := v.begin(v.r.Context())
	defer cancel()
	var err error
	switch {
	case v.config.Sessions != nil && !v.inside:
		err = v.askSessions(ctx)
	default:
		v.realID, err = v.config.Identify(v.r.WithContext(ctx))
	}
	if err == nil && v.realID == "" && ctx.Err() != nil {
		// Fail closed: who gave up looking has not seen that nobody is there.
		err = context.Cause(ctx)
	}
	if err != nil {
		return fmt.Errorf("guise: Config.Identify: %w", err)
	}
	v.identified = true
	return nil
}

// askSessions runs the application's session middleware around Identify, on a
// request of its own that only says whose it is. Its path is always the same,
// never that of the request: session middlewares let assets through without a
// session, and send people without one to the login page, and neither must be
// mistaken for an answer.
func (v *visit) askSessions(ctx context.Context) error {
	asked := &question{header: http.Header{}}
	v.config.Sessions(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		asked.id, asked.err = v.config.Identify(r)
	})).ServeHTTP(asked, v.identityRequest(ctx))
	switch {
	case asked.err != nil:
		return asked.err
	case asked.status >= http.StatusInternalServerError:
		// Fail closed: a session store that is down is no logout.
		return fmt.Errorf("the session middleware answered %d", asked.status)
	}
	// A session that slides sets its cookie anew; whatever else is in the
	// answer belongs to a page that nobody asked for.
	for _, line := range v.jar.Apart(asked.header) {
		v.w.Header().Add("Set-Cookie", line)
	}
	v.realID = asked.id
	return nil
}

// identifying are the headers by which a session middleware knows a client.
var identifying = []string{
	"Cookie", "User-Agent", "X-Request-Id",
	"Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-Ip",
}

func (v *visit) identityRequest(ctx context.Context) *http.Request {
	r := v.r.Clone(ctx)
	r.Method, r.Body, r.ContentLength, r.TransferEncoding = http.MethodGet, http.NoBody, 0, nil
	r.URL.Path, r.URL.RawPath, r.URL.RawQuery = v.config.BasePath+"status", "", ""
	r.RequestURI = v.base(v.r) + "status"
	r.Form, r.PostForm, r.MultipartForm, r.Trailer = nil, nil, nil, nil
	r.Header = http.Header{}
	for _, name := range identifying {
		if values := v.r.Header.Values(name); len(values) > 0 {
			r.Header[name] = append([]string(nil), values...)
		}
	}
	v.cookie.removeFrom(r.Header)
	v.jar.Withhold(r.Header)
	return r
}

// question is the answer to an identity request: the header is kept, the rest
// is nobody's.
type question struct {
	header http.Header
	status int
	id     string
	err    error
}

func (q *question) Header() http.Header { return q.header }

func (q *question) WriteHeader(status int) {
	if q.status == 0 && status >= http.StatusOK {
		q.status = status
	}
}

func (q *question) Write(b []byte) (int, error) {
	q.WriteHeader(http.StatusOK)
	return len(b), nil
}

// leaveCookies clears the handle and every partition that the request carries.
func (v *visit) leaveCookies() {
	v.cookie.clear(v.w)
	if v.over {
		v.cookie.clearOver(v.w)
	}
	v.forgetCookies(nil)
}

// forgetCookies clears the partitions but for those of the stack.
func (v *visit) forgetCookies(stack Stack) {
	keep := make([]string, 0, len(stack))
	for _, link := range stack {
		keep = append(keep, link.ID)
	}
	v.jar.Clear(v.w.Header(), v.sent, keep...)
}
