package guise_test

import (
	"go/build"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestHouse_TheRootImportsOnlyTheStandardLibrary holds rules 1 and 2 of the
// house: adding Guise to an application adds one module to its graph, and
// arrows point inward.
func TestHouse_TheRootImportsOnlyTheStandardLibrary(t *testing.T) {
	const module = "github.com/guise-go/guise"
	inward := map[string][]string{ // which of the module's own packages each may import
		".":        {"internal"},
		"internal": {"internal"},
	}
	err := filepath.WalkDir(".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.IsDir() {
			return err
		}
		if name := entry.Name(); path != "." && (strings.HasPrefix(name, ".") || name == "testdata") {
			return filepath.SkipDir
		}
		if _, err := os.Stat(filepath.Join(path, "go.mod")); err == nil && path != "." {
			return filepath.SkipDir // another module
		}
		pkg, err := build.ImportDir(path, 0)
		if err != nil {
			return nil // no Go files here
		}
		for _, imported := range append(pkg.Imports, pkg.TestImports...) {
			own, ours := strings.CutPrefix(imported, module)
			first, _, _ := strings.Cut(imported, "/")
			if !ours && strings.Contains(first, ".") {
				t.Errorf("%s imports %s, which is not in the standard library", path, imported)
			}
			top, _, _ := strings.Cut(path, string(filepath.Separator))
			if allowed, inner := inward[top]; inner && ours {
				own, _, _ = strings.Cut(strings.TrimPrefix(own, "/"), "/")
				if !slices.Contains(allowed, own) {
					t.Errorf("%s imports %s: arrows point inward", path, imported)
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	content, err := os.ReadFile("go.mod")
	if err != nil || strings.Contains(string(content), "require") {
		t.Errorf("go.mod must have no require line (%v)", err)
	}
	if _, err := os.Stat("go.sum"); err == nil {
		t.Error("there must be no go.sum")
	}
}
