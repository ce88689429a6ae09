package docs_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"regexp"
	"strings"
	"testing"
)

const settingsHead = `# Settings

Every field of ` + "`guise.Config`" + `, of its ` + "`Limits`" + ` and ` + "`Hooks`" + `, and of ` + "`sqlusers.Config`" + `. This page is made from the
comments in [config.go](../config.go), [limits.go](../limits.go) and [sqlusers/config.go](../sqlusers/config.go) by
` + "`go test ./docs -update`" + `.

The zero value of a field is the safe choice, but for ` + "`Forbid`" + ` and ` + "`IsolateCookies`" + `, which only the application can fill
in. What weakens a promise has Insecure in its name, but for ` + "`ActivityNone`" + `: with it no request is recorded. Times are
` + "`time.Duration`" + `s: write ` + "`30 * time.Minute`" + `, not ` + "`30`" + `. How the fields work together is in [guide.md](guide.md).
`

// groups are the headings of guise.Config, by the first field under each.
var groups = map[string]string{
	"Identify":      "Required",
	"Policy":        "Who may act as whom",
	"MaxRunning":    "How many and how long",
	"RequireReason": "Reasons and modes",
	"Exclude":       "Routes",
	"Sessions":      "Sessions and cookies",
	"BasePath":      "Addresses",
	"Console":       "Pages and banner",
	"Activity":      "The log, and the rest",
}

// setting is one field, or several that share a comment.
type setting struct {
	names         []string
	kind, comment string
}

// TestDocs_SettingsAreThoseOfTheProgram: docs/settings.md is what the comments
// say, so neither can be changed without the other.
func TestDocs_SettingsAreThoseOfTheProgram(t *testing.T) {
	config := settingsOf(t, "config.go", "Config")
	if len(config) < 35 {
		t.Fatalf("found only %d fields of Config", len(config))
	}
	var page strings.Builder
	page.WriteString(settingsHead)
	page.WriteString("\n| field | default |\n| --- | --- |\n")
	for _, field := range config {
		fmt.Fprintf(&page, "| [`%s`](#%s) | %s |\n", field.names[0], slug(field.names[0]), field.fallback())
	}
	for _, field := range config {
		if title, ok := groups[field.names[0]]; ok {
			fmt.Fprintf(&page, "\n## %s\n", title)
		}
		page.WriteString(field.markdown())
	}
	page.WriteString("\n## guise.Limits\n\nOf one actor, in all instances together. What is more is answered with a 429, but for People.\n")
	for _, field := range settingsOf(t, "limits.go", "Limits") {
		page.WriteString(field.markdown())
	}
	page.WriteString("\n## guise.Hooks\n\nThey run on the goroutine that did what they are about; all but BeforeStart after it is on record.\n")
	for _, field := range settingsOf(t, "config.go", "Hooks") {
		page.WriteString(field.markdown())
	}
	page.WriteString("\n## sqlusers.Config\n\nWhere the users are. A field that takes a column takes its name or, in parentheses, an expression in SQL.\n")
	for _, field := range settingsOf(t, "sqlusers/config.go", "Config") {
		page.WriteString(field.markdown())
	}
	hold(t, "settings.md", page.String())
}

// settingsOf are the exported fields of a struct.
func settingsOf(t *testing.T, file, name string) []setting {
	t.Helper()
	source := read(t, root+"/"+file)
	parsed, err := parser.ParseFile(token.NewFileSet(), file, source, parser.ParseComments)
	if err != nil {
		t.Fatal(err)
	}
	var settings []setting
	ast.Inspect(parsed, func(node ast.Node) bool {
		spec, ok := node.(*ast.TypeSpec)
		if !ok || spec.Name.Name != name {
			return true
		}
		for _, field := range spec.Type.(*ast.StructType).Fields.List {
			one := setting{kind: source[field.Type.Pos()-1 : field.Type.End()-1], comment: field.Doc.Text()}
			for _, ident := range field.Names {
				one.names = append(one.names, ident.Name)
			}
			if len(one.names) == 0 || !ast.IsExported(one.names[0]) {
				continue
			}
			if one.comment == "" {
				t.Errorf("%s: %s has no comment", file, one.names[0])
			}
			settings = append(settings, one)
		}
		return false
	})
	if settings == nil {
		t.Fatalf("%s has no struct %s", file, name)
	}
	return settings
}

func (s setting) markdown() string {
	paragraphs := strings.Split(strings.TrimSpace(s.comment), "\n\n")
	for n, text := range paragraphs {
		text = commentToMarkdown(text)
		if rest, ok := strings.CutPrefix(text, "Security: "); ok {
			text = "**Security:** " + rest
		}
		paragraphs[n] = text
	}
	return fmt.Sprintf("\n### %s\n\n`%s`\n\n%s\n", strings.Join(s.names, ", "), s.kind, strings.Join(paragraphs, "\n\n"))
}

// defaulted is the sentence that says the default: to the end of the comment,
// or to a full stop before a capital letter.
var defaulted = regexp.MustCompile(`(?s)Default: (.*?)\.?(?:\.\s+[A-Z\["].*|\n\n.*|\s*)$`)

// fallback is what the comment says the default is or, where it says nothing,
// what the zero value is.
func (s setting) fallback() string {
	text := strings.ReplaceAll(strings.ReplaceAll(s.comment, "\n", " "), "  ", "\n\n")
	if found := defaulted.FindStringSubmatch(text); found != nil {
		return commentToMarkdown(found[1])
	}
	switch {
	case strings.Contains(strings.Join(s.names, " "), "Identify"), s.names[0] == "Users", s.names[0] == "Store":
		return "required"
	case s.kind == "bool":
		return "false"
	}
	return "none"
}

var docLink = regexp.MustCompile(`\[\*?((?:\w+\.)*[A-Z]\w*)\]`)

// commentToMarkdown writes a paragraph of a comment on one line, and names of
// the program as code.
func commentToMarkdown(text string) string {
	text = docLink.ReplaceAllString(strings.TrimSpace(text), "`$1`")
	text = strings.Join(strings.Fields(text), " ")
	return strings.NewReplacer("|", `\|`, "<", "&lt;", "*", `\*`).Replace(text)
}
