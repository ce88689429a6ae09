package memstore_test

import (
	"context"
	"fmt"
	"time"

	"github.com/guise-go/guise"
	"github.com/guise-go/guise/memstore"
)

func ExampleNew() {
	store := memstore.New()
	now := time.Date(2026, 5, 4, 9, 30, 0, 0, time.UTC)
	ada := guise.Actor{User: guise.User{ID: "7", Name: "Ada"}}
	ben := guise.Subject{User: guise.User{ID: "42", Name: "Ben"}}

	// A Manager does this; on its own, a store only keeps what it is given.
	err := store.Start(context.Background(), guise.Start{
		Impersonation: guise.Impersonation{
			ID: "imp-1", StackID: "imp-1", Depth: 1, State: guise.StateActive, Mode: guise.ReadOnly,
			Actor: ada, Subject: ben, Reason: "can't see her marks", StartedAt: now, LastSeenAt: now,
		},
		Token: guise.TokenHash{1},
		Event: guise.Event{Kind: guise.KindStarted, Time: now, ImpersonationID: "imp-1", Actor: ada, Subject: ben},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	running, _ := store.Running(context.Background(), "", 10)
	seq, _, _ := store.Head(context.Background())
	fmt.Println(running[0].Actor.Label(), "acts as", running[0].Subject.Label(), "by event", seq)
	// Output: Ada acts as Ben by event 1
}
