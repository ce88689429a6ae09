package inject_test

import (
	"bufio"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/guise-go/guise/internal/inject"
)

func TestP8_WhatGetsTheBanner(t *testing.T) {
	for _, row := range []struct {
		name, header string // lines "Name: value"
		status       int
		body         string
		dest         string // Sec-Fetch-Dest
		want         bool
	}{
		{name: "a page", header: "Content-Type: text/html; charset=utf-8", body: page, want: true},
		{name: "a page, sniffed", body: page, want: true},
		{name: "an error page", header: "Content-Type: text/html", status: 500, body: page, want: true},
		{name: "a page that is not found", header: "Content-Type: text/html", status: 404, body: page, want: true},
		{name: "type in capitals", header: "Content-Type: TEXT/HTML;x", body: page, want: true},
		{name: "type given twice", header: "Content-Type: text/html, text/html", body: page, want: true},
		{name: "XHTML", header: "Content-Type: application/xhtml+xml", body: page, want: true},
		{name: "unknown to browsers", header: "Content-Type: unknown/unknown", body: page, want: true},
		{name: "nonsense", header: "Content-Type: html", body: page, want: true},
		{name: "inline", header: "Content-Type: text/html\nContent-Disposition: inline; filename=a.html", body: page, want: true},
		{name: "a download", header: "Content-Type: text/html\nContent-Disposition: Attachment; filename=a.html", body: page},
		{name: "JSON", header: "Content-Type: application/json", body: page},
		{name: "plain text", header: "Content-Type: text/plain", body: page},
		{name: "plain text, sniffed", body: "hello <body> all"},
		{name: "UTF-16", header: "Content-Type: text/html; charset=\"UTF-16le\"", body: page},
		{name: "a part of a page", header: "Content-Type: text/html\nContent-Range: bytes 0-9/99", status: 206, body: page},
		{name: "a redirect", header: "Content-Type: text/html\nLocation: /x", status: 303, body: page},
		{name: "300 without an address", header: "Content-Type: text/html", status: 300, body: page, want: true},
		{name: "a fragment", header: "Content-Type: text/html", body: "<p>hello</p>"},
		{name: "a fragment that is navigated to", header: "Content-Type: text/html", body: "<p>hello</p>", dest: "document", want: true},
		{name: "in a frame", header: "Content-Type: text/html", body: "<p>hello</p>", dest: "iframe", want: true},
		{name: "a fragment with a title, fetched", header: "Content-Type: text/html", body: "<title>x</title><p>", dest: "empty"},
		{name: "a page, fetched", header: "Content-Type: text/html", body: page, dest: "empty", want: true},
		{name: "an empty page", header: "Content-Type: text/html", dest: "document"},
	} {
		t.Run(row.name, func(t *testing.T) {
			asked := 0
			o := inject.Options{Snippet: func() inject.Snippet { asked++; return snippet() }}
			each(t, o, func(w http.ResponseWriter, _ *http.Request) {
				for line := range strings.Lines(row.header) {
					name, value, _ := strings.Cut(strings.TrimSpace(line), ": ")
					w.Header().Set(name, value)
				}
				if row.status != 0 {
					w.WriteHeader(row.status)
				}
				_, _ = io.WriteString(w, row.body)
			}, func(t *testing.T, s *httptest.Server, c *http.Client) {
				asked = 0
				a := ask(t, s, c, "GET", "/", "Sec-Fetch-Dest", row.dest)
				if got := strings.Contains(a.body, banner); got != row.want {
					t.Errorf("banner: %v, want %v, in %q", got, row.want, a.body)
				}
				if strings.Replace(a.body, banner, "", 1) != row.body {
					t.Errorf("the body is %q", a.body)
				}
				if (asked == 1) != row.want || asked > 1 {
					t.Errorf("the snippet was asked for %d times", asked)
				}
				if want := max(row.status, 200); row.status != 0 && a.StatusCode != want {
					t.Errorf("status %d, want %d", a.StatusCode, want)
				}
				if cc := a.Header.Values("Cache-Control"); len(cc) != 1 || cc[0] != "private, no-store" {
					t.Errorf("Cache-Control is %q", cc)
				}
			})
		})
	}
}

func TestNoSnippetLeavesPagesAlone(t *testing.T) {
	each(t, inject.Options{}, func(w http.ResponseWriter, _ *http.Request) {
		set(w.Header(), "Content-Type", "text/html", "Content-Length", fmt.Sprint(len(page)), "ETag", `"x"`)
		_, _ = io.WriteString(w, page)
	}, func(t *testing.T, s *httptest.Server, c *http.Client) {
		a := ask(t, s, c, "GET", "/")
		if a.body != page || a.ContentLength != int64(len(page)) {
			t.Errorf("%d bytes, %q", a.ContentLength, a.body)
		}
		if a.Header.Get("Cache-Control") != "private, no-store" || a.Header.Get("ETag") != "" {
			t.Errorf("cacheable: %v", a.Header)
		}
	})
}

// net/http breaks the connection when a response is shorter than it said; with
// the length gone that must still be so.
func TestIncompletePageIsNotServedAsWhole(t *testing.T) {
	for name, app := range map[string]http.HandlerFunc{
		"shorter than declared": func(w http.ResponseWriter, _ *http.Request) {
			set(w.Header(), "Content-Type", "text/html", "Content-Length", "5000")
			_, _ = io.WriteString(w, page)
		},
		"panic after half a page": func(w http.ResponseWriter, _ *http.Request) {
			set(w.Header(), "Content-Type", "text/html")
			_, _ = io.WriteString(w, page[:70])
			_ = http.NewResponseController(w).Flush()
			panic("half way")
		},
		"truncated gzip": func(w http.ResponseWriter, _ *http.Request) {
			set(w.Header(), "Content-Type", "text/html", "Content-Encoding", "gzip")
			z := gzipped(page)
			_, _ = w.Write(z[:len(z)-6])
		},
		"damaged gzip": func(w http.ResponseWriter, _ *http.Request) {
			set(w.Header(), "Content-Type", "text/html", "Content-Encoding", "gzip")
			z := gzipped(page)
			z[len(z)-7] ^= 1
			_, _ = w.Write(z)
		},
	} {
		t.Run(name, func(t *testing.T) {
			for _, p := range protocols {
				s, c := start(t, p, inject.Options{Snippet: snippet}, app)
				r, _ := http.NewRequestWithContext(t.Context(), "GET", s.URL, nil)
				resp, err := c.Do(r)
				if err != nil {
					continue // broken before the header was out
				}
				body, err := io.ReadAll(resp.Body)
				resp.Body.Close()
				if err == nil {
					t.Errorf("%s: the client takes this for all of it: %q", p, body)
				}
			}
		})
	}
}

func TestLongerThanDeclared(t *testing.T) {
	each(t, inject.Options{Snippet: snippet}, func(w http.ResponseWriter, _ *http.Request) {
		set(w.Header(), "Content-Type", "text/html", "Content-Length", fmt.Sprint(len(page)))
		if _, err := io.WriteString(w, page); err != nil {
			t.Error(err)
		}
		if _, err := io.WriteString(w, "more"); err != http.ErrContentLength {
			t.Errorf("writing more: %v", err)
		}
	}, func(t *testing.T, s *httptest.Server, c *http.Client) {
		if a := ask(t, s, c, "GET", "/"); a.err == nil && a.body != bannered {
			t.Errorf("%q", a.body)
		}
	})
}

func TestTrailers(t *testing.T) {
	for _, typ := range []string{"text/html", "text/plain", ""} {
		each(t, inject.Options{Snippet: snippet}, func(w http.ResponseWriter, _ *http.Request) {
			h := w.Header()
			if typ != "" {
				h.Set("Content-Type", typ)
			}
			h.Set("Trailer", "X-Sum")
			_, _ = io.WriteString(w, page)
			h.Set("X-Sum", "1") // by the map from before, as many do
			w.Header().Set(http.TrailerPrefix+"X-Late", "2")
		}, func(t *testing.T, s *httptest.Server, c *http.Client) {
			a := ask(t, s, c, "GET", "/")
			if a.Trailer.Get("X-Sum") != "1" || a.Trailer.Get("X-Late") != "2" {
				t.Errorf("type %q: trailers are %v", typ, a.Trailer)
			}
		})
	}
}

// A client sees what was flushed while the handler goes on.
func TestStreaming(t *testing.T) {
	for _, place := range []inject.Place{inject.AfterBodyStart, inject.BeforeBodyEnd} {
		step := make(chan struct{})
		each(t, inject.Options{Snippet: snippet, Place: place}, func(w http.ResponseWriter, _ *http.Request) {
			set(w.Header(), "Content-Type", "text/html")
			rc := http.NewResponseController(w)
			for _, part := range []string{"<!DOCTYPE html><html><body>", "one|", "two|"} {
				_, _ = io.WriteString(w, part)
				if err := rc.Flush(); err != nil {
					t.Error(err)
				}
				<-step
			}
			_, _ = io.WriteString(w, "</body>")
		}, func(t *testing.T, s *httptest.Server, c *http.Client) {
			r, _ := http.NewRequestWithContext(t.Context(), "GET", s.URL, nil)
			resp, err := c.Do(r)
			if err != nil {
				t.Fatal(err)
			}
			defer resp.Body.Close()
			in := bufio.NewReader(resp.Body)
			got := ""
			for _, until := range []byte{'>', '|', '|'} {
				part, err := in.ReadString(until)
				if err != nil {
					t.Fatal(err)
				}
				for until == '>' && !strings.HasSuffix(got+part, "<body>") {
					got += part
					part, _ = in.ReadString(until)
				}
				got += part
				step <- struct{}{}
			}
			rest, _ := io.ReadAll(in)
			want := "<!DOCTYPE html><html><body>" + banner + "one|two|</body>"
			if place == inject.BeforeBodyEnd {
				want = "<!DOCTYPE html><html><body>one|two|" + banner + "</body>"
			}
			if got+string(rest) != want {
				t.Errorf("%q", got+string(rest))
			}
		})
	}
}

func TestFilesOfAnApplication(t *testing.T) {
	dir := t.TempDir()
	big := strings.Repeat("0123456789abcdef", 1<<16)
	for name, text := range map[string]string{"a.html": page, "big.html": page + big, "a.bin": big, "empty.html": ""} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	files := http.FileServer(http.Dir(dir))
	each(t, inject.Options{Snippet: snippet}, files.ServeHTTP, func(t *testing.T, s *httptest.Server, c *http.Client) {
		for path, want := range map[string]string{"/a.html": bannered, "/big.html": bannered + big, "/a.bin": big, "/empty.html": ""} {
			if a := ask(t, s, c, "GET", path); a.body != want || a.err != nil {
				t.Errorf("%s: %d bytes, want %d, %v", path, len(a.body), len(want), a.err)
			}
		}
		if a := ask(t, s, c, "GET", "/a.bin", "Range", "bytes=2-5"); a.StatusCode != 206 || a.body != "2345" {
			t.Errorf("a range: %d %q", a.StatusCode, a.body)
		}
		if a := ask(t, s, c, "GET", "/a.bin"); a.ContentLength != int64(len(big)) || a.Header.Get("Accept-Ranges") != "" {
			t.Errorf("a download: %d, %v", a.ContentLength, a.Header)
		}
	})
}

// The status is for the log of what was done while impersonating.
func TestStatus(t *testing.T) {
	for _, row := range []struct {
		name string
		app  http.HandlerFunc
		want int
	}{
		{"nothing", func(http.ResponseWriter, *http.Request) {}, 0},
		{"written without saying", func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, page) }, 200},
		{"said", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(404); w.WriteHeader(500) }, 404},
		{"early hints first", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(103); w.WriteHeader(303) }, 303},
	} {
		r := httptest.NewRequest("GET", "/", nil)
		x := inject.New(httptest.NewRecorder(), r, inject.Options{Snippet: snippet})
		x.Serve(row.app, r)
		if got := x.Status(); got != row.want {
			t.Errorf("%s: %d, want %d", row.name, got, row.want)
		}
	}
}
