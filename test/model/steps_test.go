package model

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/guise-go/guise"
	"pgregory.net/rapid"
)

func (w *world) actor() string { return rapid.SampledFrom(actors).Draw(w.T, "actor") }

// start acts as somebody: as oneself, or on top of whom one acts as already.
func (w *world) start() { w.startBy(w.actor()) }

// startOnTop is start by somebody who acts as somebody who may do so, too, which
// chance alone rarely finds.
func (w *world) startOnTop() {
	for _, actor := range actors {
		if w.goesOn(actor) && w.people[w.lives[actor].subject].Superuser && w.lives[actor].below == nil {
			w.startBy(actor)
			return
		}
	}
	w.Skip("nobody acts as a superuser")
}

func (w *world) startBy(actor string) {
	subject := rapid.SampledFrom(append(subjects, actors...)).Draw(w.T, "subject")
	mode := rapid.SampledFrom([]guise.Mode{guise.ReadOnly, guise.ReadWrite}).Draw(w.T, "mode")
	carried, goesOn, before := w.carries(actor), w.goesOn(actor), w.lives[actor]
	on := before
	if !carried {
		on = nil
	}
	inTheWay := !carried && w.running(before) // one whose answer was lost
	want := http.StatusCreated
	switch {
	case carried && !goesOn:
		want = http.StatusForbidden
	case inTheWay, carried && on.below != nil:
		want = http.StatusConflict
	case !w.mayAdd(actor, on, subject):
		want = http.StatusForbidden
	}
	got := w.send(actor, "POST", "/impersonate/start", fmt.Sprintf("user_id=%s&mode=%s&reason=a+call", subject, mode))
	if !carried && !inTheWay && !w.store.fired {
		before.end() // one that was due, and that nobody had asked about since
	}
	w.answered(got.Code, want)
	if carried {
		w.afterwards(actor, goesOn, got.Code == want)
	}
	if got.Code != http.StatusCreated {
		return
	}
	var body struct {
		ID      string
		Expires time.Time `json:"expires_at"`
	}
	if err := json.Unmarshal(got.Body.Bytes(), &body); err != nil || !w.carries(actor) {
		w.Fatalf("started, and: %v, %s", err, got.Body)
	}
	w.held[actor] = body.ID
	w.lives[actor] = &life{id: body.ID, subject: subject, mode: mode, expires: body.Expires, seen: w.now, below: on}
	if want := w.now.Add(maxDuration); body.Expires.After(want) || on != nil && body.Expires.After(on.expires) {
		w.Fatalf("P10: it lasts until %v, longer than %v or what is below it", body.Expires, want)
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
	w.afterwards(actor, goesOn, got.Code == want)
}

// afterwards is what a request has done to the impersonation it carried.
func (w *world) afterwards(actor string, goesOn, asWanted bool) {
	l := w.lives[actor]
	switch {
	case !asWanted: // a fault: look instead of guessing
	case !goesOn:
		// A browser that missed the answer with its new handle keeps the old one
		// until a page has said that it is over. So does one where nobody could
		// tell whether it has been given another one.
		if l != nil && w.held[actor] == l.id {
			if l.end(); w.carries(actor) && !w.failed {
				w.Fatal("P3: it is over, and the cookie is still there")
			}
		}
		w.send(actor, "GET", "/impersonate/ended", "") // the page that says so
		if w.carries(actor) && !w.store.fired && w.anyRuns(actor) {
			// It may have been given the handle of another one a moment ago, which
			// the page then leaves. A minute later that was long ago.
			w.now = w.now.Add(2 * time.Minute) // clocks also go back a little
			w.send(actor, "GET", "/impersonate/ended", "")
		}
		if w.store.fired {
			w.store.fired = false
			w.lookAgain()
		} else if w.carries(actor) {
			w.Fatal("P3: a page has said that it is over, and the cookie is still there")
		}
	case w.now.Sub(l.seen) >= idleTimeout/10:
		l.seen = w.now
	}
}

// stop leaves, which always works; what is below is in use again.
func (w *world) stop() {
	actor := w.actor()
	if !w.carries(actor) {
		w.Skip("acts as nobody")
	}
	l := w.lives[actor]
	holds := l != nil && w.held[actor] == l.id
	running := holds && w.running(l)
	got := w.send(actor, "POST", "/impersonate/stop", "")
	want := http.StatusOK
	if !running {
		want = http.StatusConflict
	}
	w.answered(got.Code, want)
	switch {
	case got.Code != want:
	case !holds: // nothing to stop
	case running && l.below != nil:
		l.over = true
		l.below.seenAt(w.now)
		w.lives[actor], w.held[actor] = l.below, l.below.id
		if !w.carries(actor) {
			w.Fatal("left the upper one, and the cookie of the one below is not there")
		}
	default:
		if l.end(); w.carries(actor) && !w.failed {
			w.Fatal("P10: left, and the cookie is still there")
		}
	}
}

// sweep ends what is due without a request.
func (w *world) sweep() {
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	w.store.swept = cancel
	if err := rapid.SampledFrom(w.managers).Draw(w.T, "instance").Run(ctx); !errors.Is(err, context.Canceled) {
		w.Fatalf("P5: what is due is not ended: %v", err)
	}
	w.store.swept = nil
	if w.store.fired {
		w.store.fired = false
		w.lookAgain()
		return
	}
	for _, actor := range actors {
		if l := w.lives[actor]; l != nil && !l.over && !w.running(l) {
			l.end()
		}
	}
}

// mode asks for write access.
func (w *world) mode() {
	actor := w.actor()
	if !w.carries(actor) {
		w.Skip("acts as nobody")
	}
	goesOn := w.goesOn(actor)
	got := w.send(actor, "POST", "/impersonate/mode", "mode=read_write&reason=more")
	want := http.StatusOK
	if !goesOn {
		want = http.StatusForbidden
	}
	w.answered(got.Code, want)
	if got.Code == http.StatusOK {
		w.lives[actor].mode = guise.ReadWrite
	}
	w.afterwards(actor, goesOn, got.Code == want)
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
		l.end()
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
	w.failed, w.store.fired = w.store.fired, false
	switch {
	case got == want && !w.failed:
	case w.failed:
		if got == http.StatusServiceUnavailable && len(w.ran) > 0 {
			w.Fatalf("P1: answered 503, and ran %+v", w.ran)
		}
		w.lookAgain()
	default:
		w.Fatalf("answered %d; want %d", got, want)
	}
}
