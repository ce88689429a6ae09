package inject

import (
	"strings"
	"testing"
)

// Whatever comes, and however it is cut: the page comes out as it was, but for
// one snippet (or a tag closed in front of it at the end of the stream), and
// the same as in one write.
func FuzzDocument(f *testing.F) {
	for _, seed := range attacks {
		page := seed.page
		f.Add(page, uint(3), uint(7), false, false, uint(0))
		f.Add(page, uint(1), uint(2), true, true, uint(1))
		f.Add(page, uint(9), uint(20), false, true, uint(2))
	}
	f.Fuzz(func(t *testing.T, page string, i, j uint, xml, end bool, judge uint) {
		page = strings.ReplaceAll(page, sign, "")
		k := kindOfPage{xml: xml, judge: judgement(judge % 3)}
		if end {
			k.place = BeforeBodyEnd
		}
		whole := k.through(t, page)
		if strings.Contains(whole, hashed) && !strings.Contains(page, hashed) {
			// A policy in the page was amended, as it should be: see FuzzAmendValue.
		} else if before, after, found := strings.Cut(whole, sign); found {
			// At the end of the stream something may be closed in front of it,
			// and a tag that never ended come after it.
			added, atEnd := strings.CutPrefix(before, strings.TrimSuffix(page, after))
			closed := atEnd && strings.HasSuffix(added, ">") && (after == "" || after[0] == '<')
			empty := xml && strings.HasPrefix(after, "</")
			if before+after != page && !closed && !empty {
				t.Fatalf("%q became %q", page, whole)
			}
		} else if whole != page {
			t.Fatalf("%q became %q", page, whole)
		}
		n := uint(len(page))
		if n == 0 {
			return
		}
		i, j = i%n, j%n
		if got := k.through(t, page[:min(i, j)], page[min(i, j):max(i, j)], page[max(i, j):]); got != whole {
			t.Fatalf("of %q, cut at %d and %d\ngot  %q\nwant %q", page, i, j, got, whole)
		}
		if got := k.through(t, strings.Split(page, "")...); got != whole {
			t.Fatalf("of %q, rune by rune\ngot  %q\nwant %q", page, got, whole)
		}
	})
}

// hashed is how the hashes of what is inline begin in a <meta>.
const hashed = "&#39;sha256-c"

// A policy that is written back must read as what was written.
func FuzzUnescapeAttr(f *testing.F) {
	for _, s := range []string{"", "&", "&amp;", "&#x27;a", "&copy=1", "&notit;", "a&&b", "&#;", "&#99999999;"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		plain := unescapeAttr(s)
		tag := []byte(`<meta content="` + strings.NewReplacer("&", "&amp;", `"`, "&quot;").Replace(plain) + `">`)
		for a := range attrs(string(tag)) {
			if got := unescapeAttr(a.value); got != plain {
				t.Fatalf("%q read back as %q", plain, got)
			}
		}
	})
}
