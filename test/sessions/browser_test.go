package sessions

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"slices"
	"strings"
	"testing"
)

// browser keeps cookies and is as strict about them as the real ones. It
// reports with Errorf, so that it can be used on any goroutine.
type browser struct {
	t      *testing.T
	desk   *desk
	client http.Client
}

func (d *desk) browser(t *testing.T) *browser {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &browser{t: t, desk: d, client: http.Client{
		Jar: jar, Transport: d.server.Client().Transport,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// as is a browser in which somebody has logged in.
func (d *desk) as(t *testing.T, user string) *browser {
	t.Helper()
	b := d.browser(t)
	b.post("/login", user)
	if got := b.page(); got.User != user || got.Login != user {
		t.Fatalf("after the login of %s: %+v", user, got)
	}
	return b
}

// answer is what came back.
type answer struct {
	status   int
	location string
	set      []*http.Cookie
	body     []byte
}

func (b *browser) do(method, path string, form url.Values) answer {
	b.t.Helper()
	r, err := http.NewRequestWithContext(b.t.Context(), method, b.desk.server.URL+path, strings.NewReader(form.Encode()))
	if err != nil {
		b.t.Error(err)
		return answer{}
	}
	r.Header.Set("Accept", "text/html")
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	response, err := b.client.Do(r)
	if err != nil {
		b.t.Error(err)
		return answer{}
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		b.t.Errorf("%s %s: %v", method, path, err)
	}
	for _, cookie := range response.Cookies() {
		if fault := faultOf(cookie); fault != "" {
			b.t.Errorf("%s %s sets %q: %s", method, path, cookie.Raw, fault)
		}
	}
	return answer{response.StatusCode, response.Header.Get("Location"), response.Cookies(), body}
}

// faultOf says why a browser would refuse the cookie, for its name's prefix, or
// why it isn't fit for a partition.
func faultOf(c *http.Cookie) string {
	partition := strings.Contains(c.Name, "guise-")
	switch {
	case strings.HasPrefix(c.Name, "__Host-") && (!c.Secure || c.Path != "/" || c.Domain != ""):
		return "browsers refuse it: __Host- wants Secure, Path=/ and no Domain"
	case strings.HasPrefix(c.Name, "__Secure-") && !c.Secure:
		return "browsers refuse it: __Secure- wants Secure"
	case partition && (c.Path != "/" || c.Domain != ""):
		return "what is in a partition couldn't be cleared: it wants Path=/ and no Domain"
	case partition && c.MaxAge >= 0 && (c.MaxAge > 0 || !c.Expires.IsZero()):
		return "what is in a partition outlives the browser's session"
	}
	return ""
}

// post sends one value, which the application must take.
func (b *browser) post(path, value string) {
	b.t.Helper()
	if got := b.do(http.MethodPost, path, url.Values{"value": {value}}); got.status != http.StatusOK {
		b.t.Errorf("POST %s: %d %.200s", path, got.status, got.body)
	}
}

// get reads the JSON that is at the path.
func (b *browser) get(path string, into any) {
	b.t.Helper()
	got := b.do(http.MethodGet, path, nil)
	if got.status != http.StatusOK {
		b.t.Errorf("GET %s: %d, to %s", path, got.status, got.location)
		return
	}
	if err := json.Unmarshal(got.body, into); err != nil {
		b.t.Errorf("GET %s: %v in %.200s", path, err, got.body)
	}
}

func (b *browser) page() (p page) {
	b.t.Helper()
	b.get("/", &p)
	return p
}

// own is the page on which one is always oneself.
func (b *browser) own() (p page) {
	b.t.Helper()
	b.get("/own/", &p)
	return p
}

func (b *browser) flash() (text string) {
	b.t.Helper()
	b.get("/flash", &text)
	return text
}

// wants compares what the application sees and keeps with what it should.
func (b *browser) wants(p page, user, login, draft string) {
	b.t.Helper()
	if p.User != user || p.Login != login || p.Draft != draft {
		b.t.Errorf("it is for %q, with %q logged in and the draft %q; want %q, %q and %q",
			p.User, p.Login, p.Draft, user, login, draft)
	}
}

// actAs begins, and returns the impersonation's ID.
func (b *browser) actAs(user string) string {
	b.t.Helper()
	got := b.do(http.MethodPost, "/impersonate/start", url.Values{"user_id": {user}})
	if got.status != http.StatusSeeOther {
		b.t.Fatalf("acting as %s: %d %.200s", user, got.status, got.body)
	}
	var status struct{ Impersonation struct{ ID string } }
	b.get("/impersonate/status", &status)
	return status.Impersonation.ID
}

func (b *browser) stop() {
	b.t.Helper()
	if got := b.do(http.MethodPost, "/impersonate/stop", url.Values{}); got.status != http.StatusSeeOther {
		b.t.Errorf("stop: %d %.200s", got.status, got.body)
	}
}

func (b *browser) home() *url.URL {
	home, err := url.Parse(b.desk.server.URL)
	if err != nil {
		b.t.Fatal(err)
	}
	return home
}

func (b *browser) cookies() []*http.Cookie { return b.client.Jar.Cookies(b.home()) }

// keep puts cookies into the jar, as if they had been there all along.
func (b *browser) keep(cookies []*http.Cookie) {
	for _, cookie := range cookies {
		b.client.Jar.SetCookies(b.home(), []*http.Cookie{{
			Name: cookie.Name, Value: cookie.Value, Path: "/", Secure: b.desk.tls, MaxAge: cookie.MaxAge,
		}})
	}
}

// lose makes the browser forget a cookie.
func (b *browser) lose(name string) {
	b.keep([]*http.Cookie{{Name: name, MaxAge: -1}})
}

// cookie is the value of one, "" when it isn't there.
func (b *browser) cookie(name string) string {
	all := b.cookies()
	if i := slices.IndexFunc(all, func(c *http.Cookie) bool { return c.Name == name }); i >= 0 {
		return all[i].Value
	}
	return ""
}

// handle is the name of Guise's cookie.
func (b *browser) handle() string {
	if b.desk.tls {
		return "__Host-guise"
	}
	return "guise"
}

// wantNothingLeft makes sure that no cookie of Guise's is left.
func (b *browser) wantNothingLeft() {
	b.t.Helper()
	for _, cookie := range b.cookies() {
		if strings.Contains(cookie.Name, "guise") {
			b.t.Errorf("the cookie %s is left", cookie.Name)
		}
	}
}

// stored is what is in the actor's own session, by the library's own account.
func (b *browser) stored() string {
	return fmt.Sprint(b.desk.lib.Stored(b.t, b.cookie(b.desk.session)))
}
