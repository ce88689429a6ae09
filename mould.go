package guise

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// moulds make the built-in banner in a fraction of the time that its template
// takes: the template is executed once for each language and kind of banner,
// and what differs from one request to the next is put into the result. They
// keep nothing about anybody, and there are only so many kinds.
type moulds struct{ made sync.Map } // a mould of each kind

// kind is everything in a banner on which the template's words and branches
// depend.
type kind struct {
	lang                            string
	asSelf, address, expires, write bool
}

// mould is the text around the gaps of a banner: before the first, between the
// first and the second, and so on.
type mould struct {
	texts []string
	gaps  []int // which of the values is in each
}

// gapValues are the values that a mould leaves out.
func gapValues(d BannerData) []string {
	return []string{
		d.ID, personIn(d.Headline), personIn(d.You), d.Address, d.Mode, d.Left,
		strconv.FormatInt(d.Expires, 10), strconv.FormatInt(d.Now, 10),
		d.StatusURL, d.StopURL, d.LeaveURL, d.WriteURL,
	}
}

// Each gap is found by a number that is written alike in a text, in a URL and
// as a number, and that occurs in no text of Guise's.
const gapAt = 731_000_000_000_000

var gapMark = regexp.MustCompile(`7310000000000\d\d`)

// withGaps is the data with a mark in place of each value that is there.
func withGaps(d BannerData) BannerData {
	mark := func(n int) string { return strconv.Itoa(gapAt + n) }
	d.ID, d.Mode, d.Left, d.Now = mark(0), mark(4), mark(5), gapAt+7
	d.StatusURL, d.StopURL, d.LeaveURL = mark(8), mark(9), mark(10)
	d.Headline, d.You = withPerson(d.Headline, mark(1)), withPerson(d.You, mark(2))
	if d.Address != "" {
		d.Address = mark(3)
	}
	if d.Expires != 0 {
		d.Expires = gapAt + 6
	}
	if d.WriteURL != "" {
		d.WriteURL = mark(11)
	}
	return d
}

func personIn(parts []BannerPart) string {
	for _, part := range parts {
		if part.Name != "" {
			return part.Text
		}
	}
	return ""
}

func withPerson(parts []BannerPart, name string) []BannerPart {
	parts = slices.Clone(parts)
	for n := range parts {
		if parts[n].Name != "" {
			parts[n].Text = name
		}
	}
	return parts
}

// html is what execute, which executes the template, would return for the data.
func (m *moulds) html(d BannerData, execute func(BannerData) (string, error)) (string, error) {
	for _, url := range []string{d.StatusURL, d.StopURL, d.LeaveURL, d.WriteURL} {
		if !plainURL(url) {
			return execute(d) // which knows how to write such a URL
		}
	}
	of := kind{d.Lang, d.AsSelf, d.Address != "", d.Expires != 0, d.WriteURL != ""}
	have, ok := m.made.Load(of)
	if !ok {
		text, err := execute(withGaps(d))
		if err != nil {
			return "", err
		}
		have, _ = m.made.LoadOrStore(of, newMould(text))
	}
	return have.(mould).cast(gapValues(d)), nil
}

func newMould(text string) mould {
	var m mould
	done := 0
	for _, at := range gapMark.FindAllStringIndex(text, -1) {
		n, _ := strconv.Atoi(text[at[0]:at[1]]) // it is all digits
		m.texts, m.gaps = append(m.texts, text[done:at[0]]), append(m.gaps, n-gapAt)
		done = at[1]
	}
	m.texts = append(m.texts, text[done:])
	return m
}

func (m mould) cast(values []string) string {
	size := 0
	for n, value := range values {
		values[n] = ascii(bannerEscaper.Replace(value))
	}
	for _, text := range m.texts {
		size += len(text)
	}
	for _, gap := range m.gaps {
		size += len(values[gap])
	}
	var b strings.Builder
	b.Grow(size)
	for n, gap := range m.gaps {
		b.WriteString(m.texts[n])
		b.WriteString(values[gap])
	}
	b.WriteString(m.texts[len(m.gaps)])
	return b.String()
}

// bannerEscaper writes a value as html/template does where the built-in banner
// has values: in the text of an element, and in an attribute with quotes.
var bannerEscaper = strings.NewReplacer("\x00", "\uFFFD", `"`, "&#34;", "&", "&amp;", "'", "&#39;", "+", "&#43;", "<", "&lt;", ">", "&gt;")

// plainURL reports whether a URL on this site is the same however it is escaped.
func plainURL(url string) bool {
	return (url == "" || url[0] == '/') && !strings.ContainsFunc(url, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && !strings.ContainsRune("/.:-_~[]", r)
	})
}
