// Package process tests the demo as a process: many requests at once, and the
// plug pulled. On SQLite it needs nothing but Go.
package process

import (
	"net/http"
	"net/url"
	"testing"

	"github.com/guise-go/guise/test/internal/demo"
)

// A few customers are enough here; generating more only takes time.
const customers = "--users=20"

// noLimit is for races: they start more often in a minute than a person does.
const noLimit = "--starts=-1"

// person is a user as the endpoints show one.
type person struct {
	ID    string `json:"id"`
	Email string `json:"email"`
}

// impersonation is one as the endpoints show it.
type impersonation struct {
	ID      string `json:"id"`
	Actor   person `json:"actor"`
	Subject person `json:"subject"`
	Mode    string `json:"mode"`
}

// history is one impersonation in the log, with what happened to it.
type history struct {
	Events []struct {
		Kind  string `json:"kind"`
		Cause string `json:"cause"`
	} `json:"events"`
}

// count says how many events of one kind there are.
func (h history) count(kind string) int {
	n := 0
	for _, e := range h.Events {
		if e.Kind == kind {
			n++
		}
	}
	return n
}

// find returns the ID of the one user whom c finds under that e-mail address.
func find(t *testing.T, c *demo.Client, email string) string {
	t.Helper()
	page := demo.Decode[struct {
		Users []person `json:"users"`
	}](t, c.Get("/impersonate/users?q="+url.QueryEscape(email)), http.StatusOK)
	if len(page.Users) != 1 || page.Users[0].Email != email {
		t.Fatalf("searching %s found %+v, want exactly that user", email, page.Users)
	}
	return page.Users[0].ID
}

func start(c *demo.Client, userID string) demo.Answer {
	return c.Post("/impersonate/start", url.Values{"user_id": {userID}, "reason": {"empty timetable"}})
}

func stop(c *demo.Client) demo.Answer {
	return c.Post("/impersonate/stop", url.Values{})
}

// readLog returns what the log says about one impersonation.
func readLog(t *testing.T, c *demo.Client, id string) history {
	t.Helper()
	return demo.Decode[history](t, c.Get("/impersonate/log/"+id), http.StatusOK)
}

// whoami returns whom the application sees.
func whoami(t *testing.T, c *demo.Client) string {
	t.Helper()
	return demo.Decode[person](t, c.Get("/whoami"), http.StatusOK).Email
}
