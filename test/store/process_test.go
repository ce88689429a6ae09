package store

import (
	"bufio"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"

	"github.com/guise-go/guise"
	"github.com/guise-go/guise/internal/databases"
	"github.com/guise-go/guise/sqlstore"
)

// The tests in this file run this very program again, as other processes on
// the same database.
const (
	jobVariable   = "GUISE_TEST_STORE_JOB"
	placeVariable = "GUISE_TEST_STORE_PLACE"
)

// place is a database that several processes open.
type place struct {
	Engine      sqlstore.Engine
	Driver, DSN string
}

// places is one on each engine.
func places() map[string]func(*testing.T) place {
	all := map[string]func(*testing.T) place{
		"SQLite": func(t *testing.T) place { return place{sqlstore.SQLite, "sqlite", "file:" + newFile(t) + wal} },
	}
	for name, s := range servers {
		all[name] = func(t *testing.T) place {
			database := s.database(t)
			return place{s.engine, database.Driver, database.DSN}
		}
	}
	return all
}

func (p place) open(t *testing.T) *sqlstore.Store {
	t.Helper()
	return openOn(t, p.Engine, &databases.Database{Driver: p.Driver, DSN: p.DSN})
}

func TestMain(m *testing.M) {
	if job := os.Getenv(jobVariable); job != "" {
		if err := work(job, os.Getenv(placeVariable)); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

// work is what the other process does: it reports on standard output, a line
// for each thing that it was told is done.
func work(job, where string) error {
	ctx := context.Background()
	var p place
	if err := json.Unmarshal([]byte(where), &p); err != nil {
		return err
	}
	db, err := sql.Open(p.Driver, p.DSN)
	if err != nil {
		return err
	}
	defer func() { _ = db.Close() }()
	store, err := sqlstore.Open(ctx, db, p.Engine)
	if err != nil {
		return err
	}
	switch job {
	case "race":
		return compete(ctx, store)
	case "append":
		for n := 1; ; n++ {
			if err := store.Append(ctx, guise.Event{Kind: guise.KindNote, Time: noon(), Note: strconv.Itoa(n)}); err != nil {
				return err
			}
			fmt.Println(n)
		}
	default:
		return errors.New("no such job: " + job)
	}
}

// compete starts twenty times one of which an actor may have, and ends all that it
// can find, over and over.
func compete(ctx context.Context, store *sqlstore.Store) error {
	for n := range 20 {
		try := start(fmt.Sprintf("%d-%d", os.Getpid(), n), "ada")
		try.MaxRunning = 1
		switch err := store.Start(ctx, try); {
		case err == nil:
			fmt.Println("started", try.Impersonation.ID)
		case !errors.Is(err, guise.ErrTooManyRunning):
			return err
		}
		running, err := store.Running(ctx, "ada", 10)
		if err != nil {
			return err
		}
		if len(running) > 1 {
			return fmt.Errorf("%d are running at once", len(running))
		}
		for _, one := range running {
			ended, err := store.End(ctx, end(one.ID))
			if err != nil {
				return err
			}
			for _, i := range ended {
				fmt.Println("ended", i.ID)
			}
		}
	}
	return nil
}

func process(t *testing.T, job string, p place) *exec.Cmd {
	t.Helper()
	where, err := json.Marshal(p)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), os.Args[0])
	cmd.Env = append(os.Environ(), jobVariable+"="+job, placeVariable+"="+string(where))
	cmd.Stderr = os.Stderr
	return cmd
}

// TestP5_EndsOnce_ManyProcesses: four processes, which also all find the
// database without tables, and one chain.
func TestP5_EndsOnce_ManyProcesses(t *testing.T) {
	t.Parallel()
	for name, place := range places() {
		t.Run(name, func(t *testing.T) { endsOnceInManyProcesses(t, place(t)) })
	}
}

func endsOnceInManyProcesses(t *testing.T, p place) {
	var processes []*exec.Cmd
	var outputs []*strings.Builder
	for range 4 {
		cmd, output := process(t, "race", p), &strings.Builder{}
		cmd.Stdout = output
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		processes, outputs = append(processes, cmd), append(outputs, output)
	}
	said := map[string]int{}
	for n, cmd := range processes {
		if err := cmd.Wait(); err != nil {
			t.Errorf("process %d: %v", n, err)
		}
		for line := range strings.Lines(outputs[n].String()) {
			said[strings.TrimSpace(line)]++
		}
	}

	recorded := map[string]int{}
	for _, event := range chain(t, t.Context(), p.open(t)) {
		recorded[string(event.Kind)+" "+event.ImpersonationID]++
	}
	if len(recorded) == 0 {
		t.Error("nothing was recorded")
	}
	for what, n := range recorded {
		if n != 1 || said[what] != 1 {
			t.Errorf("%s: %d events, and %d processes were told so; want 1 and 1", what, n, said[what])
		}
	}
	for what := range said {
		if recorded[what] == 0 {
			t.Errorf("%s: a process was told so, and it is not on record", what)
		}
	}
}

// TestP1_RecordedFirst_SurvivesAKill ends a writer with SIGKILL: what it was told is
// stored, is stored, and the chain goes on from there.
func TestP1_RecordedFirst_SurvivesAKill(t *testing.T) {
	t.Parallel()
	for name, place := range places() {
		t.Run(name, func(t *testing.T) { survivesAKill(t, place(t)) })
	}
}

func survivesAKill(t *testing.T, p place) {
	cmd := process(t, "append", p)
	output, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	told := 0
	for lines := bufio.NewScanner(output); lines.Scan(); {
		if told, err = strconv.Atoi(lines.Text()); err != nil {
			t.Fatal(err)
		}
		if told == 50 {
			if err := cmd.Process.Kill(); err != nil {
				t.Fatal(err)
			}
		}
	}
	_ = cmd.Wait() // it was killed
	if told < 50 {
		t.Fatalf("the writer stopped by itself after %d events", told)
	}

	store := p.open(t)
	all := chain(t, t.Context(), store)
	if len(all) < told {
		t.Errorf("%d events were stored for certain, and %d are there", told, len(all))
	}
	if err := store.Append(t.Context(), guise.Event{Kind: guise.KindNote, Time: noon()}); err != nil {
		t.Errorf("Append afterwards: %v", err)
	}
	chain(t, t.Context(), store)
}
