package csp_test

import (
	"net/http"
	"testing"

	"github.com/guise-go/guise/internal/csp"
)

// Two hashes that are easy to see in a table.
const (
	sty = "'sha256-c3R5'"
	scr = "'sha256-c2Ny'"
)

var in = csp.Inline{Style: sty, Script: scr}

// Both stands for what a policy gets that has neither directive of its own.
func both(sources string) string {
	return " script-src-elem " + sources + scr + "; style-src-elem " + sources + sty
}

func TestP8_AmendValue(t *testing.T) {
	for _, row := range []struct{ name, policy, want string }{
		{"no policy", "", ""},
		{"only white space", " \t ", " \t "},
		{"only separators", " ; , ;", " ; , ;"},
		{"nothing restricted", "img-src 'self'; form-action 'none'", "img-src 'self'; form-action 'none'"},
		{"sandbox is left alone", "sandbox; form-action 'none'", "sandbox; form-action 'none'"},
		{"trusted types are left alone", "require-trusted-types-for 'script'", "require-trusted-types-for 'script'"},

		{"default-src 'none'", "default-src 'none'", "default-src 'none';" + both("")},
		{"default-src with hosts", "default-src 'self' https://cdn.example", "default-src 'self' https://cdn.example;" + both("'self' https://cdn.example ")},
		{"an empty list admits nothing", "default-src", "default-src;" + both("")},
		{
			"script-src and style-src", "script-src 'self'; style-src 'none'",
			"script-src 'self'; style-src 'none'; script-src-elem 'self' " + scr + "; style-src-elem " + sty,
		},
		{"only script-src", "script-src 'self'", "script-src 'self'; script-src-elem 'self' " + scr},
		{"only style-src", "style-src 'self'", "style-src 'self'; style-src-elem 'self' " + sty},
		{
			"own directives get the hash themselves", "default-src 'none'; script-src-elem a.example; style-src-elem b.example",
			"default-src 'none'; script-src-elem a.example " + scr + "; style-src-elem b.example " + sty,
		},
		{
			"own directives with 'none'", "script-src-elem 'none'; style-src-elem 'NONE' ",
			"script-src-elem " + scr + "; style-src-elem " + sty,
		},
		{
			"own directive, empty", "script-src-elem; style-src-elem ;",
			"script-src-elem " + scr + "; style-src-elem " + sty + ";",
		},

		{"inline is allowed", "default-src 'unsafe-inline'", "default-src 'unsafe-inline'"},
		{"inline is allowed, in capitals", "script-src * 'UNSAFE-INLINE'", "script-src * 'UNSAFE-INLINE'"},
		{
			"inline is allowed for styles only", "default-src 'self'; style-src 'unsafe-inline'",
			"default-src 'self'; style-src 'unsafe-inline'; script-src-elem 'self' " + scr,
		},
		{
			"a nonce switches unsafe-inline off", "script-src 'nonce-YWJj' 'unsafe-inline'",
			"script-src 'nonce-YWJj' 'unsafe-inline'; script-src-elem 'nonce-YWJj' 'unsafe-inline' " + scr,
		},
		{
			"so does a hash", "style-src 'SHA384-YWJj' 'unsafe-inline'",
			"style-src 'SHA384-YWJj' 'unsafe-inline'; style-src-elem 'SHA384-YWJj' 'unsafe-inline' " + sty,
		},
		{
			"so does strict-dynamic, for scripts", "default-src 'unsafe-inline' 'strict-dynamic'",
			"default-src 'unsafe-inline' 'strict-dynamic'; script-src-elem 'unsafe-inline' 'strict-dynamic' " + scr,
		},
		{"an empty nonce is none", "script-src 'unsafe-inline' 'nonce-'", "script-src 'unsafe-inline' 'nonce-'"},
		{"nor is one out of the alphabet", "script-src 'unsafe-inline' 'nonce-a:b'", "script-src 'unsafe-inline' 'nonce-a:b'"},
		{"nor is a hash of an unknown kind", "script-src 'unsafe-inline' 'sha1-YWJj'", "script-src 'unsafe-inline' 'sha1-YWJj'"},
		{"nor is a hash without quotes", "script-src 'unsafe-inline' sha256-YWJj", "script-src 'unsafe-inline' sha256-YWJj"},
		{"nor is one with too much padding", "script-src 'unsafe-inline' 'nonce-YQ==='", "script-src 'unsafe-inline' 'nonce-YQ==='"},

		{
			"all keywords keep their meaning for scripts",
			"script-src 'nonce-YWJj' 'strict-dynamic' 'unsafe-hashes' 'unsafe-eval' 'wasm-unsafe-eval' 'report-sample' https:",
			"script-src 'nonce-YWJj' 'strict-dynamic' 'unsafe-hashes' 'unsafe-eval' 'wasm-unsafe-eval' 'report-sample' https:;" +
				" script-src-elem 'nonce-YWJj' 'strict-dynamic' 'unsafe-hashes' 'unsafe-eval' 'wasm-unsafe-eval' 'report-sample' https: " + scr,
		},
		{
			"script-src-attr governs attributes only", "script-src-attr 'none'; style-src-attr 'none'",
			"script-src-attr 'none'; style-src-attr 'none'",
		},
		{
			"already admitted where scripts are governed", "script-src " + scr + "; style-src " + sty,
			"script-src " + scr + "; style-src " + sty,
		},

		{"names in capitals", "Default-SRC 'none'", "Default-SRC 'none';" + both("")},
		{"own directive in capitals", "SCRIPT-SRC-ELEM 'self'", "script-src-elem 'self' " + scr},
		{
			"the first of a name wins", "script-src-elem a.example; script-src-elem b.example",
			"script-src-elem a.example " + scr + "; script-src-elem b.example",
		},
		{
			"also if the second would allow inline", "script-src 'self'; script-src 'unsafe-inline'",
			"script-src 'self'; script-src 'unsafe-inline'; script-src-elem 'self' " + scr,
		},
		{
			"what is not ASCII is skipped", "script-src-elem bücher.example; script-src 'self'",
			"script-src-elem bücher.example; script-src 'self'; script-src-elem 'self' " + scr,
		},
		{"odd white space", "\n\tscript-src\f'self'\r\n", "\n\tscript-src\f'self'\r\n; script-src-elem 'self' " + scr},
		{"a no-break space is no white space", "script-src\u00a0'self'", "script-src\u00a0'self'"},
		{"a trailing semicolon", "default-src 'none'; ", "default-src 'none';" + both("")},
		{"empty parts", ";;script-src 'self';;", ";;script-src 'self';; script-src-elem 'self' " + scr},

		{
			"several policies in one value", "default-src 'none', script-src 'self',, img-src *",
			"default-src 'none';" + both("") + ", script-src 'self'; script-src-elem 'self' " + scr + ",, img-src *",
		},
	} {
		t.Run(row.name, func(t *testing.T) {
			got := csp.AmendValue(row.policy, in)
			if got != row.want {
				t.Errorf("AmendValue(%q)\n got %q\nwant %q", row.policy, got, row.want)
			}
			if again := csp.AmendValue(got, in); again != got {
				t.Errorf("amending twice changes it: %q", again)
			}
		})
	}
}

func TestAmendValue_OnlyWhatIsThere(t *testing.T) {
	const policy = "default-src 'none'"
	for _, row := range []struct {
		in   csp.Inline
		want string
	}{
		{csp.Inline{}, policy},
		{csp.Inline{Style: sty}, policy + "; style-src-elem " + sty},
		{csp.Inline{Script: scr}, policy + "; script-src-elem " + scr},
	} {
		if got := csp.AmendValue(policy, row.in); got != row.want {
			t.Errorf("%+v: got %q, want %q", row.in, got, row.want)
		}
	}
}

func TestP8_Amend_AllPoliciesOfAHeader(t *testing.T) {
	h := http.Header{
		"Content-Security-Policy":             {"default-src 'none'", "img-src *", "script-src 'self'"},
		"Content-Security-Policy-Report-Only": {"style-src 'self'"},
		"content-security-policy":             {"style-src 'none'"}, // written past the canonical form
		"X-Other":                             {"default-src 'none'"},
	}
	before := h["Content-Security-Policy"]
	csp.Amend(h, in)
	for name, want := range map[string][]string{
		"Content-Security-Policy":             {"default-src 'none';" + both(""), "img-src *", "script-src 'self'; script-src-elem 'self' " + scr},
		"Content-Security-Policy-Report-Only": {"style-src 'self'; style-src-elem 'self' " + sty},
		"content-security-policy":             {"style-src 'none'; style-src-elem " + sty},
		"X-Other":                             {"default-src 'none'"},
	} {
		if len(h[name]) != len(want) {
			t.Fatalf("%s: %q", name, h[name])
		}
		for i := range want {
			if h[name][i] != want[i] {
				t.Errorf("%s[%d]\n got %q\nwant %q", name, i, h[name][i], want[i])
			}
		}
	}
	if before[0] != "default-src 'none'" {
		t.Error("the application's own slice was written to; it may be shared between requests")
	}
}

func TestHas(t *testing.T) {
	for _, row := range []struct {
		h    http.Header
		want bool
	}{
		{http.Header{}, false},
		{http.Header{"Content-Security-Policy": nil}, false},
		{http.Header{"Content-Security-Policy": {"x"}}, true},
		{http.Header{"content-security-policy-report-only": {"x"}}, true},
		{http.Header{"Content-Type": {"x"}}, false},
	} {
		if got := csp.Has(row.h); got != row.want {
			t.Errorf("Has(%v) = %v", row.h, got)
		}
	}
}

// The expected value is the SHA-256 of "alert('Hello, world.');", as it stands
// in the standard's own example.
func TestHash(t *testing.T) {
	const want = "'sha256-qznLcsROx4GACP2dm0UCKCzCG+HiZ1guq6ZZDob/Tng='"
	if got := csp.Hash("alert('Hello, world.');"); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
