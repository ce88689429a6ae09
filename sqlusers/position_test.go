package sqlusers

import (
	"testing"

	"github.com/guise-go/guise/internal/cursor"
)

func TestDecodePosition_OnlyWhatEncodeMade(t *testing.T) {
	const kind = "users of t"
	for _, p := range []position{{true, "0"}, {true, "-7"}, {true, "9223372036854775807"}, {false, "7"}, {false, "007"}, {false, "\xff\x00é"}} {
		if got, ok := decodePosition(kind, p.encode(kind)); !ok || got != p {
			t.Errorf("decodePosition(encode(%+v)) = %+v, %t", p, got, ok)
		}
	}
	for name, text := range map[string]string{
		"another table":            position{false, "7"}.encode("users of other"),
		"another kind of ID":       cursor.Encode(kind, "blob", "37"),
		"upper-case digits":        cursor.Encode(kind, "text", "4A"),
		"no digits":                cursor.Encode(kind, "text", "7"),
		"no number":                position{true, "x"}.encode(kind),
		"a number otherwise":       position{true, "007"}.encode(kind),
		"a number that is too big": position{true, "9223372036854775808"}.encode(kind),
		"one part":                 cursor.Encode(kind, "text"),
	} {
		if got, ok := decodePosition(kind, text); ok {
			t.Errorf("%s: decodePosition = %+v; want it refused", name, got)
		}
	}
}

// attacks are positions that no page of a list ended with.
var attacks = []struct{ from, text string }{
	{"as it should be, a number", position{true, "-7"}.encode("users of t")},
	{"as it should be, a text", position{false, "\xff\x00é"}.encode("users of t")},
	{"the same number in another form", position{true, "007"}.encode("users of t")},
	{"a number with a sign", position{true, "+7"}.encode("users of t")},
	{"minus nothing", position{true, "-0"}.encode("users of t")},
	{"one more than fits (CWE-190)", position{true, "9223372036854775808"}.encode("users of t")},
	{"digits of another script", position{true, "٧"}.encode("users of t")},
	{"a number that a database would take", position{true, "7e0"}.encode("users of t")},
	{"SQL injection in a number", position{true, "7 OR 1=1"}.encode("users of t")},
	{"SQL injection in a text", position{false, "' OR 1=1 --"}.encode("users of t")},
	{"a wildcard", position{false, "%_"}.encode("users of t")},
	{"another table's", position{true, "7"}.encode("users of other")},
	{"another list's", cursor.Encode("log", "text", "37")},
	{"digits in capitals", cursor.Encode("users of t", "text", "4A")},
	{"half a byte", cursor.Encode("users of t", "text", "4")},
	{"another kind of ID", cursor.Encode("users of t", "blob", "37")},
	{"no kind", cursor.Encode("users of t", "", "")},
	{"nothing", ""},
}

// What decodes is what some position encodes to, so that a cursor has one form.
func FuzzDecodePosition(f *testing.F) {
	for _, seed := range attacks {
		f.Add(seed.text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		p, ok := decodePosition("users of t", text)
		if !ok {
			return
		}
		if p.encode("users of t") != text {
			t.Fatalf("decodePosition(%q) = %+v, which encodes otherwise", text, p)
		}
		if _, isNumber := p.value().(int64); isNumber != p.number {
			t.Fatalf("decodePosition(%q) = %+v, whose value is %T", text, p, p.value())
		}
	})
}
