package main

import (
	"bufio"
	"encoding/json"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"
)

// asCommand in the environment turns this test program into the command.
const asCommand = "GUISE_TEST_AS_COMMAND"

// process is "guise demo", running.
type process struct {
	*exec.Cmd
	url     string
	greeted string
	done    chan error
}

// startDemo starts the command and waits until it has said where it is.
func startDemo(t *testing.T, args ...string) *process {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	p := &process{Cmd: exec.Command(self, append([]string{"demo", "--addr", "127.0.0.1:0"}, args...)...), done: make(chan error, 1)}
	p.Env = append(os.Environ(), asCommand+"=1")
	p.Stderr = os.Stderr
	stdout, err := p.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Start(); err != nil {
		t.Fatal(err)
	}
	address := regexp.MustCompile(`http://127\.0\.0\.1:\d+`)
	lines := bufio.NewScanner(stdout)
	for lines.Scan() {
		p.greeted += lines.Text() + "\n"
		if found := address.FindString(lines.Text()); found != "" {
			p.url = found
		}
		if strings.Contains(lines.Text(), "Ctrl-C") {
			break
		}
	}
	go func() { p.done <- p.Wait() }()
	t.Cleanup(func() {
		_ = p.Process.Kill() // does nothing when it has ended
	})
	if p.url == "" {
		t.Fatalf("no address in %q", p.greeted)
	}
	return p
}

// end sends the signal and waits for the end.
func (p *process) end(t *testing.T, signal os.Signal) error {
	t.Helper()
	if err := p.Process.Signal(signal); err != nil {
		t.Fatal(err)
	}
	select {
	case err := <-p.done:
		return err
	case <-time.After(20 * time.Second):
		t.Fatalf("still there long after %v", signal)
		return nil
	}
}

func TestDemo_SaysWhereAndWhoAndStopsWhenAsked(t *testing.T) {
	t.Parallel()
	data := filepath.Join(t.TempDir(), "data")
	for _, signal := range []os.Signal{os.Interrupt, syscall.SIGTERM} {
		p := startDemo(t, "--data", data, "--users", "20")
		for _, word := range []string{"admin@schooldesk.example", "password demo", data, "28 people"} {
			if !strings.Contains(p.greeted, word) {
				t.Errorf("the greeting has no %q:\n%s", word, p.greeted)
			}
		}
		response, err := http.Get(p.url + "/login")
		if err != nil {
			t.Fatal(err)
		}
		response.Body.Close()
		if response.StatusCode != http.StatusOK {
			t.Errorf("the login page answers %d", response.StatusCode)
		}
		if err := p.end(t, signal); err != nil {
			t.Errorf("after %v: %v", signal, err)
		}
	}
}

func TestDemo_SaysWhatItAdded(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	for _, row := range []struct{ users, says string }{
		{"10", "new: 18 people, 10 of them generated"},
		{"15", "kept, 5 generated customers added: 23 people now"},
		{"12", "kept: 23 people, 15 of them generated"},
	} {
		p := startDemo(t, "--data", data, "--users", row.users)
		if !strings.Contains(p.greeted, row.says) {
			t.Errorf("--users %s: the greeting has no %q:\n%s", row.users, row.says, p.greeted)
		}
		if err := p.end(t, os.Interrupt); err != nil {
			t.Error(err)
		}
	}
}

// An event stream has no end of its own; stopping must not wait for it.
func TestDemo_StopsAtOnceWithAStreamOpen(t *testing.T) {
	t.Parallel()
	p := startDemo(t, "--data", t.TempDir(), "--users", "5")
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	client := &http.Client{Jar: jar}
	login, err := client.PostForm(p.url+"/login", url.Values{"email": {"maya@schooldesk.example"}, "password": {"demo"}})
	if err != nil {
		t.Fatal(err)
	}
	login.Body.Close()
	stream, err := client.Get(p.url + "/events")
	if err != nil {
		t.Fatal(err)
	}
	defer stream.Body.Close()
	lines := bufio.NewReader(stream.Body)
	if line, err := lines.ReadString('\n'); err != nil || !strings.Contains(line, "maya@") {
		t.Fatalf("the first event is %q, %v", line, err)
	}
	began := time.Now()
	if err := p.end(t, os.Interrupt); err != nil {
		t.Error(err)
	}
	if took := time.Since(began); took >= grace {
		t.Errorf("it took %v to stop: it waited for the stream until it lost patience", took)
	}
	if _, err := io.Copy(io.Discard, lines); err != nil {
		t.Errorf("the stream was broken off: %v", err)
	}
}

// P1: what was acknowledged is on disk, whatever happens to the program next.
func TestP1_KilledRightAfterAStart_ItIsThereAndOnRecord(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	first := startDemo(t, "--data", data, "--users", "5")
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	client := &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	ask := func(method, address string, form url.Values, into any) int {
		t.Helper()
		r, err := http.NewRequest(method, address, strings.NewReader(form.Encode()))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Accept", "application/json")
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		response, err := client.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer response.Body.Close()
		if into != nil {
			if err := json.NewDecoder(response.Body).Decode(into); err != nil {
				t.Fatal(err)
			}
		}
		return response.StatusCode
	}
	if got := ask("POST", first.url+"/login", url.Values{"email": {"admin@schooldesk.example"}, "password": {"demo"}}, nil); got != http.StatusSeeOther {
		t.Fatalf("the login was answered %d", got)
	}
	var begun struct{ ID string }
	if got := ask("POST", first.url+"/impersonate/start", url.Values{"user_id": {"5"}, "reason": {"before the crash"}}, &begun); got != http.StatusCreated {
		t.Fatalf("the start was answered %d", got)
	}
	if err := first.end(t, syscall.SIGKILL); err == nil {
		t.Fatal("it ended in peace")
	}

	// Cookies do not care about ports, so the browser is still the same.
	second := startDemo(t, "--data", data, "--users", "5")
	var who struct{ Email string }
	if ask("GET", second.url+"/whoami", nil, &who); who.Email != "maya@schooldesk.example" {
		t.Errorf("after the crash the application sees %q", who.Email)
	}
	var entry struct {
		Reason string
		Events []struct{ Kind string }
	}
	if got := ask("GET", second.url+"/impersonate/log/"+begun.ID, nil, &entry); got != http.StatusOK {
		t.Fatalf("its place in the log answers %d", got)
	}
	if len(entry.Events) == 0 || entry.Events[0].Kind != "started" {
		t.Errorf("the log has %+v", entry)
	}
	if err := second.end(t, os.Interrupt); err != nil {
		t.Error(err)
	}
}
