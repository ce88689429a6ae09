// Package chromium drives a headless Chromium for one test, as a person would
// use a browser: pages, fields, buttons, and a picture of what is there.
package chromium

import (
	"os"
	"os/exec"
	"strings"
	"testing"
)

// names are the commands under which Chromium is installed, in the order in
// which scripts/lib.sh looks for them, too.
var names = []string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable"}

// find returns the path of a browser. Without one it skips the test, so that
// `go test work` passes with nothing but Go; it fails where a browser was
// promised: when GUISE_CHROMIUM names one, and under CI=true.
func find(t testing.TB) string {
	t.Helper()
	if name := os.Getenv("GUISE_CHROMIUM"); name != "" {
		path, ok := runs(name)
		if !ok {
			t.Fatalf("GUISE_CHROMIUM is %q, which is not a Chromium that runs", name)
		}
		return path
	}
	for _, name := range names {
		if path, ok := runs(name); ok {
			return path
		}
	}
	const help = "no Chromium found: install it with `make setup` or `apt-get install chromium`, or set GUISE_CHROMIUM to a browser's path"
	if os.Getenv("CI") == "true" {
		t.Fatal(help)
	}
	t.Skip(help)
	return ""
}

// runs asks the command for its version. On Ubuntu it may be a stub that does
// nothing but say "install the snap".
func runs(name string) (path string, ok bool) {
	path, err := exec.LookPath(name)
	if err != nil {
		return "", false
	}
	version, err := exec.Command(path, "--version").Output()
	return path, err == nil && strings.Contains(string(version), "Chrom")
}
