package language

import (
	"slices"
	"strings"
	"testing"
)

var thirteen = []string{"en", "cs", "da", "de", "es", "fa", "fr", "ja", "nl", "pl", "pt-BR", "ru", "sk"}

func TestMatch(t *testing.T) {
	for header, want := range map[string]string{
		// Plain wishes.
		"":                      "en",
		"de":                    "de",
		"DE":                    "de",
		"pt-BR":                 "pt-BR",
		"pt-br":                 "pt-BR",
		"fr, de":                "fr",
		"de-DE,de;q=0.9,en;q=8": "de",

		// Weights.
		"de;q=0.5, fr;q=0.8":         "fr",
		"de;q=0.8, fr;q=0.8":         "de",
		"de;q=0.123, fr;q=0.124":     "fr",
		"de;q=0.001":                 "de",
		"fr;Q=0.4 , de ; q=0.6":      "de",
		"de;q=1.000, fr":             "de",
		"nl;q=0, de;q=0.1":           "de",
		"en;q=0.2, ru;q=0.3, zh;q=1": "ru",

		// Lookup: shorter and shorter, then the same language elsewhere.
		"de-AT":              "de",
		"de-CH-1996":         "de",
		"fr-Latn-CA-x-a":     "fr",
		"pt-PT":              "pt-BR",
		"pt":                 "pt-BR",
		"pt-PT, en;q=0.9":    "pt-BR",
		"zh-CN, zh;q=0.9":    "en",
		"zh-CN, ja;q=0.5":    "ja",
		"deu":                "en",
		"d":                  "en",
		"en-GB, de;q=0.9":    "en",
		"sr, de;q=0.1":       "de",
		"fa-AF,fa;q=0.8":     "fa",
		"x-pirate, da;q=0.2": "da",

		// Not this one.
		"en;q=0":                       "cs",
		"en;q=0, *":                    "cs",
		"en;q=0, cs;q=0.000, de;q=0.0": "da",
		"pt;q=0, pt-PT":                "en",
		"pt;q=0, pt-BR":                "pt-BR",
		"pt-BR;q=0, pt":                "en",
		"en;q=0, en-GB":                "cs",
		"*;q=0":                        "en",
		"*;q=0, de-AT":                 "de",
		"en;q=0, *;q=0":                "cs",
		"de;q=0, de":                   "de",

		// Any.
		"*":                     "en",
		"*, de;q=0.5":           "en",
		"de, *;q=0.5":           "de",
		"zh, *;q=0.5":           "en",
		"en;q=0.1, *":           "cs",
		"en;q=0.1, *;q=0.05":    "en",
		"*;q=0.5, nl;q=0.6":     "nl",
		"zh, *;q=0.5, fr;q=0.1": "en",

		// Malformed parts are left out, the others stand.
		"de;q=2, fr;q=0.1":           "fr",
		"de;q=1.001, fr;q=0.1":       "fr",
		"de;q=0.1234, fr;q=0.1":      "fr",
		"de;q=-1, fr;q=0.1":          "fr",
		"de;q=, fr;q=0.1":            "fr",
		"de;q, fr;q=0.1":             "fr",
		"de;, fr;q=0.1":              "fr",
		"de;q=x, fr;q=0.1":           "fr",
		"de;q=0.x, fr;q=0.1":         "fr",
		"de;q=01, fr;q=0.1":          "fr",
		"de;q = 1, fr;q=0.1":         "fr",
		"de;level=1, fr;q=0.1":       "fr",
		"de;q=1;level=1, fr;q=0.1":   "fr",
		"de_DE, fr;q=0.1":            "fr",
		"de-, fr;q=0.1":              "fr",
		"-de, fr;q=0.1":              "fr",
		"de--AT, fr;q=0.1":           "fr",
		"d3, fr;q=0.1":               "fr",
		"de DE, fr;q=0.1":            "fr",
		"de-*, fr;q=0.1":             "fr",
		"**, fr;q=0.1":               "fr",
		"deutschland, fr;q=0.1":      "fr",
		"d\xc3\xa9, fr;q=0.1":        "fr",
		"<script>, fr;q=0.1":         "fr",
		"de\x00, fr;q=0.1":           "fr",
		",,, ,;,;q=1,=,fr;q=0.1,,":   "fr",
		"de;q=1., fr;q=0.1":          "de", // RFC 9110 allows no decimals after the point
		";q=0.5":                     "en",
		"../../etc/passwd":           "en",
		"\xff\xfe":                   "en",
		"{\"x\":1}":                  "en",
		strings.Repeat("a-", 100000): "en",
	} {
		if got := Match(header, thirteen); got != want {
			t.Errorf("Match(%.60q) = %q, want %q", header, got, want)
		}
	}
}

func TestMatch_OtherCatalogues(t *testing.T) {
	for _, row := range []struct{ header, available, want string }{
		{"de", "", "en"},
		{"de", "fr", "fr"},
		{"fr;q=0", "fr", "fr"},
		{"de", "fr en", "en"},
		{"pt", "pt-BR pt-PT pt", "pt"},
		{"pt-PT", "pt-BR pt-PT", "pt-PT"},
		{"pt-AO", "pt-BR pt-PT", "pt-BR"},
		{"pt-BR;q=0, pt", "pt-BR pt-PT", "pt-PT"},
		{"zh-Hant-TW", "zh-Hant zh", "zh-Hant"},
		{"zh-Hant-x-TW", "zh-Hant-x zh-Hant", "zh-Hant"},
	} {
		if got := Match(row.header, strings.Fields(row.available)); got != row.want {
			t.Errorf("Match(%q, %q) = %q, want %q", row.header, row.available, got, row.want)
		}
	}
}

// A header of any length costs what a kilobyte does, and nothing is kept of it.
func TestMatch_HostileHeaderCostsNothing(t *testing.T) {
	for name, header := range map[string]string{
		"many ranges":  strings.Repeat("zh-Hant-TW-x-a,", 70_000) + "de",
		"many commas":  strings.Repeat(",", 1<<20),
		"one range":    strings.Repeat("a", 1<<20),
		"many weights": "de" + strings.Repeat(";q=1", 1<<18),
		"ordinary":     "de-CH,de;q=0.9,en-US;q=0.8,en;q=0.7",
	} {
		if n := testing.AllocsPerRun(10, func() { Match(header, thirteen) }); n != 0 {
			t.Errorf("%s: %v allocations", name, n)
		}
		var room [maxRanges]wish
		size := 0
		for _, w := range parse(room[:0], header) {
			size += len(w.tag)
		}
		if size > maxHeader {
			t.Errorf("%s: %d bytes of ranges were read", name, size)
		}
	}
	// Cut at a comma, never inside a range.
	header := strings.Repeat(" ", maxHeader-2) + "de-AT"
	if got := Match(header, thirteen); got != "en" {
		t.Errorf("a range over the limit was read: %q", got)
	}
	if got := Match("fr,"+header, thirteen); got != "fr" {
		t.Errorf("a range before the limit was not read: %q", got)
	}
}

func FuzzMatch(f *testing.F) {
	for _, seed := range attacks {
		f.Add(seed.header)
	}
	f.Fuzz(func(t *testing.T, header string) {
		if got := Match(header, thirteen); !slices.Contains(thirteen, got) {
			t.Errorf("Match(%q) = %q, which is not available", header, got)
		}
	})
}

func TestDir(t *testing.T) {
	for lang, want := range map[string]string{
		"fa": "rtl", "ar": "rtl", "he": "rtl", "ur": "rtl", "FA-IR": "rtl", "ar-EG": "rtl",
		"en": "ltr", "ja": "ltr", "fab": "ltr", "": "ltr",
	} {
		if got := Dir(lang); got != want {
			t.Errorf("Dir(%q) = %q, want %q", lang, got, want)
		}
	}
}

func BenchmarkMatch(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		Match("de-CH,de;q=0.9,en-US;q=0.8,en;q=0.7", thirteen)
	}
}
