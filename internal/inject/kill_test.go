package inject_test

import (
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/guise-go/guise/internal/inject"
)

// soon is how long anything may take that must be immediate: P6 says a second,
// and there is slack for a busy machine.
const soon = 3 * time.Second

// controlled runs app in a real server and hands out each Response, as the
// list of running ones in a Manager would.
func controlled(t *testing.T, protocol string, app http.HandlerFunc) (url string, c *http.Client, running chan *inject.Response, released *atomic.Int32) {
	t.Helper()
	running, released = make(chan *inject.Response, 1), new(atomic.Int32)
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		x := inject.New(w, r, inject.Options{Snippet: snippet, Released: func() { released.Add(1) }})
		running <- x
		x.Serve(app, r)
	}))
	s.Config.ErrorLog = quiet
	switch protocol {
	case "HTTP/2.0":
		s.EnableHTTP2 = true
		s.StartTLS()
	case "HTTP/1.1 TLS":
		s.TLS = &tls.Config{NextProtos: []string{"http/1.1"}}
		s.StartTLS()
	default:
		s.Start()
	}
	t.Cleanup(s.Close)
	return s.URL, s.Client(), running, released
}

var allProtocols = []string{"HTTP/1.1", "HTTP/1.1 TLS", "HTTP/2.0"}

func within(t *testing.T, what string, done <-chan struct{}) {
	t.Helper()
	select {
	case <-done:
	case <-time.After(soon):
		t.Fatalf("%s took more than %v", what, soon)
	}
}

func async(f func()) <-chan struct{} {
	done := make(chan struct{})
	go func() {
		defer close(done)
		f()
	}()
	return done
}

// Whatever a handler is doing, its client is cut off at once.
func TestP6_KillCutsTheClientOff(t *testing.T) {
	for name, wait := range map[string]func(w http.ResponseWriter, r *http.Request, over <-chan struct{}){
		"asleep": func(_ http.ResponseWriter, _ *http.Request, over <-chan struct{}) { <-over },
		"writing to a client that does not read": func(w http.ResponseWriter, _ *http.Request, _ <-chan struct{}) {
			for b := make([]byte, 1<<20); ; {
				if _, err := w.Write(b); err != nil {
					return
				}
			}
		},
		"copying from a source that has nothing": func(w http.ResponseWriter, _ *http.Request, over <-chan struct{}) {
			pr, pw := io.Pipe()
			go func() { <-over; pw.Close() }()
			_, _ = io.Copy(w, pr)
		},
		"reading the request": func(_ http.ResponseWriter, r *http.Request, _ <-chan struct{}) {
			_, _ = io.Copy(io.Discard, r.Body)
		},
	} {
		for _, protocol := range allProtocols {
			t.Run(name+", "+protocol, func(t *testing.T) {
				over, started := make(chan struct{}), make(chan struct{})
				refused := make(chan error, 1)
				url, client, running, released := controlled(t, protocol, func(w http.ResponseWriter, r *http.Request) {
					_ = http.NewResponseController(w).EnableFullDuplex() // to answer before the request is read
					set(w.Header(), "Content-Type", "text/event-stream")
					_, _ = io.WriteString(w, "data: 1\n\n")
					w.(http.Flusher).Flush()
					close(started)
					wait(w, r, over)
					<-over
					_, err := io.WriteString(w, "data: 2\n\n")
					refused <- err
				})
				body, feeding := io.Pipe()
				defer feeding.Close()
				r, _ := http.NewRequestWithContext(t.Context(), "POST", url, body)
				resp, err := client.Do(r)
				if err != nil {
					t.Fatal(err)
				}
				defer resp.Body.Close()
				<-started
				x := <-running
				within(t, "Kill", async(x.Kill))
				within(t, "the client's read", async(func() {
					if _, err := io.Copy(io.Discard, resp.Body); err == nil {
						t.Error("the client takes the response for complete")
					}
				}))
				if released.Load() != 0 && strings.HasPrefix(protocol, "HTTP/2") {
					t.Error("released although the handler still runs")
				}
				close(over)
				if err := <-refused; !errors.Is(err, inject.ErrKilled) {
					t.Errorf("writing after Kill: %v", err)
				}
			})
		}
	}
}

// Before it sends the first byte, net/http may wait for the rest of the request.
func TestP6_KillOfAFlushThatWaitsForTheRequest(t *testing.T) {
	flushed := make(chan struct{})
	url, _, running, _ := controlled(t, "HTTP/1.1", func(w http.ResponseWriter, _ *http.Request) {
		w.(http.Flusher).Flush()
		close(flushed)
	})
	conn, err := net.Dial("tcp", strings.TrimPrefix(url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	_, _ = io.WriteString(conn, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nhalf")
	x := <-running
	within(t, "Kill", async(x.Kill))
	within(t, "Flush", flushed)
	within(t, "the client's read", async(func() { _, _ = io.Copy(io.Discard, conn) }))
}

// After Kill nothing works any more, and no deadline brings it back.
func TestP6_KillRefusesEverything(t *testing.T) {
	for _, protocol := range allProtocols {
		t.Run(protocol, func(t *testing.T) {
			killed, checked := make(chan struct{}), make(chan struct{})
			url, client, running, released := controlled(t, protocol, func(w http.ResponseWriter, _ *http.Request) {
				defer close(checked)
				<-killed
				rc := http.NewResponseController(w)
				w.Header().Set("X-Late", "x")
				w.WriteHeader(http.StatusOK)
				_, write := w.Write([]byte("x"))
				_, text := io.WriteString(w, "x")
				_, from := io.Copy(w, strings.NewReader("x"))
				_, _, hijack := rc.Hijack()
				for what, err := range map[string]error{
					"Write": write, "WriteString": text, "ReadFrom": from, "Hijack": hijack, "Flush": rc.Flush(),
					"SetReadDeadline": rc.SetReadDeadline(time.Time{}), "SetWriteDeadline": rc.SetWriteDeadline(time.Time{}),
					"EnableFullDuplex": rc.EnableFullDuplex(), "Push": w.(http.Pusher).Push("/x", nil),
				} {
					if !errors.Is(err, inject.ErrKilled) {
						t.Errorf("%s: %v", what, err)
					}
				}
			})
			go func() {
				x := <-running
				x.Kill()
				x.Kill()
				close(killed)
			}()
			r, _ := http.NewRequestWithContext(t.Context(), "GET", url, nil)
			if resp, err := client.Do(r); err == nil {
				resp.Body.Close()
				t.Errorf("the client got an answer: %v", resp.Status)
			}
			<-checked
			eventually(t, "released", func() bool { return released.Load() == 1 })
		})
	}
}

func eventually(t *testing.T, what string, so func() bool) {
	t.Helper()
	for end := time.Now().Add(soon); !so(); time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("not %s within %v", what, soon)
		}
	}
}

// A Response that is over belongs to nobody: the connection may carry the next
// request, of someone else.
func TestKillAfterTheHandlerDoesNothing(t *testing.T) {
	for _, protocol := range allProtocols {
		t.Run(protocol, func(t *testing.T) {
			first := true
			next := make(chan *inject.Response, 1)
			url, client, running, released := controlled(t, protocol, func(w http.ResponseWriter, _ *http.Request) {
				if !first {
					x := <-next
					x.Kill()
				}
				first = false
				_, _ = io.WriteString(w, "whole")
			})
			for i := range 2 {
				r, _ := http.NewRequestWithContext(t.Context(), "GET", url, nil)
				resp, err := client.Do(r)
				if err != nil {
					t.Fatal(err)
				}
				body, err := io.ReadAll(resp.Body)
				resp.Body.Close()
				if string(body) != "whole" || err != nil {
					t.Errorf("request %d: %q, %v", i, body, err)
				}
				next <- <-running
			}
			eventually(t, "released twice", func() bool { return released.Load() == 2 })
		})
	}
}

// A goroutine that a handler left behind can't reach the next response.
func TestWriterIsDeadAfterTheHandler(t *testing.T) {
	for _, protocol := range allProtocols {
		var kept http.ResponseWriter
		url, client, running, _ := controlled(t, protocol, func(w http.ResponseWriter, _ *http.Request) { kept = w })
		r, _ := http.NewRequestWithContext(t.Context(), "GET", url, nil)
		resp, err := client.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		(<-running).Done() // waits for nothing, but orders what follows after the handler's own
		kept.Header().Set("X", "y")
		kept.WriteHeader(200)
		rc := http.NewResponseController(kept)
		_, werr := kept.Write(nil)
		_, _, herr := rc.Hijack()
		for what, err := range map[string]error{
			"Write": werr, "Hijack": herr, "Flush": rc.Flush(), "SetWriteDeadline": rc.SetWriteDeadline(time.Now()),
		} {
			if !errors.Is(err, inject.ErrDone) {
				t.Errorf("%s, %s: %v", protocol, what, err)
			}
		}
	}
}

// Kill from several goroutines at any moment of a response, under the race
// detector: it either comes whole or is cut off, and nothing panics.
func TestKillAtAnyMoment(t *testing.T) {
	for _, protocol := range allProtocols {
		t.Run(protocol, func(t *testing.T) {
			url, client, running, released := controlled(t, protocol, func(w http.ResponseWriter, _ *http.Request) {
				h := w.Header()
				set(h, "Content-Type", "text/html", "Trailer", "X-Sum")
				_, _ = io.WriteString(w, page)
				h.Set("X-Sum", "1")
				_ = http.NewResponseController(w).Flush()
				_ = http.NewResponseController(w).SetWriteDeadline(time.Now().Add(time.Minute))
				_, _ = io.Copy(w, strings.NewReader(page))
				h.Set("X-Sum", "2")
			})
			const rounds = 200
			for i := range rounds {
				var wg sync.WaitGroup
				wg.Go(func() {
					x := <-running
					// At another moment each round: what is tried is what comes between.
					time.Sleep(time.Duration(i%20) * 5 * time.Microsecond)
					wg.Go(x.Kill)
					wg.Go(x.Kill)
				})
				r, _ := http.NewRequestWithContext(t.Context(), "GET", url, nil)
				if resp, err := client.Do(r); err == nil {
					body, err := io.ReadAll(resp.Body)
					resp.Body.Close()
					if err == nil && string(body) != bannered+page {
						t.Errorf("half a page was taken for a whole one: %q", body)
					}
				}
				wg.Wait()
			}
			eventually(t, "released each time", func() bool { return released.Load() >= rounds })
		})
	}
}

// Without a connection to close or deadlines to set, Kill still refuses and
// does not wait for a Write that nothing can interrupt.
func TestKillOfAPlainWriter(t *testing.T) {
	w := &stuckWriter{countingWriter{header: http.Header{}}, make(chan struct{}), make(chan struct{})}
	x := inject.New(w, httptest.NewRequest("GET", "/", nil), inject.Options{})
	wrote := async(func() { _, _ = x.Writer().Write([]byte("x")) })
	<-w.inside
	within(t, "Kill", async(x.Kill))
	close(w.free)
	<-wrote
	if _, err := x.Writer().Write([]byte("x")); !errors.Is(err, inject.ErrKilled) {
		t.Error(err)
	}
	if err := x.Finish(); !errors.Is(err, inject.ErrKilled) {
		t.Error(err)
	}
}

type stuckWriter struct {
	countingWriter
	inside, free chan struct{}
}

func (w *stuckWriter) Write(p []byte) (int, error) {
	close(w.inside)
	<-w.free
	return len(p), nil
}
