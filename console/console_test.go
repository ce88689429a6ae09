package console

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/guise-go/guise"
)

func overlaid(name, text string) guise.ConsoleOptions {
	return guise.ConsoleOptions{Templates: fstest.MapFS{name: &fstest.MapFile{Data: []byte(text)}}}
}

func TestNewNamesTheFileThatIsWrong(t *testing.T) {
	for name, text := range map[string]string{
		"users.html":   `{{define "content"}}`,
		"log.html":     `{{define "title"}}{{end}}{{define "content"}}{{.Data.Nothing}}{{end}}`,
		"entry.html":   `{{define "title"}}{{end}}{{define "content"}}{{nosuchfunction}}{{end}}`,
		"layout.html":  `<a href="{{if .Viewer}}'{{else}}"{{end}}>`,
		"parts.html":   `{{define "person"}}{{end}`,
		"brand.html":   `{{.Nothing}}`,
		"problem.html": `{{define "content"}}no title{{end}}{{define "title"}}{{template "nothing"}}{{end}}`,
		"usres.html":   `a name that replaces nothing`,
	} {
		_, err := New(overlaid(name, text))
		if err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: the error is %v and does not name the file", name, err)
		}
	}
}

func TestNewSaysWhyTheTemplatesCantBeRead(t *testing.T) {
	broken := errors.New("the disk is gone")
	_, err := New(guise.ConsoleOptions{Templates: brokenFS{broken}})
	if !errors.Is(err, broken) {
		t.Errorf("the error is %v", err)
	}
}

type brokenFS struct{ err error }

func (b brokenFS) Open(string) (fs.File, error) { return nil, b.err }

func TestTemplatesReplaceOneFileAndLeaveTheRest(t *testing.T) {
	plain := mustNew(t, guise.ConsoleOptions{})
	for _, c := range []struct{ file, text, on, notOn string }{
		{"ended.html", `{{define "title"}}Bye{{end}}{{define "content"}}<h1>MARK</h1>{{end}}`, "ended", "users"},
		{"brand.html", `MARK`, "users", ""},
		{"head.html", `<meta name="MARK">`, "log", ""},
		{"users.html", `{{define "title"}}{{T "users.title"}}{{end}}{{define "content"}}{{range .Data.Users}}{{marks .User}}MARK{{end}}{{end}}`, "users", "user"},
		{"write.html", `{{define "title"}}x{{end}}{{define "content"}}{{end}}{{define "footer.html"}}MARK{{end}}`, "write", "log"},
	} {
		own := mustNew(t, overlaid(c.file, c.text))
		if page := render(t, own, samples()[c.on]); !strings.Contains(page, "MARK") {
			t.Errorf("%s: page %s does not have it", c.file, c.on)
		}
		if c.notOn != "" && render(t, own, samples()[c.notOn]) != render(t, plain, samples()[c.notOn]) {
			t.Errorf("%s: page %s has changed too", c.file, c.notOn)
		}
	}
}

func TestATemplateOfOnesOwnIsEscapedToo(t *testing.T) {
	own := mustNew(t, overlaid("brand.html", `{{with .Viewer}}{{.Name}}{{end}}`))
	page := render(t, own, seenBy(viewer(script), samples()["problem"]))
	if strings.Contains(page, "<script>alert") {
		t.Error("a name became markup")
	}
}

func TestAssetsOfOnesOwnAreServedBesideTheConsoles(t *testing.T) {
	own := mustNew(t, overlaid("assets/theme.css", ":root { --accent: teal; }"))
	for _, name := range []string{"theme.css", "console.css", "console.js", "icon.svg"} {
		if _, err := fs.ReadFile(own.Assets(), name); err != nil {
			t.Error(err)
		}
	}
	page := render(t, own, samples()["users"])
	first, second := strings.Index(page, "assets/console.css?v="), strings.Index(page, "assets/theme.css?v=")
	if first < 0 || second < first {
		t.Error("theme.css is not linked after console.css")
	}
}

func TestTheAddressOfAnAssetChangesWithIt(t *testing.T) {
	page := render(t, mustNew(t, guise.ConsoleOptions{}), samples()["users"])
	changed := render(t, mustNew(t, overlaid("assets/console.css", "body { color: red }")), samples()["users"])
	if page == changed {
		t.Error("a browser that keeps assets would keep the old one")
	}
}

func TestAssetsHoldNothingElseAndListNothing(t *testing.T) {
	assets := mustNew(t, overlaid("users.html", `{{define "title"}}{{end}}{{define "content"}}{{end}}`)).Assets()
	for _, name := range []string{".", "..", "../users.html", "users.html", "templates/users.html", "nothing.css", ""} {
		if _, err := assets.Open(name); err == nil {
			t.Errorf("%q can be opened", name)
		}
	}
}

func TestRenderRefusesWhatItDoesNotKnow(t *testing.T) {
	c := mustNew(t, guise.ConsoleOptions{})
	for name, p := range map[string]guise.Page{
		"no such page":       {Name: "nothing"},
		"no data":            {Name: guise.PageUsers},
		"another page's":     {Name: guise.PageUsers, Data: guise.LogData{}},
		"a pointer, no data": {Name: guise.PageUsers, Data: &guise.UsersData{}},
	} {
		var b strings.Builder
		if err := c.Render(&b, p); err == nil || b.Len() > 0 {
			t.Errorf("%s: error %v, %d bytes written", name, err, b.Len())
		}
	}
}

// Half a page is never sent, whatever the writer is.
func TestAnErrorLeavesNothingBehind(t *testing.T) {
	own := mustNew(t, overlaid("users.html", `{{define "title"}}x{{end}}{{define "content"}}{{range .Data.Users}}{{.Nothing}}{{end}}{{end}}`))
	var b strings.Builder
	if err := own.Render(&b, samples()["users"]); err == nil || !strings.Contains(err.Error(), "users.html") || b.Len() > 0 {
		t.Errorf("error %v, %d bytes written", err, b.Len())
	}
}

func TestRenderPassesOnThatItCouldNotWrite(t *testing.T) {
	r, w := io.Pipe()
	_ = r.Close()
	if err := mustNew(t, guise.ConsoleOptions{}).Render(w, samples()["users"]); !errors.Is(err, io.ErrClosedPipe) {
		t.Errorf("error %v", err)
	}
}

// Each asset is there compressed too, even the application's own, and is the
// same when it is unpacked.
func TestAssetsAreThereCompressed(t *testing.T) {
	own := mustNew(t, overlaid("assets/console.css", strings.Repeat("body { color: red }\n", 50))).Assets()
	for _, name := range []string{"console.css", "console.js"} {
		whole, err := fs.ReadFile(own, name)
		if err != nil {
			t.Fatal(err)
		}
		small, err := fs.ReadFile(own, name+".gz")
		if err != nil {
			t.Fatal(err)
		}
		r, err := gzip.NewReader(bytes.NewReader(small))
		if err != nil {
			t.Fatal(err)
		}
		if got, err := io.ReadAll(r); err != nil || !bytes.Equal(got, whole) || len(small) > len(whole)/2 {
			t.Errorf("%s: %d bytes, packed %d, unpacked again %d, %v", name, len(whole), len(small), len(got), err)
		}
	}
	tiny := mustNew(t, overlaid("assets/theme.css", "a{}")).Assets()
	if _, err := tiny.Open("theme.css.gz"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("what doesn't get smaller: %v", err)
	}
}
