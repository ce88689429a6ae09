package console

import (
	"html/template"
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
		chips = append(chips, chip{v.words.T(key), value, v.LogURL(rest, "")})
	}
	add("log.text", q.Text, func(q *guise.LogQuery) { q.Text = "" })
	add("log.actor", q.ActorID, func(q *guise.LogQuery) { q.ActorID = "" })
	add("log.subject", q.SubjectID, func(q *guise.LogQuery) { q.SubjectID = "" })
	add("log.tenant", q.Tenant, func(q *guise.LogQuery) { q.Tenant = "" })
	if q.Cause != "" {
		add("log.cause", v.words.causeName(q.Cause), func(q *guise.LogQuery) { q.Cause = "" })
	}
	if q.Mode != "" {
		add("log.mode", v.words.modeName(q.Mode), func(q *guise.LogQuery) { q.Mode = "" })
	}
	add("log.from", firstDay(q), func(q *guise.LogQuery) { q.From = time.Time{} })
	add("log.to", lastDay(q), func(q *guise.LogQuery) { q.To = time.Time{} })
	return chips
}

// causeChoices are the causes to filter by.
func (w *words) causeChoices(asked guise.Cause) []choice {
	var choices []choice
	for _, cause := range guise.Causes() {
		choices = append(choices, choice{Value: string(cause), Text: w.causeName(cause), Selected: cause == asked})
	}
	return choices
}

// modeChoices are the modes to filter by, with the one asked for among them:
// the log may know a mode that no longer exists.
func (w *words) modeChoices(modes []guise.Mode, asked guise.Mode) []choice {
	if asked != "" && !slices.Contains(modes, asked) {
		modes = append(slices.Clone(modes), asked)
	}
	var choices []choice
	for _, mode := range modes {
		choices = append(choices, choice{Value: string(mode), Text: w.modeName(mode), Selected: mode == asked})
	}
	return choices
}

// found says how many a filter finds.
func (w *words) found(summary guise.LogSummary) string {
	if !summary.LookedTo.IsZero() {
		return w.T("log.count-to", "n", w.number(int64(summary.Found)), "day", dayUTC(summary.LookedTo))
	}
	if summary.More {
		return w.count("log.count-more", summary.Found)
	}
	return w.count("log.count", summary.Found)
}

// logRow is a row of the log.
type logRow struct {
	Started, Who, Mode, Reason, State template.HTML
}

// LogRows are the rows of a list of impersonations.
func (v *view) LogRows(list []guise.Impersonation) []logRow {
	w := v.words
	rows := make([]logRow, len(list))
	for n := range list {
		i := &list[n]
		rows[n] = logRow{
			Started: linkTo(v.URL("log", i.ID), asRow, toMinute(i.StartedAt)+` <span class="hidden">`+escaped(w.title(*i))+`</span>`), Who: w.two(*i), Mode: w.mode(i.Mode),
			Reason: w.reason(i.Reason, i.Ticket), State: w.state(i.State) + " " + quiet(v.outcome(i)),
		}
	}
	return rows
}

// outcome is why an impersonation was refused, or how long it took, and how it
// ended, except by its actor.
func (v *view) outcome(i *guise.Impersonation) template.HTML {
	if i.State == guise.StateDenied {
		return v.words.code(i.Code)
	}
	lasted := escaped(v.Lasted(*i))
	if i.Cause != "" && i.Cause != guise.CauseStopped {
		lasted += " · " + escaped(v.words.causeName(i.Cause))
	}
	return lasted
}
