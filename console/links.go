package console

import (
	"net/url"
	"time"

	"github.com/guise-go/guise"
)

// UsersURL is a page of the list of users.
func (v *view) UsersURL(query, cursor string) string {
	return address(v.URL("users"), "q", query, "cursor", cursor)
}

// LogURL is the page of the log after a cursor, with the same filter.
func (v *view) LogURL(q guise.LogQuery, cursor string) string {
	return address(v.URL("log"), append(v.filter(q), "cursor", cursor)...)
}

// ExportURL is the file with everything that the filter finds.
func (v *view) ExportURL(q guise.LogQuery, format string) string {
	return address(v.URL("log", "export"), append(v.filter(q), "format", format)...)
}

// ExplainURL is the question whether the viewer may act as somebody.
func (v *view) ExplainURL(subject string) string {
	return address(v.URL("explain"), "subject", subject)
}

// filter is a filter as it stands in an address.
func (v *view) filter(q guise.LogQuery) []string {
	return []string{
		"state", string(q.State), "q", q.Text, "actor", q.ActorID,
		"subject", q.SubjectID, "tenant", q.Tenant, "cause", string(q.Cause), "mode", string(q.Mode), "from", v.FirstDay(q), "to", v.LastDay(q),
	}
}

// preset is a filter by day that is one click away.
type preset struct {
	Text, URL string
	Chosen    bool
}

// Presets are the last days to look at, the rest of the filter as it is. Days
// are those of UTC, as in the fields beside them.
func (v *view) Presets(q guise.LogQuery) []preset {
	var presets []preset
	today := v.Now.UTC().Truncate(24 * time.Hour)
	for _, p := range []struct {
		text string
		days int
	}{{v.T("log.today"), 1}, {v.T("log.week"), 7}, {v.T("log.month"), 30}} {
		since := q
		since.From, since.To = today.AddDate(0, 0, 1-p.days), time.Time{}
		presets = append(presets, preset{p.text, v.LogURL(since, ""), q.From.Equal(since.From) && q.To.IsZero()})
	}
	return presets
}

// LogStateURL is the first page of the log with another state, the rest of
// the filter as it is.
func (v *view) LogStateURL(q guise.LogQuery, state guise.State) string {
	q.State = state
	return v.LogURL(q, "")
}

// States are those to filter by; "" is all of them.
func (v *view) States() []guise.State {
	return []guise.State{"", guise.StateActive, guise.StateEnded, guise.StateDenied}
}

// FirstDay and LastDay are the days of a filter as a date field has them. A
// date in "to" means the whole of that day, so LogQuery.To is the midnight
// after it; a moment within a day stays exact.
func (v *view) FirstDay(q guise.LogQuery) string { return dayOf(q.From, 0) }

// LastDay is described at FirstDay.
func (v *view) LastDay(q guise.LogQuery) string { return dayOf(q.To, -1) }

func dayOf(t time.Time, days int) string {
	if t.IsZero() {
		return ""
	}
	t = t.UTC()
	if !t.Equal(t.Truncate(24 * time.Hour)) {
		return t.Format(time.RFC3339)
	}
	return t.AddDate(0, 0, days).Format(time.DateOnly)
}

// Filtered reports whether the log shows less than all of it.
func (v *view) Filtered(q guise.LogQuery) bool {
	return q.State != "" || q.Text != "" || v.Detailed(q)
}

// Detailed reports whether the filter uses a field that is folded away at first.
func (v *view) Detailed(q guise.LogQuery) bool {
	return q.ActorID != "" || q.SubjectID != "" || q.Tenant != "" || q.Cause != "" || q.Mode != "" || !q.From.IsZero() || !q.To.IsZero()
}

// address adds what is not empty to a path as its query.
func address(path string, pairs ...string) string {
	query := url.Values{}
	for i := 0; i < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			query.Set(pairs[i], pairs[i+1])
		}
	}
	if len(query) == 0 {
		return path
	}
	return path + "?" + query.Encode()
}
