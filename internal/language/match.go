// Package language owns the choice of a language and the catalogue of texts in
// it. The texts themselves are files that the caller embeds.
package language

import (
	"slices"
	"strings"
)

// Default is the language that every text exists in.
const Default = "en"

// How much of a header is read at most. A browser's own has a few languages.
const (
	maxHeader = 1024
	maxRanges = 24
)

// A wish is one language range of an Accept-Language header.
type wish struct {
	tag    string // as sent; "*" is any
	weight int    // thousandths; 0 is "not this"
}

// Match chooses among the available languages by an Accept-Language header: by
// weight (RFC 9110), each range by lookup (RFC 4647), which shortens it until
// something fits; failing that, the same language as spoken elsewhere, so that
// pt-PT gets pt-BR. What is malformed is ignored. Where nothing fits, it is
// Default, if that is available, or else the first.
func Match(acceptLanguage string, available []string) string {
	if len(available) == 0 {
		return Default
	}
	var room [maxRanges]wish
	wishes := parse(room[:0], acceptLanguage)
	slices.SortStableFunc(wishes, func(a, b wish) int { return b.weight - a.weight })
	for _, w := range wishes {
		if w.weight == 0 {
			break
		}
		if found, ok := lookup(w.tag, wishes, available); ok {
			return found
		}
	}
	return anyOf(available, func(tag string) bool { return !refused(tag, wishes) })
}

// anyOf is Default if it will do, else the first that will, else whatever
// there is: a page in a language nobody asked for is better than none.
func anyOf(available []string, will func(string) bool) string {
	i := slices.Index(available, Default)
	if i >= 0 && will(Default) {
		return Default
	}
	if j := slices.IndexFunc(available, will); j >= 0 {
		return available[j]
	}
	return available[max(0, i)]
}

func lookup(tag string, wishes []wish, available []string) (string, bool) {
	if tag == "*" {
		// Any that no other range is about.
		will := func(tag string) bool {
			return !slices.ContainsFunc(wishes, func(w wish) bool { return covers(w.tag, tag) })
		}
		found := anyOf(available, will)
		return found, will(found)
	}
	for short := tag; short != ""; short = shorten(short) {
		for _, have := range available {
			if strings.EqualFold(have, short) && (short == tag || !refused(have, wishes)) {
				return have, true
			}
		}
	}
	for _, have := range available {
		if strings.EqualFold(primary(have), primary(tag)) && !refused(have, wishes) {
			return have, true
		}
	}
	return "", false
}

// refused reports whether the longest range that covers tag has weight 0. "*"
// is not asked: de-AT,*;q=0 is content with de, which says more than nothing.
func refused(tag string, wishes []wish) bool {
	longest, no := -1, false
	for _, w := range wishes {
		if covers(w.tag, tag) && len(w.tag) > longest {
			longest, no = len(w.tag), w.weight == 0
		}
	}
	return no
}

// covers is RFC 4647's basic filtering: pt covers pt and pt-BR.
func covers(r, tag string) bool {
	return len(tag) >= len(r) && strings.EqualFold(tag[:len(r)], r) && (len(tag) == len(r) || tag[len(r)] == '-')
}

// shorten removes the last subtag, and a single letter before it, which means
// nothing by itself: zh-Hant-x-a becomes zh-Hant.
func shorten(tag string) string {
	tag = tag[:max(0, strings.LastIndexByte(tag, '-'))]
	if i := len(tag) - 2; i > 0 && tag[i] == '-' {
		tag = tag[:i]
	}
	return tag
}

func primary(tag string) string {
	tag, _, _ = strings.Cut(tag, "-")
	return tag
}

// parse appends the ranges of a header to wishes, up to its capacity.
func parse(wishes []wish, header string) []wish {
	if len(header) > maxHeader {
		// Not in the middle of a range, or "en-GB" might be read as "e".
		header = header[:max(0, strings.LastIndexByte(header[:maxHeader], ','))]
	}
	for part := range strings.SplitSeq(header, ",") {
		if len(wishes) == cap(wishes) {
			break
		}
		tag, parameter, weighted := strings.Cut(part, ";")
		w := wish{tag: strings.Trim(tag, " \t"), weight: 1000}
		ok := true
		if weighted {
			w.weight, ok = parseWeight(strings.Trim(parameter, " \t"))
		}
		if ok && isRange(w.tag) {
			wishes = append(wishes, w)
		}
	}
	return wishes
}

// parseWeight reads "q=0.5" in thousandths: 0 to 1 with up to three decimals.
func parseWeight(s string) (int, bool) {
	if len(s) < 3 || (s[0] != 'q' && s[0] != 'Q') || s[1] != '=' || (s[2] != '0' && s[2] != '1') {
		return 0, false
	}
	weight, decimals := int(s[2]-'0')*1000, s[3:]
	if decimals == "" {
		return weight, true
	}
	if decimals[0] != '.' || len(decimals) > 4 {
		return 0, false
	}
	unit := 100
	for _, c := range []byte(decimals[1:]) {
		if c < '0' || c > '9' {
			return 0, false
		}
		weight += int(c-'0') * unit
		unit /= 10
	}
	return weight, weight <= 1000
}

// isRange is RFC 4647's language-range: subtags of one to eight letters, and,
// after the first, digits.
func isRange(s string) bool {
	if s == "*" {
		return true
	}
	size, first := 0, true
	for _, c := range []byte(s) {
		switch letter := 'a' <= c|0x20 && c|0x20 <= 'z'; {
		case c == '-' && size > 0:
			size, first = 0, false
		case size < 8 && (letter || (!first && '0' <= c && c <= '9')):
			size++
		default:
			return false
		}
	}
	return size > 0
}

// Dir is the direction of a language's writing, as HTML's dir attribute has it.
func Dir(lang string) string {
	switch strings.ToLower(primary(lang)) {
	case "ar", "ckb", "dv", "fa", "he", "iw", "ps", "sd", "ug", "ur", "yi":
		return "rtl"
	}
	return "ltr"
}
