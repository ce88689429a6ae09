package model

import (
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"github.com/guise-go/guise"
	"pgregory.net/rapid"
)

func (w *world) actor() string { return rapid.SampledFrom(actors).Draw(w.T, "actor") }

// start acts as somebody, if nobody is acted as.
func (w *world) start() {
	actor, subject := w.actor(), rapid.SampledFrom(subjects).Draw(w.T, "subject")
	if w.carries(actor) {
		w.Skip("acts already")
	}
	mode := rapid.SampledFrom([]guise.Mode{guise.ReadOnly, guise.ReadWrite}).Draw(w.T, "mode")
	got := w.send(actor, "POST", "/impersonate/start", fmt.Sprintf("user_id=%s&mode=%s&reason=a+call", subject, mode))
	before := w.lives[actor]
	inTheWay := before != nil && !before.over && w.now.Before(before.started.Add(maxDuration)) && w.now.Sub(before.seen) < idleTimeout
	want := http.StatusCreated
	switch {
	case inTheWay: // one whose answer was lost
		want = http.StatusConflict
	case !w.allowed(actor, subject):
		want = http.StatusForbidden
	}
	if before != nil && !inTheWay && !w.store.fired {
		before.over = true // one that was due, and that nobody had asked about since
	}
	w.answered(got.Code, want)
	if got.Code == http.StatusCreated {
		var body struct{ ID string }
		if err := json.Unmarshal(got.Body.Bytes(), &body); err != nil || !w.carries(actor) {
			w.Fatalf("started, and: %v, %s", err, got.Body)
		}
		w.lives[actor] = &life{id: body.ID, subject: subject, mode: mode, started: w.now, seen: w.now}
	}
}

// request is a page that is read, or a form that is sent.
func (w *world) request() {
	actor, method := w.actor(), rapid.SampledFrom([]string{"GET", "POST"}).Draw(w.T, "method")
	w.steps++
	path, carried, calls := fmt.Sprintf("/step/%d", w.steps), w.carries(actor), w.store.calls
	goesOn, l := w.goesOn(actor), w.lives[actor]
	got := w.send(actor, method, path, "")
	if !carried {
		if w.store.calls != calls || got.Header().Get("Guise-Impersonation") != "" || len(w.ran) != 1 || w.ran[0].as != actor {
			w.Fatalf("P7: without the cookie: %d calls of the store, ran %+v", w.store.calls-calls, w.ran)
		}
		return
	}
	want := http.StatusOK
	switch {
	case !goesOn:
		want = http.StatusForbidden
	case method == "POST" && l.mode == guise.ReadOnly:
		want = http.StatusMethodNotAllowed
	}
	w.answered(got.Code, want)
	for _, one := range w.ran {
		if !goesOn || one.as != l.subject {
			w.Fatalf("P2, P3: %s carried an impersonation of %+v (goes on: %v), and ran as %s", actor, l, goesOn, one.as)
		}
		if one.session != "" && one.session != "own-"+l.subject {
			w.Fatalf("P4: it saw the session %q", one.session)
		}
		if method == "POST" {
			w.written[path] = l.id
		}
	}
	if got.Code == http.StatusOK && got.Header().Get("Guise-Impersonation") != l.id {
		w.Fatalf("P8: the answer names %q; want %s", got.Header().Get("Guise-Impersonation"), l.id)
	}
	w.afterwards(actor, got.Code, want)
}

// afterwards is what a request has done to the impersonation it carried.
func (w *world) afterwards(actor string, code, want int) {
	l := w.lives[actor]
	switch {
	case code != want: // a fault: look instead of guessing
	case want == http.StatusForbidden:
		if l != nil {
			l.over = true
		}
		if w.carries(actor) {
			w.Fatal("P3: it is over, and the cookie is still there")
		}
		w.send(actor, "GET", "/impersonate/ended", "") // the page that says so
	case w.now.Sub(l.seen) >= idleTimeout/10:
		l.seen = w.now
	}
}

// stop leaves, which always works.
func (w *world) stop() {
	actor := w.actor()
	if !w.carries(actor) {
		w.Skip("acts as nobody")
	}
	l := w.lives[actor]
	running := l != nil && !l.over && w.now.Before(l.started.Add(maxDuration)) && w.now.Sub(l.seen) < idleTimeout
	got := w.send(actor, "POST", "/impersonate/stop", "")
	want := http.StatusOK
	if !running {
		want = http.StatusConflict
	}
	w.answered(got.Code, want)
	if got.Code == want {
		l.over = true
		if w.carries(actor) {
			w.Fatal("P10: left, and the cookie is still there")
		}
	}
}

// mode asks for write access.
func (w *world) mode() {
	actor := w.actor()
	if !w.carries(actor) {
		w.Skip("acts as nobody")
	}
	goesOn, l := w.goesOn(actor), w.lives[actor]
	got := w.send(actor, "POST", "/impersonate/mode", "mode=read_write&reason=more")
	want := http.StatusOK
	if !goesOn {
		want = http.StatusForbidden
	}
	w.answered(got.Code, want)
	if got.Code == http.StatusOK {
		l.mode = guise.ReadWrite
	}
	w.afterwards(actor, got.Code, want)
}

// revoke ends what another actor does.
func (w *world) revoke() {
	by, of := w.actor(), w.actor()
	l := w.lives[of]
	if l == nil || w.carries(by) || !w.people[by].Superuser || !w.people[by].Active {
		w.Skip("nothing to revoke, or nobody who may")
	}
	got := w.send(by, "POST", "/impersonate/live/"+l.id+"/end", "note=enough")
	want := http.StatusOK
	if l.over {
		want = http.StatusConflict
	}
	w.answered(got.Code, want)
	if got.Code == http.StatusOK {
		l.over = true
	}
}

// jump moves the clock, now and then back by a little, as clocks do.
func (w *world) jump() {
	w.now = w.now.Add(time.Duration(rapid.SampledFrom([]int{1, 60, 89, 90, 300, 600, 600, 899, 900, -1}).Draw(w.T, "seconds")) * time.Second)
}

// change deactivates somebody or takes a right away, and the next time puts that
// right, so that most of the time most people may do what they do.
func (w *world) change() {
	for _, user := range w.people {
		if !user.Active || len(user.ID) == 1 && !user.Superuser {
			user.Active, user.Superuser = true, len(user.ID) == 1
			w.put(user)
			return
		}
	}
	user := w.people[rapid.SampledFrom(append(actors, subjects...)).Draw(w.T, "user")]
	if user.Superuser && rapid.Bool().Draw(w.T, "demoted") {
		user.Superuser = false
	} else {
		user.Active = false
	}
	w.put(user)
}

// breakStore lets the store fail at one of its next calls.
func (w *world) breakStore() {
	w.store.arm(rapid.IntRange(1, 4).Draw(w.T, "call"), rapid.Bool().Draw(w.T, "answer lost"))
}

// answered holds an answer to the model's. Where the store failed it may be a
// 503 instead, and then the model looks at the store again.
func (w *world) answered(got, want int) {
	w.Helper()
	failed := w.store.fired
	w.store.fired = false
	switch {
	case got == want && !failed:
	case failed:
		if got == http.StatusServiceUnavailable && len(w.ran) > 0 {
			w.Fatalf("P1: answered 503, and ran %+v", w.ran)
		}
		w.lookAgain()
	default:
		w.Fatalf("answered %d; want %d", got, want)
	}
}
