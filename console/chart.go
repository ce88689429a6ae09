package console

import (
	"fmt"
	"html/template"
	"slices"
	"strconv"
	"strings"
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
	// Who are those told apart, Others says whether there are more.
	Who    []guise.Actor
	Others bool
	// First and Last are the days at its ends.
	First, Last string
	// Bars are the days drawn, and Rows the days in a table. Both are made here,
	// since a template takes as long for them as for the rest of the page, and of
	// numbers and constants alone, so that nothing in them needs escaping.
	Bars, Rows template.HTML
}

// chartOf draws the days, the oldest first.
func chartOf(summary guise.LogSummary) chart {
	c := chart{Who: summary.Most, Box: "0 0 " + strconv.Itoa(len(summary.Days)*barStep) + " " + strconv.Itoa(barHeight+1)}
	busiest := 1
	for _, day := range summary.Days {
		busiest = max(busiest, day.Count)
		c.Others = c.Others || rest(day) > 0
	}
	var bars, rows strings.Builder
	for n, day := range summary.Days {
		counts := slices.Clone(day.ByActor)
		if c.Others {
			counts = append(counts, rest(day))
		}
		c.Last = day.Day.UTC().Format(time.DateOnly)
		if n == 0 {
			c.First = c.Last
		}
		writeBar(&bars, c.Last, day.Count, parts(n*barStep, counts, busiest))
		writeRow(&rows, c.Last, day.Count, counts)
	}
	c.Bars, c.Rows = template.HTML(bars.String()), template.HTML(rows.String())
	return c
}

func writeBar(to *strings.Builder, day string, count int, parts []barPart) {
	fmt.Fprintf(to, "\n<g><title>%s: %d</title>", day, count)
	for _, p := range parts {
		fmt.Fprintf(to, `<rect class="who-%d" x="%d" y="%d" width="16" height="%d"></rect>`, p.who, p.x, p.y, p.height)
	}
	to.WriteString("</g>")
}

// writeRow writes the counts of those told apart, and after them that of the others.
func writeRow(to *strings.Builder, day string, count int, counts []int) {
	fmt.Fprintf(to, `<tr><th scope="row">%s</th><td>%d</td>`, day, count)
	for _, n := range counts {
		fmt.Fprintf(to, "<td>%d</td>", n)
	}
	to.WriteString("</tr>")
}

// rest is what people other than those told apart did.
func rest(day guise.DayCount) int {
	others := day.Count
	for _, count := range day.ByActor {
		others -= count
	}
	return others
}

// barPart is what one of them did on a day, in units of the drawing; the first
// stands at the bottom.
type barPart struct{ who, x, y, height int }

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
