package inject

import (
	"strings"
	"testing"
)

func TestP8_MetaPolicyIsAmended(t *testing.T) {
	const hashed = `; script-src-elem &#39;sha256-c2Ny&#39;`
	for _, row := range []struct{ name, tag, want string }{
		{
			"as usual", `<meta http-equiv="Content-Security-Policy" content="script-src 'none'">`,
			`<meta http-equiv="Content-Security-Policy" content="script-src &#39;none&#39;` + hashed + `">`,
		},
		{
			"other order, other case, single quotes, a slash", `<META  CONTENT='script-src a' id=x HTTP-EQUIV='content-SECURITY-policy'/>`,
			`<META  CONTENT="script-src a; script-src-elem a &#39;sha256-c2Ny&#39;" id=x HTTP-EQUIV='content-SECURITY-policy'/>`,
		},
		{
			"no quotes", `<meta http-equiv=content-security-policy content=script-src>`,
			`<meta http-equiv=content-security-policy content="script-src` + hashed + `">`,
		},
		{
			"character references", `<meta http-equiv=content&#45;security-policy content="script-src &apos;none&#x27;; report-uri /r?a=1&copy=2&amp;b">`,
			`<meta http-equiv=content&#45;security-policy content="script-src &#39;none&#39;; report-uri /r?a=1&amp;copy=2&amp;b` + hashed + `">`,
		},
		{
			"white space around the equals sign", "<meta http-equiv\n=\tcontent-security-policy content = 'script-src'>",
			"<meta http-equiv\n=\tcontent-security-policy content = \"script-src" + hashed + "\">",
		},
		{
			"the first of two counts", `<meta content="script-src" content="x" http-equiv=content-security-policy http-equiv=refresh>`,
			`<meta content="script-src` + hashed + `" content="x" http-equiv=content-security-policy http-equiv=refresh>`,
		},
		{"nothing restricted", `<meta http-equiv=content-security-policy content="img-src *">`, ""},
		{"inline allowed", `<meta http-equiv=content-security-policy content="script-src 'unsafe-inline'">`, ""},
		{"another meta", `<meta name=content-security-policy content="script-src">`, ""},
		{"another header", `<meta http-equiv=refresh content="script-src">`, ""},
		{"reporting alone is not for a meta", `<meta http-equiv=content-security-policy-report-only content="script-src">`, ""},
		{"no content", `<meta http-equiv=content-security-policy>`, ""},
		{"the second of two does not count", `<meta http-equiv=refresh http-equiv=content-security-policy content="script-src">`, ""},
		{"all in one value", `<meta name="http-equiv=content-security-policy content=script-src">`, ""},
	} {
		t.Run(row.name, func(t *testing.T) {
			want := row.want
			if want == "" {
				want = row.tag
			}
			page := "<html><head>" + row.tag + "<body>"
			kindOfPage{}.check(t, page, "<html><head>"+want+"<body>¦")
			kindOfPage{place: BeforeBodyEnd}.check(t, page, "<html><head>"+want+"<body>¦")
		})
	}
}

// A browser honours such a meta only where it is in the head of the page.
func TestMetaElsewhereIsNoPolicy(t *testing.T) {
	const meta = `<meta http-equiv=content-security-policy content=script-src>`
	for _, page := range []string{
		"<html><!--" + meta + "--><body>¦",
		"<html><title>" + meta + "</title><body>¦",
		"<html><template>" + meta + "</template><body>¦",
		"<html><body>¦" + meta,
	} {
		kindOfPage{}.check(t, strings.Replace(page, sign, "", 1), page)
	}
}

func TestP8_MetaPolicyInXHTML(t *testing.T) {
	kindOfPage{xml: true}.check(t,
		`<html><head><meta http-equiv="Content-Security-Policy" content="script-src"/></head><body/></html>`,
		`<html><head><meta http-equiv="Content-Security-Policy" content="script-src; script-src-elem &#39;sha256-c2Ny&#39;"/></head><body>¦</body></html>`)
}

func TestUnescapeAttr(t *testing.T) {
	for _, row := range [][2]string{
		{"a&amp;b", "a&b"}, {"&#39;&#x27;&#X27;", "'''"}, {"&#39x", "'x"}, {"&#39=", "'="}, {"&", "&"}, {"&=", "&="},
		{"&;", "&;"}, {"&#;", "&#;"}, {"&copy", "©"}, {"&copy;", "©"}, {"&copy=", "&copy="}, {"&copy2", "&copy2"},
		{"&copy2;", "&copy2;"}, {"&notit;", "&notit;"}, {"&semi;", ";"}, {"&unknown;", "&unknown;"}, {"&a&amp;", "&a&"},
		{"&NotEqualTilde;", "\u2242\u0338"},
	} {
		if got := unescapeAttr(row[0]); got != row[1] {
			t.Errorf("unescapeAttr(%q) = %q, want %q", row[0], got, row[1])
		}
	}
}
