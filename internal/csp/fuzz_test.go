package csp

import (
	"slices"
	"strings"
	"testing"
)

// What an application's policy allows its own things must not change: only the
// two -elem directives may differ, and they keep every source they had or fell
// back to. The reading here is written apart from the one it checks.
func FuzzAmendValue(f *testing.F) {
	for _, seed := range attacks {
		f.Add(seed.policy)
	}
	in := Inline{Style: "'sha256-c3R5'", Script: "'sha256-c2Ny'"}
	f.Fuzz(func(t *testing.T, value string) {
		amended := AmendValue(value, in)
		if again := AmendValue(amended, in); again != amended {
			t.Fatalf("not idempotent:\n%q\n%q\n%q", value, amended, again)
		}
		before, after := strings.Split(value, ","), strings.Split(amended, ",")
		if len(before) != len(after) {
			t.Fatalf("%d policies became %d: %q", len(before), len(after), amended)
		}
		for i := range before {
			checkAmended(t, directives(before[i]), directives(after[i]), in)
		}
	})
}

func checkAmended(t *testing.T, before, after map[string][]string, in Inline) {
	t.Helper()
	for _, k := range []struct{ elem, fallback, hash string }{
		{"script-src-elem", "script-src", in.Script}, {"style-src-elem", "style-src", in.Style},
	} {
		was, ok := governing(before, k.elem, k.fallback)
		is, now := governing(after, k.elem, k.fallback)
		if ok != now {
			t.Fatalf("%s: governed before: %v, after: %v", k.elem, ok, now)
		}
		if now && !slices.Contains(is, k.hash) && !slices.ContainsFunc(is, isUnsafeInline) {
			t.Fatalf("%s does not admit the hash: %q", k.elem, is)
		}
		drop := func(s string) bool { return s == k.hash || strings.EqualFold(s, "'none'") }
		was, is = slices.DeleteFunc(slices.Clone(was), drop), slices.DeleteFunc(slices.Clone(is), drop)
		if !slices.Equal(was, is) {
			t.Fatalf("%s: the application's own sources were %q, are %q", k.elem, was, is)
		}
		delete(before, k.elem)
		delete(after, k.elem)
	}
	if len(before) != len(after) {
		t.Fatalf("other directives: %q became %q", before, after)
	}
	for name, sources := range before {
		if !slices.Equal(sources, after[name]) {
			t.Fatalf("%s: %q became %q", name, sources, after[name])
		}
	}
}

func isUnsafeInline(s string) bool { return strings.EqualFold(s, "'unsafe-inline'") }

func governing(d map[string][]string, names ...string) ([]string, bool) {
	for _, name := range append(names, "default-src") {
		if sources, ok := d[name]; ok {
			return sources, true
		}
	}
	return nil, false
}

func directives(policy string) map[string][]string {
	all := map[string][]string{}
	for token := range strings.SplitSeq(policy, ";") {
		if strings.IndexFunc(token, func(r rune) bool { return r > 126 && r != 127 }) >= 0 {
			continue
		}
		token = strings.Map(func(r rune) rune {
			if r == '\t' || r == '\n' || r == '\f' || r == '\r' {
				return ' '
			}
			return r
		}, token)
		words := slices.DeleteFunc(strings.Split(token, " "), func(s string) bool { return s == "" })
		if len(words) == 0 {
			continue
		}
		name := strings.ToLower(words[0])
		if _, dup := all[name]; !dup {
			all[name] = words[1:]
		}
	}
	return all
}
