package demo

import (
	"os/exec"
	"path/filepath"
	"sync"
	"testing"

	"github.com/guise-go/guise/test/internal/artifacts"
)

// built is the command guise as it was built, once for each suite: with the race
// detector, if the suite has it, and without.
type built struct {
	once   sync.Once
	binary string
	output string
	err    error
}

var raced, plain built

// path is where the command is.
func (b *built) path(t testing.TB) string {
	t.Helper()
	b.once.Do(func() {
		b.binary, b.output, b.err = compile(t, "cmd/guise", b == &raced && raceEnabled)
	})
	if b.err != nil {
		t.Fatalf("building cmd/guise: %v\n%s", b.err, b.output)
	}
	return b.binary
}

// Build builds another command of the repository, in a folder relative to its
// root, and returns the path of the binary.
func Build(t testing.TB, folder string) string {
	t.Helper()
	binary, output, err := compile(t, folder, raceEnabled)
	if err != nil {
		t.Fatalf("building %s: %v\n%s", folder, err, output)
	}
	return binary
}

func compile(t testing.TB, folder string, race bool) (binary, output string, err error) {
	t.Helper()
	binary = filepath.Join(artifacts.Dir(t), filepath.Base(folder))
	if raceEnabled && !race {
		binary += "-plain"
	}
	// Without version stamping, which fails where the repository belongs to
	// another user, as in many containers.
	args := []string{"build", "-buildvcs=false", "-o", binary}
	if race {
		// The demo then reports its own data races; see Demo.checkRaces.
		args = append(args, "-race")
	}
	cmd := exec.Command("go", append(args, ".")...)
	cmd.Dir = filepath.Join(artifacts.ModuleRoot(t), "..", folder)
	said, err := cmd.CombinedOutput()
	return binary, string(said), err
}
