// Package app is what an example hands to whoever runs it: its main function and
// the test that drives it.
package app

import (
	"context"
	"errors"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/guise-go/guise"
)

// App is one example application, ready to be served.
type App struct {
	// Handler is the application with Guise in it.
	Handler http.Handler
	// Guise is its Manager, which Serve runs beside the server.
	Guise *guise.Manager
	// Close lets go of what the application opened; nil when that is nothing.
	Close func(context.Context) error
}

// Serve serves the application on the listener until ctx is over, then lets
// the requests under way finish: what a main function does with Guise.
func (a *App) Serve(ctx context.Context, l net.Listener) error {
	server := &http.Server{
		// Other sites' pages can't post to any of the applications.
		Handler:           http.NewCrossOriginProtection().Handler(a.Handler),
		ReadHeaderTimeout: 10 * time.Second,
	}
	// It ends what nobody ends, and writes the log's batches.
	running, stop := context.WithCancel(context.WithoutCancel(ctx))
	var work sync.WaitGroup
	work.Go(func() { _ = a.Guise.Run(running) }) // it returns only why the context is over

	shut := make(chan error, 1)
	go func() {
		<-ctx.Done()
		late, cancel := context.WithTimeout(running, 5*time.Second)
		defer cancel()
		shut <- server.Shutdown(late)
	}()
	err := server.Serve(l)
	if errors.Is(err, http.ErrServerClosed) {
		err = <-shut
	}
	stop()
	work.Wait()
	return errors.Join(err, a.close())
}

func (a *App) close() error {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	// First the activity that waits to be logged: it may need what Close closes.
	err := a.Guise.Close(ctx)
	if a.Close != nil {
		err = errors.Join(err, a.Close(ctx))
	}
	return err
}
