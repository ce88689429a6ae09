package guisetest

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/guise-go/guise"
)

// Browser is somebody's browser: it keeps cookies, and shows redirects rather
// than following them. If anything goes wrong on the way, the test fails.
type Browser struct {
	t      testing.TB
	server *httptest.Server
	client *http.Client
	base   string
}

// NewBrowser serves the application, with Guise's middleware around it, over
// HTTPS on this machine for the duration of the test, and opens a browser. Log
// in with it as a person would, by posting the login form, or use
// [Browser.SetCookie].
func NewBrowser(t testing.TB, application http.Handler) *Browser {
	t.Helper()
	server := httptest.NewTLSServer(application)
	t.Cleanup(server.Close)
	return open(t, server, "/impersonate/")
}

func open(t testing.TB, server *httptest.Server, base string) *Browser {
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	client := &http.Client{
		Transport: server.Client().Transport, Jar: jar,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	return &Browser{t: t, server: server, client: client, base: base}
}

// Another opens a second browser, without any cookies, on the same application.
func (b *Browser) Another() *Browser {
	b.t.Helper()
	return open(b.t, b.server, b.base)
}

// WithBasePath is the same browser, for an application whose Config.BasePath
// is not "/impersonate/".
func (b *Browser) WithBasePath(base string) *Browser {
	other := *b
	other.base = base
	return &other
}

// SetCookie gives the browser one of the application's cookies.
func (b *Browser) SetCookie(name, value string) {
	b.t.Helper()
	home, err := url.Parse(b.server.URL)
	if err != nil {
		b.t.Fatal(err)
	}
	b.client.Jar.SetCookies(home, []*http.Cookie{{Name: name, Value: value, Path: "/", Secure: true}})
}

// Answer is what the application answered.
type Answer struct {
	Status int
	Header http.Header
	Body   string
}

// Get asks for a page.
func (b *Browser) Get(path string) Answer {
	b.t.Helper()
	return b.do(http.MethodGet, path, nil, "text/html")
}

// Post sends a form.
func (b *Browser) Post(path string, form url.Values) Answer {
	b.t.Helper()
	return b.do(http.MethodPost, path, form, "text/html")
}

func (b *Browser) do(method, path string, form url.Values, accept string) Answer {
	b.t.Helper()
	r, err := http.NewRequestWithContext(b.t.Context(), method, b.server.URL+path, strings.NewReader(form.Encode()))
	if err != nil {
		b.t.Fatalf("%s %s: %v", method, path, err)
	}
	r.Header.Set("Accept", accept)
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	response, err := b.client.Do(r)
	if err != nil {
		b.t.Fatalf("%s %s: %v", method, path, err)
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		b.t.Fatalf("%s %s: %v", method, path, err)
	}
	return Answer{Status: response.StatusCode, Header: response.Header, Body: string(body)}
}

// An Option adds a field to the start of an impersonation.
type Option struct{ field, value string }

// In asks for a mode; more than the application's default needs a [Because].
func In(mode guise.Mode) Option { return Option{"mode", string(mode)} }

// Because gives the reason.
func Because(reason string) Option { return Option{"reason", reason} }

// Ticket gives the ticket.
func Ticket(ticket string) Option { return Option{"ticket", ticket} }

// ActAs starts to act as the user, which must succeed.
func (b *Browser) ActAs(userID string, options ...Option) {
	b.t.Helper()
	if got := b.start(userID, options); got.Status != http.StatusCreated {
		b.t.Fatalf("acting as user %s was refused: %s", userID, got.problem())
	}
}

// CantActAs makes sure that acting as the user is refused, and returns the
// code: that of the rule or policy, such as "superusers-only", or else that of
// the problem.
func (b *Browser) CantActAs(userID string, options ...Option) string {
	b.t.Helper()
	got := b.start(userID, options)
	code := got.code()
	if code == "" {
		b.t.Fatalf("acting as user %s was not refused by Guise: %s", userID, got.problem())
	}
	return code
}

func (b *Browser) start(userID string, options []Option) Answer {
	b.t.Helper()
	form := url.Values{"user_id": {userID}}
	for _, option := range options {
		form.Set(option.field, option.value)
	}
	return b.do(http.MethodPost, b.base+"start", form, "application/json")
}

// Release stops, which must succeed.
func (b *Browser) Release() {
	b.t.Helper()
	if got := b.do(http.MethodPost, b.base+"stop", url.Values{}, "application/json"); got.Status != http.StatusOK {
		b.t.Fatalf("leaving failed: %s", got.problem())
	}
}

// SeenAs is the ID of the user whom the application sees.
func (b *Browser) SeenAs() string {
	b.t.Helper()
	got := b.do(http.MethodGet, b.base+"status", nil, "application/json")
	var status struct {
		User struct{ ID string }
	}
	if err := json.Unmarshal([]byte(got.Body), &status); err != nil || got.Status != http.StatusOK {
		b.t.Fatalf("the status endpoint answered %s", got.problem())
	}
	return status.User.ID
}

// Refused makes sure that Guise does not let this request through while
// impersonating, and returns the code of the refusal, such as "read-only" or
// "forbidden-while-impersonating".
func (b *Browser) Refused(method, path string, form url.Values) string {
	b.t.Helper()
	got := b.do(method, path, form, "application/json")
	code := got.code()
	if code == "" {
		b.t.Fatalf("%s %s was let through: status %d", method, path, got.Status)
	}
	return code
}

// guisesOwn begins the type of every problem document of Guise's.
const guisesOwn = "https://github.com/guise-go/guise/"

// code is the code of one of Guise's problem documents: that of the rule that
// refused, if it was one. It is "" for whatever the application answered.
func (a Answer) code() string {
	var problem struct{ Type, Code, Why string }
	if json.Unmarshal([]byte(a.Body), &problem) != nil || !strings.HasPrefix(problem.Type, guisesOwn) {
		return ""
	}
	if problem.Why != "" {
		return problem.Why
	}
	return problem.Code
}

func (a Answer) problem() string { return fmt.Sprintf("status %d, %.500s", a.Status, a.Body) }
