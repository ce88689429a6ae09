package main

import (
	"context"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
)

// TestFirstApp does what docs/guide.md says to do in the browser.
func TestFirstApp(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	handler, err := newHandler(ctx, filepath.Join(t.TempDir(), "firstapp.db"))
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(handler)
	defer server.Close()
	jar, _ := cookiejar.New(nil)
	browser := &http.Client{Jar: jar}

	steps := []struct {
		what, method, path string
		form               url.Values
		status             int
		shows              []string
	}{
		{"before the login", "GET", "/", nil, 200, []string{"E-mail"}},
		{"nobody may find people", "GET", "/impersonate/", nil, 401, nil},
		{"Ada logs in", "POST", "/login", url.Values{"email": {"ada@example.org"}}, 200, []string{"Hello, Ada Admin"}},
		{"she finds Maya", "GET", "/impersonate/users?q=maya", nil, 200, []string{"Maya Customer", "/impersonate/users/2"}},
		{"she acts as her", "POST", "/impersonate/start", url.Values{"user_id": {"2"}}, 200, []string{"Hello, Maya Customer", `id="guise-banner"`}},
		{"which only reads", "POST", "/login", url.Values{"email": {"maya@example.org"}}, 405, []string{"read-only"}},
		{"the log knows", "GET", "/impersonate/log", nil, 200, []string{"Maya Customer"}},
		{"logging out leaves", "POST", "/logout", nil, 200, []string{"Hello, Ada Admin"}},
		{"and then logs out", "POST", "/logout", nil, 200, []string{"E-mail"}},
	}
	for _, step := range steps {
		request, err := http.NewRequestWithContext(ctx, step.method, server.URL+step.path, strings.NewReader(step.form.Encode()))
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		request.Header.Set("Accept", "text/html")
		answer, err := browser.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(answer.Body)
		_ = answer.Body.Close()
		if err != nil || answer.StatusCode != step.status {
			t.Fatalf("%s: %d, %v, want %d:\n%s", step.what, answer.StatusCode, err, step.status, body)
		}
		for _, text := range step.shows {
			if !strings.Contains(string(body), text) {
				t.Errorf("%s: the page does not have %q:\n%s", step.what, text, body)
			}
		}
	}
}
