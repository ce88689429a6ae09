package guise_test

import (
	"bytes"
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/guise-go/guise"
)

// watched is a response that is read while it is written.
type watched struct {
	mu     sync.Mutex
	header http.Header
	body   bytes.Buffer
	done   chan struct{}
	leave  context.CancelFunc
}

func (w *watched) Header() http.Header { return w.header }
func (w *watched) WriteHeader(int)     {}
func (w *watched) Flush()              {}

func (w *watched) Write(b []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.body.Write(b)
}

// take is what has been sent since it was last asked.
func (w *watched) take() string {
	synctest.Wait()
	w.mu.Lock()
	defer w.mu.Unlock()
	defer w.body.Reset()
	return w.body.String()
}

func (w *watched) over() bool {
	synctest.Wait()
	select {
	case <-w.done:
		return true
	default:
		return false
	}
}

// watch opens the stream of the Live page.
func (b *browser) watch(lastEventID string) *watched {
	ctx, cancel := context.WithCancel(b.w.t.Context())
	r := httptest.NewRequestWithContext(ctx, http.MethodGet, "/impersonate/live/events", nil)
	r.Header.Set("Accept", "text/event-stream")
	r.Header.Set("Last-Event-Id", lastEventID)
	for name, value := range b.cookies {
		r.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	seen := &watched{header: http.Header{}, done: make(chan struct{}), leave: cancel}
	go func() {
		defer close(seen.done)
		b.w.handler.ServeHTTP(seen, r)
	}()
	return seen
}

// inBubble is a world on the bubble's clock.
func inBubble(t *testing.T, change func(*guise.Config), do func(*world)) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, func(c *guise.Config) {
			c.Clock = time.Now
			if change != nil {
				change(c)
			}
		})
		do(w)
	})
}

func changes(sent string) int { return strings.Count(sent, "event: changed\n") }

func TestLiveStream_SaysWhenSomethingChangesAndOnlyThen(t *testing.T) {
	inBubble(t, nil, func(w *world) {
		seen := w.login("2").watch("")
		first := seen.take()
		if changes(first) != 1 || !strings.HasPrefix(first, "retry: ") {
			t.Errorf("at first: %q; want how soon to come back, and that there is something to see", first)
		}
		if policy := seen.header.Get("Cache-Control"); !strings.Contains(policy, "no-transform") || !strings.Contains(policy, "no-store") {
			t.Errorf("Cache-Control %q lets a proxy hold it back", policy)
		}
		time.Sleep(11 * time.Second)
		if sent := seen.take(); sent != ":\n\n" {
			t.Errorf("while nothing changes: %q; want a sign of life", sent)
		}
		agent := w.login("1")
		agent.start("10")
		time.Sleep(2 * time.Second)
		sent := seen.take()
		if changes(sent) != 1 || strings.Contains(sent, "Maya") {
			t.Errorf("when one starts: %q; want that, and nothing of whom", sent)
		}
		agent.get("/notes")
		agent.get("/impersonate/live") // writes down what waits to be logged, as Run does
		time.Sleep(2 * time.Second)
		if sent := seen.take(); changes(sent) != 1 || strings.Contains(sent, "notes") {
			t.Errorf("when one makes a request: %q; want that, and nothing of which", sent)
		}
		agent.do("POST", "/impersonate/stop", "")
		time.Sleep(2 * time.Second)
		if sent := seen.take(); changes(sent) != 1 {
			t.Errorf("when one ends: %q", sent)
		}
		time.Sleep(16 * time.Second)
		if !seen.over() {
			t.Error("after half a minute it still runs; the session is never asked for anew")
		}
		_, id, _ := strings.Cut(first, "id: ")
		id, _, _ = strings.Cut(id, "\n")
		again := w.login("2").watch(id)
		if sent := again.take(); changes(sent) != 0 {
			t.Errorf("to one who has seen it already: %q", sent)
		}
		again.leave()
		if !again.over() {
			t.Error("it goes on for a client that has gone")
		}
	})
}

// unflushed can't send what is written before all of it is, as behind some
// middlewares.
type unflushed struct{ http.ResponseWriter }

// TestLiveStream_LastsWhereItCantFlush: one that ended at once would say nothing of
// any change, and be asked for anew every two seconds.
func TestLiveStream_LastsWhereItCantFlush(t *testing.T) {
	inBubble(t, nil, func(w *world) {
		handler := w.handler
		w.handler = http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) { handler.ServeHTTP(unflushed{rw}, r) })
		seen := w.login("2").watch("")
		time.Sleep(29 * time.Second)
		if seen.over() {
			w.t.Error("it ended before its time")
		}
		time.Sleep(2 * time.Second)
		if sent := seen.take(); !seen.over() || changes(sent) != 1 {
			w.t.Errorf("after its time it sent %q, and is over: %v", sent, seen.over())
		}
	})
}

func TestLiveStream_EndsWhenOneMayNoLongerLook(t *testing.T) {
	var loggedOut atomic.Bool
	for name, lose := range map[string]func(*world, context.CancelFunc){
		"logged out":    func(*world, context.CancelFunc) { loggedOut.Store(true) },
		"demoted":       func(w *world, _ context.CancelFunc) { w.users.Put(guise.User{ID: "2", Active: true}) },
		"deleted":       func(w *world, _ context.CancelFunc) { w.users.Delete("2") },
		"shutting down": func(_ *world, stop context.CancelFunc) { stop() },
	} {
		t.Run(name, func(t *testing.T) {
			loggedOut.Store(false)
			inBubble(t, func(c *guise.Config) {
				identify := c.Identify
				c.Identify = func(r *http.Request) (string, error) {
					if loggedOut.Load() {
						return "", nil
					}
					return identify(r)
				}
			}, func(w *world) {
				ctx, stop := context.WithCancel(w.t.Context())
				run := make(chan error, 1)
				go func() { run <- w.manager.Run(ctx) }()
				seen := w.login("2").watch("")
				time.Sleep(3 * time.Second)
				if seen.take(); seen.over() {
					t.Fatal("it ended by itself")
				}
				lose(w, stop)
				time.Sleep(2 * time.Second)
				if !seen.over() {
					t.Error("two seconds later it still runs")
				}
				if sent := seen.take(); sent != "" {
					t.Errorf("it still sent %q", sent)
				}
				stop()
				<-run
				seen.leave()
			})
		})
	}
}

func TestLiveStream_IsForThoseWhoSeeThePage(t *testing.T) {
	w := newWorld(t, nil)
	acting := w.login("1")
	acting.start("10")
	for name, row := range map[string]struct {
		browser *browser
		want    int
	}{
		"nobody":              {w.login(""), http.StatusUnauthorized},
		"a customer":          {w.login("10"), http.StatusForbidden},
		"one acting":          {acting, http.StatusNoContent},
		"one with that right": {w.login("2"), http.StatusOK},
	} {
		if got := row.browser.do("HEAD", "/impersonate/live/events", "", "Accept: text/event-stream"); got.Code != row.want {
			t.Errorf("%s: %d; want %d", name, got.Code, row.want)
		}
	}
}
