package routes

import (
	"errors"
	"os"
	"os/exec"
	"strings"
	"testing"
)

func TestParse_SaysAllThatIsWrongAtOnce(t *testing.T) {
	for pattern, want := range map[string]string{
		"":                       "is empty",
		" \t":                    "is empty",
		" /x":                    "begins with white space",
		"admin":                  `as in "/admin"`,
		"POST":                   "has no path",
		"POST admin":             `as in "/admin"`,
		"post /x":                "in capitals: POST",
		"/a b":                   "%20",
		"POST /a b":              "%20",
		"/x ":                    "%20",
		"/x?y=1":                 "never the query",
		"/x#y":                   "never the query",
		`/a\b`:                   "backslash",
		"//x":                    `write "/x"`,
		"/a/../b":                `write "/b"`,
		"/a/./b/":                `write "/a/b/"`,
		"CONNECT /a//b":          `write "/a/b"`,
		"https://app.example/x":  "leave the scheme out",
		"app.example:8080/x":     "without a port",
		"[::1]/x":                "without a port",
		"App.example/x":          "app.example",
		"POST/x":                 "write a space behind that, and it in capitals: POST /",
		"delete/x":               "DELETE /",
		"app.example./x":         "dot",
		"/a/%2f":                 "escaped slash",
		"/%2F/a":                 "escaped slash",
		"/{":                     "must end with '}'",
		"/a{x}":                  "must start with '{'",
		"/{x}/{x}":               "duplicate wildcard",
		"/{x...}/a":              "not at end",
		"/{$}/a":                 "not at end",
		"/{}":                    "empty wildcard",
		"/{a-b}":                 "bad wildcard name",
		"G(T /x":                 "invalid method",
		"{x}/a":                  "host contains '{'",
		strings.Repeat("{", 1e4): "has no path",
	} {
		set, errs := Parse("Forbid", []string{"/fine", pattern})
		if len(errs) != 1 || set != nil {
			t.Errorf("Parse(%.40q) = %v, %v; want one error and no set", pattern, set, errs)
			continue
		}
		var e *Error
		if !errors.As(errs[0], &e) || e.Field != "Forbid" || e.Pattern != pattern {
			t.Errorf("Parse(%.40q): %v does not name field and pattern", pattern, errs[0])
		}
		if !strings.Contains(errs[0].Error(), want) {
			t.Errorf("Parse(%.40q): %v; want it to say %q", pattern, errs[0], want)
		}
	}
	_, errs := Parse("Modes", []string{"", "/ok", "x", "/{"})
	if len(errs) != 3 {
		t.Errorf("three wrong patterns gave %d errors: %v", len(errs), errs)
	}
}

// Under GODEBUG=httpmuxgo121=1, which net/http reads once, as it starts.
func TestParse_RefusesWithoutWildcards(t *testing.T) {
	const marker = "GUISE_TEST_MUX121"
	if os.Getenv(marker) != "" {
		if set, errs := Parse("Forbid", []string{"/x"}); set != nil || len(errs) != 1 || !strings.Contains(errs[0].Error(), "httpmuxgo121") {
			t.Errorf("Parse = %v, %v; want it to name the setting", set, errs)
		}
		return
	}
	self := exec.Command(os.Args[0], "-test.run=^"+t.Name()+"$")
	self.Env = append(os.Environ(), marker+"=1", "GODEBUG=httpmuxgo121=1")
	if out, err := self.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}

func TestDoubtful_APathWithoutItsSlash(t *testing.T) {
	got := parsed(t, "/admin/", "admin/", "POST search/x", "app.example/x", "localhost/x").Doubtful()
	if len(got) != 2 || !strings.Contains(got[0], `"admin/" matches the host admin only`) || !strings.Contains(got[1], `"POST search/x"`) {
		t.Errorf("Doubtful = %q", got)
	}
}

func TestWarnings_MethodsAndHostsInProhibitions(t *testing.T) {
	set := parsed(t, "/password", "POST /email", "GET /export", "app.example/x", "PUT app.example/y")
	got := set.Warnings()
	want := [][]string{
		{`"POST /email"`, "POST only", "DELETE"},
		{`"GET /export"`, "GET and HEAD only"},
		{`"app.example/x"`, "app.example only"},
		{`"PUT app.example/y"`, "PUT only"},
		{`"PUT app.example/y"`, "app.example only"},
	}
	if len(got) != len(want) {
		t.Fatalf("%d warnings, want %d: %q", len(got), len(want), got)
	}
	for i := range want {
		for _, part := range want[i] {
			if !strings.Contains(got[i], part) {
				t.Errorf("warning %q does not say %q", got[i], part)
			}
		}
	}
}
