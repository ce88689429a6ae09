package inject

import (
	"net"
	"sync"
	"sync/atomic"
	"time"
)

// lifeline is what Kill and the deadlines need. Its lock is never held while
// something blocks, other than Response.mu, which a handler holds as long as
// the client doesn't read. Where both are taken, Response.mu comes first.
type lifeline struct {
	mu       sync.Mutex
	dead     atomic.Bool // Kill was called
	done     bool        // the handler has returned
	conn     net.Conn    // what the application took over
	released sync.Once
}

// past is a deadline that is over, whatever the clock says.
var past = time.Unix(1, 0)

// Kill ends the response from outside: everything that the application tries
// from here on is refused, and the connection is closed, where net/http lets go
// of it; an HTTP/2 stream is reset. A connection that the application took over
// is closed too, even after its handler has returned. Otherwise Kill does nothing
// once the handler has returned. It may be called at any time, by any goroutine,
// more than once, but not from the functions in Options: if one of them is
// running, Kill waits for it.
func (x *Response) Kill() {
	l := &x.life
	l.mu.Lock()
	first := !l.dead.Swap(true)
	conn, interrupted := l.conn, false
	if first && !l.done && conn == nil {
		// A handler that is blocked in Write holds mu; this gets it out.
		interrupted = x.rc.SetWriteDeadline(past) == nil
		_ = x.rc.SetReadDeadline(past) // not every writer has them
	}
	l.mu.Unlock()
	if !first {
		return
	}
	if conn == nil {
		conn = x.seize(interrupted)
	}
	if conn != nil {
		closeNow(conn)
		x.release()
	}
}

// seize takes the connection away from the handler, if it still runs.
func (x *Response) seize(interrupted bool) net.Conn {
	switch {
	case interrupted:
		x.mu.Lock()
	case !x.mu.TryLock():
		return nil // a write that nothing can interrupt; all that follow are refused
	}
	defer x.mu.Unlock()
	if _, done, conn := x.life.state(); done || conn != nil {
		return conn
	}
	conn, _, err := x.rc.Hijack()
	if err != nil {
		return nil // HTTP/2: the deadlines have reset the stream
	}
	return conn
}

// Done marks that the handler has returned. It comes after Finish, or without
// it when the handler panicked, and may come twice.
func (x *Response) Done() {
	x.mu.Lock()
	x.life.mu.Lock()
	x.life.done = true
	conn := x.life.conn
	x.life.mu.Unlock()
	if x.dec != nil {
		x.dec.stop()
	}
	x.mu.Unlock()
	if conn == nil {
		x.release()
	}
}

// Finish completes the response when the handler has returned as it should.
// After an error the caller should panic with http.ErrAbortHandler, so that
// half a page doesn't look like a whole one.
func (x *Response) Finish() error {
	x.mu.Lock()
	defer x.mu.Unlock()
	switch dead, done, conn := x.life.state(); {
	case dead:
		return ErrKilled
	case done, conn != nil:
		return nil
	}
	return x.end()
}

func (l *lifeline) state() (dead, done bool, conn net.Conn) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.dead.Load(), l.done, l.conn
}

func (x *Response) release() {
	x.life.released.Do(func() {
		if x.o.Released != nil {
			x.o.Released()
		}
	})
}

// closeNow closes without a farewell: TLS would wait for up to five seconds
// for a peer that doesn't read.
func closeNow(c net.Conn) {
	if t, ok := c.(interface{ NetConn() net.Conn }); ok {
		_ = t.NetConn().Close()
	}
	_ = c.Close()
}
