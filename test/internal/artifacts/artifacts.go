// Package artifacts owns the folder test/artifacts: what a suite leaves behind
// for a person to open, such as screenshots and the log of the demo.
package artifacts

import (
	"os"
	"path/filepath"
	"testing"
	"time"
)

// Dir returns the folder of the suite that runs t, test/artifacts/SUITE, and
// makes it if need be. A suite that asks for it is never cached.
func Dir(t testing.TB) string {
	t.Helper()
	suite, err := os.Getwd() // a test runs in the folder of its package
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(ModuleRoot(t), "artifacts", filepath.Base(suite))
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	preventCaching(t, dir)
	return dir
}

// preventCaching makes the go command run this suite every time. It repeats the
// result of a passed test while what the test is built from and the files it
// opened are the same, and a suite that has the command built and started is
// not built from it: it would stay green after the command broke. A result is
// not kept if the test opened a file, inside its module, that is newer than
// the run; so it opens one that always is.
func preventCaching(t testing.TB, dir string) {
	t.Helper()
	path := filepath.Join(dir, ".uncached")
	if err := os.WriteFile(path, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	tomorrow := time.Now().Add(24 * time.Hour)
	if err := os.Chtimes(path, tomorrow, tomorrow); err != nil {
		t.Fatal(err)
	}
}

// ModuleRoot returns the folder of the test module.
func ModuleRoot(t testing.TB) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			t.Fatal("no go.mod above the folder the test runs in: run it with `go test` inside the repository")
		}
		dir = parent
	}
}

// Write keeps data as a file called name, which may be in a folder, and says
// where it is.
func Write(t testing.TB, name string, data []byte) {
	t.Helper()
	path := filepath.Join(Dir(t), name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, data, 0o644); err != nil {
		t.Fatal(err)
	}
	t.Logf("kept %s", path)
}
