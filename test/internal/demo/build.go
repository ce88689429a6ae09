package demo

import (
	"os/exec"
	"path/filepath"
	"sync"
	"testing"

	"github.com/guise-go/guise/test/internal/artifacts"
)

var build struct {
	once   sync.Once
	binary string
	output string
	err    error
}

// binary builds the command guise, once for each suite, and returns its path.
func binary(t testing.TB) string {
	t.Helper()
	build.once.Do(func() {
		build.binary, build.output, build.err = compile(t, "cmd/guise")
	})
	if build.err != nil {
		t.Fatalf("building cmd/guise: %v\n%s", build.err, build.output)
	}
	return build.binary
}

// Build builds another command of the repository, in a folder relative to its
// root, and returns the path of the binary.
func Build(t testing.TB, folder string) string {
	t.Helper()
	binary, output, err := compile(t, folder)
	if err != nil {
		t.Fatalf("building %s: %v\n%s", folder, err, output)
	}
	return binary
}

func compile(t testing.TB, folder string) (binary, output string, err error) {
	t.Helper()
	binary = filepath.Join(artifacts.Dir(t), filepath.Base(folder))
	// Without version stamping, which fails where the repository belongs to
	// another user, as in many containers.
	args := []string{"build", "-buildvcs=false", "-o", binary}
	if raceEnabled {
		// The demo then reports its own data races; see Demo.checkRaces.
		args = append(args, "-race")
	}
	cmd := exec.Command("go", append(args, ".")...)
	cmd.Dir = filepath.Join(artifacts.ModuleRoot(t), "..", folder)
	said, err := cmd.CombinedOutput()
	return binary, string(said), err
}
