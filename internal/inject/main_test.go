package inject_test

import (
	"log"

	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/guise-go/guise/internal/csp"
	"github.com/guise-go/guise/internal/inject"
)

// quiet takes what the servers log of handlers that are meant to fail.
var quiet = log.New(io.Discard, "", 0)

const (
	banner   = "<aside>¦</aside>"
	page     = "<!DOCTYPE html><html><head><title>x</title></head><body><p>hello</p></body></html>"
	bannered = "<!DOCTYPE html><html><head><title>x</title></head><body>" + banner + "<p>hello</p></body></html>"
)

var inline = csp.Inline{Style: "'sha256-c3R5'", Script: "'sha256-c2Ny'"}

func snippet() inject.Snippet { return inject.Snippet{HTML: banner, Inline: inline} }

// protocols are the two whose servers differ in what they let one do.
var protocols = []string{"HTTP/1.1", "HTTP/2.0"}

// start runs app inside the injector, in a real server.
func start(t *testing.T, protocol string, o inject.Options, app http.HandlerFunc) (*httptest.Server, *http.Client) {
	t.Helper()
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		inject.New(w, r, o).Serve(app, r)
	}))
	s.Config.ErrorLog = quiet
	if protocol == "HTTP/2.0" {
		s.EnableHTTP2 = true
		s.StartTLS()
	} else {
		s.Start()
	}
	t.Cleanup(s.Close)
	client := s.Client()
	client.Transport.(*http.Transport).DisableCompression = true
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return s, client
}

type answer struct {
	*http.Response
	body string
	err  error // of reading the body
}

func ask(t *testing.T, s *httptest.Server, c *http.Client, method, path string, header ...string) answer {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, s.URL+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	resp, err := c.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	return answer{resp, string(body), err}
}

// each runs a test against app over both protocols.
func each(t *testing.T, o inject.Options, app http.HandlerFunc, check func(t *testing.T, s *httptest.Server, c *http.Client)) {
	t.Helper()
	for _, p := range protocols {
		t.Run(p, func(t *testing.T) {
			s, c := start(t, p, o, app)
			check(t, s, c)
		})
	}
}

func set(h http.Header, pairs ...string) {
	for i := 0; i < len(pairs); i += 2 {
		h.Set(pairs[i], pairs[i+1])
	}
}
