package demo

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"testing"
	"time"
)

// Client is a program that talks JSON to the demo and keeps its cookies. It
// follows no redirects: where the demo sends one is part of its answer.
type Client struct {
	t    testing.TB
	base *url.URL
	http *http.Client
	// accept is what it asks for; JSON unless Accepting says otherwise.
	accept string
}

// Answer is what the demo said.
type Answer struct {
	Status int
	Header http.Header
	Body   []byte
}

// Client returns a client with the cookies given, as a browser has them.
func (d *Demo) Client(cookies ...*http.Cookie) *Client {
	d.t.Helper()
	base, err := url.Parse(d.URL)
	if err != nil {
		d.t.Fatal(err)
	}
	c := newClient(d.t, base)
	c.http.Jar.SetCookies(base, cookies)
	return c
}

// Login returns a client that has logged in.
func (d *Demo) Login(email string) *Client {
	d.t.Helper()
	c := d.Client()
	answer := c.Post("/login", url.Values{"email": {email}, "password": {Password}})
	if answer.Status != http.StatusSeeOther {
		d.t.Fatalf("logging in as %s was answered %s, want 303", email, answer)
	}
	return c
}

func newClient(t testing.TB, base *url.URL) *Client {
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	// Connections of its own, kept open: a client that has asked once needs no
	// time to connect when it races.
	transport := http.DefaultTransport.(*http.Transport).Clone()
	t.Cleanup(transport.CloseIdleConnections)
	return &Client{t: t, base: base, http: &http.Client{
		Transport: transport,
		Jar:       jar,
		Timeout:   time.Minute,
		CheckRedirect: func(*http.Request, []*http.Request) error {
			return http.ErrUseLastResponse
		},
	}}
}

// Clone returns another client with the same cookies: from here on, what one
// of the two is given the other does not see.
func (c *Client) Clone() *Client {
	clone := newClient(c.t, c.base)
	clone.http.Jar.SetCookies(c.base, c.http.Jar.Cookies(c.base))
	return clone
}

// Accepting returns the same client asking for another kind of answer.
func (c *Client) Accepting(kind string) *Client {
	other := *c
	other.accept = kind
	return &other
}

// Get asks for path, relative to the demo's address.
func (c *Client) Get(path string) Answer {
	return c.do(http.MethodGet, path, nil)
}

// Post sends a form to path.
func (c *Client) Post(path string, form url.Values) Answer {
	return c.do(http.MethodPost, path, form)
}

// do may run on any goroutine, so it reports with Errorf and never Fatalf; the
// zero Answer that it then returns satisfies no test.
func (c *Client) do(method, path string, form url.Values) Answer {
	answer, err := c.Try(method, path, form)
	if err != nil {
		c.t.Errorf("%s %s: %v", method, path, err)
	}
	return answer
}

// Try is Get or Post for a demo that may die before it has answered, which is
// an error here.
func (c *Client) Try(method, path string, form url.Values) (Answer, error) {
	req, err := http.NewRequest(method, c.base.JoinPath("/").String()+strings.TrimPrefix(path, "/"), strings.NewReader(form.Encode()))
	if err != nil {
		return Answer{}, err
	}
	req.Header.Set("Accept", cmp.Or(c.accept, "application/json"))
	if form != nil {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	resp, err := c.http.Do(req)
	if err != nil {
		return Answer{}, err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		return Answer{}, err
	}
	return Answer{Status: resp.StatusCode, Header: resp.Header, Body: body}, nil
}

// String is the answer as a failed test shows it.
func (a Answer) String() string {
	body := string(a.Body)
	if len(body) > 500 {
		body = body[:500] + "…"
	}
	return fmt.Sprintf("%d %s: %s", a.Status, http.StatusText(a.Status), strings.TrimSpace(body))
}

// Decode reads the JSON of an answer that must have the status given.
func Decode[T any](t testing.TB, a Answer, status int) T {
	t.Helper()
	var v T
	if a.Status != status {
		t.Fatalf("got %s, want %d", a, status)
	}
	if err := json.Unmarshal(a.Body, &v); err != nil {
		t.Fatalf("the answer is no JSON that fits %T: %v\n%s", v, err, a.Body)
	}
	return v
}
