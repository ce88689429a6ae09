package guise_test

import (
	"context"
	"fmt"

	"github.com/guise-go/guise"
)

// Staff help the customers of their own school, but nobody acts as someone who
// asked not to be helped that way.
func ExamplePolicy() {
	optedOut := func(_ context.Context, ask guise.Ask) error {
		if ask.Subject.Attributes["support_access"] == "no" {
			return guise.Deny("opted-out", "This person does not want anyone to act as them.")
		}
		return nil
	}
	policy := guise.All(guise.SuperusersAndStaff, guise.SameTenant, optedOut)

	staff := guise.Actor{User: guise.User{ID: "7", Staff: true, Tenant: "north"}}
	for _, subject := range []guise.User{
		{ID: "10", Tenant: "north"},
		{ID: "11", Tenant: "south"},
		{ID: "12", Tenant: "north", Attributes: map[string]string{"support_access": "no"}},
	} {
		fmt.Println(subject.ID, policy(context.Background(), guise.Ask{Actor: staff, Subject: guise.Subject{User: subject}}))
	}
	// Output:
	// 10 <nil>
	// 11 You may only act as people of your own organisation.
	// 12 This person does not want anyone to act as them.
}
