package console

import (
	"net/http"

	"github.com/guise-go/guise"
)

// Timeline is what to show of the events. A write is recorded twice, before it
// runs and when its outcome is known; the first is left out where the second
// is there, and stays where it isn't: then nobody knows how the write went.
func (v *view) Timeline(events []guise.Event) []guise.Event {
	type request struct{ id, method, path string }
	finished := map[request]bool{}
	for _, e := range events {
		if e.Kind == guise.KindRequest && e.Status != 0 && e.RequestID != "" {
			finished[request{e.RequestID, e.Method, e.Path}] = true
		}
	}
	shown := make([]guise.Event, 0, len(events))
	for _, e := range events {
		if e.Kind == guise.KindRequest && e.Status == 0 && finished[request{e.RequestID, e.Method, e.Path}] {
			continue
		}
		shown = append(shown, e)
	}
	return shown
}

// KindName is what people call a kind of event.
func (v *view) KindName(k guise.Kind) string { return v.named("kind.", string(k)) }

// Wrote reports whether an event is a request that could change something.
func (v *view) Wrote(e guise.Event) bool {
	switch e.Method {
	case "", http.MethodGet, http.MethodHead, http.MethodOptions:
		return false
	}
	return e.Kind == guise.KindRequest
}

// StatusClass is the class of a status, by its first digit.
func (v *view) StatusClass(e guise.Event) string {
	switch {
	case e.Status == 0:
		return "open"
	case e.Status < 400:
		return "fine"
	}
	return "failed"
}
