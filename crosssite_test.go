package guise_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/guise-go/guise"
	"github.com/guise-go/guise/console"
)

// loads is how a browser says what another site makes it ask for: site, mode,
// destination and whether a person did it.
func loads(site, mode, dest, user string) []string {
	headers := []string{"Sec-Fetch-Site: " + site, "Sec-Fetch-Mode: " + mode, "Sec-Fetch-Dest: " + dest}
	if user != "" {
		headers = append(headers, "Sec-Fetch-User: "+user)
	}
	return headers
}

// fromElsewhere is what a page of another site can make a browser load by itself.
var fromElsewhere = map[string][]string{
	"image":          loads("cross-site", "no-cors", "image", ""),
	"script":         loads("cross-site", "no-cors", "script", ""),
	"style":          loads("cross-site", "no-cors", "style", ""),
	"fetch":          loads("cross-site", "no-cors", "empty", ""),
	"fetch, CORS":    append(loads("cross-site", "cors", "empty", ""), "Origin: https://evil.example"),
	"frame":          loads("cross-site", "navigate", "iframe", ""),
	"frame, clicked": loads("cross-site", "navigate", "iframe", "?1"),
	"object":         loads("cross-site", "navigate", "object", ""),
	"sibling":        loads("same-site", "no-cors", "image", ""),
	"old browser":    {"Origin: https://evil.example"},
}

// TestAttack_AnotherSiteUsesNothingUp: where the login crosses sites
// (SameSite=None), what another site loads runs no query and counts for nobody.
func TestAttack_AnotherSiteUsesNothingUp(t *testing.T) {
	w := newWorld(t, func(c *guise.Config) { c.Limits, c.Console = guise.Limits{}, console.New })
	b := w.login("1")
	acting := w.login("2")
	acting.start("10")
	w.store.calls = nil
	for _, path := range []string{"users", "users/10", "live", "live/events", "log", "log/unattached", "log/export?format=csv", "explain?subject=10", "status", "mode", "leave", ""} {
		for name, headers := range fromElsewhere {
			for _, who := range []*browser{b, acting} {
				for _, as := range []string{asJSON, asPage} {
					got := who.do("GET", "/impersonate/"+path, "", append(headers, as)...)
					if got.Code != http.StatusForbidden || got.json()["code"] != "cross-origin" {
						t.Errorf("%s as %s: %d %.200s; want 403 cross-origin", path, name, got.Code, got.Body)
					}
				}
			}
		}
	}
	if len(w.store.calls) > 0 {
		t.Errorf("the store was asked: %v", w.store.calls)
	}
}

// TestCrossSite_ALinkLeadsHere, as a help desk's does, wherever the person comes
// from; to a file it does so only if they followed it themselves.
func TestCrossSite_ALinkLeadsHere(t *testing.T) {
	w := newWorld(t, func(c *guise.Config) { c.Console = console.New })
	b := w.login("1")
	link, led := loads("cross-site", "navigate", "document", "?1"), loads("cross-site", "navigate", "document", "")
	for _, path := range []string{"users", "users/10?reason=a+call&ticket=HELP-1", "live", "log", "explain?subject=10"} {
		for _, headers := range [][]string{link, led, loads("same-site", "navigate", "document", ""), loads("none", "navigate", "document", "?1"), loads("same-origin", "cors", "empty", ""), nil} {
			if got := b.do("GET", "/impersonate/"+path, "", append(slices.Clone(headers), asPage)...); got.Code != http.StatusOK {
				t.Errorf("%s, %v: %d", path, headers, got.Code)
			}
		}
	}
	const file = "/impersonate/log/export?format=csv"
	if got := b.do("GET", file, "", append(link, asPage)...); got.Code != http.StatusOK {
		t.Errorf("an export that a person clicked: %d", got.Code)
	}
	if got := b.do("GET", file, "", append(led, asPage)...); got.Code != http.StatusForbidden || !strings.Contains(got.Body.String(), "another site") {
		t.Errorf("an export that a page led to: %d %.300s", got.Code, got.Body)
	}
	if got := b.do("GET", "/impersonate/live/events", "", append(led, asPage)...); got.Code != http.StatusForbidden {
		t.Errorf("the stream, led to: %d", got.Code)
	}
}

// TestAttack_AScriptOfTheSubjectsPageDrivesNothing: what a customer stored in
// their own page runs in the browser of whoever acts as them. It gets nothing
// from the console, whose rights are the actor's.
func TestAttack_AScriptOfTheSubjectsPageDrivesNothing(t *testing.T) {
	scripted := map[string][]string{
		"fetch":           append(loads("same-origin", "cors", "empty", ""), "Origin: http://example.com"),
		"fetch, no CORS":  loads("same-origin", "no-cors", "empty", ""),
		"frame":           loads("same-origin", "navigate", "iframe", ""),
		"frame, clicked":  loads("same-origin", "navigate", "iframe", "?1"),
		"object":          loads("same-origin", "navigate", "object", ""),
		"image":           loads("same-origin", "no-cors", "image", ""),
		"script":          loads("same-origin", "no-cors", "script", ""),
		"event stream":    loads("same-origin", "cors", "empty", ""),
		"prerender":       append(loads("same-origin", "navigate", "document", ""), "Sec-Purpose: prefetch;prerender"),
		"a fenced frame":  loads("same-origin", "navigate", "fencedframe", ""),
		"service worker":  loads("same-origin", "same-origin", "serviceworker", ""),
		"shared worker":   loads("same-origin", "same-origin", "sharedworker", ""),
		"web socket":      loads("same-origin", "websocket", "websocket", ""),
		"an empty answer": loads("same-origin", "navigate", "", ""),
	}
	person := loads("same-origin", "navigate", "document", "?1")
	for _, row := range []struct {
		method, path, body string
		person             int // the status where a person goes there
	}{
		{"GET", "", "", 303}, {"GET", "users", "", 200}, {"GET", "users?q=maya", "", 200}, {"GET", "users/11", "", 200}, {"GET", "live", "", 200}, {"GET", "log", "", 200},
		{"GET", "log/export?format=csv", "", 200}, {"GET", "explain?subject=10", "", 200},
		{"POST", "start", "user_id=11", 409}, {"POST", "mode", "mode=read_write&reason=x", 303}, {"POST", "live/ID/end", "note=x", 303},
		{"POST", "log/notes", "subject=11&reason=x", 400}, {"POST", "log/purge", "", 303},
	} {
		w := newWorld(t, func(c *guise.Config) {
			c.Console, c.AllowNotes, c.AllowPurge, c.RetainFor = console.New, true, true, 48*time.Hour
		})
		other := w.login("2").start("11").json()["id"].(string)
		b := w.login("1")
		b.start("10")
		path := "/impersonate/" + strings.Replace(row.path, "ID", other, 1)
		for name, headers := range scripted {
			for _, as := range []string{asJSON, asPage} {
				got := b.do(row.method, path, row.body, append(headers, as)...)
				if got.Code != http.StatusForbidden || strings.Contains(got.Body.String(), "Noah") {
					t.Errorf("%s %s by a %s: %d %.200s", row.method, path, name, got.Code, got.Body)
				}
			}
		}
		if b.sees() != "10" || len(w.logged(guise.KindEnded))+len(w.logged(guise.KindModeChanged)) > 0 {
			t.Errorf("%s %s by a script: %s is seen", row.method, path, b.sees())
		}
		if got := b.do(row.method, path, row.body, append(person, asPage)...); got.Code != row.person {
			t.Errorf("%s %s by a person: %d, want %d", row.method, path, got.Code, row.person)
		}
	}
}

// A script may ask what the page knows anyway, and anybody may leave.
func TestP10_AScriptOfThePageMayAskHowItStandsAndLeave(t *testing.T) {
	w := newWorld(t, func(c *guise.Config) { c.Console = console.New })
	b := w.login("1")
	b.start("10")
	fetch := append(loads("same-origin", "cors", "empty", ""), "Origin: http://example.com")
	for _, path := range []string{"status", "leave", "mode", "ended", "assets/console.css"} {
		if got := b.do("GET", "/impersonate/"+path, "", fetch...); got.Code != http.StatusOK {
			t.Errorf("%s: %d %s", path, got.Code, got.Body)
		}
	}
	if got := b.do("POST", "/impersonate/stop", "", append(fetch, asJSON)...); got.Code != http.StatusOK || b.sees() != "1" {
		t.Errorf("leaving: %d %s", got.Code, got.Body)
	}
}
