package console

import (
	"html/template"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/guise-go/guise"
)

// day is what happened on one day, in UTC.
type day struct {
	Date   time.Time
	Events []eventRow
}

// eventRow is one thing that happened: a request, or something else.
type eventRow struct {
	Kind  guise.Kind
	Clock template.HTML

	// Of a request; Status is 0 while nobody knows its outcome.
	Request, Wrote bool
	Method, Path   template.HTML
	Status         int
	StatusClass    string
	Took           string

	// Of anything else: what it is called, what came of it, and who did it if not
	// the actor.
	KindName     string
	Detail, By   template.HTML
	Reason, Note template.HTML
}

// Days is the timeline by day.
func (v *view) Days(data guise.EntryData) []day {
	var days []day
	for _, e := range timeline(data.Events, data.Ahead) {
		date := e.Time.UTC().Truncate(24 * time.Hour)
		if len(days) == 0 || !days[len(days)-1].Date.Equal(date) {
			days = append(days, day{Date: date})
		}
		last := &days[len(days)-1]
		last.Events = append(last.Events, v.words.eventRow(e))
	}
	return days
}

func (w *words) eventRow(e *guise.Event) eventRow {
	row := eventRow{Kind: e.Kind, Clock: clock(e.Time)}
	if e.Kind == guise.KindRequest {
		row.Request, row.Wrote, row.Method, row.Path = true, wrote(e), short(e.Method), bdi(e.Path)
		row.Status, row.StatusClass, row.Took = e.Status, statusClass(e.Status), w.span(e.Duration)
		return row
	}
	row.KindName, row.Note = w.kindName(e.Kind), bdiIfAny(e.Note)
	if e.By.ID != "" {
		row.By = short(e.By.Label())
	}
	switch e.Kind {
	case guise.KindStarted, guise.KindModeChanged:
		row.Detail = w.mode(e.Mode)
	case guise.KindEnded:
		row.Detail = escaped(w.causeName(e.Cause))
	case guise.KindDenied:
		row.Detail = w.code(e.Code)
	}
	if e.Kind != guise.KindEnded { // which has that of the start
		row.Reason = bdiIfAny(e.Reason)
	}
	return row
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
func timeline(events, ahead []guise.Event) []*guise.Event {
	finished := map[request]bool{}
	for _, some := range [][]guise.Event{events, ahead} {
		for n := range some {
			if e := &some[n]; e.Kind == guise.KindRequest && e.Status != 0 {
				finished[requestOf(e)] = true
			}
		}
	}
	shown := make([]*guise.Event, 0, len(events))
	for n := range events {
		e := &events[n]
		if e.Kind == guise.KindRequest && e.Status == 0 && finished[requestOf(e)] {
			continue
		}
		shown = append(shown, e)
	}
	// Reads are logged in batches, and so perhaps after a write that came later.
	slices.SortStableFunc(shown, func(a, b *guise.Event) int { return a.Time.Compare(b.Time) })
	return shown
}

// request is what both records of a write have in common. Its ID alone would not
// do: the client chooses that, and may choose the same one twice.
type request struct {
	id, method, path string
	began            int64
}

func requestOf(e *guise.Event) request {
	return request{e.RequestID, e.Method, e.Path, e.Time.Add(-e.Duration).UnixMicro()}
}

// wrote reports whether a request could change something.
func wrote(e *guise.Event) bool {
	switch e.Method {
	case "", http.MethodGet, http.MethodHead, http.MethodOptions:
		return false
	}
	return true
}

// statusClass is how the template marks a status: "open" when there is none yet,
// "fine" below 400, else "failed".
func statusClass(status int) string {
	switch {
	case status == 0:
		return "open"
	case status < 400:
		return "fine"
	}
	return "failed"
}
