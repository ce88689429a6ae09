package guise

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
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
	asked := &identityAnswer{header: http.Header{}}
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

// saysWho reports whether a header can tell who is there: any but those about
// a body, a copy that the browser has, a part of an answer, the connection, or
// another method than this.
func saysWho(name string) bool {
	for _, about := range []string{"Content-", "If-", "Sec-Websocket-", "X-Http-Method", "X-Method-"} {
		if strings.HasPrefix(name, about) {
			return false
		}
	}
	switch name {
	case "Accept-Encoding", "Connection", "Expect", "Range", "Te", "Trailer", "Transfer-Encoding", "Upgrade":
		return false
	}
	return true
}

func (v *visit) identityRequest(ctx context.Context) *http.Request {
	r := v.r.Clone(ctx)
	r.Method, r.Body, r.ContentLength, r.TransferEncoding = http.MethodGet, http.NoBody, 0, nil
	r.URL.Path, r.URL.RawPath, r.URL.RawQuery = v.config.BasePath+"status", "", ""
	r.RequestURI = v.base(v.r) + "status"
	r.Form, r.PostForm, r.MultipartForm, r.Trailer = nil, nil, nil, nil
	r.Header = http.Header{}
	for name, values := range v.r.Header {
		if saysWho(name) {
			r.Header[name] = slices.Clone(values)
		}
	}
	v.cookie.removeFrom(r.Header)
	v.jar.Withhold(r.Header)
	return r
}

// identityAnswer is the answer to an identity request: the header is kept, the rest
// is nobody's.
type identityAnswer struct {
	header http.Header
	status int
	id     string
	err    error
}

func (a *identityAnswer) Header() http.Header { return a.header }

func (a *identityAnswer) WriteHeader(status int) {
	if a.status == 0 && status >= http.StatusOK {
		a.status = status
	}
}

func (a *identityAnswer) Write(b []byte) (int, error) {
	a.WriteHeader(http.StatusOK)
	return len(b), nil
}
