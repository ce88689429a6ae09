package guise_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/guise-go/guise"
)

// TestActivity_ASlowStoreCostsNoMemoryAndNoWrite: while the log can't be
// written, 4096 reads wait and the rest is counted, for each impersonation by
// itself; writes are refused. When it can, everything is on record once.
func TestActivity_ASlowStoreCostsNoMemoryAndNoWrite(t *testing.T) {
	const each, kept = 3000, 4096
	for name, breaks := range map[string]func(*faultyStore){
		"never answers": func(s *faultyStore) { s.neverAnswer("Append") },
		"refuses":       func(s *faultyStore) { s.fail("Append") },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t, func(c *guise.Config) { c.Clock, c.DefaultMode, c.IdleTimeout = time.Now, guise.ReadWrite, -1 })
				browsers := map[string]*browser{"10": w.login("1"), "11": w.login("2")}
				for subject, b := range browsers {
					b.start(subject)
				}
				breaks(w.store)
				var reading sync.WaitGroup
				for _, b := range browsers {
					reading.Go(func() {
						for range each {
							b.get("/page")
							time.Sleep(time.Millisecond)
						}
					})
				}
				reading.Wait()
				if got := browsers["10"].post("/write", "a=b"); got.Code != 503 || len(w.written()) > 0 {
					t.Errorf("a write that can't be recorded: %d, ran %v", got.Code, w.written())
				}
				w.store.fail()
				w.store.neverAnswer()
				listed, counted := len(w.logged(guise.KindRequest)), 0
				for _, note := range w.logged(guise.KindNote) {
					var n int
					if _, after, ok := strings.Cut(note.Note, ": "); ok {
						fmt.Sscan(after, &n)
					}
					if note.ImpersonationID == "" || note.Subject.ID == "" || n == 0 {
						t.Errorf("a count of nobody's or of nothing: %+v", note)
					}
					counted += n
				}
				if listed != kept || listed+counted != 2*each {
					t.Errorf("%d listed and %d counted of %d reads; want %d listed, and all", listed, counted, 2*each, kept)
				}
			})
		})
	}
}

// TestActivity_OneSlowBatchDoesNotHoldUpEveryReader: while one request writes
// what waits, the others go on.
func TestActivity_OneSlowBatchDoesNotHoldUpEveryReader(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, func(c *guise.Config) { c.Clock = time.Now })
		b := w.login("1")
		b.start("10")
		b.get("/")
		time.Sleep(time.Second)
		w.store.neverAnswer("Append")
		var slow sync.WaitGroup
		slow.Go(func() { b.copy().get("/the-one-that-writes") })
		synctest.Wait()
		began := time.Now()
		b.get("/")
		if took := time.Since(began); took > 0 {
			t.Errorf("another reader waited %v", took)
		}
		slow.Wait()
	})
}
