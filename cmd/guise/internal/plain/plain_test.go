package plain

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode"
)

// hostile are texts that a terminal, or a reader, would take for something else.
var hostile = []string{
	"\x1b[31mred\x1b[0m", "\x1b]0;title\x07", "\u009b31m", "a\rb", "a\nb", "a\tb", "\x00", "\x7f",
	"\u202egnp.exe", "\u2066x\u2069", "\u200bz", "\u2028", "\U000e0041", "\xff\xfe", "\ufffd", "\xed\xa0\x80",
}

func TestText_OnlyWhatCanBeSeen(t *testing.T) {
	for _, text := range hostile {
		for _, r := range Text("before " + text + " after") {
			if !unicode.IsPrint(r) {
				t.Errorf("Text(%q) has %U", text, r)
			}
		}
	}
	for _, text := range []string{"Zoë O'Brien", "日本語", "naïve \\ \"quoted\"", "🎭", ""} {
		if got := Text(text); got != text {
			t.Errorf("Text(%q) = %q; want it as it is", text, got)
		}
	}
	if got := Text("a\u202eb\xff"); got != `a\u202eb\xff` {
		t.Errorf("Text = %s", got)
	}
}

func TestLine_OfSeveral(t *testing.T) {
	for text, want := range map[string]string{
		"one":            "one",
		"":               "",
		"one\ntwo":       "one; two",
		"one\r\n\n\ttwo": "one; two",
		"a\u202eb\nc":    `a\u202eb; c`,
		// pgx, for a name with two addresses that are the same.
		"failed to connect to `user=ada database=desk`:\n\t127.0.0.1:1 (127.0.0.1): refused\n\t127.0.0.1:1 (127.0.0.1): refused\n\t[::1]:1 (::1): refused": "failed to connect to `user=ada database=desk`: 127.0.0.1:1 (127.0.0.1): refused; [::1]:1 (::1): refused",
	} {
		if got := Line(text); got != want {
			t.Errorf("Line(%q) = %q; want %q", text, got, want)
		}
	}
}

func TestJSON_TheSameWithoutWhatCantBeSeen(t *testing.T) {
	for _, text := range hostile {
		encoded, err := json.Marshal(text)
		if err != nil {
			t.Fatal(err)
		}
		got := JSON(encoded)
		if strings.ContainsFunc(got, func(r rune) bool { return !unicode.IsPrint(r) }) {
			t.Errorf("JSON of %q has what can't be seen: %q", text, got)
		}
		var was, is string
		if json.Unmarshal(encoded, &was) != nil || json.Unmarshal([]byte(got), &is) != nil || was != is {
			t.Errorf("%s means %q; it meant %q", got, is, was)
		}
	}
}
