package guise_test

import (
	"context"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/guise-go/guise"
	"github.com/guise-go/guise/console"
)

// countingDirectory notes each look-up.
type countingDirectory struct {
	guise.BatchDirectory
	mu    sync.Mutex
	calls []string
}

func (d *countingDirectory) note(call string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.calls = append(d.calls, call)
}

func (d *countingDirectory) User(ctx context.Context, id string) (guise.User, error) {
	d.note("User")
	return d.BatchDirectory.User(ctx, id)
}

func (d *countingDirectory) Users(ctx context.Context, ids ...string) ([]guise.User, error) {
	d.note("Users")
	return d.BatchDirectory.Users(ctx, ids...)
}

// TestP2_CostsTwoRoundTrips: what a request made while impersonating asks for,
// so that "no cache" stays affordable.
func TestP2_CostsTwoRoundTrips(t *testing.T) {
	directory := &countingDirectory{}
	w := newWorld(t, func(c *guise.Config) {
		directory.BatchDirectory = c.Users.(guise.BatchDirectory)
		c.Users, c.DefaultMode = directory, guise.ReadWrite
	})
	b := w.login("1")
	b.start("10")
	for _, r := range []struct {
		name, method string
		wait         time.Duration
		want         []string
	}{
		{"a read", "GET", 0, []string{"Resolve", "Users"}},
		{"a write", "POST", 0, []string{"Resolve", "Users", "Append", "Append"}},
		{"a read after a tenth of the idle timeout", "GET", 2 * time.Minute, []string{"Resolve", "Users", "Touch", "Append"}},
	} {
		w.advance(r.wait)
		w.store.takeCalls()
		directory.calls = nil
		b.do(r.method, "/data", "", asJSON)
		got := w.store.takeCalls()
		got = slices.Insert(got, min(1, len(got)), directory.calls...)
		if !slices.Equal(got, r.want) {
			t.Errorf("%s: %q, want %q", r.name, got, r.want)
		}
	}
}

// TestIdleTimeout_WithoutOne: nothing ends by it, so a request every few seconds
// is not a commit every few seconds.
func TestIdleTimeout_WithoutOne(t *testing.T) {
	w := newWorld(t, func(c *guise.Config) { c.IdleTimeout, c.Activity = -1, guise.ActivityWrites })
	b := w.login("1")
	b.start("10")
	w.store.takeCalls()
	for range 12 {
		w.advance(10 * time.Second)
		if got := b.sees(); got != "10" {
			t.Fatalf("sees %s", got)
		}
	}
	noted := 0
	for _, call := range w.store.takeCalls() {
		if call == "Touch" {
			noted++
		}
	}
	if noted != 2 {
		t.Errorf("noted %d times in two minutes, want once a minute", noted)
	}
}

// TestUsers_ThePageAsksOnceForItsViewer: the pages of the console cost the
// directory no more than what they show.
func TestUsers_ThePageAsksOnceForItsViewer(t *testing.T) {
	directory := &countingDirectory{}
	w := newWorld(t, func(c *guise.Config) {
		directory.BatchDirectory, c.Console = c.Users.(guise.BatchDirectory), console.New
		c.Users = directory
	})
	if got := w.login("1").get("/impersonate/users/10"); got.Code != 200 {
		t.Fatal(got.Code)
	}
	if want := []string{"User", "User"}; !slices.Equal(directory.calls, want) {
		t.Errorf("asked %q; want the viewer and the user, once each", directory.calls)
	}
}
