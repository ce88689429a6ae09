package checkup

import (
	"cmp"
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/guise-go/guise"
	"github.com/guise-go/guise/memstore"
)

// nobody is a directory of no users.
type nobody struct{}

func (nobody) User(context.Context, string) (guise.User, error) {
	return guise.User{}, guise.ErrUserNotFound
}

func (nobody) Search(context.Context, guise.Query) (guise.UserPage, error) {
	return guise.UserPage{}, nil
}

// application is one with Guise in front, which also sets a cookie of its own.
func application(t *testing.T, insecure bool, header map[string]string, status int) http.Handler {
	t.Helper()
	manager, err := guise.New(guise.Config{
		Identify: func(*http.Request) (string, error) { return "", nil },
		Users:    nobody{}, Store: memstore.New(), InsecureCookies: insecure,
	})
	if err != nil {
		t.Fatal(err)
	}
	return manager.Middleware(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		for name, value := range header {
			w.Header().Add(name, value)
		}
		w.WriteHeader(cmp.Or(status, http.StatusOK))
	}))
}

// TestSite_EachFinding by a real server with Guise's real middleware.
func TestSite_EachFinding(t *testing.T) {
	t.Parallel()
	const good, year = "session=1; Path=/; Secure; HttpOnly; SameSite=Lax", "max-age=31536000; includeSubDomains"
	for name, row := range map[string]struct {
		plain, insecure bool
		header          map[string]string
		status          int
		right           bool
		says            []string // level, check, a part of the text
	}{
		"as it should be": {header: map[string]string{"Set-Cookie": good, "Strict-Transport-Security": year}, right: true,
			says: []string{"ok https", "ok hsts", "ok guise's cookie: __Host-guise", "ok cookie session"}},
		"a page that fails":  {status: 500, says: []string{"wrong site: https://127.0.0.1"}},
		"without HSTS":       {right: true, says: []string{"advice hsts: there is no"}},
		"HSTS for a day":     {header: map[string]string{"Strict-Transport-Security": "max-age=86400"}, right: true, says: []string{"advice hsts: Strict-Transport-Security is"}},
		"HSTS for a century": {header: map[string]string{"Strict-Transport-Security": "max-age=3153600000"}, right: true, says: []string{"ok hsts"}},
		"HSTS of nonsense":   {header: map[string]string{"Strict-Transport-Security": "max-age=soon"}, right: true, says: []string{"advice hsts"}},
		"insecure cookies":   {insecure: true, says: []string{"wrong guise's cookie: it is called guise"}},
		"plain HTTP":         {plain: true, insecure: true, says: []string{"wrong https", "wrong guise's cookie"}},
		"a login for anyone": {header: map[string]string{"Set-Cookie": "session=1; HttpOnly; SameSite=Lax"}, says: []string{"wrong cookie session: it lacks Secure"}},
		"a login for scripts": {header: map[string]string{"Set-Cookie": "session=1; Secure; SameSite=Lax"}, right: true,
			says: []string{"advice cookie session: it lacks HttpOnly"}},
		"a login for other sites": {header: map[string]string{"Set-Cookie": "session=1; Secure; HttpOnly; SameSite=None"}, right: true,
			says: []string{"advice cookie session: it lacks SameSite"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			start := httptest.NewTLSServer
			if row.plain {
				start = httptest.NewServer
			}
			server := start(application(t, row.insecure, row.header, row.status))
			defer server.Close()
			found := Site(t.Context(), parsed(t, server.URL), server.Client())
			if found.Right() != row.right {
				t.Errorf("right: %v, want %v", found.Right(), row.right)
			}
			expect(t, found, row.says...)
		})
	}
}

func TestSite_ThatDoesNotAnswer(t *testing.T) {
	t.Parallel()
	server := httptest.NewTLSServer(http.NotFoundHandler())
	expect(t, Site(t.Context(), parsed(t, server.URL), &http.Client{}), "wrong site: ") // a certificate of nobody's
	server.Close()
	expect(t, Site(t.Context(), parsed(t, server.URL), &http.Client{}), "wrong site: ")
}

// TestSite_OutsideTheMiddleware, and without following where it is sent.
func TestSite_OutsideTheMiddleware(t *testing.T) {
	t.Parallel()
	asked := 0
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked++
		http.Redirect(w, r, "/login", http.StatusSeeOther)
	}))
	defer server.Close()
	expect(t, Site(t.Context(), parsed(t, server.URL), server.Client()), "advice guise's cookie: the page does not answer to it", "ok site: https")
	if asked != 2 { // with Guise's cookie, and without
		t.Errorf("asked %d times", asked)
	}
}

func parsed(t *testing.T, text string) *url.URL {
	t.Helper()
	address, err := url.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return address
}

// expect looks for findings by the beginning of "level check: found".
func expect(t *testing.T, found Findings, says ...string) {
	t.Helper()
	for _, want := range says {
		there := false
		for _, one := range found {
			there = there || strings.HasPrefix(string(one.Level)+" "+one.Check+": "+one.Found, want)
		}
		if !there {
			t.Errorf("no %q in %+v", want, found)
		}
	}
	for _, one := range found {
		if (one.Level == OK) != (one.ToDo == "") {
			t.Errorf("%s: %s, and what to do is %q", one.Check, one.Level, one.ToDo)
		}
	}
}
