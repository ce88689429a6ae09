package sqlstore

import (
	"regexp"
	"testing"
)

// FuzzLiteral: whatever the text, what is sent for it is hexadecimal digits, or
// nothing between quotes.
func FuzzLiteral(f *testing.F) {
	for _, text := range []string{"", "ada", "'", `\'`, "?", "'); DROP TABLE guise_events; -- ", "\xbf'", "日本語", "\x00", "%s"} {
		f.Add(text)
	}
	whole := regexp.MustCompile(`^INSERT INTO t VALUES \(NULL, -7, (?:''|_utf8mb4 x'(?:[0-9a-f]{2})+'), x'(?:[0-9a-f]{2})*', NULL\)$`)
	f.Fuzz(func(t *testing.T, text string) {
		query, err := literal(`INSERT INTO t VALUES (?, ?, ?, ?, ?)`, []any{nil, int64(-7), text, []byte(text + "."), []byte(nil)})
		if err != nil || !whole.MatchString(query) {
			t.Errorf("%q is sent as %s, %v", text, query, err)
		}
	})
}

func TestLiteral_RefusesWhatItDoesNotKnow(t *testing.T) {
	for name, args := range map[string][]any{"a type": {1.5}, "a value too many": {1, 2}, "a value too few": {}} {
		if query, err := literal(`SELECT ?`, args); err == nil {
			t.Errorf("%s gave %q and no error", name, query)
		}
	}
}
