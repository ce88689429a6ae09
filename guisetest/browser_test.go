package guisetest_test

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/guise-go/guise/guisetest"
)

// inner is a test whose failing is looked at.
type inner struct{ testing.TB }

type failure string

func (inner) Fatalf(s string, a ...any) { panic(failure(fmt.Sprintf(s, a...))) }

// fails says with what words a part of a test fails, "" if it doesn't.
func fails(part func()) (words failure) {
	defer func() {
		said := recover()
		var failed bool
		if words, failed = said.(failure); said != nil && !failed {
			panic(said)
		}
	}()
	part()
	return ""
}

// A refusal is one of Guise's. Whatever the application itself says no to, even in
// a problem document, has got past Guise, and a test that Guise refuses it fails.
func TestBrowser_TakesNoRefusalOfTheApplicationsForGuises(t *testing.T) {
	answers := func(status int, kind, body string) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", kind)
			w.WriteHeader(status)
			_, _ = w.Write([]byte(body))
		})
	}
	const problem = "application/problem+json"
	for name, row := range map[string]struct {
		application http.Handler
		fails       bool
	}{
		"a refusal of Guise's":         {application(t, guisetest.NewClock(time.Now())), false},
		"a problem of the application": {answers(403, problem, `{"type":"https://app.example/problems#csrf","status":403,"code":"csrf"}`), true},
		"a problem without a type":     {answers(403, problem, `{"title":"Forbidden","code":"read-only"}`), true},
		"a page that is not there":     {answers(404, "text/plain", "404 page not found"), true},
		"a page":                       {answers(200, "text/html", "<p>saved"), true},
	} {
		for what, refused := range map[string]func(*guisetest.Browser){
			"Refused":   func(b *guisetest.Browser) { b.Refused("POST", "/impersonate/start", nil) },
			"CantActAs": func(b *guisetest.Browser) { b.CantActAs("2") },
		} {
			b := guisetest.NewBrowser(inner{t}, row.application)
			if words := fails(func() { refused(b) }); (words != "") != row.fails {
				t.Errorf("%s of %s: the test fails with %q; want it to fail: %v", what, name, words, row.fails)
			}
		}
	}
}
