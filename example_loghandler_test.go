package guise_test

import (
	"log/slog"
	"os"

	"github.com/guise-go/guise"
)

// Every line logged in a request made while impersonating names both people:
// wrap the handler once, and log with the request's context.
func ExampleLogHandler() {
	withoutTime := &slog.HandlerOptions{ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
		if a.Key == slog.TimeKey {
			return slog.Attr{}
		}
		return a
	}}
	logger := slog.New(guise.LogHandler(slog.NewTextHandler(os.Stdout, withoutTime)))
	logger.Info("not impersonating: nothing is added")
	// Output: level=INFO msg="not impersonating: nothing is added"
}
