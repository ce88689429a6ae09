package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

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
				line, _, _ = strings.Cut(strings.TrimSpace(line), "#")
				args, ours := strings.CutPrefix(strings.TrimSpace(line), "guise ")
				if !ours {
					continue
				}
				seen++
				parser, err := kong.New(&commands{}, kong.Vars{"data": defaultData()})
				if err != nil {
					t.Fatal(err)
				}
				args, _, _ = strings.Cut(args, " >")
				if _, err := parser.Parse(strings.Fields(args)); err != nil {
					t.Errorf("%s: guise %s: %v", filepath.Base(path), args, err)
				}
			}
		}
	}
	if seen < 4 {
		t.Errorf("found only %d commands", seen)
	}
}
