package databases

import (
	"bufio"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// hostVariable makes this program the one whose servers must not outlive it.
const hostVariable = "GUISE_TEST_DATABASES_HOST"

func TestMain(m *testing.M) {
	if name := os.Getenv(hostVariable); name != "" {
		host(both[name].kind())
	}
	os.Exit(m.Run())
}

// host starts a server as the tests share it, says which, and does what its
// parent asks for.
func host(k *kind) {
	s, err := startShared(k)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Println(s.keeper.server, s.dir)
	_, _ = fmt.Scanln() // for ever, if it is to be killed
	os.Exit(0)
}

// TestServers_DoNotOutliveTheirProcess: whether it ends or is killed.
func TestServers_DoNotOutliveTheirProcess(t *testing.T) {
	for name, row := range both {
		if _, err := row.kind().find(); err != nil {
			doWithout(t, row.kind(), err)
		}
		for how, end := range map[string]func(*exec.Cmd, *os.File) error{
			"ends":      func(_ *exec.Cmd, stdin *os.File) error { return stdin.Close() },
			"is killed": func(cmd *exec.Cmd, _ *os.File) error { return cmd.Process.Kill() },
		} {
			t.Run(name+" when it "+how, func(t *testing.T) {
				cmd := exec.Command(os.Args[0])
				cmd.Env = append(os.Environ(), hostVariable+"="+name)
				cmd.Stderr = os.Stderr
				theirs, ours, err := os.Pipe()
				if err != nil {
					t.Fatal(err)
				}
				defer ours.Close()
				cmd.Stdin = theirs
				stdout, err := cmd.StdoutPipe()
				if err != nil {
					t.Fatal(err)
				}
				if err := cmd.Start(); err != nil {
					t.Fatal(err)
				}
				theirs.Close()

				var server int
				var dir string
				if _, err := fmt.Fscanln(bufio.NewReader(stdout), &server, &dir); err != nil {
					t.Fatal(err)
				}
				processes := append(children(server), server)
				if !runs(server) {
					t.Fatalf("process %d is not there", server)
				}
				if err := end(cmd, ours); err != nil {
					t.Fatal(err)
				}
				_ = cmd.Wait() // one of the two was killed

				for _, process := range processes {
					waitUntil(t, fmt.Sprintf("process %d is gone", process), func() bool { return !runs(process) })
				}
				waitUntil(t, dir+" is gone", func() bool {
					_, err := os.Stat(filepath.Join(dir, "data"))
					return errors.Is(err, fs.ErrNotExist)
				})
			})
		}
	}
}
