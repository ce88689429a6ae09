package redirect

import (
	"math/rand/v2"
	"net/url"
	"strings"
	"testing"

	"github.com/guise-go/guise/internal/percent"
)

// browserHost is the host that a browser goes to when it follows a Location on
// https://app.example/x/y, or "" where it leaves http(s) altogether. It does what
// the WHATWG URL standard says for special schemes, as far as it decides on the
// host: trim, strip, scheme, slashes, authority.
func browserHost(location string) string {
	s := strings.TrimFunc(location, func(r rune) bool { return r <= ' ' })
	s = strings.NewReplacer("\t", "", "\n", "", "\r", "").Replace(s)
	if scheme, rest, ok := strings.Cut(s, ":"); ok && isScheme(scheme) {
		switch scheme = strings.ToLower(scheme); {
		case scheme == "https" && !hasSlashes(rest, 2):
			s = rest // relative to the base, which has this scheme
		case scheme == "http" || scheme == "https":
			s = "//" + strings.TrimLeft(rest, `/\`)
		default:
			return ""
		}
	}
	if !hasSlashes(s, 2) {
		return "app.example"
	}
	s = strings.TrimLeft(s, `/\`)
	if end := strings.IndexAny(s, `/\?#`); end >= 0 {
		s = s[:end]
	}
	s = s[strings.LastIndexByte(s, '@')+1:]
	host, _, _ := strings.Cut(s, ":")
	return strings.ToLower(host)
}

func isScheme(s string) bool {
	for i, c := range s {
		letter := 'a' <= c|0x20 && c|0x20 <= 'z'
		if !letter && (i == 0 || !strings.ContainsRune("0123456789+-.", c)) {
			return false
		}
	}
	return s != ""
}

func hasSlashes(s string, n int) bool {
	return len(s)-len(strings.TrimLeft(s, `/\`)) >= n
}

// The judge is judged first.
func TestBrowserHost(t *testing.T) {
	for location, want := range map[string]string{
		"/x": "app.example", "x": "app.example", "": "app.example", "?//evil": "app.example", "/x//evil": "app.example",
		"//evil.example": "evil.example", `/\evil.example`: "evil.example", "/\t/evil.example/x": "evil.example",
		" //evil.example": "evil.example", "////evil.example": "evil.example", "https:evil.example": "app.example",
		"http:evil.example": "evil.example", "https:/\\evil.example": "evil.example", "//app.example@evil.example:443": "evil.example",
		"java\nscript:alert(1)": "", "data:,x": "", "1:x": "app.example",
	} {
		if got := browserHost(location); got != want {
			t.Errorf("browserHost(%q) = %q, want %q", location, got, want)
		}
	}
}

// checkLocation is the property: what is followed stays on the application's
// host, by RFC 3986 and in a browser, with its dot segments resolved, after one
// more decoding, and without its first segment (http.StripPrefix); it fits into
// a header; and it is safe still.
func checkLocation(t *testing.T, raw string) {
	t.Helper()
	location, ok := Safe(raw)
	if !ok {
		if location != "" {
			t.Errorf("Safe(%q) refuses and returns %q", raw, location)
		}
		return
	}
	if again, ok := Safe(location); !ok || again != location {
		t.Errorf("Safe(%q) = %q, and Safe of that is %q, %v", raw, location, again, ok)
	}
	for _, c := range []byte(location) {
		if c <= ' ' || c > '~' || strings.IndexByte("\\\"<>'", c) >= 0 {
			t.Errorf("Safe(%q) = %q has %q in it", raw, location, c)
		}
	}
	base := &url.URL{Scheme: "https", Host: "app.example", Path: "/x/y"}
	ref, err := url.Parse(location)
	if err != nil {
		t.Errorf("Safe(%q) = %q: %v", raw, location, err)
		return
	}
	resolved := base.ResolveReference(ref)
	if resolved.Host != "app.example" || resolved.Scheme != "https" || resolved.User != nil {
		t.Errorf("Safe(%q) = %q goes to %q", raw, location, resolved)
	}
	for _, form := range []string{raw, location, resolved.EscapedPath(), resolved.Path, percent.Decode(resolved.Path), withoutFirst(resolved.Path)} {
		if host := browserHost(form); host != "app.example" {
			t.Errorf("Safe(%q) = %q goes to %q in a browser, in the form %q", raw, location, host, form)
		}
	}
}

func withoutFirst(path string) string {
	if i := strings.IndexByte(path[1:], '/'); i >= 0 {
		return path[1+i:]
	}
	return "/"
}

// Whatever is put together from the pieces that attacks are made of.
func TestSafe_StaysOnTheHost_Combinations(t *testing.T) {
	pieces := []string{"/", "/", "/", "//", `\`, ".", "..", "%2f", "%5c", "%2e", "%25", "%252f", "%", "%09", "\t", "\n", " ", "@", ":", "?", "#", ";",
		"https:", "evil.example", "app.example", "x", "é", "／", "\x00", "%00", "[", "]", "'", "\u2028", "\xff"}
	random := rand.New(rand.NewPCG(1, 2))
	followed := 0
	for range 50_000 {
		var b strings.Builder
		if random.IntN(4) > 0 {
			b.WriteByte('/')
		}
		for range random.IntN(7) {
			b.WriteString(pieces[random.IntN(len(pieces))])
		}
		checkLocation(t, b.String())
		if _, ok := Safe(b.String()); ok {
			followed++
		}
	}
	if followed < 1000 {
		t.Errorf("only %d combinations were followed: the property says little", followed)
	}
}

func FuzzSafe(f *testing.F) {
	for _, name := range []string{"testdata/hostile.txt", "testdata/good.txt"} {
		for _, line := range lines(f, name) {
			f.Add(line[0])
		}
	}
	f.Fuzz(checkLocation)
}

func FuzzSameHost(f *testing.F) {
	for _, line := range lines(f, "testdata/hostile.txt") {
		f.Add("https://app.example" + line[0])
		f.Add(line[0])
	}
	f.Fuzz(func(t *testing.T, address string) {
		if location, ok := SameHost(address, "app.example"); ok {
			checkLocation(t, location)
			if got, ok := Safe(location); !ok || got != location {
				t.Errorf("SameHost(%q) = %q, which is not safe", address, location)
			}
		}
	})
}
