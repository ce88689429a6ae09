package guise

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"time"
)

const (
	// maxSummed is how many of the newest are counted. The page says so when
	// there are more: counting a million would cost more than it is worth.
	maxSummed = 500
	// summaryDays is how many days the chart of the log has.
	summaryDays = 30
	// maxActors is how many actors are suggested.
	maxActors = 100
	// maxMost is how many actors the chart tells apart.
	maxMost = 4
)

// LogSummary is what the newest of those that a filter finds add up to.
type LogSummary struct {
	// Found is how many there are; More says that there may be more than those.
	Found int
	More  bool
	// LookedTo is zero, unless counting stopped because enough had been looked
	// at: then it is the start of the last one counted.
	LookedTo time.Time
	// Days are those of the chart, in UTC, the oldest first, without a gap.
	Days []DayCount
	// Most are those who acted most on these days, most first, at most 4.
	Most []Actor
	// Actors are those who acted, by name, at most 100; with a filter by actor,
	// those to choose from in its place.
	Actors []Actor
}

// DayCount is one day of a [LogSummary].
type DayCount struct {
	Day   time.Time
	Count int
	// ByActor is how many of Count are by each of [LogSummary.Most].
	ByActor []int
}

// summary counts what a filter finds, beginning with its first page.
func (v *visit) summary(query LogQuery, page LogPage) (LogSummary, error) {
	if len(page.Impersonations) < query.Limit {
		return summaryOf(page), nil // it is all there is, or all that will be looked at
	}
	found, err := v.brief(query)
	return summaryOf(found), err
}

// actors are those whom a filter would find, were it not for one of them alone.
func (v *visit) actors(query LogQuery) ([]Actor, error) {
	query.ActorID = ""
	found, err := v.brief(query)
	return actorsOf(found.Impersonations), err
}

// brief is as much of what a filter finds as is counted.
func (v *visit) brief(query LogQuery) (LogPage, error) {
	query.Cursor, query.Limit, query.Brief = "", maxSummed, true
	found, err := v.config.Store.Impersonations(v.r.Context(), query)
	if err != nil {
		return LogPage{}, fmt.Errorf("guise: counting in the log: %w", err)
	}
	return found, nil
}

func summaryOf(found LogPage) LogSummary {
	summary := LogSummary{Found: len(found.Impersonations), More: found.Next != "", LookedTo: found.LookedTo}
	if summary.Found == 0 {
		return summary
	}
	summary.Actors = actorsOf(found.Impersonations)
	first, last := daysOf(found)
	shown := slices.DeleteFunc(slices.Clone(found.Impersonations), func(one Impersonation) bool { return dayOf(one.StartedAt).Before(first) })
	summary.Most = mostOf(shown)
	days := map[time.Time]*DayCount{}
	for day := first; !day.After(last); day = day.AddDate(0, 0, 1) {
		days[day] = &DayCount{Day: day, ByActor: make([]int, len(summary.Most))}
	}
	for _, one := range shown {
		day := days[dayOf(one.StartedAt)]
		day.Count++
		if n := slices.IndexFunc(summary.Most, func(a Actor) bool { return a.ID == one.Actor.ID }); n >= 0 {
			day.ByActor[n]++
		}
	}
	for day := first; !day.After(last); day = day.AddDate(0, 0, 1) {
		summary.Days = append(summary.Days, *days[day])
	}
	return summary
}

// daysOf are the first and the last day that can be counted to their ends.
func daysOf(found LogPage) (first, last time.Time) {
	oldest := found.Impersonations[len(found.Impersonations)-1].StartedAt
	first, last = dayOf(oldest), dayOf(found.Impersonations[0].StartedAt)
	seenTo := found.LookedTo
	if seenTo.IsZero() {
		seenTo = oldest
	}
	if earliest := last.AddDate(0, 0, 1-summaryDays); first.Before(earliest) {
		return earliest, last
	}
	if found.Next != "" && !dayOf(seenTo).Before(first) {
		first = first.AddDate(0, 0, 1) // the oldest day may not be counted to its end
	}
	return first, last
}

// actorsOf are the first who acted, by name.
func actorsOf(list []Impersonation) []Actor {
	var actors []Actor
	known := map[string]bool{}
	for _, one := range list {
		if !known[one.Actor.ID] && len(actors) < maxActors {
			known[one.Actor.ID] = true
			actors = append(actors, one.Actor)
		}
	}
	slices.SortFunc(actors, byName)
	return actors
}

// mostOf are those who acted most.
func mostOf(list []Impersonation) []Actor {
	counts, names := map[string]int{}, map[string]Actor{}
	for _, one := range list {
		counts[one.Actor.ID]++
		if _, known := names[one.Actor.ID]; !known {
			names[one.Actor.ID] = one.Actor
		}
	}
	most := slices.SortedFunc(maps.Values(names), func(a, b Actor) int {
		return cmp.Or(cmp.Compare(counts[b.ID], counts[a.ID]), byName(a, b))
	})
	return most[:min(len(most), maxMost)]
}

func byName(a, b Actor) int {
	return cmp.Or(cmp.Compare(a.Label(), b.Label()), cmp.Compare(a.ID, b.ID))
}

func dayOf(t time.Time) time.Time { return t.UTC().Truncate(24 * time.Hour) }
