package console

import (
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/guise-go/guise"
)

// day is what happened on one day, in UTC.
type day struct {
	Date   time.Time
	Events []guise.Event
}

// Days is the timeline by day.
func (v *view) Days(data guise.EntryData) []day {
	var days []day
	for _, e := range v.timeline(data.Events, data.Ahead) {
		date := e.Time.UTC().Truncate(24 * time.Hour)
		if len(days) == 0 || !days[len(days)-1].Date.Equal(date) {
			days = append(days, day{Date: date})
		}
		last := &days[len(days)-1]
		last.Events = append(last.Events, e)
	}
	return days
}

// TimelineURL is the page of the timeline after an event; 0 is the first page.
func (v *view) TimelineURL(id string, after int64) string {
	text := ""
	if after > 0 {
		text = strconv.FormatInt(after, 10)
	}
	return address(v.URL("log", id), "after", text)
}

// LastSeq is the number of the last event of a page, 0 without one.
func (v *view) LastSeq(events []guise.Event) int64 {
	if len(events) == 0 {
		return 0
	}
	return events[len(events)-1].Seq
}

// timeline is what to show of the events, in the order in which they happened,
// knowing those that come next. A write is recorded twice, before it runs and
// when its outcome is known; the first record is left out where the second is
// there, and stays where it isn't: then nobody knows how the write went.
func (v *view) timeline(events, ahead []guise.Event) []guise.Event {
	finished := map[request]bool{}
	for _, e := range slices.Concat(events, ahead) {
		if e.Kind == guise.KindRequest && e.Status != 0 {
			finished[requestOf(e)] = true
		}
	}
	shown := make([]guise.Event, 0, len(events))
	for _, e := range events {
		if e.Kind == guise.KindRequest && e.Status == 0 && finished[requestOf(e)] {
			continue
		}
		shown = append(shown, e)
	}
	// Reads are logged in batches, and so perhaps after a write that came later.
	slices.SortStableFunc(shown, func(a, b guise.Event) int { return a.Time.Compare(b.Time) })
	return shown
}

// request is what both records of a write have in common: its ID or, where the
// application gives it none, when it began.
type request struct {
	id, method, path string
	began            int64
}

func requestOf(e guise.Event) request {
	r := request{id: e.RequestID, method: e.Method, path: e.Path}
	if r.id == "" {
		r.began = e.Time.Add(-e.Duration).UnixMicro()
	}
	return r
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

// StatusClass is how the template marks a status: "open" when there is none yet,
// "fine" below 400, else "failed".
func (v *view) StatusClass(e guise.Event) string {
	switch {
	case e.Status == 0:
		return "open"
	case e.Status < 400:
		return "fine"
	}
	return "failed"
}
