package guise_test

import (
	"context"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/guise-go/guise"
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
