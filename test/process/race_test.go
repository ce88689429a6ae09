package process

import (
	"net/http"
	"slices"
	"sync"
	"testing"

	"github.com/guise-go/guise/test/internal/demo"
)

const (
	racers = 40
	rounds = 5 // a race is won by luck now and then
)

// atOnce lets every client do the same at the same moment, and returns their
// answers. Each has connected before, so that the requests arrive together.
func atOnce(clients []*demo.Client, do func(*demo.Client) demo.Answer) []demo.Answer {
	answers := make([]demo.Answer, len(clients))
	var ready, done sync.WaitGroup
	gate := make(chan struct{})
	for i, c := range clients {
		ready.Add(1)
		done.Go(func() {
			c.Get("/login")
			ready.Done()
			<-gate
			answers[i] = do(c)
		})
	}
	ready.Wait()
	close(gate)
	done.Wait()
	return answers
}

// clones returns n clients with the cookies of c, as n tabs of one browser that
// have not heard from each other.
func clones(c *demo.Client, n int) []*demo.Client {
	all := make([]*demo.Client, n)
	for i := range all {
		all[i] = c.Clone()
	}
	return all
}

// statuses counts the answers by status.
func statuses(answers []demo.Answer) map[int]int {
	counts := map[int]int{}
	for _, a := range answers {
		counts[a.Status]++
	}
	return counts
}

// MaxRunning is one, and the store is what holds it: a check before the write
// alone would let several of these through.
func TestStartsAtOnce_OneWinsTheRestConflict(t *testing.T) {
	d := demo.Start(t, customers, noLimit)
	admin := d.Login(demo.Admin)
	maya := find(t, admin, demo.Maya)

	for range rounds {
		clients := clones(admin, racers)
		answers := atOnce(clients, func(c *demo.Client) demo.Answer { return start(c, maya) })

		counts := statuses(answers)
		if counts[http.StatusCreated] != 1 || counts[http.StatusConflict] != racers-1 {
			t.Fatalf("%d starts at once were answered %v, want one 201 and %d times 409", racers, counts, racers-1)
		}
		won := slices.IndexFunc(answers, func(a demo.Answer) bool { return a.Status == http.StatusCreated })
		acknowledged := demo.Decode[impersonation](t, answers[won], http.StatusCreated)
		live := demo.Decode[struct {
			Impersonations []impersonation `json:"impersonations"`
		}](t, admin.Get("/impersonate/live"), http.StatusOK).Impersonations
		if len(live) != 1 || live[0].ID != acknowledged.ID || live[0].Subject.Email != demo.Maya {
			t.Fatalf("running afterwards: %+v, want the one that was acknowledged, %s", live, acknowledged.ID)
		}
		demo.Decode[any](t, stop(clients[won]), http.StatusOK) // room for the next round
	}
}

func TestP5_StopsAtOnce_EndOnce(t *testing.T) {
	d := demo.Start(t, customers, noLimit)
	admin := d.Login(demo.Admin)
	maya := find(t, admin, demo.Maya)

	for range rounds {
		acting := admin.Clone()
		begun := demo.Decode[impersonation](t, start(acting, maya), http.StatusCreated)

		answers := atOnce(clones(acting, racers), stop)

		counts := statuses(answers)
		if counts[http.StatusOK] == 0 {
			t.Errorf("%d stops at once were answered %v, want at least one 200", racers, counts)
		}
		for status, n := range counts {
			if status != http.StatusOK && (status < 400 || status > 499) {
				t.Errorf("%d of %d stops were answered %d, want 200 or a 4xx", n, racers, status)
			}
		}
		log := readLog(t, admin, begun.ID)
		if n := log.count("ended"); n != 1 {
			t.Errorf("the log has %d ended events, want 1: %+v", n, log.Events)
		}
		if t.Failed() {
			return
		}
	}
}
