package databases

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// keeping is the shell script between a test and its server. It ends the server
// and removes the folder when its standard input ends, and the kernel closes
// that when the test process is gone, whatever ended it: no server outlives its
// tests. A line on it says instead that the server has been killed and its data
// stay. When a test doesn't let a file grow any further, that is an error for the
// server, as a full disk is, and not a signal.
const keeping = `
dir=$1 stop=$2
shift 2
trap '' XFSZ
"$@" </dev/null >>"$dir/log" 2>&1 &
server=$!
echo $server
if read -r killed; then
	wait $server
	exit 0
fi
kill -s "$stop" $server
wait $server
rm -rf "$dir"
`

// keeper is one run of a server.
type keeper struct {
	shell *exec.Cmd
	stdin io.WriteCloser
	// server is the server's process ID. It can't become another's before the
	// shell has waited for it.
	server  int
	logFile string
}

// keep runs the server's command in a keeper.
func keep(dir, stop string, command []string) (*keeper, error) {
	shell := exec.Command("/bin/sh", append([]string{"-c", keeping, "keeper", dir, stop}, command...)...)
	shell.Dir = dir
	// Ctrl-C in a terminal reaches the test, and the keeper then does its work.
	shell.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	stdin, err := shell.StdinPipe()
	if err != nil {
		return nil, err
	}
	stdout, err := shell.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := shell.Start(); err != nil {
		return nil, err
	}
	k := &keeper{shell: shell, stdin: stdin, logFile: filepath.Join(dir, "log")}
	if _, err := fmt.Fscanln(stdout, &k.server); err != nil {
		return nil, errors.Join(fmt.Errorf("the keeper did not say which process the server is: %w", err), stdin.Close(), shell.Wait())
	}
	return k, nil
}

// kill ends the server and all its processes with SIGKILL, and keeps the folder.
func (k *keeper) kill() error {
	// PostgreSQL's processes would end by themselves a moment later, and until
	// then keep a new server from starting. A stopped parent makes no more.
	if err := syscall.Kill(k.server, syscall.SIGSTOP); err != nil {
		return err
	}
	for _, pid := range append(children(k.server), k.server) {
		if err := syscall.Kill(pid, syscall.SIGKILL); err != nil && !errors.Is(err, syscall.ESRCH) {
			return err
		}
	}
	if _, err := io.WriteString(k.stdin, "killed\n"); err != nil {
		return err
	}
	return k.shell.Wait()
}

// remove ends the server, if it hasn't been killed, and removes its folder.
func (k *keeper) remove() {
	_ = k.stdin.Close()
	_ = k.shell.Wait() // the folder is looked at, not its exit status
}

func (k *keeper) log() string {
	log, err := os.ReadFile(k.logFile)
	if err != nil {
		return err.Error()
	}
	return tail(log)
}

// runs reports whether a process is there, and not only its exit status.
func runs(pid int) bool {
	_, state, ok := processStatus(pid)
	return ok && state != "Z"
}

// children are the processes that a process has started.
func children(parent int) (found []int) {
	all, _ := filepath.Glob("/proc/[0-9]*") // the pattern is valid
	for _, path := range all {
		pid, err := strconv.Atoi(filepath.Base(path))
		if err != nil {
			continue
		}
		if of, _, ok := processStatus(pid); ok && of == parent {
			found = append(found, pid)
		}
	}
	return found
}

// processStatus reads the parent and the state of a process from Linux's /proc;
// elsewhere nothing is known.
func processStatus(pid int) (parent int, state string, ok bool) {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0, "", false
	}
	// 12 (name) S 1 …, and a name may hold anything, brackets too.
	_, err = fmt.Sscan(string(status[strings.LastIndexByte(string(status), ')')+1:]), &state, &parent)
	return parent, state, err == nil
}
