// Command licences writes docs/licences.md: under which licences the modules
// are that Guise's own modules are built and tested with. Run it in the root of
// the repository:
//
//	go run ./test/licences         # write the page
//	go run ./test/licences -check  # say whether it is as it should be
//
// A licence that it does not know, and a module without one, is an error: a
// person has to read it first.
package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

const page = "docs/licences.md"

func main() {
	text, err := write(".")
	if err != nil {
		fail(err)
	}
	if len(os.Args) > 1 && os.Args[1] == "-check" {
		if is, err := os.ReadFile(page); err != nil || string(is) != text {
			fail(fmt.Errorf("%s is not up to date (%v); run: go run ./test/licences", page, err))
		}
		return
	}
	if err := os.WriteFile(page, []byte(text), 0o644); err != nil {
		fail(err)
	}
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}

// ours are Guise's modules, each with what becomes of it.
var ours = []struct {
	folder, what string
	tests        bool // what the tests use counts, too
}{
	{".", "The library, which is all that an application gets. It uses the standard library alone.", true},
	{"cmd/guise", "What is in the command's binary (for Linux on amd64).", false},
	{"examples", "What the examples use. They are run from a clone, and distributed to nobody.", true},
	{"test", "What the tests use: as above.", true},
	{"internal/databases", "What starts databases for the tests: as above.", true},
	{"bench", "What the measurements use: as above.", true},
}

const head = `# Licences

Guise is under the [MIT licence](../LICENSE). The modules that it is built and tested with are under these, as their own
files say. This page is made by ` + "`go run ./test/licences`" + `, and ` + "`make check`" + ` holds it to the modules.

Besides these, the tests use, where they are installed, programs that are no part of Guise: Chromium, PostgreSQL, MariaDB,
and from npm axe-core (MPL-2.0) and htmx (BSD-0-Clause).
`

// write makes the page.
func write(root string) (string, error) {
	var b strings.Builder
	b.WriteString(head)
	for _, one := range ours {
		modules, err := modulesOf(filepath.Join(root, one.folder), one.tests)
		if err != nil {
			return "", fmt.Errorf("%s: %w", one.folder, err)
		}
		name := one.folder
		if name == "." {
			name = "The root"
		}
		fmt.Fprintf(&b, "\n## %s\n\n%s\n", name, one.what)
		if len(modules) == 0 {
			continue
		}
		b.WriteString("\n| module | version | licence |\n| --- | --- | --- |\n")
		for _, m := range modules {
			licence, err := licenceIn(m.dir)
			if err != nil {
				return "", fmt.Errorf("%s %s: %w", m.path, m.version, err)
			}
			fmt.Fprintf(&b, "| %s | %s | %s |\n", m.path, m.version, licence)
		}
	}
	return b.String(), nil
}

type module struct{ path, version, dir string }

// modulesOf are the modules whose packages a module, and its tests, use, without
// Guise's own.
func modulesOf(folder string, tests bool) ([]module, error) {
	list := exec.Command("go", "list", "-deps", fmt.Sprintf("-test=%v", tests), "-f", "{{with .Module}}{{.Path}} {{.Version}} {{.Dir}}{{end}}", "./...")
	list.Dir = folder
	list.Env = append(os.Environ(), "GOWORK=off", "GOOS=linux", "GOARCH=amd64", "CGO_ENABLED=0")
	list.Stderr = os.Stderr
	out, err := list.Output()
	if err != nil {
		return nil, fmt.Errorf("go list: %w", err)
	}
	lines := strings.Split(strings.TrimSpace(string(out)), "\n")
	slices.Sort(lines)
	var all []module
	for _, line := range slices.Compact(lines) {
		words := strings.SplitN(line, " ", 3)
		if len(words) < 3 || strings.HasPrefix(words[0], "github.com/guise-go/guise") {
			continue
		}
		all = append(all, module{words[0], words[1], words[2]})
	}
	return all, nil
}
