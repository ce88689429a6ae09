package process

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/guise-go/guise/internal/databases"
	"github.com/guise-go/guise/test/internal/demo"
)

// TestP1_RecordedFirst_KilledUnderLoad pulls the plug while people at two
// processes start and stop as fast as they can: on one of the processes, which
// those at the other don't notice, and on the database's server. All that was
// answered is there, nothing is half there, `guise log verify` says that the log
// holds, and everybody goes on.
func TestP1_RecordedFirst_KilledUnderLoad(t *testing.T) {
	t.Parallel()
	flags := []string{customers, noLimit, "--policy=staff"} // so that there are four who may
	t.Run("SQLite", func(t *testing.T) {
		t.Parallel()
		o := openOffice(t, demo.StartPlain(t, "", flags...))
		o.killed(o.killA)
	})
	for name, start := range map[string]func(testing.TB, ...databases.Option) *databases.Server{
		"PostgreSQL": databases.StartPostgres,
		"MariaDB":    databases.StartMySQL,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := start(t, databases.Durable)
			o := openOffice(t, demo.StartPlain(t, server.Database(t).URL, flags...))
			o.killed(o.killA)
			o.killed(func() (again func()) {
				server.Kill(t)
				o.wait(append(o.atA, o.atB...)...)
				return func() { server.Restart(t) }
			})
		})
	}
}

// office is people at two processes, and what they were told is done.
type office struct {
	*testing.T
	a, b     *demo.Demo
	atA, atB []*worker
	// clerk is one more login of the administrator's, which acts as nobody: it
	// reads what is on record, and ends what is left. Those who work may be told at
	// any time that what they were about to stop is over.
	clerk *demo.Client
	maya  string

	mu             sync.Mutex
	started, ended map[string]bool
}

func openOffice(t *testing.T, a *demo.Demo) *office {
	t.Helper()
	o := &office{T: t, a: a, b: a.Beside(), started: map[string]bool{}, ended: map[string]bool{}}
	o.atA = []*worker{{Client: a.Login(demo.Admin)}, {Client: a.Login(demo.Staff)}}
	o.atB = []*worker{{Client: o.b.Login(demo.Boss)}, {Client: o.b.Login("staff2@schooldesk.example")}}
	o.clerk = o.b.Login(demo.Admin)
	o.maya = find(t, o.atA[0].Client, demo.Maya)
	return o
}

// killed has everybody work, kills something in the middle of it and starts it
// again.
func (o *office) killed(kill func() (again func())) {
	o.Helper()
	for _, w := range append(o.atA, o.atB...) {
		w.stop, w.stopped = make(chan struct{}), make(chan error, 1)
		go func() { w.stopped <- o.work(w) }()
	}
	o.waitFor(60)
	kill()()
	o.wantWhole()
	o.wantGoesOn()
}

// killA kills one process, and sees that the other goes on.
func (o *office) killA() (again func()) {
	o.Helper()
	o.a.Kill()
	o.wait(o.atA...)
	o.waitFor(10)
	for _, w := range o.atB {
		close(w.stop)
		if err := <-w.stopped; err != nil {
			o.Errorf("A was killed, and at B: %v", err)
		}
	}
	return o.a.Restart
}

// wait waits until people are told that something is wrong.
func (o *office) wait(people ...*worker) {
	o.Helper()
	for _, w := range people {
		o.Log(<-w.stopped)
	}
}

// waitFor waits until so much more has been done.
func (o *office) waitFor(more int) {
	o.Helper()
	done := func() int {
		o.mu.Lock()
		defer o.mu.Unlock()
		return len(o.started) + len(o.ended)
	}
	goal, deadline := done()+more, time.Now().Add(30*time.Second)
	for done() < goal {
		if time.Sleep(time.Millisecond); time.Now().After(deadline) {
			o.Fatal("nobody gets to work")
		}
	}
}

// worker is one of the people.
type worker struct {
	*demo.Client
	acting  bool // as far as they were told
	stop    chan struct{}
	stopped chan error // nil when told to
}

// work starts and stops until the answer is no, or there is none.
func (o *office) work(w *worker) error {
	for {
		select {
		case <-w.stop:
			return nil
		default:
		}
		if err := o.told(w, "start", http.StatusCreated, o.started); err != nil {
			return err
		}
		w.acting = true
		if err := o.told(w, "stop", http.StatusOK, o.ended); err != nil {
			return err
		}
		w.acting = false
	}
}

// told asks, and notes what was acknowledged.
func (o *office) told(w *worker, what string, status int, book map[string]bool) error {
	answer, err := w.Try("POST", "/impersonate/"+what, url.Values{"user_id": {o.maya}, "reason": {"a call"}})
	if err != nil {
		return err
	}
	if answer.Status != status {
		return fmt.Errorf("%s: %s", what, answer)
	}
	var told impersonation
	if err := json.Unmarshal(answer.Body, &told); err != nil {
		return err
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	book[told.ID] = true
	return nil
}

// wantWhole compares what people were told with what is there.
func (o *office) wantWhole() {
	o.Helper()
	if said, err := o.a.Guise("log", "verify"); err != nil {
		o.Errorf("P9: %v\n%s", err, said)
	}
	rows, err := o.a.Guise("log", "export", "--format=jsonl")
	if err != nil {
		o.Fatal(err)
	}
	there := map[string]bool{}
	for line := range strings.Lines(rows) {
		var row struct{ ID, State string }
		if err := json.Unmarshal([]byte(line), &row); err != nil {
			o.Fatal(err)
		}
		there[row.ID] = true
		events, over := readLog(o.T, o.clerk, row.ID), row.State == "ended"
		if started, ended := events.count("started"), events.count("ended"); started != 1 || (ended == 1) != over || ended > 1 {
			o.Errorf("%s is %s, with %d started and %d ended events: half there", row.ID, row.State, started, ended)
		}
		if o.ended[row.ID] && !over {
			o.Errorf("the end of %s was acknowledged, and it is %s", row.ID, row.State)
		}
	}
	for id := range o.started {
		if !there[id] {
			o.Errorf("the start of %s was acknowledged, and it is not there", id)
		}
	}
	o.Logf("%d starts and %d ends were acknowledged; %d are there", len(o.started), len(o.ended), len(there))
}

// wantGoesOn: whoever acts as Maya still does, or is refused; everybody can
// leave, what nobody was told of can be ended, and then all can start again.
func (o *office) wantGoesOn() {
	o.Helper()
	everybody := append(o.atA, o.atB...)
	for _, w := range everybody {
		if answer := w.Get("/whoami"); w.acting && answer.Status != http.StatusForbidden && !strings.Contains(string(answer.Body), demo.Maya) {
			o.Errorf("P3: who acts as Maya is answered %s", answer)
		}
		stop(w.Client)
		w.acting = false
	}
	for _, one := range running(o.T, o.clerk) {
		demo.Decode[any](o.T, revoke(o.clerk, one.ID), http.StatusOK)
	}
	for _, w := range everybody {
		if err := o.told(w, "start", http.StatusCreated, o.started); err != nil {
			o.Errorf("afterwards: %v", err)
		}
	}
	for _, w := range everybody {
		if err := o.told(w, "stop", http.StatusOK, o.ended); err != nil {
			o.Errorf("afterwards: %v", err)
		}
	}
}
