package guise

import (
	"cmp"
	"fmt"
	"slices"
	"time"
)

const (
	// maxTally is how many of the newest are counted. The page says so when
	// there are more: to count a million would cost more than it tells.
	maxTally = 1000
	// tallyDays is how many days the chart of the log has.
	tallyDays = 30
	// maxActors is how many actors are suggested.
	maxActors = 100
)

// LogTally is what the newest of those that a filter finds add up to.
type LogTally struct {
	// Found is how many there are; More says that there may be more than those.
	Found int
	More  bool
	// LookedTo is zero, unless counting stopped at this start because enough
	// was looked at.
	LookedTo time.Time
	// Days are those of the chart, in UTC, the oldest first, without a gap.
	Days []DayTally
	// Actors are who acted, by name, at most 100.
	Actors []Actor
}

// DayTally is one day of a [LogTally].
type DayTally struct {
	Day   time.Time
	Count int
}

// tally counts what a filter finds.
func (v *visit) tally(query LogQuery) (LogTally, error) {
	query.Cursor, query.Limit = "", maxTally
	found, err := v.config.Store.Impersonations(v.r.Context(), query)
	if err != nil {
		return LogTally{}, fmt.Errorf("guise: counting in the log: %w", err)
	}
	return tallyOf(found), nil
}

func tallyOf(found LogPage) LogTally {
	tally := LogTally{Found: len(found.Impersonations), More: found.Next != "", LookedTo: found.LookedTo}
	counts, actors := map[time.Time]int{}, map[string]Actor{}
	for _, one := range found.Impersonations {
		counts[dayOf(one.StartedAt)]++
		if len(actors) < maxActors {
			actors[one.Actor.ID] = one.Actor
		}
	}
	for _, actor := range actors {
		tally.Actors = append(tally.Actors, actor)
	}
	slices.SortFunc(tally.Actors, func(a, b Actor) int { return cmp.Or(cmp.Compare(a.Label(), b.Label()), cmp.Compare(a.ID, b.ID)) })
	if tally.Found == 0 {
		return tally
	}
	last := dayOf(found.Impersonations[0].StartedAt)
	first := dayOf(found.Impersonations[tally.Found-1].StartedAt)
	seenTo := found.LookedTo
	if seenTo.IsZero() {
		seenTo = found.Impersonations[tally.Found-1].StartedAt
	}
	if earliest := last.AddDate(0, 0, 1-tallyDays); first.Before(earliest) {
		first = earliest
	} else if tally.More && !dayOf(seenTo).Before(first) {
		first = first.AddDate(0, 0, 1) // the oldest day may not be counted to its end
	}
	for day := first; !day.After(last); day = day.AddDate(0, 0, 1) {
		tally.Days = append(tally.Days, DayTally{day, counts[day]})
	}
	return tally
}

func dayOf(t time.Time) time.Time { return t.UTC().Truncate(24 * time.Hour) }
