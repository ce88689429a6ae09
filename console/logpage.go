package console

import (
	"slices"
	"time"

	"github.com/guise-go/guise"
)

// chip is one part of a filter, and the log without it.
type chip struct{ Name, Value, URL string }

// Chips are the parts of a filter that one doesn't see elsewhere at a glance:
// the state is a tab.
func (v *view) Chips(q guise.LogQuery) []chip {
	var chips []chip
	add := func(key, value string, without func(*guise.LogQuery)) {
		if value == "" {
			return
		}
		rest := q
		without(&rest)
		chips = append(chips, chip{v.T(key), value, v.LogURL(rest, "")})
	}
	add("log.text", q.Text, func(q *guise.LogQuery) { q.Text = "" })
	add("log.actor", q.ActorID, func(q *guise.LogQuery) { q.ActorID = "" })
	add("log.subject", q.SubjectID, func(q *guise.LogQuery) { q.SubjectID = "" })
	add("log.tenant", q.Tenant, func(q *guise.LogQuery) { q.Tenant = "" })
	if q.Cause != "" {
		add("log.cause", v.CauseName(q.Cause), func(q *guise.LogQuery) { q.Cause = "" })
	}
	if q.Mode != "" {
		add("log.mode", v.ModeName(q.Mode), func(q *guise.LogQuery) { q.Mode = "" })
	}
	add("log.from", v.FirstDay(q), func(q *guise.LogQuery) { q.From = time.Time{} })
	add("log.to", v.LastDay(q), func(q *guise.LogQuery) { q.To = time.Time{} })
	return chips
}

// CauseChoices are the causes to filter by.
func (v *view) CauseChoices(asked guise.Cause) []choice {
	var choices []choice
	for _, cause := range guise.Causes() {
		choices = append(choices, choice{Value: string(cause), Text: v.CauseName(cause), Selected: cause == asked})
	}
	return choices
}

// ModeChoices are the modes to filter by, with the one asked for among them:
// the log may know a mode that no longer exists.
func (v *view) ModeChoices(modes []guise.Mode, asked guise.Mode) []choice {
	if asked != "" && !slices.Contains(modes, asked) {
		modes = append(slices.Clone(modes), asked)
	}
	var choices []choice
	for _, mode := range modes {
		choices = append(choices, choice{Value: string(mode), Text: v.ModeName(mode), Selected: mode == asked})
	}
	return choices
}

// Found says how many a filter finds.
func (v *view) Found(summary guise.LogSummary) string {
	if !summary.LookedTo.IsZero() {
		return v.T("log.count-to", "n", v.Number(int64(summary.Found)), "day", v.Day(summary.LookedTo))
	}
	if summary.More {
		return v.Count("log.count-more", summary.Found)
	}
	return v.Count("log.count", summary.Found)
}

// MayNote and MayPurge say which forms to show.
func (v *view) MayNote() bool { return v.Viewer.May(guise.ActionNote) }

// MayPurge is described at MayNote.
func (v *view) MayPurge() bool { return v.Viewer.May(guise.ActionPurge) }
