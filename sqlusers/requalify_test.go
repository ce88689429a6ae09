package sqlusers

import "testing"

// The columns of u are renamed, and nothing that only looks like them.
func TestRequalified(t *testing.T) {
	for expression, want := range map[string]string{
		`u.name`:                              `"t".name`,
		`U.name || ' ' || "u"."last"`:         `"t".name || ' ' || "t"."last"`,
		`lower(u."the u.name")`:               `lower("t"."the u.name")`,
		`u.a || 'u.b''u.c' || E'\'u.d' || ué`: `"t".a || 'u.b''u.c' || E'\'u.d' || ué`,
		`u.a || $$u.b$$ || $x$ u.c $$ $x$`:    `"t".a || $$u.b$$ || $x$ u.c $$ $x$`,
		"u.a -- u.b\n|| u.c /* u.d */":        "\"t\".a -- u.b\n|| \"t\".c /* u.d */",
		`s.u.a + menu.a + u + (u).a`:          `s.u.a + menu.a + u + (u).a`,
		`'open`:                               `'open`,
		`"open`:                               `"open`,
		`$1`:                                  `$1`,
		`E'\`:                                 `E'\`,
	} {
		if got := requalified(expression, `"t"`); got != want {
			t.Errorf("requalified(%s) = %s; want %s", expression, got, want)
		}
	}
}

func TestTrigrams_CoverTheText(t *testing.T) {
	for text, want := range map[string][]string{
		"": nil, "ab": nil, "abc": {"abc"}, "abcd": {"abc", "bcd"}, "äbcdëfg": {"äbc", "dëf", "ëfg"},
	} {
		var got []string
		for _, piece := range trigrams(text) {
			got = append(got, string(piece))
		}
		if len(got) != len(want) {
			t.Errorf("trigrams(%q) = %q; want %q", text, got, want)
			continue
		}
		for i := range got {
			if got[i] != want[i] {
				t.Errorf("trigrams(%q) = %q; want %q", text, got, want)
			}
		}
	}
}
