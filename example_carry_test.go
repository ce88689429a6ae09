package guise_test

import (
	"context"
	"fmt"

	"github.com/guise-go/guise"
)

// A request puts a job into a queue; the job knows who really asked.
func ExampleCarry() {
	enqueue := func(ctx context.Context) string { // in the request
		return guise.Carry(ctx)
	}
	work := func(carried string) error { // in the worker, perhaps tomorrow
		ctx, err := guise.Resume(context.Background(), carried)
		if err != nil {
			return err
		}
		if actor, ok := guise.ActorFrom(ctx); ok {
			fmt.Println("asked for by", actor.Label())
		} else {
			fmt.Println("asked for by the user themselves")
		}
		return nil
	}
	if err := work(enqueue(context.Background())); err != nil {
		fmt.Println(err)
	}
	// Output: asked for by the user themselves
}
