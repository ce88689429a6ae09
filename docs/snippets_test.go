package docs_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
)

// snippet is a block of Go in a document, and the comment before it that says
// where it is compiled and run: a file, and a name where it is a part of it.
var snippet = regexp.MustCompile("(?ms)^(?:<!-- from (\\S+)(?: (\\S+))? -->\n)?```go\n(.*?)^```$")

// TestDocs_SnippetsAreCompiledAndRun: every block of Go is, to the letter,
// part of a file that is compiled; those in test/guide are parts of tests.
func TestDocs_SnippetsAreCompiledAndRun(t *testing.T) {
	total := 0
	for document, content := range documents(t) {
		name, ours := strings.CutPrefix(document, "docs/")
		if !ours {
			continue // that of README.md is shortened; see TestReadme_ItsCodeCompiles
		}
		want := snippet.ReplaceAllStringFunc(content, func(block string) string {
			total++
			found := snippet.FindStringSubmatch(block)
			if found[1] == "" {
				t.Errorf("%s: a block does not say which file it is from:\n%s", document, block)
				return block
			}
			text, err := part(read(t, root+"/"+found[1]), found[2])
			if err != nil {
				t.Errorf("%s: %s: %v", document, found[1], err)
				return block
			}
			first, _, _ := strings.Cut(block, "\n")
			return first + "\n```go\n" + text + "```"
		})
		hold(t, name, want)
	}
	if total < 30 {
		t.Errorf("found only %d snippets", total)
	}
}

// part is what stands between "//docs:begin NAME" and "//docs:end" in a
// source, moved to the left; the whole of it for no name.
func part(source, name string) (string, error) {
	var lines []string
	inside, found := name == "", name == ""
	for line := range strings.Lines(source) {
		marker := strings.TrimSpace(line)
		switch {
		case marker == "//docs:begin "+name:
			inside, found = true, true
		case marker == "//docs:end" && name != "":
			inside = false
		case strings.HasPrefix(marker, "//docs:"):
		case inside:
			lines = append(lines, line)
		}
	}
	if !found {
		return "", fmt.Errorf("there is no part called %q", name)
	}
	indent := len(lines[0]) - len(strings.TrimLeft(lines[0], "\t"))
	for n, line := range lines {
		lines[n] = strings.TrimPrefix(line, strings.Repeat("\t", indent))
	}
	return strings.Trim(strings.Join(lines, ""), "\n") + "\n", nil
}

// TestDocs_NoSnippetIsLeftOver: what is marked as a part of the guide is in it.
func TestDocs_NoSnippetIsLeftOver(t *testing.T) {
	begins := regexp.MustCompile(`(?m)^\s*//docs:begin (\S+)$`)
	shown := ""
	for _, content := range documents(t) {
		shown += content
	}
	goFiles(t, func(path, source string) {
		path = strings.TrimPrefix(path, root+"/")
		if !strings.HasPrefix(path, "test/guide/") {
			return
		}
		for _, found := range begins.FindAllStringSubmatch(source, -1) {
			if !strings.Contains(shown, "<!-- from "+path+" "+found[1]+" -->") {
				t.Errorf("no document shows %q of %s", found[1], path)
			}
		}
	})
}
