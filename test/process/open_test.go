package process

import (
	"net/http"
	"testing"
	"time"

	"github.com/guise-go/guise/test/internal/demo"
)

// closing is how long it may take until what is open is closed: a second, and
// slack for a busy machine.
const closing = 3 * time.Second

func wantClosed(t *testing.T, what string, open demo.Open, within time.Duration) {
	t.Helper()
	select {
	case <-open.Closed:
	case <-time.After(within):
		t.Errorf("%s is still open after %v", what, within)
	}
}

func wantOpen(t *testing.T, what string, open demo.Open) {
	t.Helper()
	select {
	case <-open.Closed:
		t.Errorf("%s was closed too early", what)
	default:
	}
}

func openInOne(t *testing.T, p pair) {
	own := p.admin.At(p.b).Events() // nobody's but Admin's: it goes on
	for cause, end := range map[string]func(acting *demo.Client, id string) demo.Answer{
		"stopped": func(acting *demo.Client, _ string) demo.Answer { return stop(acting) },
		"revoked": func(_ *demo.Client, id string) demo.Answer { return revoke(p.boss.At(p.a), id) },
	} {
		acting, begun := p.act(t)
		events, socket := acting.At(p.b).Events(), acting.At(p.b).Socket()
		if events.First != demo.Maya || socket.First != "hello" {
			t.Fatalf("at B, first came %q and %q", events.First, socket.First)
		}
		wantOpen(t, "the event stream", events)
		wantOpen(t, "the WebSocket", socket)

		if answer := end(acting, begun.ID); answer.Status != http.StatusOK {
			t.Fatalf("%s: A answered %s, want 200", cause, answer)
		}

		wantClosed(t, cause+" at A: the event stream at B", events, closing)
		wantClosed(t, cause+" at A: the WebSocket at B", socket, closing)
	}
	if own.First != demo.Admin {
		t.Errorf("Admin's own events are for %q", own.First)
	}
	wantOpen(t, "Admin's own event stream", own)
}

// Two impersonations run out while nobody sends a request. What is open in one
// of them says when: nobody asks before it is closed.
func TestP5_TwoProcesses_ExpiryWithoutARequestEndsOnce(t *testing.T) {
	t.Parallel()
	const limit = 2 * time.Second
	p := startPair(t, "--max-duration="+limit.String())
	forgotten := demo.Decode[limited](t, start(p.boss.Clone(), p.maya), http.StatusCreated) // nothing is open in this one
	acting := p.admin.Clone()
	watched := demo.Decode[limited](t, start(acting, p.maya), http.StatusCreated)
	events, socket := acting.At(p.b).Events(), acting.Socket()

	wantClosed(t, "the event stream at B", events, limit+closing)
	wantClosed(t, "the WebSocket at A", socket, closing)

	// What nobody has open ends by the sweep, which comes once a second.
	live := running(t, p.admin)
	for len(live) != 0 && time.Now().Before(forgotten.ExpiresAt.Add(closing)) {
		time.Sleep(10 * time.Millisecond)
		live = running(t, p.admin)
	}
	if len(live) != 0 {
		t.Errorf("still running: %+v", live)
	}
	for _, one := range []limited{forgotten, watched} {
		wantEnded(t, one.ID, "expired", p.admin, p.boss)
		if late := endedAt(t, p.admin, one.ID).Sub(one.ExpiresAt); late < 0 || late > closing {
			t.Errorf("it ended %v after its time was over, want within a second", late)
		}
	}
	wantRefused(t, acting)
	wantRefused(t, acting.At(p.b))
	wantEnded(t, watched.ID, "expired", p.admin, p.boss) // the requests since have not ended it again
}

// limited is an impersonation with the end of its time.
type limited struct {
	ID        string    `json:"id"`
	ExpiresAt time.Time `json:"expires_at"`
}

// endedAt is when the log says that it ended.
func endedAt(t *testing.T, c *demo.Client, id string) time.Time {
	t.Helper()
	log := demo.Decode[struct {
		Events []struct {
			Kind string    `json:"kind"`
			At   time.Time `json:"time"`
		} `json:"events"`
	}](t, c.Get("/impersonate/log/"+id), http.StatusOK)
	for _, event := range log.Events {
		if event.Kind == "ended" {
			return event.At
		}
	}
	t.Fatalf("no end in %+v", log.Events)
	return time.Time{}
}
