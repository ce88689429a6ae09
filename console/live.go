package console

import (
	"html/template"

	"github.com/guise-go/guise"
)

// liveRow is a row of the live page.
type liveRow struct {
	ID                                             string
	Who, Reason, Mode, Since, Until, Did, ClientIP template.HTML
	// EndURL is where to end it, "" for those who may not, BackURL where that
	// leads; Title says whose it is.
	EndURL, BackURL, Title string
}

// LiveRows are the rows of the live page.
func (v *view) LiveRows(data guise.LiveData) []liveRow {
	rows := make([]liveRow, len(data.Impersonations))
	for n := range rows {
		i := &data.Impersonations[n]
		rows[n] = v.liveRow(i)
		rows[n].Did = v.words.did(data.Progress[i.ID], data.Activity)
	}
	return rows
}

func (v *view) liveRow(i *guise.Impersonation) liveRow {
	w := v.words
	row := liveRow{
		ID: line(i.ID), Who: linkTo(v.URL("log", i.ID), plain+asRow, w.two(*i)), Reason: w.reason(i.Reason, i.Ticket), Mode: w.mode(i.Mode),
		Since: v.since(i), Until: v.until(i), ClientIP: shortIfAny(i.ClientIP),
	}
	if i.Depth > 1 {
		row.Mode += ` <span class="badge">` + escaped(w.count("live.depth", i.Depth)) + `</span>`
	}
	if v.MayEnd(*i) {
		row.EndURL, row.BackURL = v.URL("live", i.ID, "end"), address(v.URL("live"), "ended", i.ID)
		row.Title = w.title(*i)
	}
	return row
}

// since is when it began, and how long ago.
func (v *view) since(i *guise.Impersonation) template.HTML {
	return toMinute(i.StartedAt) + " " + quiet(escaped(v.words.minutes(max(v.Now.Sub(i.StartedAt), 0))))
}

// until is how long it can go on.
func (v *view) until(i *guise.Impersonation) template.HTML {
	if i.ExpiresAt.IsZero() {
		return escaped(v.words.T("entry.no-limit"))
	}
	left := v.words.minutes(max(i.ExpiresAt.Sub(v.Now), 0))
	return toMinute(i.ExpiresAt) + " " + quiet(escaped(v.words.T("live.left", "duration", left)))
}

// did is how much was done so far and the newest of it, as far as that is on record.
func (w *words) did(p guise.Progress, recorded guise.Activity) (cell template.HTML) {
	if recorded != guise.ActivityWrites {
		cell = "<span>" + escaped(w.countSoFar("live.requests", p.Requests, p.More)) + "</span> "
	}
	var class template.HTML
	if p.Writes > 0 {
		class = ` class="wrote"`
	}
	cell += "<span" + class + ">" + escaped(w.countSoFar("live.writes", p.Writes, p.More)) + "</span>"
	last := "–" // which keeps its place
	if p.Requests > 0 {
		last = line(p.Last.Method + " " + p.Last.Path)
	}
	return cell + ` <code class="path" title="` + escaped(last) + `">` + bdi(last) + "</code>"
}

// inTheWay is an impersonation that has to end before another can begin.
type inTheWay struct {
	Who, Started template.HTML
	// URL is where to look at it, EndURL where to end it, each "" for those who
	// may not; BackURL is where that leads.
	URL, EndURL, BackURL string
}

// InTheWay is what the piece "running" shows.
func (v *view) InTheWay(i *guise.Impersonation) inTheWay {
	in := inTheWay{Who: v.words.two(*i), Started: toMinute(i.StartedAt), BackURL: v.URL("users")}
	if v.MaySeeLog {
		in.URL = v.URL("log", i.ID)
	}
	if v.MayEnd(*i) {
		in.EndURL = v.URL("live", i.ID, "end")
	}
	if data, ok := v.Data.(guise.UserData); ok {
		in.BackURL = v.URL("users", data.ID)
	}
	return in
}
