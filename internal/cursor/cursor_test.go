package cursor

import (
	"slices"
	"testing"
)

func TestDecode_OnlyWhatEncodeMadeForTheSameList(t *testing.T) {
	for _, position := range [][]string{{"", "\x00"}, {"\xff\xfe", "\xed\xa0\x80"}, {"\ufffd", `"]`}, {"Zoë", "42"}} {
		if got, ok := Decode("users", Encode("users", position...), 2); !ok || !slices.Equal(got, position) {
			t.Errorf("Decode(Encode(%q)) = %q, %v", position, got, ok)
		}
	}
	made := Encode("users", "Zoë", "42")
	for name, try := range map[string]struct {
		kind, text string
		n          int
	}{
		"another list":      {"log", made, 2},
		"another length":    {"users", made, 1},
		"empty":             {"users", "", 0},
		"not base64":        {"users", "%%%", 2},
		"not JSON":          {"users", "AAAA", 2},
		"padded":            {"users", made + "=", 2},
		"a JSON object":     {"users", "e30", 0},
		"longer than real":  {"users", Encode("users", string(make([]byte, 4096))), 1},
		"with a line break": {"users", made[:4] + "\n" + made[4:], 2},
	} {
		t.Run(name, func(t *testing.T) {
			if got, ok := Decode(try.kind, try.text, try.n); ok {
				t.Errorf("Decode(%q, %q, %d) = %q; want it refused", try.kind, try.text, try.n, got)
			}
		})
	}
}

func FuzzDecode(f *testing.F) {
	for _, seed := range attacks {
		f.Add(seed.text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if parts, ok := Decode("users", text, 2); ok && len(parts) != 2 {
			t.Fatalf("Decode(%q) = %q", text, parts)
		}
	})
}
