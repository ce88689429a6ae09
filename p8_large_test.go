package guise_test

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"runtime"
	"testing"

	"github.com/guise-go/guise"
)

// counting is a client that reads everything and keeps nothing but the
// beginning.
type counting struct {
	header http.Header
	n      int64
	first  []byte
}

func (c *counting) Header() http.Header { return c.header }
func (c *counting) WriteHeader(int)     {}
func (c *counting) Write(b []byte) (int, error) {
	if len(c.first) < 32<<10 {
		c.first = append(c.first, b[:min(len(b), 32<<10)]...)
	}
	c.n += int64(len(b))
	return len(b), nil
}

func TestP8_APageOf200MBInConstantMemory(t *testing.T) {
	const size = 200 << 20
	chunk := bytes.Repeat([]byte("<p>a line of a long page</p>\n"), 2000)
	for name, place := range map[string]guise.BannerPlace{"first": guise.BannerFirst, "last": guise.BannerLast} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, func(c *guise.Config) { c.BannerPlace = place })
			w.handler = w.manager.Middleware(http.HandlerFunc(func(rw http.ResponseWriter, _ *http.Request) {
				rw.Header().Set("Content-Type", "text/html")
				_, _ = io.WriteString(rw, "<!DOCTYPE html><html><head><title>t</title></head><body>")
				for sent := 0; sent < size; sent += len(chunk) {
					_, _ = rw.Write(chunk)
				}
				_, _ = io.WriteString(rw, "</body></html>")
			}))
			b := w.login("1")
			b.start("10")
			r := httptest.NewRequest("GET", "/long", nil)
			for cookie, value := range b.cookies {
				r.AddCookie(&http.Cookie{Name: cookie, Value: value})
			}
			client := &counting{header: http.Header{}}

			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			w.handler.ServeHTTP(client, r)
			runtime.ReadMemStats(&after)

			if used := after.TotalAlloc - before.TotalAlloc; used > 4<<20 {
				t.Errorf("%d bytes were allocated for a page of %d", used, client.n)
			}
			if client.n < size || place == guise.BannerFirst && !bytes.Contains(client.first, []byte("guise-banner")) {
				t.Errorf("%d bytes arrived, banner in the beginning: %v", client.n, bytes.Contains(client.first, []byte("guise-banner")))
			}
		})
	}
}
