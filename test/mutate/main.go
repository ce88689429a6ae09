// Command mutate takes out, one after the other, the lines that Guise's promises
// rest on, and sees a test fail each time. It changes no file: the compiler is
// given the changed one in its place. Run it in the root of the repository:
//
//	go run ./test/mutate          # all of them
//	go run ./test/mutate P3       # one promise's
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

func main() {
	all, err := read("test/mutate/mutations.txt")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	survived := 0
	for _, m := range all {
		if len(os.Args) > 1 && os.Args[1] != m.promise {
			continue
		}
		began := time.Now()
		err := m.caught(context.Background(), ".")
		took := time.Since(began).Round(100 * time.Millisecond)
		if err != nil {
			survived++
			fmt.Printf("NOT CAUGHT  %-6s %s: %s: %v\n", m.promise, m.file, strings.TrimSpace(m.line), err)
			continue
		}
		fmt.Printf("caught      %-6s %s: %s, by %s in %v\n", m.promise, m.file, strings.TrimSpace(m.line), m.test, took)
	}
	if survived > 0 {
		os.Exit(1)
	}
}

// mutation is one line, what is put in its place, and who must notice.
type mutation struct{ promise, file, test, line, instead string }

// read reads the list.
func read(path string) ([]mutation, error) {
	content, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var all []mutation
	for _, block := range strings.Split(strings.TrimSpace(string(content)), "\n\n")[1:] {
		lines := strings.Split(block, "\n")
		head := strings.SplitN(lines[0], ": ", 3)
		if len(lines) != 3 || len(head) != 3 || lines[1][:1] != "-" || lines[2][:1] != "+" {
			return nil, fmt.Errorf("%s: not a mutation:\n%s", path, block)
		}
		all = append(all, mutation{head[0], head[1], head[2], lines[1][1:], lines[2][1:]})
	}
	return all, nil
}

// mutated is the file with the line replaced.
func (m mutation) mutated(root string) (string, error) {
	content, err := os.ReadFile(filepath.Join(root, m.file))
	if err != nil {
		return "", err
	}
	line := "\n" + m.line + "\n"
	if n := strings.Count(string(content), line); n != 1 {
		return "", fmt.Errorf("the line is there %d times; it must be there once", n)
	}
	return strings.Replace(string(content), line, "\n"+m.instead+"\n", 1), nil
}

// where is the package and the tests in it.
func (m mutation) where() (pkg, tests string) {
	pkg, tests, found := strings.Cut(m.test, " ")
	if !found {
		return ".", m.test
	}
	return pkg, tests
}

// caught runs the test without the line. No error means that it failed.
func (m mutation) caught(ctx context.Context, root string) error {
	content, err := m.mutated(root)
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "mutate")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	// The compiler knows its files by their real names.
	if root, err = filepath.EvalSymlinks(root); err == nil {
		root, err = filepath.Abs(root)
	}
	if err != nil {
		return err
	}
	original := filepath.Join(root, m.file)
	changed, overlay := filepath.Join(dir, "changed.go"), filepath.Join(dir, "overlay.json")
	replace, err := json.Marshal(map[string]map[string]string{"Replace": {original: changed}})
	if err != nil {
		return err
	}
	if err := errors.Join(os.WriteFile(changed, []byte(content), 0o600), os.WriteFile(overlay, replace, 0o600)); err != nil {
		return err
	}
	pkg, tests := m.where()
	test := exec.CommandContext(ctx, "go", "test", "-overlay", overlay, "-vet=off", "-timeout=60s", "-run", "^("+tests+")", pkg)
	test.Dir = root
	output, err := test.CombinedOutput()
	switch {
	case err == nil:
		return fmt.Errorf("%s passes without it", m.test)
	case strings.Contains(string(output), "[build failed]"), !strings.Contains(string(output), "FAIL"):
		return fmt.Errorf("the test did not run: %s", output)
	}
	return nil
}
