package inject_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/guise-go/guise/internal/inject"
)

// BenchmarkWriter is a page of 100 KB, against the same without the injector.
func BenchmarkWriter(b *testing.B) {
	long := strings.Replace(page, "<p>", strings.Repeat("<p class='a'>some text</p>\n", 4000)+"<p>", 1)
	app := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = io.WriteString(w, long)
	})
	r := httptest.NewRequest("GET", "/", nil)
	for _, row := range []struct {
		name  string
		serve func(http.ResponseWriter)
	}{
		{"plain", func(w http.ResponseWriter) { app.ServeHTTP(w, r) }},
		{"after-body-start", func(w http.ResponseWriter) {
			inject.New(w, r, inject.Options{Snippet: snippet}).Serve(app, r)
		}},
		{"before-body-end", func(w http.ResponseWriter) {
			inject.New(w, r, inject.Options{Snippet: snippet, Place: inject.BeforeBodyEnd}).Serve(app, r)
		}},
	} {
		b.Run(row.name, func(b *testing.B) {
			b.SetBytes(int64(len(long)))
			b.ReportAllocs()
			sink := &countingWriter{header: http.Header{}}
			for b.Loop() {
				clear(sink.header)
				row.serve(sink)
			}
		})
	}
}
