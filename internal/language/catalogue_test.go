package language

import (
	"os"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

func files(pairs ...string) fstest.MapFS {
	fsys := fstest.MapFS{}
	for i := 0; i < len(pairs); i += 2 {
		fsys[pairs[i]] = &fstest.MapFile{Data: []byte(pairs[i+1])}
	}
	return fsys
}

// Guise's own texts: every language has every text, with the same placeholders.
func TestLocales_AreComplete(t *testing.T) {
	c, err := Load(os.DirFS("../.."), "locales")
	if err != nil {
		t.Fatal(err)
	}
	if got := c.Languages(); !slices.Equal(got, thirteen) {
		t.Errorf("there are texts in %v, want %v", got, thirteen)
	}
	english := c.In("en")
	for _, lang := range c.Languages() {
		texts, same := c.In(lang), 0
		for key := range english.messages {
			text := texts.Text(key)
			if text == english.Text(key) {
				same++
			}
			if text != strings.TrimSpace(text) || strings.Contains(text, "  ") {
				t.Errorf("%s: %s has white space to spare: %q", lang, key, text)
			}
			if strings.ContainsAny(text, "<>&\"") {
				t.Errorf("%s: %s has markup in it: %q", lang, key, text)
			}
		}
		if lang != "en" && same > 3 { // "Ticket" is one in many languages
			t.Errorf("%s: %d texts are English still", lang, same)
		}
	}
	if fa := c.In("fa"); fa.Dir != "rtl" {
		t.Errorf("Persian is written %s", fa.Dir)
	}
}

// Every cause in the vocabulary has its sentence.
func TestLocales_EveryCauseHasAText(t *testing.T) {
	c, err := Load(os.DirFS("../.."), "locales")
	if err != nil {
		t.Fatal(err)
	}
	causes := []string{"stopped", "logged_out", "expired", "idle", "revoked", "not_allowed", "subject_inactive", "subject_gone", "actor_gone", "other_login", "unknown"}
	for _, lang := range c.Languages() {
		seen := map[string]string{}
		for _, cause := range causes {
			key := "ended.cause." + cause
			text := c.In(lang).Text(key)
			if text == key {
				t.Errorf("%s: no text for the cause %s", lang, cause)
			}
			if other, ok := seen[text]; ok {
				t.Errorf("%s: %s and %s say the same: %q", lang, cause, other, text)
			}
			seen[text] = cause
		}
	}
}

func TestLoad_SaysAllThatIsWrongAtOnce(t *testing.T) {
	_, err := Load(files(
		"l/en.json", `{"a": "A {x} {y}", "b": "B", "c": "C", "d": "D"}`,
		"l/de.json", `{"a": "A {y} {z}", "b": "", "c": "C", "e": "E"}`,
		"l/fr.json", `{"a": "{y} {x} {y}", "b": "B", "c": "C", "d": "D"}`,
		"l/nl.json", `{"a": 1}`,
		"l/english.text.json", `{}`,
		"l/pl.json", `{"a": "{x} {y}", "b": "B", "b": "B", "c": "C", "d": "D"}`,
		"l/README", `not a language`,
	), "l")
	if err == nil {
		t.Fatal("a catalogue with faults loads")
	}
	got := strings.Split(err.Error(), "\n")
	want := []string{
		`english.text.json: "english.text" is not a language tag`,
		`nl.json: key "a" is not a text`,
		`pl.json: key "b" is there twice`,
		`de.json: key "a" has the placeholders [y z], and en.json has [x y]`,
		`de.json: key "b" has an empty text`,
		`de.json: key "d" is missing`,
		`de.json: key "e" is stray`,
	}
	if len(got) != len(want) {
		t.Fatalf("%d faults, want %d:\n%v", len(got), len(want), err)
	}
	for i := range want {
		if !strings.Contains(got[i], want[i]) {
			t.Errorf("fault %d is %q, want it to say %q", i, got[i], want[i])
		}
	}
}

func TestLoad_RefusesBrokenFiles(t *testing.T) {
	for content, want := range map[string]string{
		``:                              "not JSON",
		`[]`:                            "not a JSON object",
		`"x"`:                           "not a JSON object",
		`{"a": "b"`:                     "not JSON",
		`{"a": "b"} {}`:                 "after its object",
		`{"a": "b"} x`:                  "after its object",
		`{"a": {"b": "c"}}`:             "not a text",
		`{"a": null}`:                   "not a text",
		`{"a": }`:                       "not JSON",
		`{"a" "b"}`:                     "not JSON",
		`{"a": "{"}`:                    "brace without its partner",
		`{"a": "}"}`:                    "brace without its partner",
		`{"a": "{}"}`:                   "placeholder {}",
		`{"a": "{A}"}`:                  "placeholder {A}",
		`{"a": "{a b}"}`:                "placeholder {a b}",
		`{"a": "{{x}}"}`:                "placeholder {{x}",
		`{}`:                            "no texts in en.json",
		`{"a": "` + "\x01" + `"}`:       "not JSON",
		strings.Repeat(`{"a":`, 10_000): "not a text",
	} {
		_, err := Load(files("en.json", content), ".")
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.40q loads with %v, want it to say %q", content, err, want)
		}
	}
	if _, err := Load(files("de.json", `{"a": "A"}`), "."); err == nil {
		t.Error("a catalogue without English loads")
	}
	if _, err := Load(files(), "none"); err == nil {
		t.Error("an empty catalogue loads")
	}
	if _, err := Load(files(), "["); err == nil {
		t.Error("a folder that is a bad pattern loads")
	}
}

func TestTexts(t *testing.T) {
	c, err := Load(files(
		"en.json", `{"a": "You are {actor}, as {subject}.", "b": "Plain", "c": "{x}"}`,
		"fa.json", `{"a": "{subject} {actor}", "b": "ساده", "c": "{x}"}`,
	), ".")
	if err != nil {
		t.Fatal(err)
	}
	en := c.In("en")
	for _, row := range []struct {
		key   string
		pairs []string
		want  string
	}{
		{"b", nil, "Plain"},
		{"b", []string{"x", "y"}, "Plain"},
		{"a", []string{"subject", "Bo", "actor", "Al"}, "You are Al, as Bo."},
		{"a", []string{"subject", "{actor}", "actor", "{subject}"}, "You are {subject}, as {actor}."},
		{"a", []string{"actor", "Al"}, "You are Al, as {subject}."},
		{"a", []string{"actor"}, "You are {actor}, as {subject}."},
		{"c", []string{"x", ""}, ""},
		{"none", []string{"x", "y"}, "none"},
	} {
		if got := en.Text(row.key, row.pairs...); got != row.want {
			t.Errorf("Text(%q, %q) = %q, want %q", row.key, row.pairs, got, row.want)
		}
	}
	want := []Part{{Text: "You are "}, {Name: "actor", Text: "Al"}, {Text: ", as "}, {Name: "subject", Text: "{subject}"}, {Text: "."}}
	if got := en.Parts("a", "actor", "Al"); !slices.Equal(got, want) {
		t.Errorf("Parts = %v, want %v", got, want)
	}
	if got := en.Text("a"); got != "You are {actor}, as {subject}." {
		t.Errorf("an earlier argument stayed in the text: %q", got)
	}
	if fa := c.Match("fa-IR"); fa.Lang != "fa" || fa.Dir != "rtl" || fa.Text("b") != "ساده" {
		t.Errorf("Match(fa-IR) = %s, %s, %q", fa.Lang, fa.Dir, fa.Text("b"))
	}
	if zh := c.In("zh"); zh.Lang != "en" || zh.Dir != "ltr" || zh.Text("b") != "Plain" {
		t.Errorf("In(zh) = %s, %s, %q; want English", zh.Lang, zh.Dir, zh.Text("b"))
	}
	if got := (Texts{}).Text("a"); got != "a" {
		t.Errorf("without a catalogue, Text = %q", got)
	}
	c.Languages()[0] = "xx"
	if c.Languages()[0] != "en" {
		t.Error("a caller can change the catalogue's languages")
	}
}
