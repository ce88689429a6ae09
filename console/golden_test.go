package console

import (
	"flag"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/guise-go/guise"
)

var update = flag.Bool("update", false, "write the golden files anew")

func mustNew(t testing.TB, options guise.ConsoleOptions) guise.Console {
	t.Helper()
	c, err := New(options)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func render(t testing.TB, c guise.Console, p guise.Page) string {
	t.Helper()
	var b strings.Builder
	if err := c.Render(&b, p); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// assetMark is what changes with each change of a style sheet, and would
// change every golden file with it.
var assetMark = regexp.MustCompile(`\?v=[0-9a-f]{12}`)

func TestPagesAreAsTheyWere(t *testing.T) {
	c := mustNew(t, guise.ConsoleOptions{})
	for name, p := range samples() {
		t.Run(name, func(t *testing.T) {
			have := assetMark.ReplaceAllString(render(t, c, p), "?v=0")
			file := filepath.Join("testdata", name+".golden.html")
			if *update {
				if err := os.WriteFile(file, []byte(have), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if have != string(want) {
				t.Errorf("the page is not %s; if that is meant: go test ./console -update", file)
			}
		})
	}
}

func TestNoGoldenFileIsLeftOver(t *testing.T) {
	files, err := filepath.Glob("testdata/*.golden.html")
	if err != nil {
		t.Fatal(err)
	}
	if have, want := len(files), len(sampleNames()); have != want {
		t.Errorf("%d golden files for %d samples", have, want)
	}
}

func TestPagesAreWellFormed(t *testing.T) {
	c := mustNew(t, guise.ConsoleOptions{})
	for kind, pages := range map[string]map[string]guise.Page{
		"sample": samples(), "empty": emptyPages(), "hostile": hostilePages(),
	} {
		for name, p := range pages {
			t.Run(kind+" "+name, func(t *testing.T) { checkMarkup(t, render(t, c, p)) })
		}
	}
}

func TestPagesAreSmall(t *testing.T) {
	const limit = 60 << 10
	c := mustNew(t, guise.ConsoleOptions{NewWindow: true})
	var assets int
	for _, name := range []string{"console.css", "console.js", "icon.svg"} {
		content, err := fs.ReadFile(c.Assets(), name+".gz") // as it is sent
		if err != nil {
			t.Fatal(err)
		}
		assets += len(content)
	}
	all := samples()
	full := all["users"]
	data := full.Data.(guise.UsersData)
	for len(data.Users) < 20 {
		data.Users = append(data.Users, data.Users[0])
	}
	full.Data = data
	all["users, 20 of them"] = full
	log := all["log"]
	entries := log.Data.(guise.LogData)
	for len(entries.Impersonations) < 20 {
		entries.Impersonations = append(entries.Impersonations, entries.Impersonations[1])
	}
	log.Data = entries
	all["log, 20 of them"] = log
	for name, p := range all {
		if size := len(render(t, c, p)) + assets; size > limit {
			t.Errorf("%s: %d bytes with its assets, more than %d", name, size, limit)
		}
	}
}

// TestTextsAreWrittenOutAsTheyAreAsked: an application's own templates are used
// as they are, so the console's, when given as such, ask for each text.
func TestTextsAreWrittenOutAsTheyAreAsked(t *testing.T) {
	written := mustNew(t, guise.ConsoleOptions{}).(*console)
	asking := mustNew(t, guise.ConsoleOptions{Templates: sub(files, "templates")})
	for _, lang := range written.texts.Languages() {
		for name, p := range samples() {
			p.Lang = lang
			if render(t, written, p) != render(t, asking, p) {
				t.Errorf("%s in %s has other texts written out than it asks for", name, lang)
			}
		}
	}
}
