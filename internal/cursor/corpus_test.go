package cursor

import (
	"encoding/base64"
	"strings"
)

// raw is a cursor around any text, as an attacker makes it.
func raw(text string) string { return base64.RawURLEncoding.EncodeToString([]byte(text)) }

// attacks are cursors that nobody was given. "dXNlcnM=" is "users", as a cursor
// holds it, "YQ==" is "a" and "Yg==" is "b".
var attacks = []struct{ from, text string }{
	{"as it should be", Encode("users", "a", "b")},
	{"the list alone", raw(`["dXNlcnM="]`)},
	{"another list's", Encode("log", "a", "b")},
	{"texts as they are, not encoded", raw(`["users","a","b"]`)},
	{"SQL injection in a position", Encode("users", "' OR 1=1 --", "0; DROP TABLE users")},
	{"NoSQL injection: an object in a position", raw(`["dXNlcnM=",{"$gt":""},"Yg=="]`)},
	{"null for a text", raw(`["dXNlcnM=",null,"Yg=="]`)},
	{"numbers for texts", raw(`["dXNlcnM=",1e400,-0]`)},
	{"a list of numbers for a text", raw(`["dXNlcnM=",[97,256,-1],[98]]`)},
	{"prototype pollution: an object for the list", raw(`{"0":"dXNlcnM=","length":3,"__proto__":[]}`)},
	{"deep nesting", raw(strings.Repeat("[", 3000))},
	{"something after it", raw(`["dXNlcnM=","YQ==","Yg=="]["dXNlcnM=","Yw==","ZA=="]`)},
	{"white space, so that one position has several cursors", raw(` ["dXNlcnM=", "YQ==","Yg=="] `)},
	{"an escaped letter, for the same", raw(`["\u0064XNlcnM=","YQ==","Yg=="]`)},
	{"bits after the end of a text, for the same", raw(`["dXNlcnM=","YR==","Yg=="]`)},
	{"a text that is not base64", raw(`["dXNlcnM=","a","%%"]`)},
	{"half a surrogate pair", raw(`["dXNlcnM=","\ud800","\udc00"]`)},
	{"invalid UTF-8", Encode("users", "\xff", "\xed\xa0\x80")},
	{"invalid UTF-8 around it", raw("[\"dXNlcnM=\",\"\xff\",\"Yg==\"]")},
	{"NUL", Encode("users", "\x00", "\x00")},
	{"base64 malleability: bits after the end", raw(`["dXNlcnM=","YQ==","Yg=="]`)[:22] + "J"},
	{"base64 of the other alphabet", base64.StdEncoding.EncodeToString([]byte(`["dXNlcnM=","Pz8/","fn5+"]`))},
	{"padding", raw(`["dXNlcnM=","YQ==","Yg=="]`) + "=="},
	{"line ends that a decoder skips", raw(`["dXNlcnM=","YQ==",`) + "\r\n" + raw(`"Yg=="]`)},
	{"a serialised object of another language", raw("\x80\x04\x95cos\nsystem\n")},
	{"far too long", strings.Repeat("A", 5000)},
}
