package schooldesk

import (
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"golang.org/x/crypto/bcrypt"
)

// settings are the command's defaults, with few customers.
func settings(dir string) Options {
	return Options{
		Data:  dir,
		Users: 30,
		Impersonation: Impersonation{
			Policy: "superusers", MaxDuration: time.Hour, IdleTimeout: 15 * time.Minute, MaxDepth: 1,
		},
		Logger:       slog.New(slog.DiscardHandler),
		PasswordCost: bcrypt.MinCost,
	}
}

// site is School Desk, served over HTTP.
type site struct {
	app  *App
	url  string
	data string // its folder
}

func serveSite(t *testing.T, options ...func(*Options)) *site {
	t.Helper()
	o := settings(t.TempDir())
	for _, set := range options {
		set(&o)
	}
	app, err := Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(app.Handler())
	t.Cleanup(func() {
		server.Close()
		if err := app.Close(context.WithoutCancel(t.Context())); err != nil {
			t.Errorf("Close: %v", err)
		}
	})
	return &site{app: app, url: server.URL, data: o.Data}
}

// browser keeps cookies and does not follow redirects: tests look at each answer.
type browser struct {
	t      *testing.T
	site   *site
	client http.Client
}

func (s *site) browser(t *testing.T) *browser {
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &browser{t: t, site: s, client: http.Client{
		Jar:           jar,
		Timeout:       30 * time.Second,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport:     &http.Transport{DisableCompression: true}, // bodies as they are on the wire
	}}
}

// as is a browser in which the person has logged in.
func (s *site) as(t *testing.T, name string) *browser {
	t.Helper()
	b := s.browser(t)
	b.login(name)
	return b
}

func (b *browser) login(name string) {
	b.t.Helper()
	b.post("/login", "email", name+"@schooldesk.example", "password", password).want(http.StatusSeeOther)
}

// answer is a response with its body read.
type answer struct {
	*http.Response
	t    *testing.T
	what string
	body string
}

// want fails the test unless the answer has the status.
func (a *answer) want(status int) *answer {
	a.t.Helper()
	if a.StatusCode != status {
		a.t.Fatalf("%s: status %d, want %d; body: %.300s", a.what, a.StatusCode, status, a.body)
	}
	return a
}

// has fails the test unless the body has all the texts.
func (a *answer) has(texts ...string) *answer {
	a.t.Helper()
	for _, text := range texts {
		if !strings.Contains(a.body, text) {
			a.t.Errorf("%s: the body has no %q:\n%.2000s", a.what, text, a.body)
		}
	}
	return a
}

// hasNot fails the test if the body has one of the texts.
func (a *answer) hasNot(texts ...string) *answer {
	a.t.Helper()
	for _, text := range texts {
		if strings.Contains(a.body, text) {
			a.t.Errorf("%s: the body has %q", a.what, text)
		}
	}
	return a
}

// into reads the body as JSON.
func (a *answer) into(v any) {
	a.t.Helper()
	if err := json.Unmarshal([]byte(a.body), v); err != nil {
		a.t.Fatalf("%s: %v in %q", a.what, err, a.body)
	}
}

func (b *browser) do(method, path, accept string, form url.Values, headers ...string) *answer {
	b.t.Helper()
	var body io.Reader
	if form != nil {
		body = strings.NewReader(form.Encode())
	}
	r, err := http.NewRequestWithContext(b.t.Context(), method, b.site.url+path, body)
	if err != nil {
		b.t.Fatal(err)
	}
	r.Header.Set("Accept", accept)
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	response, err := b.client.Do(r)
	if err != nil {
		b.t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		b.t.Fatal(err)
	}
	return &answer{response, b.t, method + " " + path, string(text)}
}

const (
	asHTML = "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8"
	asJSON = "application/json"
)

func (b *browser) get(path string) *answer     { b.t.Helper(); return b.do("GET", path, asHTML, nil) }
func (b *browser) getJSON(path string) *answer { b.t.Helper(); return b.do("GET", path, asJSON, nil) }

func (b *browser) post(path string, fields ...string) *answer {
	b.t.Helper()
	return b.do("POST", path, asHTML, form(fields))
}

func (b *browser) postJSON(path string, fields ...string) *answer {
	b.t.Helper()
	return b.do("POST", path, asJSON, form(fields))
}

func form(fields []string) url.Values {
	v := url.Values{}
	for i := 0; i < len(fields); i += 2 {
		v.Add(fields[i], fields[i+1])
	}
	return v
}

// whoami is the e-mail address of whom the application sees.
func (b *browser) whoami() string {
	b.t.Helper()
	var who identity
	b.getJSON("/whoami").want(http.StatusOK).into(&who)
	return who.Email
}
