package main

import (
	"bytes"
	"flag"
	"os"
	"regexp"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the help texts in docs/commands.md anew")

const commandsPage = "../../docs/commands.md"

var (
	helpBlock = regexp.MustCompile("(?ms)^```text\n(guise [a-z ]+) --help\n\n(.*?)^```$")
)

// TestCommandsPage_IsWhatTheProgramSays: docs/commands.md has each command's help
// text as it is, and of no other.
//
//	go test . -run CommandsPage -update
func TestCommandsPage_IsWhatTheProgramSays(t *testing.T) {
	raw, err := os.ReadFile(commandsPage)
	if err != nil {
		t.Fatal(err)
	}
	page := string(raw)
	var c commands
	parser, err := newParser(&c, &bytes.Buffer{}, &bytes.Buffer{})
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{}
	for _, leaf := range parser.Model.Leaves(false) {
		path := "guise"
		for n := leaf; n.Parent != nil; n = n.Parent {
			path = "guise " + n.Name + strings.TrimPrefix(path, "guise")
		}
		_, help := guiseSays(strings.TrimPrefix(path, "guise ") + " --help")
		want[path] = strings.ReplaceAll(help, defaultData(), "~/.cache/guise-demo")
	}
	if len(want) < 15 {
		t.Fatalf("found only %d commands", len(want))
	}
	if *update {
		page = helpBlock.ReplaceAllStringFunc(page, func(block string) string {
			name := helpBlock.FindStringSubmatch(block)[1]
			return "```text\n" + name + " --help\n\n" + want[name] + "```"
		})
		if err := os.WriteFile(commandsPage, []byte(page), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	flat := func(text string) string { return strings.Join(strings.Fields(text), " ") } // lines break where they like
	for _, block := range helpBlock.FindAllStringSubmatch(page, -1) {
		if flat(block[2]) != flat(want[block[1]]) {
			t.Errorf("%s --help is not what docs/commands.md has; run: go test . -run CommandsPage -update", block[1])
		}
		delete(want, block[1])
	}
	for name := range want {
		t.Errorf("docs/commands.md lacks %s", name)
	}
}
