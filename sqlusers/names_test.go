package sqlusers

import "testing"

func TestParseTable_ReadsNamesAsTheConfigSays(t *testing.T) {
	for text, want := range map[string]tableName{
		"users":               {"", "users"},
		"app.users":           {"app", "users"},
		`"old.users"`:         {"", "old.users"},
		`"my app"."a.b""c"`:   {"my app", `a.b"c`},
		`app."Users"`:         {"app", "Users"},
		`we"ird`:              {"", `we"ird`},
		"users; DROP TABLE x": {"", "users; DROP TABLE x"}, // a name, and quoted as one
	} {
		if got, err := parseTable(text); err != nil || got != want {
			t.Errorf("parseTable(%s) = %+v, %v; want %+v", text, got, err, want)
		}
	}
	for _, text := range []string{"", ".", "users.", ".users", "a.b.c", `"users`, `"a"b`, `""`, `a.""`, "a\x00", `"`} {
		if got, err := parseTable(text); err == nil {
			t.Errorf("parseTable(%q) = %+v; want an error", text, got)
		}
	}
}

func TestQuote_LeavesNoWayOutOfAName(t *testing.T) {
	if got, want := (sqlite{}).quote(`a"; DROP TABLE users; --`), `"a""; DROP TABLE users; --"`; got != want {
		t.Errorf("quote = %s; want %s", got, want)
	}
}

// What decodes is what some position encodes to, so that a cursor has one form.
func FuzzDecodePosition(f *testing.F) {
	f.Add(position{true, "-7"}.encode("users of t"))
	f.Add(position{false, "\xff\x00é"}.encode("users of t"))
	f.Add(position{true, "007"}.encode("users of t"))
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
