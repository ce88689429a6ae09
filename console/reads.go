package console

import (
	"html/template"
	"strings"

	"github.com/guise-go/guise"
)

// fewReads is how many requests in a row that only read are shown one by one. More
// are folded, so that writes, refusals and changes of the mode stand out.
const fewReads = 4

// eventRows are the rows of a day.
func (w *words) eventRows(events []*guise.Event) []eventRow {
	rows := make([]eventRow, 0, len(events))
	for len(events) > 0 {
		n := leadingReads(events)
		if n > fewReads {
			rows = append(rows, w.folded(events[:n]))
		} else {
			n = max(n, 1)
			for _, e := range events[:n] {
				rows = append(rows, w.eventRow(e))
			}
		}
		events = events[n:]
	}
	return rows
}

// leadingReads is how many of the first events are requests that only read, and
// were answered.
func leadingReads(events []*guise.Event) int {
	for n, e := range events {
		if e.Kind != guise.KindRequest || wrote(e) || statusClass(e.Status) != "fine" {
			return n
		}
	}
	return len(events)
}

// folded is one row for several requests that only read.
func (w *words) folded(events []*guise.Event) eventRow {
	var items strings.Builder
	for _, e := range events {
		items.WriteString(`<li class="kind-request"><div class="what">` + string(w.request(e)) + `</div> <div class="when">` + string(clock(e.Time)) + "</div></li>\n")
	}
	return eventRow{
		Kind: guise.KindRequest, Many: w.count("entry.reads", len(events)), Reads: template.HTML(items.String()),
		Clock: clock(events[0].Time) + " – " + clock(events[len(events)-1].Time),
	}
}
