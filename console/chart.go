package console

import (
	"slices"
	"strconv"
	"time"

	"github.com/guise-go/guise"
)

// The chart's drawing: each day is a step wide, and the busiest is as high as
// there is room.
const (
	barStep   = 20
	barHeight = 64
)

// chart is the log's days, drawn and as a table.
type chart struct {
	// Box is the drawing's viewBox.
	Box string
	// Who are those told apart, Others whether there are more than those.
	Who    []guise.Actor
	Others bool
	Bars   []bar
}

// bar is one day, in units of the drawing.
type bar struct {
	Day   string
	Count int
	// Counts are those of Who, and of the others behind them.
	Counts []int
	Parts  []barPart
}

// barPart is what one of them did on a day; the first stands at the bottom.
type barPart struct{ Who, X, Y, Height int }

// Chart draws the days, the oldest first.
func (v *view) Chart(tally guise.LogTally) chart {
	c := chart{Who: tally.Most, Box: "0 0 " + strconv.Itoa(len(tally.Days)*barStep) + " " + strconv.Itoa(barHeight+1)}
	busiest := 1
	for _, day := range tally.Days {
		busiest = max(busiest, day.Count)
		c.Others = c.Others || rest(day) > 0
	}
	for n, day := range tally.Days {
		counts := slices.Clone(day.ByActor)
		if c.Others {
			counts = append(counts, rest(day))
		}
		c.Bars = append(c.Bars, bar{day.Day.UTC().Format(time.DateOnly), day.Count, counts, parts(n*barStep, counts, busiest)})
	}
	return c
}

// rest is what others than those told apart did.
func rest(day guise.DayTally) int {
	others := day.Count
	for _, count := range day.ByActor {
		others -= count
	}
	return others
}

// parts stacks what was done on a day. A day with anything on record is never
// as flat as one with nothing.
func parts(x int, counts []int, busiest int) (drawn []barPart) {
	below := 0
	for who, count := range counts {
		if count <= 0 {
			continue
		}
		height := max(count*barHeight/busiest, 3)
		height = min(height, barHeight-below)
		drawn = append(drawn, barPart{who, x, barHeight - below - height, height})
		below += height
	}
	return drawn
}
