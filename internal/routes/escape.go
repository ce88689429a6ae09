package routes

import "strings"

// escapeAt reports whether s has a whole percent escape at i.
func escapeAt(s string, i int) bool {
	return s[i] == '%' && i+2 < len(s) && hex(s[i+1]) >= 0 && hex(s[i+2]) >= 0
}

// unescape decodes every whole percent escape once and leaves broken ones as
// they are, as a lenient router does. (net/url gives up on the first.)
func unescape(s string) string {
	first := strings.IndexByte(s, '%')
	if first < 0 {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	b.WriteString(s[:first])
	for i := first; i < len(s); i++ {
		if escapeAt(s, i) {
			b.WriteByte(byte(hex(s[i+1])<<4 | hex(s[i+2])))
			i += 2
			continue
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

// unescapeAll decodes until nothing is left, up to the bound.
func unescapeAll(s string) string {
	for range maxDecodings {
		next := unescape(s)
		if next == s {
			break
		}
		s = next
	}
	return s
}

func hex(c byte) int {
	switch {
	case '0' <= c && c <= '9':
		return int(c - '0')
	case 'a' <= c && c <= 'f':
		return int(c-'a') + 10
	case 'A' <= c && c <= 'F':
		return int(c-'A') + 10
	}
	return -1
}
