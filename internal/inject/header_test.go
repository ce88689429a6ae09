package inject_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httptrace"
	"net/textproto"
	"strings"
	"testing"

	"github.com/guise-go/guise/internal/inject"
)

// Every kind of response is kept out of caches, also one that nobody wrote.
func TestCaching_EveryResponse(t *testing.T) {
	for name, app := range map[string]http.HandlerFunc{
		"nothing written": func(w http.ResponseWriter, _ *http.Request) { set(w.Header(), "ETag", "x") },
		"only a status":   func(w http.ResponseWriter, _ *http.Request) { set(w.Header(), "ETag", "x"); w.WriteHeader(404) },
		"no content":      func(w http.ResponseWriter, _ *http.Request) { set(w.Header(), "ETag", "x"); w.WriteHeader(204) },
		"not modified":    func(w http.ResponseWriter, _ *http.Request) { set(w.Header(), "ETag", "x"); w.WriteHeader(304) },
		"redirect": func(w http.ResponseWriter, r *http.Request) {
			set(w.Header(), "ETag", "x")
			http.Redirect(w, r, "/x", http.StatusMovedPermanently)
		},
		"only flushed": func(w http.ResponseWriter, _ *http.Request) { set(w.Header(), "ETag", "x"); w.(http.Flusher).Flush() },
		"early, then text": func(w http.ResponseWriter, _ *http.Request) {
			set(w.Header(), "ETag", "x", "Cache-Control", "public")
			_, _ = io.WriteString(w, "x")
		},
	} {
		t.Run(name, func(t *testing.T) {
			o := inject.Options{Snippet: snippet, Header: func(h http.Header) { h.Set("X-Last", h.Get("Cache-Control")) }}
			each(t, o, app, func(t *testing.T, s *httptest.Server, c *http.Client) {
				a := ask(t, s, c, "GET", "/")
				if a.Header.Get("Cache-Control") != "private, no-store" || a.Header.Get("ETag") != "" {
					t.Errorf("status %d, cacheable: %v", a.StatusCode, a.Header)
				}
				if a.Header.Get("X-Last") != "private, no-store" {
					t.Errorf("status %d: Options.Header had no last word", a.StatusCode)
				}
			})
		})
	}
}

// HEAD tells what GET would, as far as net/http does.
func TestHead(t *testing.T) {
	app := func(w http.ResponseWriter, r *http.Request) {
		set(w.Header(), "Content-Type", "text/html", "Content-Length", fmt.Sprint(len(page)), "Content-Security-Policy", "script-src 'self'")
		if r.URL.Path == "/written" || r.Method == "GET" {
			_, _ = io.WriteString(w, page)
		}
	}
	each(t, inject.Options{Snippet: snippet}, app, func(t *testing.T, s *httptest.Server, c *http.Client) {
		get := ask(t, s, c, "GET", "/")
		for _, path := range []string{"/", "/written"} {
			head := ask(t, s, c, "HEAD", path)
			if head.body != "" || head.err != nil {
				t.Errorf("body %q, %v", head.body, head.err)
			}
			if n := head.Header.Get("Content-Length"); n == fmt.Sprint(len(page)) {
				t.Errorf("%s promises the length without the banner", path)
			}
			for _, name := range []string{"Content-Type", "Content-Security-Policy", "Cache-Control"} {
				if head.Header.Get(name) != get.Header.Get(name) {
					t.Errorf("%s: %q for HEAD, %q for GET", name, head.Header.Get(name), get.Header.Get(name))
				}
			}
		}
	})
}

func TestInformationalResponsesPass(t *testing.T) {
	each(t, inject.Options{Snippet: snippet}, func(w http.ResponseWriter, _ *http.Request) {
		set(w.Header(), "Link", "</a.css>; rel=preload", "ETag", "x")
		w.WriteHeader(http.StatusEarlyHints)
		set(w.Header(), "Content-Type", "text/html")
		_, _ = io.WriteString(w, page)
	}, func(t *testing.T, s *httptest.Server, c *http.Client) {
		var early http.Header
		ctx := httptrace.WithClientTrace(t.Context(), &httptrace.ClientTrace{
			Got1xxResponse: func(code int, h textproto.MIMEHeader) error {
				if code == http.StatusEarlyHints {
					early = http.Header(h)
				}
				return nil
			},
		})
		r, _ := http.NewRequestWithContext(ctx, "GET", s.URL, nil)
		resp, err := c.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		body, _ := io.ReadAll(resp.Body)
		if early.Get("Link") == "" || early.Get("Cache-Control") != "" {
			t.Errorf("early hints were %v", early)
		}
		if resp.StatusCode != 200 || string(body) != bannered {
			t.Errorf("%d %s", resp.StatusCode, body)
		}
	})
}

func TestP8_PolicyHeadersAreAmended(t *testing.T) {
	app := func(w http.ResponseWriter, r *http.Request) {
		set(w.Header(), "Content-Type", r.URL.Query().Get("type"), "Content-Security-Policy-Report-Only", "script-src a")
		w.Header().Add("Content-Security-Policy", "default-src 'none'")
		w.Header().Add("Content-Security-Policy", "script-src 'self'; form-action 'none'")
		_, _ = io.WriteString(w, page)
	}
	each(t, inject.Options{Snippet: snippet}, app, func(t *testing.T, s *httptest.Server, c *http.Client) {
		h := ask(t, s, c, "GET", "/?type=text/html").Header
		for i, want := range []string{
			"default-src 'none'; script-src-elem 'sha256-c2Ny'; style-src-elem 'sha256-c3R5'",
			"script-src 'self'; form-action 'none'; script-src-elem 'self' 'sha256-c2Ny'",
		} {
			if got := h.Values("Content-Security-Policy")[i]; got != want {
				t.Errorf("policy %d is %q, want %q", i, got, want)
			}
		}
		if got := h.Get("Content-Security-Policy-Report-Only"); got != "script-src a; script-src-elem a 'sha256-c2Ny'" {
			t.Errorf("the reporting policy is %q", got)
		}
		h = ask(t, s, c, "GET", "/?type=text/plain").Header
		if got := h.Get("Content-Security-Policy"); got != "default-src 'none'" {
			t.Errorf("what is no page has the policy %q", got)
		}
	})
}

// What the application wrote about its own bytes is not true of the page.
func TestHeadersAboutTheBodyGo(t *testing.T) {
	each(t, inject.Options{Snippet: snippet}, func(w http.ResponseWriter, _ *http.Request) {
		set(w.Header(), "Content-Type", "text/html", "Digest", "x", "Content-MD5", "x", "Repr-Digest", "x", "X-Own", "y")
		w.Header()["content-length"] = []string{fmt.Sprint(len(page))}
		_, _ = io.WriteString(w, page)
	}, func(t *testing.T, s *httptest.Server, c *http.Client) {
		a := ask(t, s, c, "GET", "/")
		if a.body != bannered || a.err != nil {
			t.Errorf("%q, %v", a.body, a.err)
		}
		for _, name := range []string{"Digest", "Content-MD5", "Repr-Digest"} {
			if a.Header.Get(name) != "" {
				t.Errorf("%s is still there", name)
			}
		}
		if a.Header.Get("X-Own") != "y" {
			t.Error("a header of the application's own is gone")
		}
	})
}

// The type is sniffed as net/http does it: of the first 512 bytes, in however
// many writes they come, with the header as it was at WriteHeader.
func TestSniffing(t *testing.T) {
	for _, row := range []struct {
		name string
		app  http.HandlerFunc
		typ  string
		body string
	}{
		{"in small pieces", func(w http.ResponseWriter, _ *http.Request) {
			for i := range page {
				_, _ = io.WriteString(w, page[i:i+1])
			}
		}, "text/html; charset=utf-8", bannered},
		{"a late header does not count", func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusTeapot)
			set(w.Header(), "Content-Type", "text/plain", "X-Late", "x")
			_, _ = io.WriteString(w, page)
		}, "text/html; charset=utf-8", bannered},
		{"long white space first", func(w http.ResponseWriter, _ *http.Request) {
			_, _ = io.WriteString(w, strings.Repeat(" ", 600)+page)
		}, "text/plain; charset=utf-8", strings.Repeat(" ", 600) + page},
		{"flushed before it is clear", func(w http.ResponseWriter, _ *http.Request) {
			_, _ = io.WriteString(w, "<!DOC")
			w.(http.Flusher).Flush()
			_, _ = io.WriteString(w, page[5:])
		}, "text/plain; charset=utf-8", page},
		{"flushed before the first byte", func(w http.ResponseWriter, _ *http.Request) {
			set(w.Header(), "Content-Length", fmt.Sprint(len(page)), "Content-Security-Policy", "style-src 'none'")
			w.(http.Flusher).Flush()
			_, _ = io.WriteString(w, page)
		}, "", bannered},
		{"type suppressed", func(w http.ResponseWriter, _ *http.Request) {
			w.Header()["Content-Type"] = nil
			_, _ = io.WriteString(w, page)
		}, "", bannered},
		{"larger than what is looked at", func(w http.ResponseWriter, _ *http.Request) {
			_, _ = io.WriteString(w, page[:50])
			_, _ = io.WriteString(w, page[50:]+strings.Repeat("x", 1000))
		}, "text/html; charset=utf-8", bannered + strings.Repeat("x", 1000)},
	} {
		t.Run(row.name, func(t *testing.T) {
			each(t, inject.Options{Snippet: snippet}, row.app, func(t *testing.T, s *httptest.Server, c *http.Client) {
				a := ask(t, s, c, "GET", "/")
				if a.body != row.body || a.Header.Get("Content-Type") != row.typ {
					t.Errorf("%q %q", a.Header.Get("Content-Type"), a.body)
				}
				if policy := a.Header.Get("Content-Security-Policy"); policy != "" && !strings.Contains(policy, inline.Style) {
					t.Errorf("the policy is %q", policy)
				}
				if a.Header.Get("X-Late") != "" {
					t.Error("a header that came after WriteHeader was sent")
				}
			})
		})
	}
}
