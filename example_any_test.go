package guise_test

import (
	"context"
	"fmt"

	"github.com/guise-go/guise"
)

// Superusers may, and so may staff who aren't contractors.
func ExampleAny() {
	contractors := func(_ context.Context, ask guise.Ask) error {
		if ask.Actor.Attributes["contract"] != "" {
			return nil
		}
		return guise.Deny("employed", "Only for contractors.")
	}
	policy := guise.Any(guise.SuperusersOnly, guise.All(guise.SuperusersAndStaff, guise.Not(contractors)))

	for _, actor := range []guise.User{
		{ID: "1", Superuser: true},
		{ID: "2", Staff: true},
		{ID: "3", Staff: true, Attributes: map[string]string{"contract": "2026"}},
	} {
		fmt.Println(actor.ID, policy(context.Background(), guise.Ask{Actor: guise.Actor{User: actor}}))
	}
	// Output:
	// 1 <nil>
	// 2 <nil>
	// 3 A rule of this application excludes this.
}
