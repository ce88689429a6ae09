package inject_test

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"io"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"testing"

	"github.com/guise-go/guise/internal/inject"
)

func compressed(text string, wrap func(io.Writer) io.WriteCloser) []byte {
	var b bytes.Buffer
	w := wrap(&b)
	_, _ = io.WriteString(w, text)
	_ = w.Close()
	return b.Bytes()
}

func gzipped(text string) []byte {
	return compressed(text, func(w io.Writer) io.WriteCloser { return gzip.NewWriter(w) })
}

func zlibbed(text string) []byte {
	return compressed(text, func(w io.Writer) io.WriteCloser { return zlib.NewWriter(w) })
}

func deflated(text string) []byte {
	return compressed(text, func(w io.Writer) io.WriteCloser {
		f, _ := flate.NewWriter(w, 6)
		return f
	})
}

func TestP8_CompressedPages(t *testing.T) {
	for _, row := range []struct {
		name, encoding, typ string
		body                []byte
		want                string
	}{
		{"gzip", "gzip", "text/html", gzipped(page), bannered},
		{"gzip by its old name", "X-GZIP", "text/html", gzipped(page), bannered},
		{"two members", "gzip", "text/html", append(gzipped(page[:30]), gzipped(page[30:])...), bannered},
		{"deflate", "deflate", "text/html", zlibbed(page), bannered},
		{"deflate without zlib", "deflate", "text/html", deflated(page), bannered},
		{"both", "deflate, gzip", "text/html", gzipped(string(zlibbed(page))), bannered},
		{"identity", "identity", "text/html", []byte(page), bannered},
		{"no type", "gzip", "", gzipped(page), bannered},
		{"no type, text", "gzip", "", gzipped("hello"), "hello"},
		{"a fragment", "gzip", "text/html", gzipped("<p>x"), "<p>x"},
		{"empty", "gzip", "text/html", nil, ""},
	} {
		t.Run(row.name, func(t *testing.T) {
			for _, size := range []int{1, 7, 1 << 20} {
				each(t, inject.Options{Snippet: snippet}, func(w http.ResponseWriter, _ *http.Request) {
					set(w.Header(), "Content-Type", row.typ, "Content-Encoding", row.encoding)
					if row.typ == "" {
						w.Header().Del("Content-Type")
					}
					_, _ = w.Write(nil)
					for rest := row.body; len(rest) > 0; {
						n := min(size, len(rest))
						if _, err := w.Write(rest[:n]); err != nil {
							t.Error(err)
						}
						rest = rest[n:]
					}
				}, func(t *testing.T, s *httptest.Server, c *http.Client) {
					a := ask(t, s, c, "GET", "/")
					if a.body != row.want || a.err != nil {
						t.Errorf("%q, %v", a.body, a.err)
					}
					if a.Header.Get("Content-Encoding") != "" && row.encoding != "identity" {
						t.Errorf("sent as %q", a.Header.Get("Content-Encoding"))
					}
					if a.Header.Get("Vary") != "Accept-Encoding" && row.encoding != "identity" {
						t.Errorf("Vary is %q", a.Header.Get("Vary"))
					}
				})
			}
		})
	}
}

func TestCompressedFilesAreLeftAlone(t *testing.T) {
	body := gzipped(page)
	each(t, inject.Options{Snippet: snippet}, func(w http.ResponseWriter, _ *http.Request) {
		set(w.Header(), "Content-Type", "text/css", "Content-Encoding", "gzip")
		_, _ = w.Write(body)
	}, func(t *testing.T, s *httptest.Server, c *http.Client) {
		a := ask(t, s, c, "GET", "/")
		if a.body != string(body) || a.Header.Get("Content-Encoding") != "gzip" || a.ContentLength != int64(len(body)) {
			t.Errorf("%d bytes as %q", len(a.body), a.Header.Get("Content-Encoding"))
		}
	})
}

// What the application flushed is out, although it is compressed.
func TestP8_CompressedStream(t *testing.T) {
	step := make(chan struct{})
	each(t, inject.Options{Snippet: snippet}, func(w http.ResponseWriter, _ *http.Request) {
		set(w.Header(), "Content-Type", "text/html", "Content-Encoding", "gzip")
		z := gzip.NewWriter(w)
		for _, part := range []string{"<!DOCTYPE html><body>", "one"} {
			_, _ = io.WriteString(z, part)
			_ = z.Flush()
			_ = http.NewResponseController(w).Flush()
			<-step
		}
		_ = z.Close()
	}, func(t *testing.T, s *httptest.Server, c *http.Client) {
		r, _ := http.NewRequestWithContext(t.Context(), "GET", s.URL, nil)
		resp, err := c.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		for _, want := range []string{"<!DOCTYPE html><body>" + banner, "one"} {
			got := make([]byte, len(want))
			if _, err := io.ReadFull(resp.Body, got); err != nil || string(got) != want {
				t.Fatalf("%q, %v", got, err)
			}
			step <- struct{}{}
		}
	})
}

// A handler that panics half way leaves no coroutine behind.
func TestDecodingIsStopped(t *testing.T) {
	before := runtime.NumGoroutine()
	for range 20 {
		w := &countingWriter{header: http.Header{"Content-Type": {"text/html"}, "Content-Encoding": {"gzip"}}}
		r := httptest.NewRequest("GET", "/", nil)
		func() {
			defer func() { _ = recover() }()
			inject.New(w, r, inject.Options{Snippet: snippet}).Serve(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				_, _ = w.Write(gzipped(page)[:20])
				panic("half way")
			}), r)
		}()
	}
	eventually(t, "stopped", func() bool { return runtime.NumGoroutine() < before+10 })
}

// A page that expands a thousandfold takes no more memory than any.
func TestCompressionBomb(t *testing.T) {
	var bomb bytes.Buffer
	z, _ := gzip.NewWriterLevel(&bomb, gzip.BestCompression)
	_, _ = io.WriteString(z, page)
	zeros := make([]byte, 1<<20)
	const size = 16
	for range size {
		_, _ = z.Write(zeros)
	}
	_ = z.Close()

	w := &countingWriter{header: http.Header{"Content-Type": {"text/html"}, "Content-Encoding": {"gzip"}}}
	r := httptest.NewRequest("GET", "/", nil)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	inject.New(w, r, inject.Options{Snippet: snippet}).Serve(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if _, err := w.Write(bomb.Bytes()); err != nil {
			t.Error(err)
		}
	}), r)
	runtime.ReadMemStats(&after)
	if want := int64(size<<20 + len(bannered)); w.n != want {
		t.Errorf("%d bytes came out, want %d", w.n, want)
	}
	if used := after.TotalAlloc - before.TotalAlloc; used > 1<<20 {
		t.Errorf("%d bytes were allocated", used)
	}
}

type countingWriter struct {
	header http.Header
	n      int64
}

func (w *countingWriter) Header() http.Header         { return w.header }
func (w *countingWriter) WriteHeader(int)             {}
func (w *countingWriter) Write(p []byte) (int, error) { w.n += int64(len(p)); return len(p), nil }

func (w *countingWriter) WriteString(s string) (int, error) {
	w.n += int64(len(s))
	return len(s), nil
}

// A page that can't carry the banner is not shown.
func TestP8_UndecodableIsReplaced(t *testing.T) {
	o := inject.Options{Snippet: snippet, Undecodable: func(encoding string) string {
		return "<!doctype html><body>cannot read " + encoding
	}}
	app := func(w http.ResponseWriter, r *http.Request) {
		set(w.Header(), "Content-Encoding", r.URL.Query().Get("enc"), "Content-Type", r.URL.Query().Get("type"),
			"Content-Length", "20", "Content-Security-Policy", "style-src 'none'")
		if r.URL.Query().Get("type") == "" {
			w.Header().Del("Content-Type")
		}
		w.WriteHeader(http.StatusAccepted)
		if n, err := io.WriteString(w, "\x1bnot readable at all"); n != 20 || err != nil {
			t.Error(n, err)
		}
	}
	each(t, o, app, func(t *testing.T, s *httptest.Server, c *http.Client) {
		for _, enc := range []string{"br", "zstd", "br,%20gzip"} {
			a := ask(t, s, c, "GET", "/?type=text/html&enc="+enc)
			want := "<!doctype html><body>" + banner + "cannot read " + strings.ReplaceAll(enc, "%20", " ")
			if a.body != want || a.StatusCode != http.StatusAccepted || a.Header.Get("Content-Encoding") != "" {
				t.Errorf("%d %v %q", a.StatusCode, a.Header, a.body)
			}
			if a.Header.Get("Content-Type") != "text/html; charset=utf-8" || !strings.Contains(a.Header.Get("Content-Security-Policy"), inline.Style) {
				t.Errorf("%v", a.Header)
			}
		}
		if a := ask(t, s, c, "GET", "/?enc=br", "Sec-Fetch-Dest", "document"); !strings.Contains(a.body, banner) {
			t.Errorf("without a type, navigated to: %q", a.body)
		}
		for _, query := range []string{"/?enc=br", "/?enc=br&type=text/css"} {
			if a := ask(t, s, c, "GET", query); !strings.HasPrefix(a.body, "\x1b") || a.Header.Get("Content-Encoding") != "br" {
				t.Errorf("%s, no page: %v %q", query, a.Header, a.body)
			}
		}
	})
	s, c := start(t, protocols[0], inject.Options{Snippet: snippet}, app)
	if a := ask(t, s, c, "GET", "/?enc=br&type=text/html"); !strings.Contains(a.body, "<body>"+banner) || strings.Contains(a.body, "\x1b") {
		t.Errorf("without a page of the caller's: %q", a.body)
	}
}
