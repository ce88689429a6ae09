package main

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/hibiken/asynq"

	"github.com/guise-go/guise"
)

// header is where a task says who asked for it.
const header = "guise"

// queue is the only way by which the application asks for a task: asynq has no
// middleware on this side, so the client itself is kept out of reach.
type queue struct{ client *asynq.Client }

// add asks for a task, in the name of whoever the context says is there.
func (q queue) add(ctx context.Context, kind string, payload any, options ...asynq.Option) error {
	packed, err := json.Marshal(payload)
	if err != nil {
		return fmt.Errorf("the payload of a task %s: %w", kind, err)
	}
	headers := map[string]string{}
	if carried := guise.Carry(ctx); carried != "" {
		headers[header] = carried
	}
	_, err = q.client.EnqueueContext(ctx, asynq.NewTaskWithHeaders(kind, packed, headers, options...))
	return err
}

// resuming is middleware: each task that says who asked for it runs with a
// context that says so, too.
func resuming(next asynq.Handler) asynq.Handler {
	return asynq.HandlerFunc(func(ctx context.Context, task *asynq.Task) error {
		ctx, err := guise.Resume(ctx, task.Headers()[header])
		if err != nil {
			// Trying again would read the same, and to run it as if nobody
			// had been impersonating would be wrong. It goes to the archive.
			return fmt.Errorf("%w: %w", err, asynq.SkipRetry)
		}
		return next.ProcessTask(ctx, task)
	})
}
