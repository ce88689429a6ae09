package guide_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/guise-go/guise"
)

// A single-page application: its API knows its users by a token, and its page
// comes without one.
func TestGuide_SinglePage(t *testing.T) {
	d := open(t, guise.Config{Identify: func(r *http.Request) (string, error) {
		return map[string]string{"Bearer t-ada": "1"}[r.Header.Get("Authorization")], nil
	}})
	m, files := d.manager, fstest.MapFS{"index.html": {Data: []byte("the page")}}
	api := http.NewServeMux()
	api.HandleFunc("/api/orders", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w, "orders of ", guise.EffectiveID(r.Context(), "1"))
	})
	//docs:begin spa
	outer := http.NewServeMux()
	outer.Handle("/api/", m.Middleware(api))    // what a token comes with
	outer.Handle("/impersonate/", m.Handler())  // and this
	outer.Handle("/", http.FileServerFS(files)) // the page itself, and its scripts
	outer.HandleFunc("POST /api/login", func(w http.ResponseWriter, r *http.Request) { /* … */ })
	//docs:end

	script := &script{t: t, handler: outer, token: "Bearer t-ada"}
	script.says("POST", "/impersonate/start", `"state":"active"`, `{"user_id":"10"}`)
	script.says("GET", "/api/orders", "orders of 10")
	script.token = ""
	script.says("GET", "/", "the page") // loading the page anew ends nothing
	script.says("POST", "/api/login", "")
	script.token = "Bearer t-ada"
	script.says("GET", "/api/orders", "orders of 10")

	script.token = ""
	script.says("GET", "/api/orders", `"cause":"logged_out"`)
	script.token = "Bearer t-ada"
	script.says("GET", "/api/orders", `"code":"impersonation-ended"`) // nobody has been told yet
	script.says("GET", "/impersonate/ended", "")
	script.says("GET", "/api/orders", "orders of 1")
}

// script asks as a script of a page does, with the browser's cookies.
type script struct {
	t       *testing.T
	handler http.Handler
	token   string
	cookies map[string]string
}

// says asks, and checks that the answer has the text.
func (s *script) says(method, path, text string, body ...string) {
	s.t.Helper()
	r := httptest.NewRequestWithContext(s.t.Context(), method, "https://example.com"+path, strings.NewReader(strings.Join(body, "")))
	r.Header.Set("Accept", "application/json")
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	r.Header.Set("Sec-Fetch-Mode", "cors")
	if s.token != "" {
		r.Header.Set("Authorization", s.token)
	}
	for name, value := range s.cookies {
		r.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	w := httptest.NewRecorder()
	s.handler.ServeHTTP(w, r)
	for _, cookie := range w.Result().Cookies() {
		if s.cookies == nil {
			s.cookies = map[string]string{}
		}
		s.cookies[cookie.Name] = cookie.Value
		if cookie.MaxAge < 0 {
			delete(s.cookies, cookie.Name)
		}
	}
	if got := w.Body.String(); !strings.Contains(got, text) {
		s.t.Errorf("%s %s is answered %d %s; want %q in it", method, path, w.Code, got, text)
	}
}
