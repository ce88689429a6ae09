package faults

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"runtime"
	"sync"
	"testing"
	"time"

	"github.com/guise-go/guise/sqlstore"
)

// TestFault_AcceptsAndNeverAnswers: the network swallows everything, which no
// driver notices by itself. Every request is answered in time and leaves no
// goroutine behind; afterwards all goes on.
func TestFault_AcceptsAndNeverAnswers(t *testing.T) {
	for name, e := range engines {
		t.Run(name, func(t *testing.T) {
			database := e.start(t).Database(t)
			network := newProxy(t, host(t, database))
			a := newApp(t, e.engine, through(t, database, network), nil)
			cookie := a.start()
			if got := a.sees(cookie); got != "10" {
				t.Fatalf("sees %s", got)
			}
			before := runtime.NumGoroutine()
			network.swallow(true)
			for range 3 {
				a.wantRefused(cookie)
			}
			network.swallow(false)
			wantNoMore(t, before)
			if got := a.sees(cookie); got != "10" {
				t.Errorf("afterwards: sees %s; want 10", got)
			}
			a.verified()
		})
	}
}

// wantNoMore waits until no more goroutines run than before.
func wantNoMore(t *testing.T, before int) {
	t.Helper()
	for deadline := time.Now().Add(10 * time.Second); runtime.NumGoroutine() > before; time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			stacks := make([]byte, 1<<16)
			t.Fatalf("%d goroutines; before there were %d:\n%s", runtime.NumGoroutine(), before, stacks[:runtime.Stack(stacks, true)])
		}
	}
}

// TestFault_KilledAndRestarted: while the database is gone nothing runs; what was
// acknowledged before is there afterwards.
func TestFault_KilledAndRestarted(t *testing.T) {
	for name, e := range engines {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := e.start(t)
			database := server.Database(t)
			network := newProxy(t, host(t, database))
			a := newApp(t, e.engine, through(t, database, network), nil)
			cookie := a.start()
			server.Kill(t)
			a.wantRefused(cookie)
			server.Restart(t)
			if got := a.sees(cookie); got != "10" {
				t.Errorf("afterwards: sees %s; want 10", got)
			}
			a.verified()
		})
	}
}

// TestFault_FailsOverToAnother: from one moment on, the name of the database
// leads to another server, which has the same data. What ran there goes on.
func TestFault_FailsOverToAnother(t *testing.T) {
	for name, e := range engines {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := e.start(t)
			first, second := server.Database(t), e.start(t).Database(t)
			named := &address{driver: first.Open(t).Driver(), dsn: first.DSN}
			db := sql.OpenDB(named)
			t.Cleanup(func() { _ = db.Close() })
			a := newApp(t, e.engine, db, nil)
			cookie := a.start()
			replica, err := sqlstore.Open(t.Context(), second.Open(t), e.engine)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := sqlstore.Copy(t.Context(), replica, a.store, nil); err != nil {
				t.Fatal(err)
			}
			server.Kill(t)
			a.wantRefused(cookie)
			named.lead(second.DSN)
			if got := a.sees(cookie); got != "10" {
				t.Errorf("on the other: sees %s; want 10", got)
			}
			if got := a.do("POST", "/impersonate/stop", cookie); got.Code != 200 {
				t.Errorf("stop on the other: %d %s", got.Code, got.Body)
			}
			a.verified()
		})
	}
}

// address is a name that leads to a database.
type address struct {
	driver driver.Driver
	mu     sync.Mutex
	dsn    string
}

func (n *address) lead(dsn string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.dsn = dsn
}

func (n *address) Driver() driver.Driver { return n.driver }

func (n *address) Connect(ctx context.Context) (driver.Conn, error) {
	n.mu.Lock()
	dsn := n.dsn
	n.mu.Unlock()
	opens, ok := n.driver.(driver.DriverContext)
	if !ok {
		return n.driver.Open(dsn)
	}
	connector, err := opens.OpenConnector(dsn)
	if err != nil {
		return nil, err
	}
	return connector.Connect(ctx)
}

// TestFault_AClockAnHourOff: an instance whose clock is ahead ends too early, one
// whose clock is behind ends nothing too early; and neither keeps going what
// another has ended.
func TestFault_AClockAnHourOff(t *testing.T) {
	for name, e := range engines {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			database := e.start(t).Database(t)
			off := func(by time.Duration) *app {
				return newApp(t, e.engine, database.Open(t), func() time.Time { return time.Now().Add(by) })
			}
			right, ahead, behind := off(0), off(time.Hour), off(-time.Hour)
			cookie := right.start()
			for _, a := range []*app{behind, right} {
				if got := a.sees(cookie); got != "10" {
					t.Errorf("sees %s; want 10", got)
				}
			}
			for n, a := range []*app{ahead, right, behind} {
				if got := a.sees(cookie); got != "403" {
					t.Errorf("instance %d, after the one ahead: %s; want 403", n, got)
				}
			}
			right.verified()
		})
	}
}
