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

// eventRow is one thing that happened: a request, several that only read, or
// something else.
type eventRow struct {
	Kind  guise.Kind
	Clock template.HTML

	// Request is a request and its outcome.
	Request template.HTML
	Wrote   bool

	// Reads are several requests, as the items of a list, and Many says how many.
	Reads template.HTML
	Many  string

	// Of anything else: what it is called, what came of it, and who did it if not
	// the actor.
	KindName     string
	Detail, By   template.HTML
	Reason, Note template.HTML
}

// Days is the timeline by day.
func (v *view) Days(data guise.EntryData) []day {
	var days []day
	shown := timeline(data.Events, data.Ahead)
	for len(shown) > 0 {
		date := dateOf(shown[0])
		next := slices.IndexFunc(shown, func(e *guise.Event) bool { return !dateOf(e).Equal(date) })
		if next < 0 {
			next = len(shown)
		}
		days = append(days, day{date, v.words.eventRows(shown[:next])})
		shown = shown[next:]
	}
	return days
}

func dateOf(e *guise.Event) time.Time { return e.Time.UTC().Truncate(24 * time.Hour) }

func (w *words) eventRow(e *guise.Event) eventRow {
	row := eventRow{Kind: e.Kind, Clock: clock(e.Time)}
	if e.Kind == guise.KindRequest {
		row.Request, row.Wrote = w.request(e), wrote(e) && !refused(e)
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

// request is a request as HTML. Its method and path stand from left to right in
// every language.
func (w *words) request(e *guise.Event) template.HTML {
	status, took := escaped(w.T("entry.no-outcome")), template.HTML("")
	if e.Status != 0 {
		status, took = template.HTML(strconv.Itoa(e.Status)), " "+escaped(w.span(e.Duration))
	}
	row := `<span class="request" dir="ltr"><span class="method">` + short(e.Method) + `</span> <code class="path">` + bdi(e.Path) + "</code></span>\n" +
		`<span class="outcome"><span class="status ` + statusClass(e.Status) + `">` + status + `</span>` + took
	if wrote(e) && !refused(e) {
		row += " " + badge("amber", w.T("entry.write"))
	}
	return row + `</span>`
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
	finished := map[requestKey]bool{}
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

// requestKey is what both records of a write have in common. Its ID alone would not
// do: the client chooses that, and may choose the same one twice.
type requestKey struct {
	id, method, path string
	began            int64
}

func requestOf(e *guise.Event) requestKey {
	return requestKey{e.RequestID, e.Method, e.Path, e.Time.Add(-e.Duration).UnixMicro()}
}

// wrote reports whether a request could change something.
func wrote(e *guise.Event) bool {
	switch e.Method {
	case "", http.MethodGet, http.MethodHead, http.MethodOptions:
		return false
	}
	return true
}

// refused reports whether Guise refused a request: it never reached the
// application, took no time and wrote nothing. One that the application refused, or
// failed at, may have.
func refused(e *guise.Event) bool { return e.Status >= 400 && e.Duration == 0 }

// statusClass is how a status is marked: "open" when there is none yet, "fine" below
// 400, else "failed".
func statusClass(status int) template.HTML {
	switch {
	case status == 0:
		return "open"
	case status < 400:
		return "fine"
	}
	return "failed"
}
