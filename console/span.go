package console

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/guise-go/guise"
)

// span is a length of time for people, in at most two units: "1 h 30 min".
func (w *words) span(d time.Duration) string {
	var parts []string
	for _, unit := range []struct {
		key  string
		size time.Duration
	}{{"unit.d", 24 * time.Hour}, {"unit.h", time.Hour}, {"unit.min", time.Minute}, {"unit.s", time.Second}} {
		if n := int64(d / unit.size); n > 0 && len(parts) < 2 {
			parts = append(parts, w.amount(unit.key, n))
			d -= time.Duration(n) * unit.size
		} else if len(parts) == 1 {
			break // two units that aren't neighbours would be too exact
		}
	}
	if len(parts) == 0 {
		return w.amount("unit.ms", d.Milliseconds())
	}
	return strings.Join(parts, " ")
}

// amount leaves the isolates out: a number turns nothing around.
func (w *words) amount(key string, n int64) string { return w.Text(key, "n", w.number(n)) }

// number is a whole number in the digits of the page's language.
func (w *words) number(n int64) string {
	digits := strconv.FormatInt(n, 10)
	if w.Lang != "fa" {
		return digits
	}
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			r += '۰' - '0'
		}
		return r
	}, digits)
}

// count is a text with a number in it.
func (w *words) count(key string, n int) string { return w.amount(key, int64(n)) }

// countSoFar is a text with a number in it that may be larger in fact.
func (w *words) countSoFar(key string, n int, more bool) string {
	number := w.number(int64(n))
	if more {
		number += "+"
	}
	return w.Text(key, "n", number)
}

// Lasted is how long an impersonation took, or has taken so far.
func (v *view) Lasted(i guise.Impersonation) string {
	end := i.EndedAt
	if end.IsZero() {
		end = v.Now
	}
	return v.words.span(max(end.Sub(i.StartedAt), 0))
}

// minutes is span without seconds; less than a minute is one.
func (w *words) minutes(d time.Duration) string {
	return w.span(max(d.Truncate(time.Minute), time.Minute))
}

// choice is one of several options.
type choice struct {
	Value, Text string
	Selected    bool
	Hint        string
	// Refused says that it is shown but can't be chosen.
	Refused bool
}

// offered are the lengths of time to choose from, as far as the limit allows.
var offered = []time.Duration{
	5 * time.Minute, 15 * time.Minute, 30 * time.Minute, time.Hour,
	2 * time.Hour, 4 * time.Hour, 8 * time.Hour, 24 * time.Hour,
}

// durations are the options of the start form, in seconds; the first, "", is
// the longest allowed. What was asked for is among them if it is possible.
func (w *words) durations(form guise.StartForm) []choice {
	choices := []choice{{Text: w.longest(form.MaxDuration), Selected: form.Duration == ""}}
	lengths := slices.Clone(offered)
	asked := seconds(form.Duration)
	if asked > 0 && !slices.Contains(lengths, asked) {
		lengths = append(lengths, asked)
		slices.Sort(lengths)
	}
	for _, d := range lengths {
		if form.MaxDuration > 0 && d >= form.MaxDuration {
			continue
		}
		choices = append(choices, choice{Value: strconv.FormatInt(int64(d/time.Second), 10), Text: w.span(d), Selected: d == asked})
	}
	return choices
}

func (w *words) longest(limit time.Duration) string {
	if limit <= 0 {
		return w.T("user.duration.unlimited")
	}
	return w.T("user.duration.longest", "duration", w.span(limit))
}

// seconds reads what a form or an address asked for; 0 when it says nothing
// that could be offered.
func seconds(text string) time.Duration {
	n, err := strconv.ParseInt(text, 10, 32)
	if err != nil || n < 0 {
		return 0
	}
	return time.Duration(n) * time.Second
}
