package redirect

import (
	"strings"

	"github.com/guise-go/guise/internal/percent"
)

// wellEscaped reports whether every percent sign begins a whole escape.
func wellEscaped(s string) bool {
	for i := range len(s) {
		if s[i] == '%' && !percent.EscapeAt(s, i) {
			return false
		}
	}
	return true
}

const hexDigits = "0123456789ABCDEF"

// escape escapes what does not belong in a header, or in HTML if someone forgets
// to escape it there. Escapes that are there already stay.
func escape(s string) string {
	var b strings.Builder
	for i := range len(s) {
		if c := s[i]; c <= ' ' || c >= 0x7f || strings.IndexByte("\"<>`'{}|^\\", c) >= 0 {
			b.WriteByte('%')
			b.WriteByte(hexDigits[c>>4])
			b.WriteByte(hexDigits[c&15])
		} else {
			b.WriteByte(c)
		}
	}
	return b.String()
}
