package guise_test

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/guise-go/guise"
)

// Where the login needs no cookie, a browser that keeps none is told so, and
// nothing has begun.
func TestP3_WithoutCookiesNothingBegins(t *testing.T) {
	w := newWorld(t, func(c *guise.Config) {
		c.Identify = func(r *http.Request) (string, error) { return r.Header.Get("X-User"), nil }
	})
	post := func(address, user, cookie string) *httptest.ResponseRecorder {
		r := httptest.NewRequest("POST", address, strings.NewReader("user_id=10"))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		for _, line := range append(loads("same-origin", "navigate", "document", "?1"), asPage, "X-User: "+user) {
			name, value, _ := strings.Cut(line, ": ")
			r.Header.Set(name, value)
		}
		if cookie != "" {
			r.Header.Set("Cookie", cookie)
		}
		recorder := httptest.NewRecorder()
		w.handler.ServeHTTP(recorder, r)
		return recorder
	}
	const again = "/impersonate/start?cookies=tried"
	first := post("/impersonate/start", "1", "")
	if first.Code != http.StatusTemporaryRedirect || first.Header().Get("Location") != again || len(first.Result().Cookies()) != 1 {
		t.Fatalf("%d, %v", first.Code, first.Header())
	}
	if got := post(again, "1", ""); got.Code != http.StatusBadRequest || !strings.Contains(got.Body.String(), "Your browser keeps no cookies") {
		t.Errorf("without cookies: %d %s", got.Code, got.Body)
	}
	if n := len(w.logged(guise.KindStarted)); n > 0 {
		t.Errorf("%d began", n)
	}
	if got := post(again, "", ""); got.Code != http.StatusUnauthorized {
		t.Errorf("nobody: %d", got.Code)
	}
	given := first.Result().Cookies()[0]
	got := post(again, "1", given.Name+"="+given.Value)
	if got.Code != http.StatusSeeOther || len(w.logged(guise.KindStarted)) != 1 {
		t.Errorf("with the cookie: %d %s", got.Code, got.Body)
	}
	if set := got.Header().Values("Set-Cookie"); !slices.ContainsFunc(set, func(line string) bool {
		return strings.HasPrefix(line, given.Name+"=;") && strings.Contains(line, "Max-Age=0")
	}) {
		t.Errorf("what the browser was tried with stays: %q", set)
	}
}
