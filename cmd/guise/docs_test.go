package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"unicode"

	"github.com/alecthomas/kong"
)

// TestDocs_CommandsAreThoseThereAre: each command that a document tells the
// operator to type is one that the command line takes, flag by flag.
func TestDocs_CommandsAreThoseThereAre(t *testing.T) {
	paths, err := filepath.Glob("../../docs/*.md")
	if err != nil {
		t.Fatal(err)
	}
	seen := 0
	for _, path := range append(paths, "../../README.md") {
		content, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, block := range regexp.MustCompile("(?ms)^ *```sh\n(.*?)^ *```$").FindAllStringSubmatch(string(content), -1) {
			for line := range strings.Lines(block[1]) {
				args := words(line)
				if len(args) == 0 || args[0] != "guise" {
					continue
				}
				seen++
				parser, err := kong.New(&commands{}, kong.Vars{"data": defaultData()})
				if err != nil {
					t.Fatal(err)
				}
				if _, err := parser.Parse(args[1:]); err != nil {
					t.Errorf("%s: %s: %v", filepath.Base(path), strings.TrimSpace(line), err)
				}
			}
		}
	}
	if seen < 20 {
		t.Errorf("found only %d commands", seen)
	}
}

// words are those of a line of shell, up to a pipe, a redirection or a comment.
// Quotes hold words together; there is nothing else of the shell in the
// documents' commands.
func words(line string) (all []string) {
	var word strings.Builder
	quote, begun := rune(0), false
	end := func() {
		if begun {
			all = append(all, word.String())
		}
		word.Reset()
		begun = false
	}
	for _, r := range line {
		switch {
		case r == quote:
			quote = 0
		case quote == 0 && (r == '\'' || r == '"'):
			quote, begun = r, true
		case quote == 0 && strings.ContainsRune("|>#", r):
			end()
			return all
		case quote == 0 && unicode.IsSpace(r):
			end()
		default:
			word.WriteRune(r)
			begun = true
		}
	}
	end()
	return all
}
