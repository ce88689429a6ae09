package drive

import (
	"context"
	"net"
	"testing"

	"github.com/guise-go/guise/examples/internal/app"
)

// Serve serves an application on a socket of its own, as its command does, for
// the length of the test, and returns its address.
func Serve(t testing.TB, open app.Open) string {
	t.Helper()
	application, err := open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.WithoutCancel(t.Context()))
	done := make(chan error, 1)
	go func() { done <- application.Serve(ctx, listener) }()
	t.Cleanup(func() {
		stop()
		if err := <-done; err != nil {
			t.Errorf("shutting down: %v", err)
		}
	})
	return "http://" + listener.Addr().String()
}
