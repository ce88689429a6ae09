package console

import (
	"net/url"
	"slices"
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
		"subject", q.SubjectID, "tenant", q.Tenant, "cause", string(q.Cause), "mode", string(q.Mode), "from", firstDay(q), "to", lastDay(q),
	}
}

// tab is a link to one of several pages or filters. Current is what aria-current
// says: "page", "true" where the page is one of those that it leads to, or "".
type tab struct{ Text, URL, Current string }

// chosen is what a filter's tab says.
func chosen(is bool) string {
	if is {
		return "true"
	}
	return ""
}

// Nav is where one can go from every page.
func (v *view) Nav() []tab {
	var tabs []tab
	w := v.words
	add := func(may bool, text, to string, page guise.PageName, of ...guise.PageName) {
		current := chosen(slices.Contains(of, v.Name))
		if v.Name == page {
			current = "page"
		}
		if may {
			tabs = append(tabs, tab{text, v.URL(to), current})
		}
	}
	add(v.MayFind, w.T("nav.users"), "users", guise.PageUsers, guise.PageUser)
	add(v.MaySeeLog, w.T("nav.live"), "live", guise.PageLive)
	add(v.MaySeeLog, w.T("nav.log"), "log", guise.PageLog, guise.PageEntry, guise.PageUnattached)
	add(v.MayFind, w.T("nav.explain"), "explain", guise.PageExplain)
	return tabs
}

// Presets are the last days to look at, the rest of the filter as it is. Days
// are those of UTC, as in the fields beside them.
func (v *view) Presets(q guise.LogQuery) []tab {
	var presets []tab
	today := v.Now.UTC().Truncate(24 * time.Hour)
	for _, p := range []struct {
		text string
		days int
	}{{v.words.T("log.today"), 1}, {v.words.T("log.week"), 7}, {v.words.T("log.month"), 30}} {
		since := q
		since.From, since.To = today.AddDate(0, 0, 1-p.days), time.Time{}
		presets = append(presets, tab{p.text, v.LogURL(since, ""), chosen(q.From.Equal(since.From) && q.To.IsZero())})
	}
	return presets
}

// Tabs are the first page of the log in each state, the rest of the filter as it
// is, and what is on record besides impersonations.
func (v *view) Tabs(q guise.LogQuery) []tab {
	unattached := v.Name == guise.PageUnattached
	var tabs []tab
	for _, state := range []guise.State{"", guise.StateActive, guise.StateEnded, guise.StateDenied} {
		name := v.words.T("log.all")
		if state != "" {
			name = v.words.stateName(state)
		}
		in := q
		in.State = state
		tabs = append(tabs, tab{name, v.LogURL(in, ""), chosen(state == q.State && !unattached)})
	}
	return append(tabs, tab{v.words.T("unattached.title"), v.UnattachedURL("", q.ActorID, ""), chosen(unattached)})
}

// firstDay and lastDay are the days of a filter as a date field has them. A
// date in "to" means the whole of that day, so LogQuery.To is the midnight
// after it; a moment within a day stays exact.
func firstDay(q guise.LogQuery) string { return dayOf(q.From, 0) }

// lastDay is described at firstDay.
func lastDay(q guise.LogQuery) string { return dayOf(q.To, -1) }

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

// filtered reports whether the log shows less than all of it.
func filtered(q guise.LogQuery) bool {
	return q.State != "" || q.Text != "" || detailed(q)
}

// detailed reports whether the filter uses a field that is folded away at first.
func detailed(q guise.LogQuery) bool {
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
