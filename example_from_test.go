package guise_test

import (
	"fmt"
	"net/http"
	"net/url"

	"github.com/guise-go/guise"
)

// A page that says who is there: both people, or the only one.
func ExampleFrom() {
	ada, address, done := desk(guise.Config{}, func(w http.ResponseWriter, r *http.Request) {
		if i, ok := guise.From(r.Context()); ok {
			actor, _ := guise.ActorFrom(r.Context())
			subject, _ := guise.SubjectFrom(r.Context())
			fmt.Fprintf(w, "%s acts as %s, %s", actor.Label(), subject.Label(), i.Mode)
			return
		}
		fmt.Fprint(w, "nobody impersonates")
	})
	defer done()

	fmt.Println(read(ada.Get(address)))
	fmt.Println(read(ada.PostForm(address+"/impersonate/start", url.Values{"user_id": {"2"}})))
	// Output:
	// nobody impersonates
	// Ada acts as Maya, read_only
}
