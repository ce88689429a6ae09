package guise_test

import (
	"testing"

	"github.com/guise-go/guise"
)

// A client that accepts gzip gets an asset compressed; one that doesn't say so
// does not.
func TestAssets_AreSentCompressedToWhoTakesThat(t *testing.T) {
	w := newWorld(t, func(c *guise.Config) {
		c.Console = func(guise.ConsoleOptions) (guise.Console, error) { return &plainConsole{}, nil }
	})
	for _, r := range []struct{ name, takes, also, coding, body string }{
		{"b.css", "gzip, deflate, br", "", "gzip", "packed"},
		{"b.css", "br;q=1.0, GZIP;q=0.5", "", "gzip", "packed"},
		{"b.css", "gzip ; q=1", "", "gzip", "packed"},
		{"b.css", "", "", "", "b{}"},
		{"b.css", "identity", "", "", "b{}"},
		{"b.css", "gzip;q=0", "", "", "b{}"},
		{"b.css", "gzip;q=0.000, *", "", "", "b{}"},
		{"b.css", "gzip;q=x", "", "", "b{}"},
		{"b.css", "xgzip, gzipped", "", "", "b{}"},
		{"b.css", "gzip", "Range: bytes=0-0", "", "b"},
		{"a.css", "gzip", "", "", "a{}"}, // which isn't there compressed
	} {
		headers := []string{"Accept-Encoding: " + r.takes}
		if r.also != "" {
			headers = append(headers, r.also)
		}
		for _, b := range []*browser{w.login("1"), w.login("2")} {
			if b.start("10"); b.cookies["guise"] == "" {
				t.Fatal("nobody acts as anyone")
			}
			got := b.do("GET", "/impersonate/assets/"+r.name, "", headers...)
			if got.Header().Get("Content-Encoding") != r.coding || got.Body.String() != r.body || got.Header().Get("Vary") != "Accept-Encoding" ||
				got.Header().Get("Content-Type") != "text/css; charset=utf-8" {
				t.Errorf("%s, taking %q: %q, %v", r.name, r.takes, got.Body, got.Header())
			}
			b.post("/impersonate/stop", "")
		}
	}
	b := w.login("1")
	if got := b.do("HEAD", "/impersonate/assets/b.css", "", "Accept-Encoding: gzip"); got.Code != 200 || got.Body.Len() > 0 || got.Header().Get("Content-Length") != "6" {
		t.Errorf("HEAD: %d, %q, %v", got.Code, got.Body, got.Header())
	}
	for _, name := range []string{"../b.css", "c.css", "./b.css", "b.css/"} {
		if got := b.do("GET", "/impersonate/assets/"+name, "", "Accept-Encoding: gzip"); got.Code == 200 || got.Header().Get("Content-Encoding") != "" {
			t.Errorf("%s: %d, %v", name, got.Code, got.Header())
		}
	}
}
