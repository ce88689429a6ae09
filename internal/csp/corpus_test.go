package csp

import "strings"

// attacks are policies as they go wrong, each with the way it does.
var attacks = []struct{ from, policy string }{
	{"nothing", ""},
	{"empty directives and policies", ";;,;,"},
	{"nothing is allowed", "default-src 'none'"},
	{"the directive of elements alone", "default-src 'self'; script-src-elem 'none'"},
	{"a nonce with strict-dynamic and what older browsers take", "script-src 'nonce-YWJj' 'strict-dynamic' 'unsafe-inline' https:; style-src 'unsafe-inline'"},
	{"names in capitals, tabs, several policies", "SCRIPT-SRC-ELEM a;script-src-elem b;style-src \t c , default-src"},
	{"policy injection: a directive that comes first counts", "script-src-elem 'unsafe-inline'; script-src-elem 'none'"},
	{"policy injection through a report address", "default-src 'self'; report-uri /r?x=; script-src-elem *"},
	{"policy injection: a line end becomes white space", "default-src 'self'\r\n ; script-src *"},
	{"a comma inside a directive parts policies", "script-src a,b; style-src c"},
	{"letters that are no ASCII: the directive is ignored", "script-src-elem ü; script-src x"},
	{"a hash there is already", "style-src-elem 'sha256-c3R5'"},
	{"'none' together with a source means nothing", "script-src 'none' 'self'"},
	{"none without quotation marks is a host", "script-src none; style-src NONE"},
	{"a nonce without a value switches nothing off", "default-src 'unsafe-inline' 'nonce-'"},
	{"a nonce that is not base64", "script-src 'unsafe-inline' 'nonce-###'"},
	{"a hash of another kind", "script-src 'unsafe-inline' 'sha1-YWJj' 'md5-YWJj'"},
	{"a hash in the alphabet for addresses", "script-src 'unsafe-inline' 'sha384-a_-b=='"},
	{"too much padding", "script-src 'unsafe-inline' 'nonce-YQ==='"},
	{"dangling markup: a policy with tags in it", "script-src 'nonce-\"><script>' <x>"},
	{"quotation marks that are typographic", "script-src ‘unsafe-inline’ “self”"},
	{"control characters between words", "script-src\x00'unsafe-inline'\x0b'self'\x7f;\x1fstyle-src x"},
	{"a no-break space is no white space", "script-src\u00a0'unsafe-inline'"},
	{"trusted types", "require-trusted-types-for 'script'; trusted-types 'none'; script-src 'unsafe-inline'"},
	{"hashes for attributes", "script-src 'unsafe-hashes' 'sha256-c2Ny' 'report-sample'"},
	{"sandbox and forms", "sandbox allow-scripts; form-action 'none'; base-uri 'none'"},
	{"a directive that is another's beginning", "script-src-attr 'none'; script-sr x; style-src-elemental y"},
	{"thousands of sources", "script-src " + strings.Repeat("a ", 4000)},
	{"thousands of policies", strings.Repeat("script-src a,", 1000)},
}
