package docs_test

import (
	"go/ast"
	"go/doc"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// library is every package that others import, with its tests.
func library(t *testing.T) map[string]*doc.Package {
	t.Helper()
	found := map[string]*doc.Package{}
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.IsDir() {
			return err
		}
		if slices.Contains([]string{".git", "internal", "testdata", "test", "bench", "examples", "cmd", "docs"}, entry.Name()) {
			return filepath.SkipDir
		}
		var files []*ast.File
		fset := token.NewFileSet()
		paths, err := filepath.Glob(filepath.Join(path, "*.go"))
		for _, file := range paths {
			parsed, err := parser.ParseFile(fset, file, nil, parser.ParseComments)
			if err != nil {
				return err
			}
			files = append(files, parsed)
		}
		if len(files) == 0 || err != nil {
			return err
		}
		name := "github.com/guise-go/guise"
		if rest := strings.TrimPrefix(filepath.ToSlash(path), root); rest != "" {
			name += rest
		}
		found[name], err = doc.NewFromFiles(fset, files, name)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(found) < 8 {
		t.Fatalf("found only %d packages", len(found))
	}
	return found
}

// TestDocs_EveryExportedNameSaysWhatItIs: go doc has a sentence for each
// package, type, function, method, variable and constant, and it begins as
// such a sentence does.
func TestDocs_EveryExportedNameSaysWhatItIs(t *testing.T) {
	names := 0
	for name, pkg := range library(t) {
		said := func(what, text string) {
			names++
			if strings.TrimSpace(text) == "" {
				t.Errorf("%s: %s has no comment", name, what)
			}
		}
		funcs := func(of string, list []*doc.Func) {
			for _, f := range list {
				said(of+f.Name, f.Doc)
				if f.Doc != "" && !strings.HasPrefix(f.Doc, f.Name+" ") {
					t.Errorf("%s: the comment on %s%s does not begin with its name", name, of, f.Name)
				}
			}
		}
		values := func(list []*doc.Value) {
			for _, value := range list {
				for _, spec := range value.Decl.Specs {
					spec := spec.(*ast.ValueSpec)
					said(spec.Names[0].Name, value.Doc+spec.Doc.Text()+spec.Comment.Text())
				}
			}
		}
		said("the package", pkg.Doc)
		if !strings.HasPrefix(pkg.Doc, "Package "+pkg.Name+" ") {
			t.Errorf("%s: the package's comment does not begin with its name", name)
		}
		funcs("", pkg.Funcs)
		values(append(pkg.Consts, pkg.Vars...))
		for _, kind := range pkg.Types {
			said(kind.Name, kind.Doc)
			funcs("", kind.Funcs)
			funcs(kind.Name+".", kind.Methods)
			values(append(kind.Consts, kind.Vars...))
		}
	}
	if names < 250 {
		t.Errorf("found only %d names", names)
	}
}
