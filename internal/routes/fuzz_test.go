package routes

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// A prohibition with an exclusion's pattern matches all that the exclusion
// does; neither panics, and neither changes the request.
func FuzzExactImpliesWide(f *testing.F) {
	for _, s := range seeds {
		f.Add(s.pattern, s.method, s.host, s.path, s.raw)
	}
	f.Fuzz(func(t *testing.T, pattern, method, host, path, raw string) {
		set, errs := Parse("Field", []string{pattern})
		if (set == nil) == (len(errs) == 0) {
			t.Fatalf("Parse(%q) = %v, %v", pattern, set, errs)
		}
		u := url.URL{Path: path, RawPath: raw}
		r := &http.Request{Method: method, Host: host, URL: &u}
		exact, safe, wide := set.MatchExact(r), set.MatchSafe(r), set.MatchWide(r)
		if safe && !exact {
			t.Errorf("pattern %q, %s %q: safe without exact", pattern, method, path)
		}
		if exact && !wide {
			t.Errorf("pattern %q, %s %q: exact without wide", pattern, method, path)
		}
		if u != (url.URL{Path: path, RawPath: raw}) || r.Method != method || r.Host != host {
			t.Error("the request was changed")
		}
	})
}

// Patterns mean what net/http says: whatever MatchExact matches, a ServeMux
// routes to the pattern itself (the marker handler is compared, since the
// pattern that Handler returns is that of redirects too); and whatever it routes
// there is matched, unless the address can be read in another way.
func FuzzExactIsServeMux(f *testing.F) {
	for _, s := range seeds {
		f.Add(s.pattern, s.method, s.host, s.path, s.raw)
	}
	f.Fuzz(func(t *testing.T, pattern, method, host, path, raw string) {
		set, errs := Parse("Field", []string{pattern})
		if len(errs) > 0 {
			return
		}
		marker := &mark{}
		mux := http.NewServeMux()
		mux.Handle(pattern, marker)
		r := &http.Request{Method: method, Host: host, URL: &url.URL{Path: path, RawPath: raw}}
		h, _ := mux.Handler(r)
		routed, exact := h == http.Handler(marker), set.MatchExact(r)
		if exact && !routed {
			t.Errorf("pattern %q matches %s %q %q %q, and ServeMux does not", pattern, method, host, path, raw)
		}
		connect := method == http.MethodConnect && !strings.HasPrefix(pattern, "CONNECT")
		if routed && !exact && !connect && unambiguous(r.URL) {
			t.Errorf("ServeMux routes %s %q %q %q to %q, and it does not match", method, host, path, raw, pattern)
		}
		if routed && !set.MatchWide(r) {
			t.Errorf("ServeMux routes %s %q %q %q to %q, and a prohibition misses it", method, host, path, raw, pattern)
		}
	})
}

type mark struct{ _ int }

func (*mark) ServeHTTP(http.ResponseWriter, *http.Request) {}

// However an address is disguised, in whatever order, the prohibition finds it.
func FuzzWideSeesThroughDisguises(f *testing.F) {
	f.Add([]byte{0})
	f.Add([]byte{1, 2, 3, 4, 5, 6})
	f.Add([]byte{6, 6, 3, 3, 2, 1})
	f.Fuzz(func(t *testing.T, steps []byte) {
		set := parsed(t, "/Account/{id}/password")
		path, encodings := "/account/7/password", 0
		for i, step := range steps[:min(len(steps), 12)] {
			at := i * 7 % (len(path) + 1)
			switch step % 7 {
			case 0:
				path = strings.ToUpper(path)
			case 1:
				path += "/"
			case 2:
				path = "/x/.." + path
			case 3:
				path = strings.Replace(path, "/", "//", 1)
			case 4:
				path += ";v=1"
			case 5:
				path = strings.Replace(path, "/", "/./", 1+at%2)
			case 6:
				if encodings++; encodings <= 2 { // the parser undoes one more
					path = "/" + strings.ReplaceAll(url.PathEscape(path[1:]), ".", "%2e")
				}
			}
		}
		u, err := url.ParseRequestURI(path)
		if err != nil {
			t.Fatalf("%q: %v", path, err)
		}
		r := &http.Request{Method: "GET", URL: u}
		if !set.MatchWide(r) {
			t.Errorf("%q (steps %v) gets past the prohibition", path, steps)
		}
	})
}
