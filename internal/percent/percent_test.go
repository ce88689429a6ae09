package percent

import "testing"

func TestDecode_WholeEscapesOnce(t *testing.T) {
	for in, want := range map[string]string{
		"":              "",
		"/plain":        "/plain",
		"/a%2Fb%2fc":    "/a/b/c",
		"%41%4A%4a%6A":  "AJJj",
		"/%252e":        "/%2e",
		"%00%ff":        "\x00\xff",
		"%":             "%",
		"100%":          "100%",
		"%4":            "%4",
		"%zz%4g%g4%41":  "%zz%4g%g4A",
		"%%41%":         "%A%",
		"%e4%b8%ad 文%2": "中 文%2",
	} {
		if got := Decode(in); got != want {
			t.Errorf("Decode(%q) = %q; want %q", in, got, want)
		}
	}
}

func TestEscapeAt(t *testing.T) {
	for _, row := range []struct {
		s    string
		i    int
		want bool
	}{
		{"%2f", 0, true}, {"a%2F", 1, true}, {"a%2F", 0, false}, {"%2", 0, false}, {"%", 0, false}, {"%2x", 0, false}, {"%x2", 0, false},
	} {
		if got := EscapeAt(row.s, row.i); got != row.want {
			t.Errorf("EscapeAt(%q, %d) = %v", row.s, row.i, got)
		}
	}
}
