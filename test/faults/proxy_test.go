package faults

import (
	"io"
	"net"
	"sync"
	"testing"
)

// proxy stands between the application and its database, and is the network
// that breaks.
type proxy struct {
	listener net.Listener
	running  sync.WaitGroup

	mu     sync.Mutex
	target string
	silent bool
	open   map[net.Conn]struct{}
}

// newProxy leads to a database at an address.
func newProxy(t *testing.T, target string) *proxy {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &proxy{listener: listener, target: target, open: map[net.Conn]struct{}{}}
	p.running.Go(p.accept)
	t.Cleanup(func() {
		_ = listener.Close()
		p.cut()
		p.running.Wait()
	})
	return p
}

func (p *proxy) address() string { return p.listener.Addr().String() }

// swallow makes the network accept everything and deliver nothing, or deliver
// again: on connections made from then on, for what was lost is lost.
func (p *proxy) swallow(silent bool) {
	p.mu.Lock()
	p.silent = silent
	p.mu.Unlock()
	if !silent {
		p.cut()
	}
}

// cut ends all connections.
func (p *proxy) cut() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for conn := range p.open {
		_ = conn.Close()
	}
}

func (p *proxy) accept() {
	for {
		conn, err := p.listener.Accept()
		if err != nil {
			return
		}
		p.running.Go(func() { p.serve(conn) })
	}
}

func (p *proxy) serve(client net.Conn) {
	p.keep(client)
	defer p.drop(client)
	p.mu.Lock()
	target := p.target
	p.mu.Unlock()
	database, err := net.Dial("tcp", target)
	if err != nil {
		return // so that the client is refused, too
	}
	p.keep(database)
	defer p.drop(database)
	var back sync.WaitGroup
	back.Go(func() {
		defer client.Close()
		_, _ = io.Copy(lossy{client, p}, database)
	})
	_, _ = io.Copy(lossy{database, p}, client)
	_ = database.Close()
	back.Wait()
}

func (p *proxy) keep(conn net.Conn) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.open[conn] = struct{}{}
}

func (p *proxy) drop(conn net.Conn) {
	_ = conn.Close()
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.open, conn)
}

// lossy loses what is written while the proxy is silent.
type lossy struct {
	io.Writer
	proxy *proxy
}

func (l lossy) Write(b []byte) (int, error) {
	l.proxy.mu.Lock()
	silent := l.proxy.silent
	l.proxy.mu.Unlock()
	if silent {
		return len(b), nil
	}
	return l.Writer.Write(b)
}
