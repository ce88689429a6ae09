package main

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"

	"github.com/hibiken/asynq"

	"github.com/guise-go/guise"
	"github.com/guise-go/guise/examples/internal/site"
)

// notes are in memory; each new one makes a task.
type notes struct {
	site.Memory
	queue queue
}

// AddNote writes the note and then its task. Redis has no part in a
// transaction of the application's database: what must have both or neither
// needs an outbox, or jobs in the database, as the example river has them.
func (n *notes) AddNote(ctx context.Context, text string) error {
	if err := n.Memory.AddNote(ctx, text); err != nil {
		return err
	}
	return n.queue.add(ctx, kindNoteAdded, noteAdded{Owner: site.User(ctx).ID, Text: text})
}

const kindNoteAdded = "note:added"

// noteAdded is the task of telling somebody of a new note of theirs.
type noteAdded struct {
	Owner string `json:"owner"`
	Text  string `json:"text"`
}

// tellOwner handles that task. Here it logs what it would send.
func tellOwner(log *slog.Logger) asynq.HandlerFunc {
	return func(ctx context.Context, task *asynq.Task) error {
		var added noteAdded
		if err := json.Unmarshal(task.Payload(), &added); err != nil {
			return fmt.Errorf("the payload of a task %s: %w: %w", task.Type(), err, asynq.SkipRetry)
		}
		by := "you"
		if actor, ok := guise.ActorFrom(ctx); ok {
			by = actor.Name + ", for you"
		}
		log.InfoContext(ctx, "told", "owner", added.Owner, "note", added.Text, "by", by)
		return nil
	}
}
