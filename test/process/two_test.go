package process

import (
	"net/http"
	"net/url"
	"slices"
	"testing"

	"github.com/guise-go/guise/test/internal/demo"
)

// pair is two processes of the demo on one database, with Admin logged in at
// one and Boss at the other.
type pair struct {
	a, b        *demo.Demo
	admin, boss *demo.Client
	maya        string // her ID
}

func startPair(t *testing.T, flags ...string) pair {
	t.Helper()
	return pairOn(t, demo.Start(t, append([]string{customers}, flags...)...))
}

// pairOn is the pair of a and another process on the same database.
func pairOn(t *testing.T, a *demo.Demo) pair {
	t.Helper()
	p := pair{a: a, b: a.Beside()}
	p.admin, p.boss = p.a.Login(demo.Admin), p.b.Login(demo.Boss)
	p.maya = find(t, p.admin, demo.Maya)
	return p
}

// act makes Admin act as Maya, in a browser tab at A.
func (p pair) act(t *testing.T) (*demo.Client, impersonation) {
	t.Helper()
	acting := p.admin.Clone()
	return acting, demo.Decode[impersonation](t, start(acting, p.maya), http.StatusCreated)
}

func TestTwoProcesses(t *testing.T) {
	t.Parallel()
	p := startPair(t)
	for _, story := range []struct {
		name string
		tell func(*testing.T, pair)
	}{
		{"WhatOneBeginsTheOtherKnows", whatOneBegins},
		{"P5_RacingEndsAreOne", racingEnds},
		{"P6_WhatIsOpenInOneEndsWithTheOther", openInOne},
		{"P6_EndedInOneRefusedInTheOther", endedInOne}, // the last: it logs Admin out
	} {
		t.Run(story.name, func(t *testing.T) { story.tell(t, p) })
	}
}

func revoke(c *demo.Client, id string) demo.Answer {
	return c.Post("/impersonate/live/"+id+"/end", url.Values{"note": {"seen from elsewhere"}})
}

// wantRefused checks that nothing runs with an impersonation that is over:
// neither as the subject nor, by accident, as the actor.
func wantRefused(t *testing.T, stale *demo.Client) {
	t.Helper()
	if answer := stale.Clone().Get("/whoami"); answer.Status != http.StatusForbidden {
		t.Errorf("a read was answered %s, want 403", answer)
	}
	if answer := stale.Clone().Post("/draft", url.Values{"text": {"whose?"}}); answer.Status != http.StatusForbidden {
		t.Errorf("a write was answered %s, want 403", answer)
	}
}

// wantEnded checks that the log has one end, of that cause, whomever one asks.
func wantEnded(t *testing.T, id, cause string, admins ...*demo.Client) {
	t.Helper()
	for i, admin := range admins {
		log := readLog(t, admin, id)
		ended := 0
		for _, event := range log.Events {
			if event.Kind != "ended" {
				continue
			}
			if ended++; event.Cause != cause {
				t.Errorf("process %d: the cause is %q, want %q", i, event.Cause, cause)
			}
		}
		if ended != 1 {
			t.Errorf("process %d: the log has %d ended events, want 1: %+v", i, ended, log.Events)
		}
	}
}

func whatOneBegins(t *testing.T, p pair) {
	if got := whoami(t, p.admin.At(p.b)); got != demo.Admin {
		t.Fatalf("logged in at A, B sees %q, want %q", got, demo.Admin)
	}
	acting, begun := p.act(t)
	if got := whoami(t, acting.At(p.b)); got != demo.Maya {
		t.Errorf("begun at A, B sees %q, want %q", got, demo.Maya)
	}
	if live := running(t, p.boss); len(live) != 1 || live[0].ID != begun.ID {
		t.Errorf("B lists %+v as running, want %s", live, begun.ID)
	}
	// One at a time holds over both.
	if answer := start(p.admin.At(p.b), p.maya); answer.Status != http.StatusConflict {
		t.Errorf("a second start, at B, was answered %s, want 409", answer)
	}
	demo.Decode[any](t, stop(acting.At(p.b)), http.StatusOK)
	if live := running(t, p.admin); len(live) != 0 {
		t.Errorf("stopped at B, A lists %+v as running", live)
	}
}

// running are the impersonations that run, as the console lists them.
func running(t *testing.T, c *demo.Client) []impersonation {
	t.Helper()
	return demo.Decode[struct {
		Impersonations []impersonation `json:"impersonations"`
	}](t, c.Get("/impersonate/live"), http.StatusOK).Impersonations
}

func endedInOne(t *testing.T, p pair) {
	for _, ending := range []struct {
		cause string
		end   func(acting *demo.Client, id string) demo.Answer
		want  int
	}{
		{"stopped", func(acting *demo.Client, _ string) demo.Answer { return stop(acting) }, http.StatusOK},
		{"revoked", func(_ *demo.Client, id string) demo.Answer { return revoke(p.boss.At(p.a), id) }, http.StatusOK},
		// In another tab, in which nobody acts, the actor's own login ends.
		{"logged_out", func(*demo.Client, string) demo.Answer { return p.admin.Post("/logout", nil) }, http.StatusSeeOther},
	} {
		acting, begun := p.act(t)
		elsewhere := acting.At(p.b)
		if got := whoami(t, elsewhere); got != demo.Maya {
			t.Fatalf("B sees %q, want %q", got, demo.Maya)
		}
		if answer := ending.end(acting, begun.ID); answer.Status != ending.want {
			t.Fatalf("%s: A answered %s, want %d", ending.cause, answer, ending.want)
		}
		wantRefused(t, elsewhere)
		wantEnded(t, begun.ID, ending.cause, p.boss, p.boss.At(p.a))
	}
}

// Half stop it, half revoke it, half of each at A and half at B.
func racingEnds(t *testing.T, p pair) {
	for range rounds {
		acting, begun := p.act(t)
		clients, revoking := make([]*demo.Client, racers), map[*demo.Client]bool{}
		for i := range clients {
			c := []*demo.Client{acting, p.boss}[i%2].At([]*demo.Demo{p.a, p.b}[i/2%2])
			clients[i], revoking[c] = c, i%2 == 1
		}

		answers := atOnce(clients, func(c *demo.Client) demo.Answer {
			if revoking[c] {
				return revoke(c, begun.ID)
			}
			return stop(c)
		})

		counts := statuses(answers)
		if counts[http.StatusOK] != 1 || counts[http.StatusConflict] != racers-1 {
			t.Fatalf("%d stops and revokes at once were answered %v, want one 200 and %d times 409", racers, counts, racers-1)
		}
		won := slices.IndexFunc(answers, func(a demo.Answer) bool { return a.Status == http.StatusOK })
		cause := "stopped"
		if revoking[clients[won]] {
			cause = "revoked"
		}
		wantEnded(t, begun.ID, cause, p.boss, p.boss.At(p.a))
	}
}
