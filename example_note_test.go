package guise_test

import (
	"context"
	"fmt"
	"time"

	"github.com/guise-go/guise"
	"github.com/guise-go/guise/memstore"
	"github.com/guise-go/guise/userstest"
)

// Access that went another way is put on record too, and what is on record is
// kept for a year.
func ExampleManager_Note() {
	ctx, store := context.Background(), memstore.New()
	ada := guise.User{ID: "1", Name: "Ada", Active: true, Superuser: true}
	m, err := guise.New(guise.Config{
		Identify: byCookie, Users: userstest.NewMemory(ada, guise.User{ID: "2", Name: "Maya", Active: true}), Store: store,
		AllowNotes: true, AllowPurge: true, RetainFor: 365 * 24 * time.Hour,
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	if err := m.Note(ctx, guise.Actor{User: ada}, guise.NoteRequest{SubjectID: "2", Text: "Restored from the backup."}); err != nil {
		fmt.Println(err)
		return
	}
	events, err := store.Events(ctx, "", 0, 10)
	for _, e := range events {
		fmt.Println(e.Kind, e.Actor.Label(), e.Subject.Label(), e.Note)
	}
	fmt.Println(err)
	// Output:
	// note Ada Maya Restored from the backup.
	// <nil>
}
