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
		build.binary = filepath.Join(artifacts.Dir(t), "guise")
		// Without version stamping, which fails where the repository belongs to
		// another user, as in many containers.
		args := []string{"build", "-buildvcs=false", "-o", build.binary}
		if raceEnabled {
			// The demo then reports its own data races; see Demo.checkRaces.
			args = append(args, "-race")
		}
		cmd := exec.Command("go", append(args, ".")...)
		cmd.Dir = filepath.Join(artifacts.ModuleRoot(t), "..", "cmd", "guise")
		output, err := cmd.CombinedOutput()
		build.output, build.err = string(output), err
	})
	if build.err != nil {
		t.Fatalf("building cmd/guise: %v\n%s", build.err, build.output)
	}
	return build.binary
}
