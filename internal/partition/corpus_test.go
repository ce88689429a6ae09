package partition

import "strings"

// attacks are cookies that an application sets: the name, and the rest.
var attacks = []struct{ from, name, rest string }{
	{"as it should be", "session", "value; HttpOnly"},
	{"the prefix of a host", "__Host-id", `"quoted, value"; Path=/; Secure`},
	{"the prefix of what is secure", "__Secure-id", "x; Secure; Domain=example.com"},
	{"cookie tossing: for all hosts", "session", "x; Domain=.example.com"},
	{"cookie tossing: a path that comes first", "session", "x; Path=/deep; Path=/"},
	{"a doubled attribute: the last one counts", "session", "x; Max-Age=1; Max-Age=99999999; max-age=0"},
	{"an attribute without its sign", "session", "x; Max-Age; Expires; Domain; Path"},
	{"a date far away", "session", "x; Expires=Fri, 31 Dec 9999 23:59:59 GMT"},
	{"a date that is none", "session", "x; Expires=-1; Expires=yesterday"},
	{"a number that is too big", "session", "x; Max-Age=99999999999999999999"},
	{"a cookie that looks like another in its value", "session", "guise-B-session=y"},
	{"another's partition in its name", "guise-B-session", "y"},
	{"signs of equality", "session", "=a=b=="},
	{"a comma", "session", "a, theme=b"},
	{"quotation marks that don't end (cookie sandwich)", "session", `"a; HttpOnly`},
	{"a line end: another header", "session", "a\r\nSet-Cookie: session=b"},
	{"NUL, which cuts in some browsers", "session", "a\x00; HttpOnly"},
	{"a tab, DEL", "session", "a\tb\x7f"},
	{"invalid UTF-8", "session", "\xff\xfe"},
	{"letters in another case", "SeSSion", "x; hTTPoNLY; sAMEsITE=nONE"},
	{"CHIPS", "session", "x; Secure; SameSite=None; Partitioned"},
	{"an unknown attribute", "session", "x; Priority=High; Evil=\"; Domain=example.com\""},
	{"longer than browsers keep", "session", strings.Repeat("x", 5000)},
	{"nothing", "session", ""},
}
