// Package demo runs `guise demo`, School Desk, the way a person does: built
// from source, as a process of its own, on a folder on disk. A suite can
// therefore pull the plug on it and start it again.
package demo

import (
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/guise-go/guise/test/internal/artifacts"
)

// The people of School Desk that the suites know; every password is Password.
const (
	Admin    = "admin@schooldesk.example"
	Staff    = "staff@schooldesk.example"
	Maya     = "maya@schooldesk.example"
	Password = "demo"
)

const (
	startLimit = time.Minute // a first start generates the customers, under the race detector
	stopLimit  = 20 * time.Second
)

// Demo is the demo of one test. It keeps its address, its database and its
// log when it is started again.
type Demo struct {
	URL string // http://127.0.0.1:PORT

	t       testing.TB
	build   *built
	args    []string
	logPath string
	cmd     *exec.Cmd
	exited  chan struct{} // closed once the process is gone and exitErr is set
	exitErr error
}

// Start runs the demo on a free port with an empty data folder, and returns
// once it serves. The process is gone when the test ends.
func Start(t testing.TB, flags ...string) *Demo {
	t.Helper()
	return start(t, &raced, append([]string{"--data", t.TempDir()}, flags...))
}

// StartPlain is Start without the race detector, with which a database that is
// written in Go takes minutes for very many customers, and each start seconds. An
// empty address is that of a data folder.
func StartPlain(t testing.TB, address string, flags ...string) *Demo {
	t.Helper()
	place := []string{"--db", address}
	if address == "" {
		place = []string{"--data", t.TempDir()}
	}
	return start(t, &plain, append(place, flags...))
}

// StartOn is Start on a server's database, whose address it is.
func StartOn(t testing.TB, address string, flags ...string) *Demo {
	t.Helper()
	return start(t, &raced, append([]string{"--db", address}, flags...))
}

// Guise runs another command of guise on the demo's database, as its operator
// would, and returns what it printed.
func (d *Demo) Guise(command ...string) (printed string, err error) {
	d.t.Helper()
	place := slices.IndexFunc(d.args, func(arg string) bool { return arg == "--data" || arg == "--db" })
	args := d.args[place : place+2]
	var stdout, stderr strings.Builder
	cmd := exec.CommandContext(d.t.Context(), d.build.path(d.t), slices.Concat(command, args)...)
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		return stdout.String(), fmt.Errorf("guise %v: %w: %s", command, err, &stderr)
	}
	return stdout.String(), nil
}

func start(t testing.TB, build *built, flags []string) *Demo {
	t.Helper()
	addr := freeAddress(t)
	d := &Demo{
		URL:     "http://" + addr,
		t:       t,
		build:   build,
		args:    append([]string{"demo", "--addr", addr}, flags...),
		logPath: filepath.Join(artifacts.Dir(t), strings.ReplaceAll(t.Name(), "/", "-")+".log"),
	}
	if err := os.WriteFile(d.logPath, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	d.run()
	t.Cleanup(d.cleanup)
	return d
}

// Restart starts the demo again, after Stop or Kill, on the data it left.
func (d *Demo) Restart() {
	d.t.Helper()
	d.run()
}

// Stop ends the process as Ctrl-C does, and expects it to end well.
func (d *Demo) Stop() {
	d.t.Helper()
	if err := d.cmd.Process.Signal(os.Interrupt); err != nil {
		d.t.Errorf("interrupting the demo: %v", err)
	}
	select {
	case <-d.exited:
		if d.exitErr != nil {
			d.t.Errorf("the demo ended with %v after an interrupt, want exit status 0; its log:\n%s", d.exitErr, d.log())
		}
	case <-time.After(stopLimit):
		d.t.Errorf("the demo still ran %v after an interrupt; its log:\n%s", stopLimit, d.log())
	}
}

// Kill ends the process as kill -9 does: it gets to finish nothing.
func (d *Demo) Kill() {
	d.t.Helper()
	if err := d.cmd.Process.Kill(); err != nil {
		d.t.Fatalf("killing the demo: %v", err)
	}
	<-d.exited
}

// run starts the process and waits until it serves.
func (d *Demo) run() {
	d.t.Helper()
	log, err := os.OpenFile(d.logPath, os.O_WRONLY|os.O_APPEND, 0)
	if err != nil {
		d.t.Fatal(err)
	}
	defer log.Close()

	cmd := exec.Command(d.build.path(d.t), d.args...)
	cmd.Stdout, cmd.Stderr = log, log
	if err := cmd.Start(); err != nil {
		d.t.Fatalf("starting the demo: %v", err)
	}
	d.cmd, d.exited = cmd, make(chan struct{})
	go func() {
		d.exitErr = cmd.Wait()
		close(d.exited)
	}()
	d.waitUntilItServes()
}

func (d *Demo) waitUntilItServes() {
	d.t.Helper()
	deadline := time.After(startLimit)
	poll := time.NewTicker(20 * time.Millisecond)
	defer poll.Stop()
	// The demo may listen before it answers.
	client := http.Client{Timeout: time.Second}
	for {
		select {
		case <-d.exited:
			d.t.Fatalf("the demo ended before it served: %v; its log:\n%s", d.exitErr, d.log())
		case <-deadline:
			d.Kill()
			d.t.Fatalf("the demo did not serve %s/login within %v; its log:\n%s", d.URL, startLimit, d.log())
		case <-poll.C:
			resp, err := client.Get(d.URL + "/login")
			if err != nil {
				continue
			}
			resp.Body.Close()
			if resp.StatusCode == http.StatusOK {
				return
			}
		}
	}
}

// cleanup makes sure that the process does not outlive the test, and that it
// had no data race: the race detector is built into it when the suite has it.
func (d *Demo) cleanup() {
	select {
	case <-d.exited:
	default:
		d.Stop()
		// Only a process that ignored the interrupt is still there to be killed.
		_ = d.cmd.Process.Kill()
		<-d.exited
	}
	if log := d.log(); strings.Contains(log, "WARNING: DATA RACE") {
		d.t.Errorf("the demo has a data race:\n%s", log)
	}
}

func (d *Demo) log() string {
	log, err := os.ReadFile(d.logPath)
	if err != nil {
		return err.Error()
	}
	return strings.TrimSpace(string(log))
}

// freeAddress asks the kernel for a port that nobody uses. Should another
// process take it before the demo does, the demo says so and the test fails
// with that line.
func freeAddress(t testing.TB) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}
