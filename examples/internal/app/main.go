package app

import (
	"context"
	"flag"
	"fmt"
	"io"
	"net"
	"os"
	"os/signal"
	"syscall"
)

// Open makes an application. The context is only for the making of it.
type Open func(context.Context) (*App, error)

// Main is an example's main function: it serves the application on this machine
// until it is interrupted.
func Main(open Open) {
	address := flag.String("addr", "127.0.0.1:8080", "the `address` to listen on")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, open, *address, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(ctx context.Context, open Open, address string, stdout io.Writer) error {
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return err
	}
	application, err := open(ctx)
	if err != nil {
		_ = listener.Close()
		return err
	}
	fmt.Fprintf(stdout, "http://%s\nLog in as ada, who helps customers, or as the customers maya and noah; everyone's password is guise.\n", listener.Addr())
	return application.Serve(ctx, listener)
}
