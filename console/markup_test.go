package console

import (
	"fmt"
	"html"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// element is one tag of a page as it was written.
type element struct {
	name  string
	attrs map[string]string
	// within are the elements around it, the outermost first.
	within []string
}

var (
	tagText       = regexp.MustCompile(`^<(/?)([a-z][a-z0-9]*)((?:\s+[A-Za-z-]+(?:="[^"<>]*")?)*)\s*(/?)>`)
	attributeText = regexp.MustCompile(`([A-Za-z-]+)(?:="([^"]*)")?`)
	// notShown is what a form holds exactly as it was typed, and what nobody
	// reads.
	notShown     = regexp.MustCompile(`(?s) (?:value|class)="[^"]*"|<textarea.*?</textarea>`)
	betweenTags  = regexp.MustCompile(`>[^<]*<`)
	voidElements = []string{"meta", "link", "input", "br", "wbr", "img"}
)

// parseMarkup reads a page much more strictly than a browser: each < begins a
// tag of ours, every attribute is quoted, every element closed. What slips in
// through a user's text fails here, whatever a browser would make of it.
func parseMarkup(t *testing.T, page string) []element {
	t.Helper()
	rest, ok := strings.CutPrefix(page, "<!DOCTYPE html>\n")
	if !ok {
		t.Fatal("the page does not begin with a doctype")
	}
	var elements []element
	var open []string
	for {
		at := strings.IndexByte(rest, '<')
		if at < 0 {
			break
		}
		rest = rest[at:]
		m := tagText.FindStringSubmatch(rest)
		if m == nil {
			t.Fatalf("not a tag of ours: %.200s", rest)
		}
		rest = rest[len(m[0]):]
		name := m[2]
		switch {
		case m[1] == "/":
			if len(open) == 0 || open[len(open)-1] != name {
				t.Fatalf("</%s> inside %v", name, open)
			}
			open = open[:len(open)-1]
			continue
		case m[4] == "" && !slices.Contains(voidElements, name):
			elements = append(elements, element{name, attributes(t, m[3]), slices.Clone(open)})
			open = append(open, name)
			continue
		}
		elements = append(elements, element{name, attributes(t, m[3]), slices.Clone(open)})
	}
	if len(open) != 0 {
		t.Fatalf("left open: %v", open)
	}
	return elements
}

func attributes(t *testing.T, text string) map[string]string {
	t.Helper()
	attrs := map[string]string{}
	for _, m := range attributeText.FindAllStringSubmatch(text, -1) {
		if _, twice := attrs[m[1]]; twice {
			t.Errorf("attribute %s twice in %.100s", m[1], text)
		}
		attrs[m[1]] = html.UnescapeString(m[2])
	}
	return attrs
}

// checkMarkup holds what must be true of every page, whatever it shows.
func checkMarkup(t *testing.T, page string) {
	t.Helper()
	elements := parseMarkup(t, page)
	checkPolicy(t, elements)
	checkAddresses(t, elements)
	checkOutline(t, elements)
	checkLabels(t, elements)
	shown := notShown.ReplaceAllString(page, "")
	if at := strings.IndexAny(shown, "\x00\x07\u202d\u202e"); at >= 0 {
		t.Errorf("a control character, or a mark that overrides the direction, after %q", shown[max(0, at-200):at])
	}
	for _, piece := range betweenTags.FindAllString(shown, -1) {
		if strings.Count(piece, "\u2068") != strings.Count(piece, "\u2069") {
			t.Errorf("a text leaves the isolate it is in: %.200q", piece)
		}
	}
}

// The policy that the pages are shown under admits no inline style or script.
func checkPolicy(t *testing.T, elements []element) {
	t.Helper()
	for _, e := range elements {
		if e.name == "style" || e.name == "script" && e.attrs["src"] == "" {
			t.Errorf("inline %s", e.name)
		}
		for name := range e.attrs {
			if name == "style" || strings.HasPrefix(name, "on") {
				t.Errorf("<%s> has the attribute %s", e.name, name)
			}
		}
	}
}

// Every address is on this origin, and every link and form still leads where it
// was meant to.
func checkAddresses(t *testing.T, elements []element) {
	t.Helper()
	for _, e := range elements {
		for _, name := range []string{"href", "src", "action"} {
			address, has := e.attrs[name]
			if !has {
				continue
			}
			ours := strings.HasPrefix(address, "/") || strings.HasPrefix(address, "#") || relative(address)
			if !ours || strings.HasPrefix(address, "//") {
				t.Errorf("<%s %s=%.60q>", e.name, name, address)
			}
			if strings.ContainsAny(address, "<>\"' \\\x00") {
				t.Errorf("<%s %s> has characters that an address escapes: %.60q", e.name, name, address)
			}
		}
	}
}

// relative reports whether it is an address of a page without a BasePath,
// such as New tries out.
func relative(address string) bool {
	first := address[:(strings.IndexAny(address+"/", "/?"))]
	return slices.Contains([]string{"users", "log", "start", "stop", "mode", "live", "explain", "assets"}, first)
}

func checkOutline(t *testing.T, elements []element) {
	t.Helper()
	count := map[string]int{}
	ids := map[string]int{}
	for _, e := range elements {
		if !slices.Contains(e.within, "svg") { // where a title is a part's
			count[e.name]++
		}
		if id, has := e.attrs["id"]; has {
			ids[id]++
		}
		if e.name == "th" && e.attrs["scope"] == "" {
			t.Error("th without a scope")
		}
		if e.name == "nav" && e.attrs["aria-label"] == "" {
			t.Error("nav without a label")
		}
	}
	for _, name := range []string{"html", "title", "h1", "main"} {
		if count[name] != 1 {
			t.Errorf("%d elements <%s>, not 1", count[name], name)
		}
	}
	for id, n := range ids {
		if n != 1 {
			t.Errorf("id %q is there %d times", id, n)
		}
	}
	for _, e := range elements {
		for _, name := range []string{"for", "aria-describedby", "aria-labelledby"} {
			for _, id := range strings.Fields(e.attrs[name]) {
				if ids[id] == 0 {
					t.Errorf("<%s %s=%q>: nothing has this id", e.name, name, id)
				}
			}
		}
	}
}

// Everything one types into or chooses from has a label.
func checkLabels(t *testing.T, elements []element) {
	t.Helper()
	labelled := map[string]bool{}
	for _, e := range elements {
		if e.name == "label" {
			labelled[e.attrs["for"]] = true
		}
	}
	for _, e := range elements {
		if !slices.Contains([]string{"input", "textarea", "select"}, e.name) || e.attrs["type"] == "hidden" {
			continue
		}
		if !labelled[e.attrs["id"]] && !slices.Contains(e.within, "label") {
			t.Errorf("<%s name=%q> has no label", e.name, e.attrs["name"])
		}
	}
}

// find returns the elements of this name with these attributes.
func find(elements []element, name string, attrs ...string) []element {
	var found []element
	for _, e := range elements {
		matches := e.name == name
		for i := 0; i < len(attrs); i += 2 {
			value, has := e.attrs[attrs[i]]
			matches = matches && has && value == attrs[i+1]
		}
		if matches {
			found = append(found, e)
		}
	}
	return found
}

func (e element) String() string { return fmt.Sprintf("<%s %v>", e.name, e.attrs) }
