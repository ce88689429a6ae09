package browser

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/guise-go/guise/test/internal/artifacts"
)

// packageFile returns what a file holds that scripts/packages fetched, such as
// "axe-core/axe.min.js". Where it wasn't, the test is skipped; under CI=true,
// where nothing may be left out, it fails.
func packageFile(t *testing.T, name string) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(artifacts.ModuleRoot(t), "..", "bin", "npm", "node_modules", name))
	if err == nil {
		return string(data)
	}
	const help = "%v: fetch it with `make setup`, or scripts/packages where npm is installed"
	if os.Getenv("CI") == "true" {
		t.Fatalf(help, err)
	}
	t.Skipf(help, err)
	return ""
}
