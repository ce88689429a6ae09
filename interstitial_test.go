package guise_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/guise-go/guise"
)

// TestP10_LeavingWorksPastWhateverTheApplicationPutsInTheWay: an application
// that sends everyone without a second factor to set one up, and writes to the
// customer's record that it did.
func TestP10_LeavingWorksPastWhateverTheApplicationPutsInTheWay(t *testing.T) {
	for name, leave := range map[string]func(b *browser) answer{
		"the banner's form":        func(b *browser) answer { return b.do("POST", "/impersonate/stop", "", asPage) },
		"the application's logout": func(b *browser) answer { return b.do("POST", "/logout", "", asPage) },
	} {
		t.Run(name, func(t *testing.T) {
			var reached []string
			w := newWorld(t, func(c *guise.Config) { c.Logout = []string{"POST /logout"} })
			w.handler = w.manager.Middleware(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
				reached = append(reached, r.Method+" "+r.URL.Path)
				if r.URL.Path != "/two-factor" {
					http.Redirect(rw, r, "/two-factor", http.StatusSeeOther)
					return
				}
				rw.Header().Set("Content-Type", "text/html")
				fmt.Fprint(rw, "<!DOCTYPE html><html><body>Set up two-factor now.</body></html>")
			}))
			b := w.login("1")
			b.start("10")
			if page := b.get("/two-factor").Body.String(); !strings.Contains(page, "guise-banner") {
				t.Error("the interstitial has no banner")
			}
			if got := b.get("/impersonate/leave"); got.Code != 200 || !strings.Contains(got.Body.String(), "/impersonate/stop") {
				t.Errorf("the leave page: %d", got.Code)
			}
			if got := b.post("/two-factor", "secret=mine"); got.Code != http.StatusMethodNotAllowed {
				t.Errorf("setting up the actor's second factor for the customer: %d", got.Code)
			}
			reached = nil
			if got := leave(b); got.Code != http.StatusSeeOther || got.location() == "/two-factor" || b.impersonates() {
				t.Errorf("leaving: %d to %q", got.Code, got.location())
			}
			if len(reached) > 0 {
				t.Errorf("the application was asked: %q", reached)
			}
			w.checkEnded(guise.CauseStopped)
		})
	}
}
