package guise_test

import (
	"context"
	"fmt"

	"github.com/guise-go/guise"
)

// A message to the security team for each start and each refusal.
func ExampleHooks() {
	notify := func(_ context.Context, e guise.Event) {
		fmt.Printf("%s: %s as %s, because %q\n", e.Kind, e.Actor.Label(), e.Subject.Label(), e.Reason)
	}
	hooks := guise.Hooks{Started: notify, Denied: notify}

	hooks.Started(context.Background(), guise.Event{ // Guise calls it
		Kind: guise.KindStarted, Reason: "empty timetable",
		Actor:   guise.Actor{User: guise.User{ID: "1", Name: "Ada"}},
		Subject: guise.Subject{User: guise.User{ID: "2", Name: "Maya"}},
	})
	// Output: started: Ada as Maya, because "empty timetable"
}
