package sqlusers

import (
	"slices"
	"strings"
)

// What a flag's column may hold, in lower case. Everything else is unclear.
var (
	yesWords = []string{"1", "1.0", "t", "true", "y", "yes", "on"}
	noWords  = []string{"", "0", "0.0", "f", "false", "n", "no", "off"}
)

// flag is what a flag's column says.
type flag int

const (
	no flag = iota
	yes
	unclear
)

// parseFlag reads the column's text. It does the same as the SQL by which a
// Filter narrows: it ignores the case of ASCII letters, and spaces, and nothing
// else.
func parseFlag(text string) flag {
	word := lowerASCII(strings.Trim(text, " "))
	switch {
	case slices.Contains(yesWords, word):
		return yes
	case slices.Contains(noWords, word):
		return no
	default:
		return unclear
	}
}
