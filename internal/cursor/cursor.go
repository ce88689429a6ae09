// Package cursor makes the opaque texts by which a list is continued. They
// are not signed: a list checks what it decodes and narrows by the caller's
// rights as on the first page, so a made-up cursor reaches nothing new.
package cursor

import (
	"encoding/base64"
	"encoding/json"
	"strings"
)

// maxLength bounds what is decoded; real cursors are far shorter.
const maxLength = 4096

// Encode packs the position after the last row of the list called kind.
func Encode(kind string, position ...string) string {
	parts := [][]byte{[]byte(kind)} // a string that is not UTF-8 would come back as another
	for _, part := range position {
		parts = append(parts, []byte(part))
	}
	packed, err := json.Marshal(parts)
	if err != nil {
		return "" // bytes always marshal
	}
	return base64.RawURLEncoding.EncodeToString(packed)
}

// Decode unpacks what Encode made for the same kind with n parts, and reports
// false for anything else.
func Decode(kind, text string, n int) ([]string, bool) {
	// The decoder would skip line breaks; a cursor has none.
	if len(text) > maxLength || strings.ContainsAny(text, "\r\n") {
		return nil, false
	}
	packed, err := base64.RawURLEncoding.Strict().DecodeString(text)
	if err != nil {
		return nil, false
	}
	var parts [][]byte
	if json.Unmarshal(packed, &parts) != nil || len(parts) != n+1 || string(parts[0]) != kind {
		return nil, false
	}
	position := make([]string, n)
	for i := range position {
		position[i] = string(parts[i+1])
	}
	return position, true
}
