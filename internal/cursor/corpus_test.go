package cursor

import (
	"encoding/base64"
	"strings"
)

// raw is a cursor around any text, as an attacker makes it.
func raw(text string) string { return base64.RawURLEncoding.EncodeToString([]byte(text)) }

// attacks are cursors that nobody was given.
var attacks = []struct{ from, text string }{
	{"as it should be", Encode("users", "a", "b")},
	{"the list alone", raw(`["users"]`)},
	{"another list's", Encode("log", "a", "b")},
	{"SQL injection in a position", Encode("users", "' OR 1=1 --", "0; DROP TABLE users")},
	{"NoSQL injection: an object in a position", raw(`["users",{"$gt":""},"b"]`)},
	{"null for a text", raw(`["users",null,"b"]`)},
	{"numbers for texts", raw(`["users",1e400,-0]`)},
	{"prototype pollution: an object for the list", raw(`{"0":"users","length":3,"__proto__":[]}`)},
	{"deep nesting", raw(strings.Repeat("[", 3000))},
	{"something after it", raw(`["users","a","b"]["users","c","d"]`)},
	{"white space, so that one position has several cursors", raw(` ["users", "a","b"] `)},
	{"an escaped letter, for the same", raw(`["\u0075sers","a","b"]`)},
	{"half a surrogate pair", raw(`["users","\ud800","\udc00"]`)},
	{"invalid UTF-8", raw("[\"users\",\"\xff\",\"b\"]")},
	{"NUL", raw("[\"users\",\"\x00\",\"\\u0000\"]")},
	{"base64 malleability: bits after the end", raw(`["users","a","b"]`)[:22] + "J"},
	{"base64 of the other alphabet", base64.StdEncoding.EncodeToString([]byte(`["users","???","~~~"]`))},
	{"padding", raw(`["users","a","b"]`) + "=="},
	{"line ends that a decoder skips", raw(`["users","a",`) + "\r\n" + raw(`"b"]`)},
	{"a serialised object of another language", raw("\x80\x04\x95cos\nsystem\n")},
	{"far too long", strings.Repeat("A", 5000)},
}
