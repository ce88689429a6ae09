package routes

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
)

// request makes what a server would see of "METHOD address", where the address
// may have a host in front.
func request(t testing.TB, line string) *http.Request {
	t.Helper()
	method, address, ok := strings.Cut(line, " ")
	if !ok {
		t.Fatalf("row %q has no method", line)
	}
	host := "app.example"
	if i := strings.IndexByte(address, '/'); i > 0 {
		host, address = address[:i], address[i:]
	}
	u, err := url.ParseRequestURI(address)
	if err != nil {
		t.Fatalf("row %q: %v", line, err)
	}
	return &http.Request{Method: method, Host: host, URL: u, RequestURI: address}
}

func parsed(t testing.TB, patterns ...string) *Set {
	t.Helper()
	set, errs := Parse("Field", patterns)
	if len(errs) > 0 {
		t.Fatalf("Parse(%q): %v", patterns, errs)
	}
	return set
}

// Every row is one request: what an exclusion, a safe route or mode, and a
// prohibition make of it.
func TestExclusionsMatchNarrowly_ProhibitionsWidely(t *testing.T) {
	const (
		all     = "exact safe wide"
		notSafe = "exact wide"
		wide    = "wide"
		none    = ""
	)
	for _, row := range []struct{ pattern, request, want string }{
		// As it is.
		{"/admin/", "GET /admin/", all},
		{"/admin/", "GET /admin/a/b", all},
		{"/admin/", "HEAD /admin/a", all},
		{"/admin/", "GET /administrator", none},
		{"/admin/", "GET /x/admin/", none},
		{"/admin", "GET /admin", all},
		{"/admin", "GET /admin/a", none},
		{"/", "GET /", all},
		{"/", "GET /anything", all},
		{"/{$}", "GET /", all},
		{"/{$}", "GET /a", none},
		{"/u/{id}/password", "GET /u/7/password", all},
		{"/u/{id}/password", "GET /u/7/8/password", none},
		{"/u/{id}/password", "GET /u/password", none},
		{"/files/{rest...}", "GET /files/a/b", all},
		{"/wiki/", "GET /wiki/Go_(game)", all},
		{"/wiki/", "GET /wiki/a%20b", all},
		{"/a%20b", "GET /a%20b", all},
		{"/s/", "GET /s/100%25", all},
		{"/s/", "GET /s/a;b", all},
		{"/s/", "GET /s/a%09b", wide},
		{"/s/", "GET /s/a%7Fb", wide},

		// A method: safe ones, unless the pattern says otherwise.
		{"/admin/", "POST /admin/a", notSafe},
		{"/admin/", "PUT /admin/a", notSafe},
		{"/admin/", "OPTIONS /admin/a", notSafe},
		{"POST /admin/", "POST /admin/a", all},
		{"POST /admin/", "GET /admin/a", none},
		{"POST /admin/", "PUT /admin/a", none},
		{"POST /admin/", "post /admin/a", wide},
		{"GET /admin/", "HEAD /admin/a", all},
		{"GET /admin/", "head /admin/a", wide},
		{"GET /admin/", "POST /admin/a", none},

		// Trap: ServeMux says /admin/ of all these, and only redirects.
		{"/admin/", "GET /admin", wide},
		{"/admin/", "GET //admin/a", wide},
		{"/admin/", "GET /a/../admin/b", wide},
		{"/admin/", "GET /admin/./b", wide},
		{"/admin/", "GET /admin//b", wide},
		{"/admin", "GET /admin/", wide},
		{"/admin", "GET /admin//", wide},
		{"/admin/{$}", "GET /admin", wide},
		{"/admin/{$}", "GET /admin/b", none},

		// Trap: this matches /admin/, and RawPath alone tells.
		{"/admin/", "GET /admin/%2e%2e/notes", wide},
		{"/notes", "GET /admin/%2e%2e/notes", wide},
		{"/notes", "GET /admin/../notes", wide},
		{"/admin/", "GET /admin/%252e%252e/notes", wide},
		{"/notes", "GET /admin/%252e%252e/notes", wide},
		{"/notes", "GET /admin/x%2f%2e%2e%2f../notes", wide},

		// Trap: the raw form, where the decoded one has a segment more.
		{"/u/{id}/password", "POST /u/a%2Fb/password", wide},
		{"/u/{id}/password", "POST /u/a%252Fb/password", wide},
		{"/u/{id}/password", "POST /x/../u/%2e%2e/password", wide},
		{"/u/{id}/password", "POST //u/../password", wide},
		{"/a%2Fb", "GET /a%2Fb", wide},
		{"/a%2Fb", "GET /a%2fb", wide},

		// Dots that take an empty segment away, or don't; before decoding, or after.
		{"/u/{id}/password", "POST /u/x/..//password", wide},
		{"/x/u/{id}/password", "POST /x///%2e%2e/u/a%2Fb/password", wide},
		{"/u/{id}/password", "POST /u/a%2Fb/x/%3By/%2e%2e/password", wide},

		// Decoded, once and more.
		{"/password", "GET /%70assword", wide},
		{"/password", "GET /%2570assword", wide},
		{"/password", "GET /%252570assword", wide},
		{"/password", "GET /%25252570assword", wide},
		{"/password", "GET /x%2f..%2fpassword", wide},
		{"/password", "GET /%2Fpassword", wide},
		{"/password", "GET /password%2F", wide},
		{"/%70assword", "GET /password", all},

		// Another case, in the path or in the pattern.
		{"/password", "GET /Password", wide},
		{"/Password", "GET /password", wide},
		{"/Account/{Id}/Password", "GET /account/7/PASSWORD", wide},
		{"/stra%C3%9Fe", "GET /STRA%C3%9FE", wide},
		{"/K", "GET /%E2%84%AA", wide}, // KELVIN SIGN
		{"/s", "GET /%C5%BF", wide},    // LATIN SMALL LETTER LONG S

		// Backslashes, ;parameters, and all at once.
		{"/u/{id}/password", `POST /u\7\password`, wide},
		{"/u/{id}/password", `POST /u/7%5Cpassword`, wide},
		{"/u/{id}/password", `POST /u/7%255Cpassword`, wide},
		{"/u/{id}/password", `POST /u\a%2Fb\password`, wide},
		{"/files/", `GET /files/..%5C..%5Cadmin`, wide},
		{"/password", "GET /password;jsessionid=1", wide},
		{"/password", "GET /x;a=b/..;c/password;d", wide},
		{"/password", "GET /password%3Bx", wide},
		{"/password", "GET /;/password", wide},
		{"/files/", "GET /files/..;/admin", wide},
		{"/admin", "GET /files/..;/admin", wide},
		{"/admin", "GET /files/..%3b/admin", wide},
		{"/a;b", "GET /a;b", all},
		{"/a;b", "GET /a", none},
		{"/u/{id}/password", `POST /X/..;/U\7%5C.%252f%2550assword;v=1/`, wide},

		// Trap: CONNECT is not cleaned, nor is its host.
		{"/admin/", "CONNECT /admin/a", wide},
		{"CONNECT /admin/", "CONNECT /admin/a", all},
		{"CONNECT /admin/", "CONNECT /x/../admin/a", wide},
		{"CONNECT app.example/admin/", "CONNECT app.example:443/admin/a", wide},

		// Trap: hosts in another case, with a dot or a port.
		{"app.example/admin/", "GET app.example/admin/a", all},
		{"app.example/admin/", "GET app.example:8443/admin/a", all},
		{"app.example/admin/", "GET APP.example/admin/a", wide},
		{"app.example/admin/", "GET app.example./admin/a", wide},
		{"app.example/admin/", "GET app.example.:80/admin/a", wide},
		{"app.example/admin/", "GET app.example:/admin/a", all},
		{"app.example/admin/", "GET app.example:80:80/admin/a", wide},
		{"app.example/admin/", "GET other.example/admin/a", none},
		{"app.example/admin/", "GET app.example.evil.example/admin/a", none},
	} {
		set, r := parsed(t, row.pattern), request(t, row.request)
		var got []string
		if set.MatchExact(r) {
			got = append(got, "exact")
		}
		if set.MatchSafe(r) {
			got = append(got, "safe")
		}
		if set.MatchWide(r) {
			got = append(got, "wide")
		}
		if got := strings.Join(got, " "); got != row.want {
			t.Errorf("pattern %q, request %q: matches %q, want %q", row.pattern, row.request, got, row.want)
		}
	}
}

// What StripPrefix and rewriting middleware leave is not always what a server
// would have parsed.
func TestMatch_AfterStripPrefix(t *testing.T) {
	for _, row := range []struct {
		prefix, pattern, address string
		exact, wide              bool
	}{
		{"/app", "/password", "/app/password", true, true},
		{"/app", "/u/{id}/password", "/app/u/a%2Fb/password", false, true},
		{"/app/", "/password", "/app/password", false, true},
		{"/app", "/password", "/app/x/%2e%2e/password", false, true},
		{"/app", "/{$}", "/app", false, true},
		{"/app", "/password", "/app/passwords", false, false},
	} {
		set, called := parsed(t, row.pattern), false
		h := http.StripPrefix(row.prefix, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			called = true
			before := *r.URL
			if got := set.MatchExact(r); got != row.exact {
				t.Errorf("%q under %q, %q: exact %v, want %v", row.pattern, row.prefix, row.address, got, row.exact)
			}
			if got := set.MatchWide(r); got != row.wide {
				t.Errorf("%q under %q, %q: wide %v, want %v", row.pattern, row.prefix, row.address, got, row.wide)
			}
			if *r.URL != before {
				t.Errorf("matching changed the request's URL from %v to %v", before, *r.URL)
			}
		}))
		h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", row.address, nil))
		if !called {
			t.Errorf("%q: the handler was not reached", row.address)
		}
	}
}

func TestMatch_RequestsNoServerMakes(t *testing.T) {
	set := parsed(t, "app.example/password")
	for name, row := range map[string]struct {
		r    *http.Request
		wide bool
	}{
		"no request": {nil, true},
		"no URL":     {&http.Request{Method: "GET"}, true},
		"opaque":     {&http.Request{Method: "GET", Host: "app.example", URL: &url.URL{Scheme: "x", Opaque: "app/../password"}}, true},
		"RawPath that says another path": {&http.Request{Method: "GET", Host: "app.example",
			URL: &url.URL{Path: "/fine", RawPath: "/%70assword"}}, true},
		"no host":           {&http.Request{Method: "GET", URL: &url.URL{Path: "/password"}}, true},
		"host in the URL":   {&http.Request{Method: "GET", Host: "x", URL: &url.URL{Host: "APP.example", Path: "/password"}}, true},
		"no method":         {&http.Request{Host: "app.example", URL: &url.URL{Path: "/Password"}}, true},
		"asterisk":          {&http.Request{Method: "OPTIONS", Host: "app.example", URL: &url.URL{Path: "*"}}, false},
		"empty path":        {&http.Request{Method: "GET", Host: "app.example", URL: &url.URL{}}, false},
		"odd and very long": {&http.Request{Method: "GET", Host: "app.example", URL: &url.URL{Path: "//" + strings.Repeat("a", maxOddPath)}}, true},
		"plain and long":    {&http.Request{Method: "GET", Host: "app.example", URL: &url.URL{Path: "/" + strings.Repeat("a", maxOddPath)}}, false},
	} {
		if set.MatchExact(row.r) {
			t.Errorf("%s: matches narrowly", name)
		}
		if got := set.MatchWide(row.r); got != row.wide {
			t.Errorf("%s: wide match %v, want %v", name, got, row.wide)
		}
	}
}

// Patterns that a single ServeMux would refuse side by side.
func TestSet_PatternsThatConflictInOneMux(t *testing.T) {
	set := parsed(t, "/a/{x}", "/{y}/b", "/a/{x}")
	for line, want := range map[string]bool{"GET /a/1": true, "GET /2/b": true, "GET /2/c": false} {
		if got := set.MatchExact(request(t, line)); got != want {
			t.Errorf("%s: %v, want %v", line, got, want)
		}
	}
}

func TestSet_NoneMatchesNothing(t *testing.T) {
	none, errs := Parse("Field", nil)
	if none != nil || errs != nil {
		t.Fatalf("Parse(nil) = %v, %v", none, errs)
	}
	r := request(t, "GET /")
	for name, set := range map[string]*Set{"nil": none, "empty": {}} {
		if !set.empty() || set.MatchExact(r) || set.MatchSafe(r) || set.MatchWide(r) || set.MatchWide(nil) || set.Warnings() != nil {
			t.Errorf("a %s set matches or warns", name)
		}
		if n := testing.AllocsPerRun(100, func() { set.MatchExact(r); set.MatchSafe(r); set.MatchWide(r) }); n != 0 {
			t.Errorf("a %s set allocates %v times", name, n)
		}
	}
}

func TestLiteral(t *testing.T) {
	for _, path := range []string{"/login", "/login/", "/a b", "/{login}", "/{x...}", "/{$}", "/a?b#c", "/"} {
		set := parsed(t, Literal("POST", path))
		r := &http.Request{Method: "POST", URL: &url.URL{Path: path}}
		if !set.MatchExact(r) || !set.MatchWide(r) {
			t.Errorf("Literal(%q) = %q does not match it", path, Literal("POST", path))
		}
		r.URL.Path = strings.TrimSuffix(path, "/") + "/below"
		if set.MatchExact(r) || set.MatchWide(r) {
			t.Errorf("Literal(%q) matches %q", path, r.URL.Path)
		}
		r.URL.Path, r.Method = path, "GET"
		if set.MatchWide(r) {
			t.Errorf("Literal(POST, %q) matches GET", path)
		}
	}
	if got := Literal("", "login"); got != "/login" {
		t.Errorf("Literal without method and slash = %q", got)
	}
}
