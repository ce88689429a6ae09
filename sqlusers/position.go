package sqlusers

import (
	"encoding/hex"

	"github.com/guise-go/guise/internal/cursor"
)

// position is a place in the order of the IDs: the ID of the last user of a
// page, and whether the database holds it as a number or as text.
type position struct {
	number bool
	text   string
}

// value is the ID as the database holds it, so that it sorts the same.
func (p position) value() any {
	if n, ok := integer(p.text); p.number && ok {
		return n
	}
	return p.text
}

// encode makes a cursor of the list called kind. The ID is in hexadecimal digits,
// because it may not be UTF-8.
func (p position) encode(kind string) string {
	held := "text"
	if p.number {
		held = "number"
	}
	return cursor.Encode(kind, held, hex.EncodeToString([]byte(p.text)))
}

// decodePosition reads what encode made for the same list.
func decodePosition(kind, text string) (position, bool) {
	parts, ok := cursor.Decode(kind, text, 2)
	if !ok {
		return position{}, false
	}
	id, err := hex.DecodeString(parts[1])
	p := position{parts[0] == "number", string(id)}
	if _, isNumber := integer(p.text); p.number && !isNumber {
		return position{}, false
	}
	// Encoding again admits one spelling only, and no other kind of ID.
	return p, err == nil && p.encode(kind) == text
}
