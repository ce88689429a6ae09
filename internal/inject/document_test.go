package inject

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/guise-go/guise/internal/csp"
)

// In these tables ¦ is where the snippet must go: a row is a page as it should
// come out, and the page that goes in is the row without the sign.
const sign = "¦"

var testSnippet = Snippet{
	HTML:   sign,
	Inline: csp.Inline{Style: "'sha256-c3R5'", Script: "'sha256-c2Ny'"},
}

type kindOfPage struct {
	xml   bool
	place Place
	judge judgement
}

// through sends the pieces through a document and returns what came out.
func (k kindOfPage) through(t testing.TB, pieces ...string) string {
	t.Helper()
	var out bytes.Buffer
	d := newDocument(k.xml, k.place, k.judge, func(p []byte) error {
		out.Write(p)
		return nil
	}, func() Snippet { return testSnippet })
	for _, p := range pieces {
		if err := d.write([]byte(p)); err != nil {
			t.Fatal(err)
		}
		if len(d.hold) > maxHeld {
			t.Fatalf("%d bytes held back", len(d.hold))
		}
	}
	if err := d.close(); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// check wants the same whole, byte by byte, and split in two anywhere.
func (k kindOfPage) check(t *testing.T, page, want string) {
	t.Helper()
	if got := k.through(t, page); got != want {
		t.Errorf("in one write\n in %q\ngot %q\nwant %q", page, got, want)
		return
	}
	if got := k.through(t, strings.Split(page, "")...); got != want {
		t.Errorf("byte by byte\n got %q\nwant %q", got, want)
	}
	for i := range page {
		if got := k.through(t, page[:i], page[i:]); got != want {
			t.Fatalf("split at %d\n got %q\nwant %q", i, got, want)
		}
	}
}

func (k kindOfPage) checkAll(t *testing.T, rows []string) {
	for i, want := range rows {
		t.Run(fmt.Sprint(i), func(t *testing.T) {
			k.check(t, strings.Replace(want, sign, "", 1), want)
		})
	}
}

func TestP8_AfterBodyTag(t *testing.T) {
	kindOfPage{}.checkAll(t, []string{
		"<!doctype html><html><head><title>a</title></head><body>¦<p>x</p></body></html>",
		"<body>¦",
		"<BODY CLASS='>'>¦x",
		`<body data-x="<body>" class=a/b onload='"'>¦<body>`,
		"<body\n\t\fid=x\r>¦",
		"<body/>¦x", // in HTML the slash says nothing
		"<body a=>¦",
		"<body a = '>' b>¦",
		"<body =>¦",       // a name that begins with "="
		"<body a/='>¦' >", // after the slash "=" begins a name
		"<body a=\"\"b='>'>¦",
		"<body a=b='>¦'>", // without quotes, one in the middle opens nothing
		"\ufeff<!DOCTYPE html><body>¦x",
		" \n<!-- <body> --><html>\n<body>¦x",
		"<html><head></head>\n <!-- x --> <body>¦x",
		"<html><head><link><meta><base><style></style><script></script></head><body>¦x",
	})
}

func TestP8_BodyTagLookalikes(t *testing.T) {
	kindOfPage{}.checkAll(t, []string{
		// Comments, and how they end.
		"<html><!--<body>--><body>¦",
		"<html><!-- -- > <body> --><body>¦",
		"<html><!--> ¦--><body>", // "<!-->" is a whole comment, and the arrow after it is text
		"<html><!--->¦--><body>",
		"<html><!--a--!><body>¦",
		"<html><!--!><body>--><body>¦",
		"<html><!---!><body>--><body>¦",
		"<html><!----!><body>¦",
		"<html><!--a--!-><body>--><body>¦",
		"<html><!--a---><body>¦",
		"<html><!- <body><body>¦", // a bogus comment up to the first ">"
		"<html><!><body>¦",
		"<html><!x'><body>¦",
		"<html><?php '<body' ?><body>¦",
		"<html></><body>¦",
		"<html></ <body><body>¦",
		"<html><![CDATA[<body><body>¦",           // no CDATA in HTML
		"<!DOCTYPE html SYSTEM '<body>¦'><body>", // in HTML a doctype ends at the first ">"
		// Elements that hold text.
		"<html><script>'<body>'</script><body>¦",
		"<html><script>'</scrip'<body></script ><body>¦",
		"<html><script></scripty><body></script/x='>'><body>¦",
		"<html><script></script x='>'><body>¦",
		"<html><script><!--<body></script><body>¦",
		"<html><script><!--<script></script><body></script><body>¦",
		"<html><script><!--<script>--></script><body>¦",
		"<html><script><!--<script ></SCRIPT ><body></script><body>¦",
		"<html><script><!--<scripts></script><body>¦",
		"<html><script><!--><script></script><body>¦",
		"<html><script><!---><script></script><body>¦",
		"<html><script><!-- a -- > <script></script><body></script><body>¦",
		"<html><script><<!--<script></script><body></script><body>¦",
		"<html><script><!-<script></script><body>¦",
		"<html><style><!--<body></style><body>¦",
		"<html><STYLE>a > b { content: '<body>' }</STYLE\n><body>¦",
		"<html><title><body></title><body>¦",
		"<html><title><!--</title><body>¦",
		"<html><title></titl></titlee><body></title><body>¦",
		"<html><noscript><body></noscript><body>¦",
		"<html><noframes><body></noframes><body>¦",
		"<html><template><body><p>x</template><body>¦",
		"<html><template><template></template><body></template><body>¦",
		"<html><template><script>'</template>'</script><body></template><body>¦",
		"<html><template><svg><style><template></template></style></svg></template><body>¦",
		"<html><template><div>text</template><body>¦",
		// Attributes.
		"<html data-x='<body>'><body>¦",
		"<html><meta content=\"<body>\"><body>¦",
		"<html><link title=\"a'<body>'\"><body>¦",
		// Names that only begin so.
		"<html><head>¦<bas><body>",
	})
}

func TestP8_WithoutBodyTag(t *testing.T) {
	kindOfPage{}.checkAll(t, []string{
		"<!doctype html>¦<p>x",
		"<!doctype html><title>x</title>¦<h1>x</h1>",
		"<html><head><title>x</title></head>\n¦text<body>",
		"<html>¦text",
		"<html>¦&#32;",
		"<html>¦< body>",
		"<html>¦<1>",
		"<title>x</title> \n¦é",
		"<!doctype html>¦<bodyguard>",
		"<!doctype html>¦<" + strings.Repeat("x", 100) + ">",
		"<!doctype html>¦<div-x>",
		"<html><head></head><script></script><style></style>¦<svg></svg>",
		"<html><head><noscript></noscript></head>¦<noscript>x</noscript>",
		"<html><head></head>¦</body></html>",
		"<html>¦</html>",
		"<html>¦</br>",
		"<html></p></div>¦<p>", // end tags that open nothing
		"<html><head>¦",
		"<html><head></head> ¦",
		"<!doctype html>¦",
		"<!doctype html>¦<",
		"<!doctype html>¦</",
		"<!doctype html>¦<bod",
		"<title>x</title>¦",
		"<meta charset=utf-8>¦<p>x",
		"<base href=/>¦x",
	})
}

// At the end of the stream something may still be open.
func TestP8_CutOff(t *testing.T) {
	for _, row := range [][2]string{
		{"<!doctype html><!-- x", "-->¦"},
		{"<!doctype html><!-- x--!", "-->¦"},
		{"<!doctype html><!doc", ">¦"},
		{"<!doctype html><link a", ">¦"},
		{"<!doctype html><link a=", `"">¦`},
		{"<!doctype html><link a='x", "'>¦"},
		{"<!doctype html><title>x", "</title>¦"},
		{"<!doctype html><style>x</styl", "</style>¦"},
		{"<!doctype html><template><p>", "</template>¦"},
		{"<!doctype html></script><!x", ">¦"},
		{"<!doctype html><template><" + strings.Repeat("x", 50), "></template>¦"},
		// The part of a script that came is not run by any browser.
		{"<!doctype html><script>drop()", ""},
		{"<!doctype html><script>drop()</script ", ""},
	} {
		kindOfPage{}.check(t, row[0], row[0]+row[1])
	}
	kindOfPage{}.check(t, "<html><meta content='x", "<html>¦<meta content='x")
	kindOfPage{}.check(t, "<html><template><", "<html><template></template>¦<")
}

func TestP8_FragmentsAreLeftAlone(t *testing.T) {
	for _, page := range []string{
		"", " \n", "text", "<", "</", "<p>x</p>", "<!-- c --><div><body></div>", "<tr><td>x", "\ufefftext",
		"</body>", "<script>x</script><p>", "<style></style><div>", "<link rel=stylesheet><p>",
		"<template><title>x</title></template><p>", "<svg><title>x</title></svg>", "\xef\xbbx<body>", "&nbsp;<body>",
		"<script>x", "<noscript></noscript>x",
	} {
		kindOfPage{}.check(t, page, page)
	}
}

func TestP8_FragmentOrDocument(t *testing.T) {
	for _, row := range []struct {
		page                         string
		byContent, script, navigated string
	}{
		{"<p>x", "<p>x", "<p>x", "¦<p>x"},
		{"text", "text", "text", "¦text"},
		{" ", " ", " ", " ¦"},
		{"", "", "", ""},
		{"\xc3\xa9", "\xc3\xa9", "\xc3\xa9", "¦\xc3\xa9"},
		{"\xef\xbb", "\xef\xbb", "\xef\xbb", "¦\xef\xbb"},
		{"<title>a</title><p>x", "<title>a</title>¦<p>x", "<title>a</title><p>x", "<title>a</title>¦<p>x"},
		{"<meta a=b><p>x", "<meta a=b>¦<p>x", "<meta a=b><p>x", "<meta a=b>¦<p>x"},
		{"<head></head><p>x", "<head></head>¦<p>x", "<head></head>¦<p>x", "<head></head>¦<p>x"},
		{"<body>x", "<body>¦x", "<body>¦x", "<body>¦x"},
		{"<!doctype html>x", "<!doctype html>¦x", "<!doctype html>¦x", "<!doctype html>¦x"},
	} {
		kindOfPage{}.check(t, row.page, row.byContent)
		kindOfPage{judge: judgeStrictly}.check(t, row.page, row.script)
		kindOfPage{judge: judgeNavigation}.check(t, row.page, row.navigated)
	}
}

func TestFramesetsAndUTF16AreLeftAlone(t *testing.T) {
	for _, page := range []string{
		"<!doctype html><html><head><title>x</title></head><frameset cols='*'><frame></frameset><noframes><body></noframes></html>",
		"\xfe\xff\x00<\x00b\x00o\x00d\x00y\x00>", "\xff\xfe<\x00b\x00o\x00d\x00y\x00>\x00",
	} {
		kindOfPage{judge: judgeNavigation}.check(t, page, page)
	}
}

func TestP8_XHTML(t *testing.T) {
	const head = "<html xmlns='http://www.w3.org/1999/xhtml'><head><title>x</title></head>"
	kindOfPage{xml: true}.checkAll(t, []string{
		"<?xml version='1.0'?>\n<!DOCTYPE html>" + head + "<body>¦<p/></body></html>",
		"\ufeff<?xml version='1.0'?>" + head + "<body class='>'>¦</body></html>",
		"<!DOCTYPE html [ <!ENTITY a '<body>'> <!-- don't ]> --> <!ELEMENT body ANY> ]>" + head + "<body>¦</body></html>",
		"<!DOCTYPE html PUBLIC \"a>\" 'b>'>" + head + "<body>¦</body></html>",
		"<?pi <body> ?><html><body>¦</body></html>",
		"<html><head><script>a &lt; '<![CDATA[<body>]]]>]]>'</script></head><body>¦</body></html>",
		"<html><head><script/><title/><style><!--<body>--></style></head><body>¦</body></html>",
		"<html><!--><body>--><body>¦</body></html>",
		"<html><!--a--!><body>--><body>¦</body></html>",
		"<!DOCTYPE html [ <!-- ' --> <!ENTITY a '><html><body>'> ]><html><body>¦</body></html>",
		"<html><Body><body>¦</body></Body></html>", // case matters
		"<h:html xmlns:h='x'><h:head/><h:body>¦</h:body></h:html>",
		"<html><head/>text<div/>¦</html>", // no body, but shown
		"<svg xmlns='http://www.w3.org/2000/svg'><body/></svg>",
		"<html><frameset><body/></frameset></html>",
		"<html/>",
	})
	kindOfPage{xml: true}.check(t, "<html><body class='a' /></html>", "<html><body class='a' >¦</body></html>")
	kindOfPage{xml: true}.check(t, "<h:html><h:body/></h:html>", "<h:html><h:body>¦</h:body></h:html>")
	kindOfPage{xml: true, place: BeforeBodyEnd}.checkAll(t, []string{
		"<html><body><script>'<![CDATA[</body>]]>'</script><p/>¦</body></html>",
		"<html><body><p>¦",
	})
	kindOfPage{xml: true, place: BeforeBodyEnd}.check(t, "<html><body/></html>", "<html><body>¦</body></html>")
}

func TestP8_BeforeBodyEnd(t *testing.T) {
	kindOfPage{place: BeforeBodyEnd}.checkAll(t, []string{
		"<!doctype html><body><p>x</p>¦</body></html>",
		"<html><body>x¦</BODY\n>",
		"<html><body>x¦</html>",
		"<html><body>x¦",
		"<html><body>¦",
		"<html>text¦</body>",
		"<html><p>x¦</body>",
		"<title>x</title>¦</body>",
		"<html><body><script>'</body>'</script><!--</body>--><textarea></body></textarea><a title='</body>'>¦</body>",
		"<html><body><script><!--<script></script></body></script>¦</body>",
		"<html><body><iframe></body></iframe><xmp></body></xmp><noscript></body></noscript><noembed></body></noembed>¦</body>",
		"<html><body><template></body></template>¦</body>",
		"<html><body><svg><![CDATA[</body>]]><style><!-- </body> --></style><title></title></svg>¦</body>",
		"<html><body><svg><foreignObject><style></body></style></foreignObject><script/></svg>¦</body>",
		"<html><body><svg/><style></body></style>¦</body>",
		"<html><body><svg><foreignObject/><![CDATA[></body>]]></svg>¦</body>",
		"<html><body><svg><desc><template></desc></svg></body></template></desc></svg>¦</body>",
		"<html><body><svg a=b/><![CDATA[</body>]]></svg>¦</body>", // that slash is the value's
		"<html><body><math><annotation-xml><title></body></title></annotation-xml></math><math/>¦</body>",
		"<html><body><svg><desc><svg><title><xmp></body></xmp></title></svg></desc><![CDATA[</body>]]></svg>¦</body>",
		"<html><body>¦<plaintext></body>",
		"<html>¦<plaintext></body>",
		"<html><body></bod></bodyy>¦</body></body>",
		"<html><body></" + strings.Repeat("x", 50) + " a='</body>'>¦</body>",
		"<html><body><svg><p><style></body></style>¦</body>", // <p> ends the SVG
		"<html><body><svg><g></p><![CDATA[>¦</body>",         // so does </p>
		"<html><body><math><mi><b></b><style></body></style></mi><style><!-- </body> --></style></math>¦</body>",
		"<html><body><svg><title><![CDATA[></body>]]></title><foreignObject><![CDATA[>¦</body>",
		"<html><body>a < b ¦</body>",
		"<html><body>a ¦<",
		"<p>x</body>",
		"<html><frameset></frameset></html>",
		"<html><body>" + strings.Repeat("<svg><desc>", 50) + "¦</body>",
	})
	for _, row := range [][2]string{
		{"<html><body><!-- x", "-->¦"},
		{"<html><body><textarea>x", "</textarea>¦"},
		{"<html><body><svg><![CDATA[x", "]]></svg>¦"},
		{"<html><body><svg><desc><template>", "</template></desc></svg>¦"},
		{"<html><body><a href=\"x", "\">¦"},
		{"<html><body><math><mi><template>x", "</template></math>¦"},
		{"<html><body><script>x", ""},
	} {
		kindOfPage{place: BeforeBodyEnd}.check(t, row[0], row[0]+row[1])
	}
}

func TestP8_LargeHead(t *testing.T) {
	for name, head := range map[string]string{
		"script":    "<script>" + strings.Repeat("if (a<b) { '<body>' } ", 50000) + "</script>",
		"comment":   "<!--" + strings.Repeat("- <body> -", 100000) + "-->",
		"links":     strings.Repeat("<link rel=stylesheet href='/a>b.css'>\n", 30000),
		"attribute": "<link title='" + strings.Repeat("<body>", 200000) + "'>",
		"white":     strings.Repeat(" \n", 500000),
		"meta":      "<meta content='" + strings.Repeat("<body>", 200000) + "'>",
	} {
		t.Run(name, func(t *testing.T) {
			var pieces []string
			page := "<!doctype html><html><head>" + head + "</head><body>x"
			for rest := page; rest != ""; {
				n := min(len(rest), 4001)
				pieces, rest = append(pieces, rest[:n]), rest[n:]
			}
			want := strings.TrimSuffix(page, "x") + "¦x"
			k := kindOfPage{}
			if k.through(t, page) != want || k.through(t, pieces...) != want {
				t.Error("the snippet is not after the body tag")
			}
		})
	}
}

// All that is certain is out before the next write comes.
func TestNothingCertainIsHeldBack(t *testing.T) {
	for _, row := range []struct{ page, out string }{
		{"<", ""},
		{"<!", "<!"},
		{"<!doctype html><html><head><ti", "<!doctype html><html><head>"},
		{"<html><link href='", "<html><link href='"},
		{"<html><meta content='", "<html>"},
		{"<html><script>a<", "<html><script>a<"},
		{"<html><!-- <", "<html><!-- <"},
		{"<html></he", "<html>"},
		{"<html><body class='", "<html><body class='"},
		{"<html><body>", "<html><body>¦"},
		{"<html><body><", "<html><body>¦<"},
		{"<p>x<", "<p>x<"},
		{"\xef\xbb", ""},
		{"\xef\xbb\xbf", "\xef\xbb\xbf"},
		{"<html><" + strings.Repeat("x", 40), "<html>¦<" + strings.Repeat("x", 40)},
	} {
		var out bytes.Buffer
		d := newDocument(false, AfterBodyStart, judgeByContent, func(p []byte) error {
			out.Write(p)
			return nil
		}, func() Snippet { return testSnippet })
		if err := d.write([]byte(row.page)); err != nil {
			t.Fatal(err)
		}
		if out.String() != row.out {
			t.Errorf("of %q there came %q, want %q", row.page, out.String(), row.out)
		}
	}
}
