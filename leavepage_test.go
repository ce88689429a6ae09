package guise_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/guise-go/guise"
	"github.com/guise-go/guise/console"
)

// pageWords are what a page says, without its markup.
func pageWords(page string) string {
	_, body, _ := strings.Cut(page, "<body")
	body = regexp.MustCompile(`(?s)<(style|script).*?</(style|script)>|<[^>]*>|[\x{2066}-\x{2069}]`).ReplaceAllString(body, "")
	return strings.Join(strings.Fields(body), " ")
}

// withAndWithoutConsole runs a test on the console's pages and on the plain ones.
func withAndWithoutConsole(t *testing.T, change func(*guise.Config), test func(*testing.T, *world)) {
	t.Helper()
	for name, made := range map[string]func(guise.ConsoleOptions) (guise.Console, error){"plain": nil, "console": console.New} {
		t.Run(name, func(t *testing.T) {
			test(t, newWorld(t, func(c *guise.Config) {
				c.Console = made
				change(c)
			}))
		})
	}
}

// TestTheLeavePageSaysWhoOneIsAfterwards: of a stack, leaving ends the last alone.
func TestTheLeavePageSaysWhoOneIsAfterwards(t *testing.T) {
	withAndWithoutConsole(t, staffChain, func(t *testing.T, w *world) {
		b := w.login("1")
		for _, row := range []struct{ subject, afterwards, not string }{
			{"3", "Ada Admin", "as Ada"},
			{"10", "as Stan Staff", "Ada Admin again"},
		} {
			b.start(row.subject)
			got := pageWords(b.get("/impersonate/leave").Body.String())
			if _, got, _ = strings.Cut(got, "You are acting as"); !strings.Contains(got, row.afterwards) || strings.Contains(got, row.not) {
				t.Errorf("as %s: %q; want %q", row.subject, got, row.afterwards)
			}
		}
		b.post("/impersonate/stop", "")
		if got := b.sees(); got != "3" {
			t.Errorf("afterwards one acts as %s, and the page said 3", got)
		}
	})
}

// TestThePageAboutTheEndKnowsThatAnotherRuns: it may be shown in an old tab.
func TestThePageAboutTheEndKnowsThatAnotherRuns(t *testing.T) {
	withAndWithoutConsole(t, func(*guise.Config) {}, func(t *testing.T, w *world) {
		b := w.login("1")
		b.start("11")
		b.post("/impersonate/stop", "")
		b.start("10")
		got := pageWords(b.get("/impersonate/ended?cause=stopped").Body.String())
		if !strings.Contains(got, "You are acting as Maya Customer now") || strings.Contains(got, "You left it") || strings.Contains(got, "You have left") {
			t.Errorf("%q", got)
		}
	})
}

// TestWhoActsAsNobodyIsToldSo where they would leave, and not who would end what
// somebody else did.
func TestWhoActsAsNobodyIsToldSo(t *testing.T) {
	withAndWithoutConsole(t, func(*guise.Config) {}, func(t *testing.T, w *world) {
		b := w.login("1")
		id := b.start("10").json()["id"].(string)
		b.post("/impersonate/stop", "")
		for _, row := range []struct {
			method, path, language string
			says                   bool
		}{
			{"GET", "leave", "en: You aren't acting as anyone. It may have ended already.", true},
			{"GET", "leave", "de: Sie handeln nicht als jemand anderes.", true},
			{"POST", "live/" + id + "/end", "en: You aren't acting", false},
			{"POST", "live/" + id + "/end", "de: Sie handeln nicht", false},
		} {
			language, text, _ := strings.Cut(row.language, ": ")
			got := w.login("2").do(row.method, "/impersonate/"+row.path, "", asPage, "Accept-Language: "+language)
			body := strings.ReplaceAll(pageWords(got.Body.String()), "&#39;", "'")
			if got.Code != 409 || strings.Contains(body, text) != row.says {
				t.Errorf("%s %s: %d %q", row.method, row.path, got.Code, body)
			}
		}
	})
}
