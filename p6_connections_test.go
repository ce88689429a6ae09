package guise_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/guise-go/guise"
)

// openApp answers the way long-lived connections do. Handlers that look at
// nothing else return when over is closed.
func openApp(rw http.ResponseWriter, r *http.Request, over <-chan struct{}) {
	switch r.URL.Path {
	case "/events": // server-sent events
		rw.Header().Set("Content-Type", "text/event-stream")
		for i := 0; ; i++ {
			if _, err := fmt.Fprintf(rw, "data: %d\n\n", i); err != nil {
				return
			}
			_ = http.NewResponseController(rw).Flush()
			select {
			case <-r.Context().Done():
				return
			case <-time.After(20 * time.Millisecond):
			}
		}
	case "/poll": // a handler that neither writes nor looks at its context
		fmt.Fprint(rw, strings.Repeat(" ", 1024))
		_ = http.NewResponseController(rw).Flush()
		<-over
	case "/socket": // a connection that was taken over
		conn, buffered, err := http.NewResponseController(rw).Hijack()
		if err != nil {
			return
		}
		_, _ = buffered.WriteString("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\nhello\n")
		_ = buffered.Flush()
		go func() { _, _ = io.Copy(io.Discard, conn) }() // the handler returns, the connection lives on
	}
}

func TestP6_ConnectionsAreClosedWithinASecond(t *testing.T) {
	endings := map[string]func(w *world, b *browser, id string){
		"stopped here": func(_ *world, b *browser, _ string) { b.copy().post("/impersonate/stop", "") },
		"revoked": func(w *world, _ *browser, id string) {
			_ = w.manager.End(w.t.Context(), id, guise.Actor{User: person("2")}, "")
		},
		"expired, nobody asks":      func(w *world, _ *browser, _ string) { w.advance(2 * time.Hour) },
		"ended on another instance": endElsewhere,
	}
	for name, end := range endings {
		for _, path := range []string{"/events", "/poll", "/socket"} {
			t.Run(name+path, func(t *testing.T) {
				t.Parallel()
				w := newWorld(t, nil)
				over := make(chan struct{})
				defer close(over) // before the server closes, which waits for its handlers
				w.handler = w.manager.Middleware(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) { openApp(rw, r, over) }))
				ctx, cancel := context.WithCancel(t.Context())
				done := make(chan error, 1)
				go func() { done <- w.manager.Run(ctx) }()
				defer func() { cancel(); <-done }()
				b := w.login("1")
				id := b.start("10").json()["id"].(string)
				closed := b.open(path)
				end(w, b, id)
				select {
				case <-closed:
				case <-time.After(3 * time.Second): // a second, and slack for a busy machine
					t.Error("still open")
				}
			})
		}
	}
}

// endElsewhere ends it through another Manager on the same store.
func endElsewhere(w *world, _ *browser, id string) {
	other, err := guise.New(guise.Config{
		Identify: func(*http.Request) (string, error) { return "", nil }, Users: w.users, Store: w.store, Clock: w.clock,
	})
	if err != nil {
		w.t.Error(err)
		return
	}
	if err := other.End(w.t.Context(), id, guise.Actor{User: person("2")}, ""); err != nil {
		w.t.Error(err)
	}
}

// open asks for the path over a real connection, waits for the first bytes,
// and returns a channel that is closed when the connection is.
func (b *browser) open(path string) <-chan struct{} {
	b.w.t.Helper()
	server := httptest.NewServer(b.w.handler)
	b.w.t.Cleanup(server.Close)
	r, err := http.NewRequest(http.MethodGet, server.URL+path, nil)
	if err != nil {
		b.w.t.Fatal(err)
	}
	for name, value := range b.cookies {
		r.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	response, err := server.Client().Do(r)
	if err != nil {
		b.w.t.Fatal(err)
	}
	reader := bufio.NewReader(response.Body)
	if _, err := reader.ReadByte(); err != nil {
		b.w.t.Fatalf("no first byte: %v", err)
	}
	closed := make(chan struct{})
	go func() {
		defer close(closed)
		_, _ = io.Copy(io.Discard, reader)
		_ = response.Body.Close()
	}()
	return closed
}
