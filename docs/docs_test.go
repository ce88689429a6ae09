// Package docs_test holds the documents to the program: what they show is
// compiled and run, what they list is what there is, and what they link to is
// there. What can be generated, -update writes anew:
//
//	go test ./docs -update
package docs_test

import (
	"flag"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write what is generated in the documents anew")

// root is the repository, seen from this folder.
const root = ".."

// documents are all documents, by their path in the repository.
func documents(t *testing.T) map[string]string {
	t.Helper()
	found := map[string]string{}
	for _, pattern := range []string{"*.md", "docs/*.md", "examples/*.md", "bench/*.md"} {
		paths, err := filepath.Glob(filepath.Join(root, pattern))
		if err != nil {
			t.Fatal(err)
		}
		for _, path := range paths {
			found[strings.TrimPrefix(filepath.ToSlash(path), root+"/")] = read(t, path)
		}
	}
	if len(found) < 7 {
		t.Fatalf("found only %d documents", len(found))
	}
	return found
}

// read is a file, by its path from this folder.
func read(t *testing.T, path string) string {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

// hold makes sure that a document is as it should be, or makes it so.
func hold(t *testing.T, path, want string) {
	t.Helper()
	switch is := read(t, path); {
	case is == want:
	case *update:
		if err := os.WriteFile(path, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	default:
		t.Errorf("docs/%s is not what the program says; run: go test ./docs -update\n%s", path, firstDifference(is, want))
	}
}

func firstDifference(is, want string) string {
	isLines, wantLines := strings.Split(is, "\n"), strings.Split(want, "\n")
	for n := range isLines {
		if n >= len(wantLines) || isLines[n] != wantLines[n] {
			return "the first line that differs: " + isLines[n]
		}
	}
	return "it lacks: " + wantLines[min(len(isLines), len(wantLines)-1)]
}

// goFiles calls visit with every Go file of the repository.
func goFiles(t *testing.T, visit func(path, source string)) {
	t.Helper()
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && slices.Contains([]string{".git", "testdata", "node_modules"}, entry.Name()):
			return filepath.SkipDir
		case !entry.IsDir() && strings.HasSuffix(path, ".go"):
			visit(path, read(t, path))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
