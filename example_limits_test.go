package guise_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/guise-go/guise"
)

// Whoever acts as someone has to say why and give the number of a ticket, and
// can do so for at most half an hour.
func ExampleConfig_limits() {
	ada, address, done := desk(guise.Config{
		RequireReason: true, TicketPattern: `HELP-[0-9]+`,
		MaxDuration: 30 * time.Minute, IdleTimeout: 5 * time.Minute,
	}, http.NotFound)
	defer done()

	for _, body := range []string{
		`{"user_id": "2", "ticket": "HELP-4711"}`,
		`{"user_id": "2", "reason": "an empty timetable", "ticket": "4711"}`,
		`{"user_id": "2", "reason": "an empty timetable", "ticket": "HELP-4711"}`,
	} {
		var answer struct {
			Code      string
			StartedAt time.Time `json:"started_at"`
			ExpiresAt time.Time `json:"expires_at"`
		}
		text := read(ada.Post(address+"/impersonate/start", "application/json", strings.NewReader(body)))
		if err := json.Unmarshal([]byte(text), &answer); err != nil {
			fmt.Println(err)
		}
		fmt.Println(answer.Code, answer.ExpiresAt.Sub(answer.StartedAt))
	}
	// Output:
	// reason-required 0s
	// ticket-required 0s
	//  30m0s
}
