package inject

import (
	"bufio"
	"context"
	"net"
	"net/http"
	"time"
)

// Flush and its kin: what http.ResponseController finds, and the type
// assertions of older code.

// FlushError sends what is certain so far.
func (w *writer) FlushError() error {
	x := (*Response)(w)
	x.mu.Lock()
	defer x.mu.Unlock()
	if err := x.refusal(); err != nil {
		return err
	}
	return x.flush()
}

// Flush is FlushError for those who can't be told.
func (w *writer) Flush() { _ = w.FlushError() }

// Hijack gives the connection to the application; Kill can still close it.
func (w *writer) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	x := (*Response)(w)
	x.mu.Lock()
	defer x.mu.Unlock()
	if err := x.refusal(); err != nil {
		return nil, nil, err
	}
	conn, rw, err := x.rc.Hijack()
	if err != nil {
		return nil, nil, err
	}
	x.life.mu.Lock()
	x.life.conn = conn
	dead := x.life.dead.Load()
	x.life.mu.Unlock()
	if dead { // Kill came in between, and perhaps could not wait
		closeNow(conn)
		return nil, nil, ErrKilled
	}
	return watch(conn, x.release), rw, nil
}

// SetReadDeadline is for reading the request.
func (w *writer) SetReadDeadline(t time.Time) error {
	return w.set(func(rc *http.ResponseController) error { return rc.SetReadDeadline(t) })
}

// SetWriteDeadline is for writing the response.
func (w *writer) SetWriteDeadline(t time.Time) error {
	return w.set(func(rc *http.ResponseController) error { return rc.SetWriteDeadline(t) })
}

// EnableFullDuplex lets the application read on while it writes.
func (w *writer) EnableFullDuplex() error {
	return w.set((*http.ResponseController).EnableFullDuplex)
}

// set doesn't lock Response.mu: a deadline is what gets another goroutine out of
// a Write that holds it. After Kill the deadlines stay in the past.
func (w *writer) set(do func(*http.ResponseController) error) error {
	l := &w.life
	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case l.dead.Load():
		return ErrKilled
	case l.conn != nil:
		return http.ErrHijacked
	case l.done:
		return ErrDone
	}
	return do(w.rc)
}

// Push is HTTP/2's, where the writer below has it.
func (w *writer) Push(address string, opts *http.PushOptions) error {
	x := (*Response)(w)
	x.mu.Lock()
	defer x.mu.Unlock()
	if err := x.refusal(); err != nil {
		return err
	}
	for below := x.w; ; {
		if p, ok := below.(http.Pusher); ok {
			return p.Push(address, opts)
		}
		u, ok := below.(interface{ Unwrap() http.ResponseWriter })
		if !ok {
			return http.ErrNotSupported
		}
		below = u.Unwrap()
	}
}

// CloseNotify is deprecated, but frameworks that stream still call it and
// panic where it is missing.
func (w *writer) CloseNotify() <-chan bool {
	gone := make(chan bool, 1)
	context.AfterFunc(w.ctx, func() { gone <- true })
	return gone
}

// watch returns conn with a Close that calls closed as well. CloseWrite, which
// proxies look for, stays reachable where there is one.
func watch(conn net.Conn, closed func()) net.Conn {
	w := watchedConn{conn, closed}
	if half, ok := conn.(interface{ CloseWrite() error }); ok {
		return struct {
			watchedConn
			closeWriter
		}{w, half}
	}
	return w
}

type closeWriter interface{ CloseWrite() error }

type watchedConn struct {
	net.Conn
	closed func()
}

func (c watchedConn) Close() error {
	defer c.closed()
	return c.Conn.Close()
}
