// Command asynq is an application with background jobs, kept in Redis by
// asynq. A task knows who really asked for it, however much later it runs, and
// no handler had to be changed for that.
package main

import (
	"context"
	"errors"
	"flag"
	"io"
	"log/slog"
	"os"

	"github.com/alicebob/miniredis/v2"
	"github.com/hibiken/asynq"

	"github.com/guise-go/guise"
	"github.com/guise-go/guise/examples/internal/app"
	"github.com/guise-go/guise/examples/internal/desk"
	"github.com/guise-go/guise/examples/internal/site"
	"github.com/guise-go/guise/memstore"
)

func main() {
	address := flag.String("redis", "", "the `address` of a Redis server; without it, miniredis in this process stands for one")
	app.Main(func(context.Context) (*app.App, error) {
		if *address == "" {
			return openAlone(os.Stderr)
		}
		return open(asynq.RedisClientOpt{Addr: *address}, os.Stderr)
	})
}

// openAlone makes the application with a stand-in for Redis, which lasts as
// long as it does.
func openAlone(w io.Writer) (*app.App, error) {
	redis, err := miniredis.Run()
	if err != nil {
		return nil, err
	}
	application, err := open(asynq.RedisClientOpt{Addr: redis.Addr()}, w)
	if err != nil {
		redis.Close()
		return nil, err
	}
	shut := application.Close
	application.Close = func(ctx context.Context) error { defer redis.Close(); return shut(ctx) }
	return application, nil
}

// open makes the application on a Redis server; it logs to w.
func open(redis asynq.RedisClientOpt, w io.Writer) (*app.App, error) {
	client := asynq.NewClient(redis)
	tasks, err := start(redis, slog.New(guise.LogHandler(slog.NewJSONHandler(w, nil))))
	if err != nil {
		return nil, errors.Join(err, client.Close())
	}
	shut := func(context.Context) error { tasks.Shutdown(); return client.Close() }

	d := desk.Open()
	s := &site.Site{Data: &notes{site.Memory{Desk: d}, queue{client}}, Users: d.Users(), Store: memstore.New()}
	handler, m, err := s.Open()
	if err != nil {
		return nil, errors.Join(err, shut(context.Background()))
	}
	return &app.App{Handler: handler, Guise: m, Close: shut}, nil
}

// start starts to handle the tasks.
func start(redis asynq.RedisClientOpt, log *slog.Logger) (*asynq.Server, error) {
	mux := asynq.NewServeMux()
	mux.Use(resuming) // this is the line that Guise adds
	mux.Handle(kindNoteAdded, tellOwner(log))

	tasks := asynq.NewServer(redis, asynq.Config{
		Concurrency: 4,
		LogLevel:    asynq.FatalLevel, // its own lines; what goes wrong is in ours:
		ErrorHandler: asynq.ErrorHandlerFunc(func(ctx context.Context, task *asynq.Task, err error) {
			log.ErrorContext(ctx, "failed", "task", task.Type(), "payload", string(task.Payload()), "error", err.Error())
		}),
	})
	return tasks, tasks.Start(mux)
}
