package console

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/guise-go/guise"
)

// Initials are one or two letters that stand for a person; "" where the name has
// no letters.
func (v *view) Initials(u guise.User) string {
	var letters []rune
	for word := range strings.FieldsSeq(line(u.Label())) {
		if r, _ := utf8.DecodeRuneInString(word); unicode.IsLetter(r) || unicode.IsDigit(r) {
			letters = append(letters, unicode.ToUpper(r))
		}
	}
	if len(letters) > 2 {
		letters = []rune{letters[0], letters[len(letters)-1]}
	}
	if len(letters) == 2 && unicode.Is(unicode.Arabic, letters[0]) {
		return string(letters[0]) + zeroWidthNonJoiner + string(letters[1])
	}
	return string(letters)
}

// zeroWidthNonJoiner keeps two letters of a joining script from becoming one word.
const zeroWidthNonJoiner = "\u200c"

// Hue is a number from 0 to 5 that stays with a person, for the colour behind
// the initials.
func (v *view) Hue(u guise.User) int {
	sum := 0
	for _, b := range []byte(u.ID) {
		sum = (sum*31 + int(b)) % 6
	}
	return sum
}
