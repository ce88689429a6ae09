package main

import (
	"bytes"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestMain lets a test run this very program as the command: see startDemo.
func TestMain(m *testing.M) {
	if os.Getenv(asCommand) != "" {
		os.Exit(run(os.Args[1:], os.Stdout, os.Stderr))
	}
	os.Exit(m.Run())
}

func TestMistakes_OneLineAndStatus2(t *testing.T) {
	t.Parallel()
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	busy := " --addr " + taken.Addr().String() // so that a value let through doesn't serve for good
	for _, row := range []struct {
		args string
		says string // what was wrong, and with which value
	}{
		{"dmo", `did you mean "demo"`},
		{"demo --adr x", `did you mean one of "--addr"`},
		{"demo extra", "extra"},
		{"demo --addr nonsense", `"nonsense"`},
		{"demo --addr 127.0.0.1:99999", "127.0.0.1:99999"},
		{"demo --addr 127.0.0.1:http", "127.0.0.1:http"},
		{"demo --addr " + taken.Addr().String(), taken.Addr().String() + " is in use"},
		{"demo --addr 192.0.2.1:8080", "192.0.2.1:8080"},
		{"demo --users many" + busy, "--users"},
		{"demo --users=-1" + busy, "-1"},
		{"demo --policy everyone" + busy, "everyone"},
		{"demo --max-duration soon" + busy, "soon"},
		{"demo --max-duration 0s" + busy, "--max-duration is 0"},
		{"demo --idle-timeout 0s" + busy, "--idle-timeout is 0"},
		{"demo --starts 0" + busy, "--starts is 0"},
		{"demo --max-depth 0" + busy, "--max-depth is 0"},
		{"demo --require-reason=perhaps" + busy, "perhaps"},
		{"demo --data=" + busy, "--data is empty"},
		{"demo --addr 127.0.0.1:0 --data " + file, file},
		{"demo --db oracle://ada:hunter2@db/desk" + busy, "oracle"},
		{"demo --db postgres://ada:hunter2@db" + busy, "--db: the address names no database"},
		{"demo --db desk.db" + busy, "--db is no server's address"},
		{"demo --db mysql://db/desk --data b" + busy, "--db and --data"},
		{"version now", "now"},
		{"log head --db a.db --data b", "--db and --data"},
		{"log head --db oracle://ada:hunter2@db/desk", "oracle"},
		{"log head --db ada:hunter2@tcp(db:3306)/desk", "write a URL, such as postgres://"},
		{"log head postgres://ada:hunter2@db/desk", "postgres://ada:xxxxx@db/desk"},
		{"log verify --db a.db --head mysql://ada:hunter2@db/desk", "mysql://ada:xxxxx@db/desk"},
		{"copy --from a.db --to password=hunter2", "--to: the address is one of a driver's own"},
		{"log verify --db a.db --head 7", "NUMBER:HASH"},
		{"migrate --engine oracle --print", "oracle"},
		{"copy --from a.db", "--to"},
		{"log list --db a.db --limit 0", "--limit is 0"},
		{"log list --db a.db --limit 1001", "--limit is 1001"},
		{"log list --db a.db --from yesterday", `"yesterday" is no time`},
		{"log list --db a.db --from 2026-05-05 --to 2026-05-04", "--from must be before --to"},
		{"log list --db a.db --cause bored", `--cause is "bored"`},
		{"log list --db a.db --state asleep", "asleep"},
		{"log show --db a.db", "<id>"},
		{"log export --db a.db --format xml", "xml"},
		{"live list --db a.db --limit=-1", "--limit is -1"},
		{"live end i-2 --db a.db --by Olga", "--note"},
		{"live end i-2 --db a.db --note enough", "--by"},
		{"live end i-2 --db a.db --by= --note enough", "--by is empty"},
		{"live end i-2 --db a.db --by Olga --note=", "--note is empty"},
		{"log purge --db a.db --before 2026-01-01 --by Olga --note old", "say --yes"},
		{"log purge --db a.db --before 2999-01-01 --by Olga --note old --yes", "at least 24 hours ago"},
		{"log purge --db a.db --before 2026-01-01 --by Olga --yes", "--note"},
		{"log purge --db a.db --before 2026-01-01 --note old --yes", "--by"},
		{"log purge --db a.db --by Olga --note old --yes", "--before"},
		{"users index --db a.db", "--print"},
		{"users index --db a.db --print --apply", "--print"},
		{"users search --db a.db --limit 0", "--limit is 0"},
		{"explain --db a.db --actor 1", "--subject"},
		{"explain --db a.db --actor 1 --subject 2 --policy everyone", "everyone"},
	} {
		t.Run(row.args, func(t *testing.T) {
			var stdout, stderr bytes.Buffer
			status := run(strings.Fields(row.args), &stdout, &stderr)
			if status != 2 {
				t.Errorf("status %d, want 2", status)
			}
			line := stderr.String()
			if !strings.HasPrefix(line, "guise: ") || strings.Count(line, "\n") != 1 || !strings.HasSuffix(line, "\n") {
				t.Errorf("not one line: %q", line)
			}
			if !strings.Contains(line, row.says) || strings.Contains(line, "hunter2") {
				t.Errorf("%q does not say %q", line, row.says)
			}
			if stdout.Len() != 0 {
				t.Errorf("printed %q", &stdout)
			}
		})
	}
}

// TestUnfinished: one who types a part of a command sees how it may go on, and a
// script's mistake is no success.
func TestUnfinished(t *testing.T) {
	for args, says := range map[string]string{"": "log verify", "log": "verify", "users": "search"} {
		var stdout, stderr bytes.Buffer
		if status := run(strings.Fields(args), &stdout, &stderr); status != exitUsage || stdout.Len() != 0 {
			t.Errorf("guise %s: status %d and %q, want %d and nothing", args, status, &stdout, exitUsage)
		}
		if !strings.Contains(stderr.String(), says) || !strings.Contains(stderr.String(), "Usage: ") {
			t.Errorf("guise %s does not help:\n%s", args, &stderr)
		}
	}
}

// broken is an output that a command does not survive.
type broken struct{}

func (broken) Write([]byte) (int, error) { panic("broken") }

func TestRun_APanicIsNoSuccess(t *testing.T) {
	t.Parallel()
	defer func() {
		if panicked := recover(); panicked != "broken" {
			t.Errorf("recovered %v; want the command's own panic", panicked)
		}
	}()
	status := run([]string{"version"}, broken{}, io.Discard)
	t.Errorf("a command that panicked has status %d", status)
}

func TestHelpAndVersion(t *testing.T) {
	t.Parallel()
	for args, says := range map[string][]string{
		"--help":  {"log list", "log show", "log export", "log verify", "log head", "log purge", "live list", "live end", "users search", "users show", "users index", "explain", "migrate", "copy", "demo", "version"},
		"version": {"guise "},
		"demo --help": {
			"--addr=HOST:PORT", "127.0.0.1:8080", "--data=DIR", defaultData(), "--users=N", "1200",
			"--policy=superusers|staff", "--require-reason", "--max-duration=D", "--idle-timeout=D", "--max-depth=N", "--starts=N",
		},
	} {
		var stdout, stderr bytes.Buffer
		if status := run(strings.Fields(args), &stdout, &stderr); status != 0 || stderr.Len() != 0 {
			t.Errorf("%s: status %d, stderr %q", args, status, &stderr)
		}
		text := strings.Join(strings.Fields(stdout.String()), " ") // help breaks its lines where it likes
		for _, word := range says {
			if !strings.Contains(text, word) {
				t.Errorf("%s: no %q in %s", args, word, text)
			}
		}
	}
}
