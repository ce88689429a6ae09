package guise_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/guise-go/guise"
	"github.com/guise-go/guise/memstore"
)

// Verify the whole log of a store, reading a few events at a time.
func ExampleVerifier() {
	ctx := context.Background()
	store := memstore.New()
	for day := range 3 {
		at := time.Date(2026, 5, 4+day, 9, 0, 0, 0, time.UTC)
		if err := store.Append(ctx, guise.Event{Kind: guise.KindNote, Time: at, Note: "a call"}); err != nil {
			fmt.Println(err)
			return
		}
	}

	verify := func(v *guise.Verifier) error {
		for {
			last, _ := v.Head()
			events, err := store.Events(ctx, "", last, 1000)
			if err != nil {
				return err
			}
			if len(events) == 0 {
				return v.Done()
			}
			for _, event := range events {
				if event.Seq == 2 {
					event.Note = "no call" // as somebody with access to the database might
				}
				if err := v.Add(event); err != nil {
					return err
				}
			}
		}
	}
	var wrong *guise.ChainError
	if errors.As(verify(&guise.Verifier{}), &wrong) {
		fmt.Println("the first bad event is", wrong.Seq)
	}
	// Output: the first bad event is 2
}
