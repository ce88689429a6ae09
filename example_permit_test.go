package guise_test

import (
	"context"
	"fmt"

	"github.com/guise-go/guise"
)

// What a Permit of the application's own lets an auditor do.
func ExampleActions() {
	permit := func(_ context.Context, actor guise.Actor, action guise.Action) error {
		if actor.Superuser || action == guise.ActionSee || action == guise.ActionExport {
			return nil
		}
		return guise.Deny("not-permitted", "Only superusers may do this.")
	}
	auditor := guise.Actor{User: guise.User{ID: "8", Active: true}}
	for _, action := range guise.Actions() {
		fmt.Println(action, permit(context.Background(), auditor, action) == nil)
	}
	// Output:
	// find false
	// see true
	// export true
	// revoke false
	// note false
	// purge false
	// explain false
}
