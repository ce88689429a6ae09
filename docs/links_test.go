package docs_test

import (
	"fmt"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"unicode"
)

var (
	fenced  = regexp.MustCompile("(?ms)^```.*?^```$")
	inCode  = regexp.MustCompile("`[^`\n]*`")
	linked  = regexp.MustCompile(`\]\(([^)\s]+)(?: "[^"]*")?\)|(?:src|srcset|href)="([^"]+)"`)
	heading = regexp.MustCompile(`(?m)^#{1,6} +(.+?) *$`)
	placed  = regexp.MustCompile(`<a id="([^"]+)"`)
	tested  = regexp.MustCompile("`((?:Test|Fuzz|Benchmark|Example)[A-Z0-9]\\w*)`")
	tests   = regexp.MustCompile(`(?m)^func ((?:Test|Fuzz|Benchmark|Example)\w+)\(`)
)

// TestDocs_LinksLeadSomewhere: every relative link leads to a file that is
// there and, where it names an anchor, to a heading or a place in it.
func TestDocs_LinksLeadSomewhere(t *testing.T) {
	all := documents(t)
	checked := 0
	for document, content := range all {
		prose := inCode.ReplaceAllString(fenced.ReplaceAllString(content, ""), "")
		for _, found := range linked.FindAllStringSubmatch(prose, -1) {
			link, err := url.Parse(found[1] + found[2])
			switch {
			case err != nil:
				t.Errorf("%s: %v", document, err)
				continue
			case link.Scheme == "http":
				t.Errorf("%s links to %s, which is not HTTPS", document, link)
				continue
			case link.Scheme != "":
				continue
			}
			checked++
			target := document
			if link.Path != "" {
				target = path.Join(path.Dir(document), link.Path)
			}
			if _, err := os.Stat(filepath.Join(root, target)); err != nil {
				t.Errorf("%s links to %s, which is not there", document, link)
				continue
			}
			if text, ours := all[target]; link.Fragment != "" && (!ours || !anchors(text)[link.Fragment]) {
				t.Errorf("%s links to %s, and there is no #%s", document, link, link.Fragment)
			}
		}
	}
	if checked < 30 {
		t.Errorf("checked only %d links", checked)
	}
}

// anchors are the places in a document that a link can name.
func anchors(content string) map[string]bool {
	places, seen := map[string]bool{}, map[string]int{}
	for _, found := range placed.FindAllStringSubmatch(content, -1) {
		places[found[1]] = true
	}
	for _, found := range heading.FindAllStringSubmatch(fenced.ReplaceAllString(content, ""), -1) {
		anchor := slug(found[1])
		if n := seen[anchor]; n > 0 {
			places[fmt.Sprintf("%s-%d", anchor, n)] = true
		}
		seen[anchor]++
		places[anchor] = true
	}
	return places
}

// slug is the anchor that GitHub gives to a heading.
func slug(heading string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == ' ':
			return '-'
		case r == '-' || r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r):
			return unicode.ToLower(r)
		}
		return -1
	}, heading)
}

// TestDocs_TheLinkCheckerSeesWhatIsBroken: a checker that sees nothing would
// be content with everything.
func TestDocs_TheLinkCheckerSeesWhatIsBroken(t *testing.T) {
	places := anchors("# One thing\n## `Config`: P1, what?\n## One thing\n```\n# no heading\n```\n<a id=\"own\"></a>\n")
	for _, there := range []string{"one-thing", "config-p1-what", "one-thing-1", "own"} {
		if !places[there] {
			t.Errorf("no #%s in %v", there, places)
		}
	}
	if places["no-heading"] {
		t.Error("what stands in a fence is no heading")
	}
	found := linked.FindAllStringSubmatch(`[a](x.md#y) ![b](z.png "t") <img src="w.svg">`, -1)
	if len(found) != 3 || found[0][1] != "x.md#y" || found[1][1] != "z.png" || found[2][2] != "w.svg" {
		t.Errorf("found %q", found)
	}
}

// TestDocs_NameOnlyTestsThatExist: a promise is not held by a test that has
// been renamed.
func TestDocs_NameOnlyTestsThatExist(t *testing.T) {
	there := map[string]bool{}
	goFiles(t, func(file, source string) {
		if strings.HasSuffix(file, "_test.go") {
			for _, found := range tests.FindAllStringSubmatch(source, -1) {
				there[found[1]] = true
			}
		}
	})
	named := 0
	for document, content := range documents(t) {
		for _, name := range tested.FindAllStringSubmatch(content, -1) {
			named++
			if !there[name[1]] {
				t.Errorf("%s names %s, and there is no such test", document, name[1])
			}
		}
	}
	if named < 40 {
		t.Errorf("found only %d names of tests", named)
	}
}

// TestDocs_ExplainEveryProblem: each code that a problem document can have is
// explained where its type leads.
func TestDocs_ExplainEveryProblem(t *testing.T) {
	explained := read(t, "problems.md")
	codes := regexp.MustCompile(`(?m)^\tcode\w+\s+= "([a-z-]+)"`).FindAllStringSubmatch(read(t, root+"/problem.go"), -1)
	if len(codes) < 15 {
		t.Fatalf("found only %d codes", len(codes))
	}
	for _, code := range codes {
		if !strings.Contains(explained, `<a id="`+code[1]+`"></a>`) {
			t.Errorf("docs/problems.md does not explain %s", code[1])
		}
	}
}

// TestDocs_EveryThreatNamesItsPromiseAndItsTests: a threat without either is one
// that nobody looks at.
func TestDocs_EveryThreatNamesItsPromiseAndItsTests(t *testing.T) {
	promise, rows := regexp.MustCompile(`\bP(?:10|[1-9])\b`), 0
	for _, name := range []string{"The promises", "Holes of other systems", "What Guise does not protect against", "Who may attack what"} {
		_, section, found := strings.Cut(read(t, "security.md"), "\n## "+name+"\n")
		if !found {
			t.Fatalf("security.md has no section %q", name)
		}
		section, _, _ = strings.Cut(section, "\n## ")
		for line := range strings.Lines(section) {
			if strings.HasPrefix(line, "- ") {
				t.Errorf("%s: make a row of the table of this: %.80s", name, line)
			}
			if !strings.HasPrefix(line, "| ") || strings.HasPrefix(line, "| --- ") || strings.HasPrefix(line, "| who |") || strings.HasPrefix(line, "| what |") || strings.HasPrefix(line, "| hole |") || strings.HasPrefix(line, "| promise |") {
				continue
			}
			rows++
			if !promise.MatchString(line) || !tested.MatchString(line) {
				t.Errorf("%s: this names no promise, or no test: %.80s", name, line)
			}
		}
	}
	if rows < 50 {
		t.Errorf("found only %d rows", rows)
	}
}
