package guise_test

import (
	"bytes"
	"log/slog"
	"net/http"
	"strings"
	"testing"

	"github.com/guise-go/guise"
)

// What can't work, and would not say so, the operator hears of: once somebody has
// tried it. In world_test.go the application is at http://example.com.
func TestSetup_AStartTellsTheOperatorWhatCantWork(t *testing.T) {
	for name, row := range map[string]struct {
		origin, site string
		prefix       string
		secure       bool
		says         string // "" is nothing
	}{
		"all is well":                     {origin: "http://example.com", site: "same-origin"},
		"the port that goes without":      {origin: "http://example.com:80", site: "same-origin"},
		"no browser":                      {},
		"a proxy changes the Host":        {origin: "http://app.example", site: "same-origin", says: "PublicPrefix"},
		"and it is said":                  {origin: "http://app.example", site: "same-origin", prefix: "http://app.example"},
		"a secure cookie over http":       {origin: "http://example.com", site: "same-origin", secure: true, says: "InsecureCookies"},
		"a secure cookie over https":      {origin: "https://example.com", site: "same-origin", secure: true},
		"a secure cookie on this machine": {origin: "http://localhost:8080", site: "same-origin", secure: true, prefix: "http://localhost:8080"},
		"the same, by number":             {origin: "http://127.0.0.1:8080", site: "same-origin", secure: true, prefix: "http://127.0.0.1:8080"},
	} {
		t.Run(name, func(t *testing.T) {
			var log bytes.Buffer
			w := newWorld(t, func(c *guise.Config) {
				c.Logger, c.PublicPrefix, c.InsecureCookies = slog.New(slog.NewTextHandler(&log, nil)), row.prefix, !row.secure
			})
			headers := []string{asJSON}
			if row.origin != "" {
				headers = append(headers, "Origin: "+row.origin, "Sec-Fetch-Site: "+row.site)
			}
			if got := w.login("1").do("POST", "/impersonate/start", form("user_id", "10"), headers...); got.Code != http.StatusCreated {
				t.Fatalf("%d %s", got.Code, got.Body)
			}
			if said := log.String(); (row.says == "") != (said == "") || !strings.Contains(said, row.says) {
				t.Errorf("the log says %q; want %q", said, row.says)
			}
		})
	}
}

// Who is logged in by an ID that the directory lacks, an e-mail address say, is sent
// to log in for ever; the log says why, once.
func TestSetup_IdentifyAndUsersDisagree(t *testing.T) {
	var log bytes.Buffer
	w := newWorld(t, func(c *guise.Config) { c.Logger = slog.New(slog.NewTextHandler(&log, nil)) })
	for range 2 {
		if got := w.login("ada@example.org").do("GET", "/impersonate/users", "", asJSON); got.Code != http.StatusUnauthorized {
			t.Errorf("%d %s", got.Code, got.Body)
		}
	}
	if said := log.String(); strings.Count(said, "ada@example.org") != 1 || strings.Count(said, "Config.Users does not have") != 1 {
		t.Errorf("the log says %q", said)
	}
}
