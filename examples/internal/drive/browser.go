// Package drive uses an example as people do, over the network, and says
// whether Guise keeps its promises in it.
package drive

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/guise-go/guise/examples/internal/desk"
)

// Handle is the name of Guise's cookie where Config.InsecureCookies is set.
const Handle = "guise"

// Browser is one person's: it keeps cookies, and shows redirects rather than
// follow them.
type Browser struct {
	t      testing.TB
	base   string // the application's address, without the last slash
	client *http.Client
}

// Open opens a browser without any cookies on the application at this address.
func Open(t testing.TB, base string) *Browser {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	transport := http.DefaultTransport.(*http.Transport).Clone()
	t.Cleanup(transport.CloseIdleConnections)
	return &Browser{t, strings.TrimSuffix(base, "/"), &http.Client{
		Transport: transport, Jar: jar,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
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
	return b.Do(http.MethodGet, path, nil)
}

// Post sends a form of names and values.
func (b *Browser) Post(path string, pairs ...string) Answer {
	b.t.Helper()
	form := url.Values{}
	for pair := range slices.Chunk(pairs, 2) {
		form.Add(pair[0], pair[1])
	}
	return b.Do(http.MethodPost, path, strings.NewReader(form.Encode()))
}

// Fetch asks as a script of the page does, which isn't redirected to pages.
func (b *Browser) Fetch(method, path string, pairs ...string) Answer {
	b.t.Helper()
	form := url.Values{}
	for pair := range slices.Chunk(pairs, 2) {
		form.Add(pair[0], pair[1])
	}
	return b.Do(method, path, strings.NewReader(form.Encode()), "Accept", "*/*", "Sec-Fetch-Mode", "cors")
}

// Do sends a request with these headers beside, or in place of, a browser's own.
func (b *Browser) Do(method, path string, body io.Reader, headers ...string) Answer {
	b.t.Helper()
	r, err := http.NewRequestWithContext(b.t.Context(), method, b.base+path, body)
	if err != nil {
		b.t.Fatal(err)
	}
	r.Header.Set("Accept", "text/html")
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	r.Header.Set("Sec-Fetch-Mode", "navigate")
	if body != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for pair := range slices.Chunk(headers, 2) {
		r.Header.Set(pair[0], pair[1])
	}
	response, err := b.client.Do(r)
	if err != nil {
		b.t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	read, err := io.ReadAll(response.Body)
	if err != nil {
		b.t.Fatalf("%s %s: %v", method, path, err)
	}
	return Answer{response.StatusCode, response.Header, string(read)}
}

// LogIn logs somebody in by the form.
func (b *Browser) LogIn(username string) {
	b.t.Helper()
	got := b.Post("/login", "username", username, "password", desk.Password)
	got.want(b.t, http.StatusSeeOther, "logging "+username+" in")
}

// ActAs starts to act as somebody. Pairs are further fields.
func (b *Browser) ActAs(id string, pairs ...string) {
	b.t.Helper()
	got := b.Post("/impersonate/start", append([]string{"user_id", id}, pairs...)...)
	got.want(b.t, http.StatusSeeOther, "acting as "+id)
}

// Release is the button in the banner.
func (b *Browser) Release() {
	b.t.Helper()
	b.Post("/impersonate/stop").want(b.t, http.StatusSeeOther, "leaving")
}

// Cookie is the value of a cookie that the browser has, else "".
func (b *Browser) Cookie(name string) string {
	for _, cookie := range b.client.Jar.Cookies(b.home()) {
		if cookie.Name == name {
			return cookie.Value
		}
	}
	return ""
}

// SetCookie gives the browser a cookie, as somebody who stole it could.
func (b *Browser) SetCookie(name, value string) {
	b.client.Jar.SetCookies(b.home(), []*http.Cookie{{Name: name, Value: value, Path: "/"}})
}

func (b *Browser) home() *url.URL {
	b.t.Helper()
	home, err := url.Parse(b.base + "/")
	if err != nil {
		b.t.Fatal(err)
	}
	return home
}

func (a Answer) want(t testing.TB, status int, what string) {
	t.Helper()
	if a.Status != status {
		t.Fatalf("%s: status %d; want %d\n%v\n%.2000s", what, a.Status, status, a.Header, a.Body)
	}
}

// Code is the code of a problem document, else "".
func (a Answer) Code() string {
	var problem struct{ Code string }
	if !strings.HasPrefix(a.Header.Get("Content-Type"), "application/problem+json") || json.Unmarshal([]byte(a.Body), &problem) != nil {
		return ""
	}
	return problem.Code
}

// Banner reports whether the page has the banner on it.
func (a Answer) Banner() bool { return strings.Contains(a.Body, `id="guise-banner"`) }
