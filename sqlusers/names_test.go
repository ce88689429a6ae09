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
	for _, row := range []struct {
		d          dialect
		name, want string
	}{
		{sqlite{}, `a"; DROP TABLE users; --`, `"a""; DROP TABLE users; --"`},
		{postgres{}, `a"; DROP TABLE users; --`, `"a""; DROP TABLE users; --"`},
		{mysql{}, "a`; DROP TABLE users; --", "`a``; DROP TABLE users; --`"},
	} {
		if got := row.d.table(tableName{name: row.name}); got != row.want {
			t.Errorf("%T: table = %s; want %s", row.d, got, row.want)
		}
	}
}
