package inject_test

import (
	"bufio"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/guise-go/guise/internal/inject"
)

// A connection that the application took over stays within reach.
func TestP6_HijackedConnections(t *testing.T) {
	for _, protocol := range allProtocols[:2] {
		for _, ending := range []string{"killed", "closed by the application"} {
			t.Run(protocol+", "+ending, func(t *testing.T) {
				taken := make(chan net.Conn, 1)
				url, client, running, released := controlled(t, protocol, func(w http.ResponseWriter, _ *http.Request) {
					conn, rw, err := http.NewResponseController(w).Hijack()
					if err != nil {
						t.Error(err)
						return
					}
					if _, err := w.Write([]byte("x")); !errors.Is(err, http.ErrHijacked) {
						t.Errorf("writing after Hijack: %v", err)
					}
					if _, _, err := w.(http.Hijacker).Hijack(); !errors.Is(err, http.ErrHijacked) {
						t.Errorf("hijacking twice: %v", err)
					}
					_, _ = rw.WriteString("HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\nhello\n")
					_ = rw.Flush()
					if _, ok := conn.(interface{ CloseWrite() error }); !ok {
						t.Errorf("%T has lost its CloseWrite", conn)
					}
					taken <- conn
				})
				r, _ := http.NewRequestWithContext(t.Context(), "GET", url, nil)
				r.Header.Set("Connection", "Upgrade")
				r.Header.Set("Upgrade", "x")
				resp, err := client.Do(r)
				if err != nil {
					t.Fatal(err)
				}
				defer resp.Body.Close()
				in := bufio.NewReader(resp.Body)
				if line, err := in.ReadString('\n'); line != "hello\n" {
					t.Fatal(line, err)
				}
				x, conn := <-running, <-taken
				x.Done()
				if released.Load() != 0 {
					t.Error("released although the connection is open")
				}
				if ending == "killed" {
					within(t, "Kill", async(x.Kill))
				} else if err := conn.Close(); err != nil {
					t.Error(err)
				}
				within(t, "the client's read", async(func() { _, _ = in.ReadByte() }))
				if n := released.Load(); n != 1 {
					t.Errorf("released %d times when the connection was closed", n)
				}
				_ = conn.Close()
				x.Kill()
				if n := released.Load(); n != 1 {
					t.Errorf("released %d times", n)
				}
			})
		}
	}
}

func TestHijackIsRefusedWhereThereIsNone(t *testing.T) {
	url, client, _, _ := controlled(t, "HTTP/2.0", func(w http.ResponseWriter, _ *http.Request) {
		if _, _, err := w.(http.Hijacker).Hijack(); !errors.Is(err, http.ErrNotSupported) {
			t.Errorf("Hijack: %v", err)
		}
		_, _ = io.WriteString(w, "still there")
	})
	r, _ := http.NewRequestWithContext(t.Context(), "GET", url, nil)
	resp, err := client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if body, _ := io.ReadAll(resp.Body); string(body) != "still there" {
		t.Errorf("%q", body)
	}
}

// Kill that comes while the application takes the connection over, and can't
// wait for it, is noticed when it has.
func TestP6_KillDuringHijack(t *testing.T) {
	ours, theirs := net.Pipe()
	defer theirs.Close()
	w := &lateHijacker{countingWriter: countingWriter{header: http.Header{}}, conn: ours}
	x := inject.New(w, httptest.NewRequest("GET", "/", nil), inject.Options{})
	w.during = func() { within(t, "Kill", async(x.Kill)) }
	if _, _, err := http.NewResponseController(x.Writer()).Hijack(); !errors.Is(err, inject.ErrKilled) {
		t.Errorf("Hijack: %v", err)
	}
	if err := ours.SetDeadline(time.Now()); !errors.Is(err, io.ErrClosedPipe) {
		t.Errorf("the connection is open: %v", err)
	}
}

type lateHijacker struct {
	countingWriter
	conn   net.Conn
	during func()
}

func (w *lateHijacker) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	w.during()
	return w.conn, nil, nil
}
