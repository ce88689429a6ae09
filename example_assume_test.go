package guise_test

import (
	"context"
	"fmt"
	"net/http"

	"github.com/guise-go/guise"
	"github.com/guise-go/guise/memstore"
	"github.com/guise-go/guise/userstest"
)

type userIDKey struct{}

// An application that loads its user in twenty places, all from a context key:
// Assume puts the subject there, and nothing else has to change.
func ExampleConfig_assume() {
	_, err := guise.New(guise.Config{
		Identify: func(r *http.Request) (string, error) {
			id, _ := r.Context().Value(userIDKey{}).(string) // set by the application's own login middleware
			return id, nil
		},
		Assume: func(r *http.Request, subject guise.Subject) *http.Request {
			return r.WithContext(context.WithValue(r.Context(), userIDKey{}, subject.ID))
		},
		Users: userstest.NewMemory(),
		Store: memstore.New(),
	})
	fmt.Println(err)
	// Output: <nil>
}

// The wrong way: what is missing or malformed is reported all at once.
func ExampleNew_wrong() {
	_, err := guise.New(guise.Config{
		Users: userstest.NewMemory(), Store: memstore.New(),
		MaxDepth: -3, BasePath: "impersonate", Forbid: []string{"/account/{"},
	})
	fmt.Println(err)
	// Output:
	// guise: Config.Identify: is required: a function that returns the ID of the logged-in user
	// guise: Config.MaxDepth: is -3; it must be 1 (no stacking) or more
	// guise: Config.BasePath: "impersonate" must be a plain path that begins and ends with / and isn't / alone, such as /impersonate/
	// guise: Config.Forbid: pattern "/account/{" is not a pattern: bad wildcard segment (must end with '}')
}
