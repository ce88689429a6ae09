package guise_test

import (
	"context"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/guise-go/guise"
)

// TestP5_EndsOnce_ManyInstances: stops, revocations, requests past the limit
// and the sweeps of three instances, all at the moment when time is up.
func TestP5_EndsOnce_ManyInstances(t *testing.T) {
	for range 20 {
		var hooked atomic.Int32
		w := newWorld(t, func(c *guise.Config) {
			c.Hooks.Ended = func(context.Context, guise.Event) { hooked.Add(1) }
		})
		instances := []*guise.Manager{w.manager}
		for range 2 {
			other, err := guise.New(guise.Config{
				Identify: func(*http.Request) (string, error) { return "1", nil }, Users: w.users, Store: w.store, Clock: w.clock,
				Hooks: guise.Hooks{Ended: func(context.Context, guise.Event) { hooked.Add(1) }}, InsecureCookies: true,
			})
			if err != nil {
				t.Fatal(err)
			}
			instances = append(instances, other)
		}
		b := w.login("1")
		id := b.start("10").json()["id"].(string)
		w.advance(14 * time.Minute)
		b.get("/")

		ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
		var wg sync.WaitGroup
		for _, instance := range instances {
			wg.Go(func() { _ = instance.Run(ctx) })
		}
		for i := range 40 {
			other := b.copy()
			wg.Go(func() {
				switch i % 4 {
				case 0:
					other.post("/impersonate/stop", "")
				case 1:
					_ = instances[i%3].End(t.Context(), id, guise.Actor{User: person("2")}, "")
				case 2:
					other.post("/notes", "text=x")
				default:
					w.advance(2 * time.Minute) // ten of them are past the limit
				}
			})
		}
		wg.Wait()
		cancel()
		if n := len(w.logged(guise.KindEnded)); n != 1 || hooked.Load() != 1 {
			t.Fatalf("%d ended events, %d calls of the hook; want one each", n, hooked.Load())
		}
	}
}
