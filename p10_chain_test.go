package guise_test

import (
	"math/rand/v2"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/guise-go/guise"
)

// staffChain lets superusers act as anyone, staff as customers, two deep.
func staffChain(c *guise.Config) { c.MaxDepth, c.Policy = 3, guise.SuperusersAndStaff }

func TestP10_AChainNeverForgetsItsFirstActor(t *testing.T) {
	w := newWorld(t, staffChain)
	b := w.login("1")
	b.start("3")
	b.start("10")
	status := b.do("GET", "/impersonate/status", "", asJSON).json()
	actor, user := status["actor"].(map[string]any), status["user"].(map[string]any)
	if actor["id"] != "1" || user["id"] != "10" || status["impersonation"].(map[string]any)["depth"] != 2.0 {
		t.Errorf("status %v", status)
	}
	if started := w.logged(guise.KindStarted); started[1].Actor.ID != "1" {
		t.Errorf("recorded %+v", started[1])
	}
	b.post("/impersonate/stop", "")
	if got := b.sees(); got != "3" {
		t.Fatalf("after the first stop sees %s, want 3", got)
	}
	b.post("/impersonate/stop", "")
	if got := b.sees(); got != "1" {
		t.Errorf("after the second stop sees %s, want 1", got)
	}
}

func TestP10_BothEndsOfAChainMustBeAllowed(t *testing.T) {
	w := newWorld(t, staffChain)
	b := w.login("1")
	b.start("10")
	// The first actor may act as Noah, but Maya, who is acting, may not.
	if got := b.post("/impersonate/start", "user_id=11"); got.Code != http.StatusForbidden {
		t.Errorf("through a customer: %d, want 403", got.Code)
	}
	b.post("/impersonate/stop", "")

	// Staff reach a customer, and through them nobody.
	s := w.login("3")
	s.start("10")
	if got := s.post("/impersonate/start", "user_id=1"); got.Code != http.StatusForbidden {
		t.Errorf("a superuser through a customer: %d, want 403", got.Code)
	}
}

func TestP10_AnyEndOfALinkEndsTheStack(t *testing.T) {
	for name, end := range map[string]struct {
		cause guise.Cause
		do    func(w *world, ids [2]string)
	}{
		"the middle's subject is demoted":  {guise.CauseNotAllowed, func(w *world, _ [2]string) { w.change("3", func(u *guise.User) { u.Staff = false }) }},
		"the middle's subject deactivated": {guise.CauseSubjectInactive, func(w *world, _ [2]string) { w.change("3", func(u *guise.User) { u.Active = false }) }},
		"the first is revoked": {guise.CauseRevoked, func(w *world, ids [2]string) {
			if err := w.manager.End(w.t.Context(), ids[0], guise.Actor{User: everyone()[1]}, "x"); err != nil {
				w.t.Error(err)
			}
		}},
		"the time is up": {guise.CauseIdle, func(w *world, _ [2]string) { w.advance(20 * time.Minute) }},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, staffChain)
			b := w.login("1")
			first := b.start("3").json()["id"].(string)
			second := b.start("10").json()["id"].(string)
			end.do(w, [2]string{first, second})
			if got := b.sees(); got != "303 /impersonate/ended?cause="+string(end.cause) {
				t.Errorf("sees %s", got)
			}
			ended := w.logged(guise.KindEnded)
			if len(ended) != 2 || ended[0].Cause != end.cause || ended[1].Cause != end.cause || ended[0].ImpersonationID == ended[1].ImpersonationID {
				t.Errorf("ended %+v; want both, %s", ended, end.cause)
			}
			if got := b.sees(); got != "1" {
				t.Errorf("then sees %s", got)
			}
		})
	}
}

func TestP10_ALinkNeverOutlastsTheOneBelow(t *testing.T) {
	w := newWorld(t, staffChain)
	b := w.login("1")
	limit := b.start("3", "duration", "60").json()["expires_at"]
	w.advance(30 * time.Second)
	if got := b.start("10", "duration", "3600").json()["expires_at"]; got != limit {
		t.Errorf("expires at %v, the one below at %v", got, limit)
	}
}

func TestP10_DepthIsLimited(t *testing.T) {
	w := newWorld(t, nil)
	b := w.login("1")
	b.start("3")
	if got := b.post("/impersonate/start", "user_id=10"); got.Code != http.StatusConflict || b.sees() != "3" {
		t.Errorf("%d, sees %s; want 409 and 3", got.Code, b.sees())
	}
}

func TestP10_TheConsoleActsAsTheRealUser(t *testing.T) {
	w := newWorld(t, nil)
	b := w.login("1")
	b.start("10")
	if got := b.do("GET", "/impersonate/users", "", asJSON); got.Code != http.StatusOK {
		t.Errorf("users while acting as a customer: %d, want 200", got.Code)
	}
	s := newWorld(t, func(c *guise.Config) { c.AllowSuperusers = true })
	a := s.login("1")
	a.start("2") // a superuser
	s.change("1", func(u *guise.User) { u.Superuser = false })
	if got := a.do("GET", "/impersonate/log", "", asJSON); got.Code != http.StatusForbidden {
		t.Errorf("the log, with the rights of the impersonated superuser: %d, want 403", got.Code)
	}
}

func TestP10_LeavingNeedsNoRight(t *testing.T) {
	w := newWorld(t, nil)
	b := w.login("1")
	b.start("10")
	w.change("1", func(u *guise.User) { u.Superuser, u.Active = false, false })
	w.users.Delete("10")
	if got := b.post("/impersonate/stop", ""); got.Code != http.StatusOK || b.impersonates() {
		t.Errorf("%d %s", got.Code, got.Body)
	}
}

// TestP10_RandomLives plays random sequences of starts, stops, endings and
// changed rights against a model: who the first actor is, who is effective,
// and that nobody reaches whom they couldn't reach directly.
func TestP10_RandomLives(t *testing.T) {
	for seed := range uint64(60) {
		random := rand.New(rand.NewPCG(seed, 1))
		w := newWorld(t, staffChain)
		b := w.login([]string{"1", "2", "3"}[random.IntN(3)])
		me := b.cookies[loginCookie]
		model := []string{me} // whom the application sees, from the real user up
		var steps []string
		for range 40 {
			step := w.randomStep(random, b, &model)
			steps = append(steps, step)
			got := b.sees()
			if strings.HasPrefix(got, "303") {
				model = model[:1]
				got = b.sees()
			}
			if got != model[len(model)-1] {
				t.Fatalf("seed %d: sees %s, the model says %v, after\n%s", seed, got, model, strings.Join(steps, "\n"))
			}
			for i := 1; i < len(model); i++ {
				for _, from := range []string{me, model[i-1]} {
					if err := w.mayReach(from, model[i]); err != nil {
						t.Fatalf("seed %d: %s reached %s: %v, after\n%s", seed, from, model[i], err, strings.Join(steps, "\n"))
					}
				}
			}
		}
		for _, e := range w.logged(guise.KindStarted) {
			if e.Actor.ID != me {
				t.Fatalf("seed %d: %s started as %s", seed, e.Actor.ID, me)
			}
		}
	}
}

func (w *world) mayReach(from, to string) error {
	actor, err := w.users.User(w.t.Context(), from)
	if err != nil {
		return err
	}
	subject, err := w.users.User(w.t.Context(), to)
	if err != nil {
		return err
	}
	return w.manager.Check(w.t.Context(), guise.Ask{Actor: guise.Actor{User: actor}, Subject: guise.Subject{User: subject}})
}

func (w *world) randomStep(random *rand.Rand, b *browser, model *[]string) string {
	ids := []string{"1", "2", "3", "10", "11", "12"}
	id := ids[random.IntN(len(ids))]
	switch random.IntN(10) {
	case 0, 1, 2, 3:
		got := b.post("/impersonate/start", "user_id="+id)
		if got.Code == http.StatusCreated {
			*model = append(*model, id)
		}
		return "start " + id + ": " + http.StatusText(got.Code)
	case 4, 5:
		got := b.post("/impersonate/stop", "")
		if got.Code == http.StatusOK {
			*model = (*model)[:len(*model)-1]
		} else if !b.impersonates() {
			*model = (*model)[:1]
		}
		return "stop: " + http.StatusText(got.Code)
	case 6:
		w.advance(time.Duration(random.IntN(20)) * time.Minute)
		return "time passes"
	case 7:
		if id != (*model)[0] {
			w.change(id, func(u *guise.User) { u.Active = random.IntN(4) > 0 })
		}
		return "activity of " + id
	case 8:
		if id != (*model)[0] {
			w.change(id, func(u *guise.User) { u.Staff, u.Superuser = random.IntN(2) > 0, random.IntN(5) == 0 })
		}
		return "rights of " + id
	default:
		running, err := w.store.Store.Running(w.t.Context(), "", 10)
		if err == nil && len(running) > 0 && random.IntN(2) > 0 {
			_ = w.manager.End(w.t.Context(), running[0].ID, guise.Actor{User: everyone()[1]}, "random")
			*model = (*model)[:1]
			b.sees() // the browser learns of it
		}
		return "revoke"
	}
}
