package sqlusers

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// The limits that keep a search cheap; the package comment states them.
const (
	maxText      = 1000
	maxTerms     = 8
	maxSpellings = 24
)

// term is one word to look for.
type term struct {
	// text has each letter outside ASCII in the one spelling that stands for all
	// its cases. ASCII stays as typed: every database equates its cases.
	text string
	// others are the other spellings: from becomes to in the column.
	others []spelling
}

type spelling struct{ from, to string }

// parseText splits what a person typed into terms, the longest first since it
// excludes most. It reports false for a text that finds nobody.
func parseText(text string) ([]term, bool) {
	if len(text) > maxText || !utf8.ValidString(text) || strings.ContainsRune(text, 0) {
		return nil, false
	}
	words := strings.Fields(strings.Map(fold, text))
	slices.SortStableFunc(words, func(a, b string) int { return cmp.Compare(len(b), len(a)) })
	var terms []term
	for _, word := range words {
		// A term that is part of a longer one occurs wherever that does.
		if slices.ContainsFunc(terms, func(t term) bool { return containsASCIIFold(t.text, word) }) {
			continue
		}
		t := term{text: word, others: spellings(word)}
		if len(terms) == maxTerms || len(t.others) > maxSpellings {
			return nil, false
		}
		terms = append(terms, t)
	}
	return terms, true
}

func containsASCIIFold(text, word string) bool {
	return strings.Contains(lowerASCII(text), lowerASCII(word))
}

func lowerASCII(text string) string {
	return strings.Map(func(r rune) rune {
		if 'A' <= r && r <= 'Z' {
			return r + 'a' - 'A'
		}
		return r
	}, text)
}

// spellings lists the other cases of the word's letters, each letter once.
func spellings(word string) []spelling {
	var list []spelling
	for i, r := range word {
		if strings.ContainsRune(word[:i], r) {
			continue
		}
		for _, other := range cases(r) {
			if other != r {
				list = append(list, spelling{string(other), string(r)})
			}
		}
	}
	return list
}

// fold maps a letter outside ASCII to the one that stands for all its cases.
func fold(r rune) rune {
	if all := cases(r); len(all) > 0 {
		return slices.Min(all)
	}
	return r
}

// cases lists all cases of a letter outside ASCII, itself among them. It is
// empty for ASCII, and for the Kelvin sign and the long s: their other cases
// are k and s, and equating them would slow down every search for k or s.
func cases(r rune) []rune {
	all := []rune{r}
	for next := unicode.SimpleFold(r); next != r; next = unicode.SimpleFold(next) {
		all = append(all, next)
	}
	if slices.Min(all) < utf8.RuneSelf {
		return nil
	}
	return all
}
