package console

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/guise-go/guise"
)

// Span is a length of time for people, in at most two units: "1 h 30 min".
func (v *view) Span(d time.Duration) string {
	var parts []string
	for _, unit := range []struct {
		key  string
		size time.Duration
	}{{"unit.d", 24 * time.Hour}, {"unit.h", time.Hour}, {"unit.min", time.Minute}, {"unit.s", time.Second}} {
		if n := int64(d / unit.size); n > 0 && len(parts) < 2 {
			parts = append(parts, v.amount(unit.key, n))
			d -= time.Duration(n) * unit.size
		} else if len(parts) == 1 {
			break // two units that aren't neighbours say too much
		}
	}
	if len(parts) == 0 {
		return v.amount("unit.ms", d.Milliseconds())
	}
	return strings.Join(parts, " ")
}

// amount leaves the isolates out: a number turns nothing around.
func (v *view) amount(key string, n int64) string {
	return v.texts.Text(key, "n", strconv.FormatInt(n, 10))
}

// Lasted is how long an impersonation took, or has taken so far.
func (v *view) Lasted(i guise.Impersonation) string {
	end := i.EndedAt
	if end.IsZero() {
		end = v.Now
	}
	return v.Span(max(end.Sub(i.StartedAt), 0))
}

// choice is one of several options.
type choice struct {
	Value, Text string
	Selected    bool
	Hint        string
}

// offered are the lengths of time to choose from, as far as the limit allows.
var offered = []time.Duration{
	5 * time.Minute, 15 * time.Minute, 30 * time.Minute, time.Hour,
	2 * time.Hour, 4 * time.Hour, 8 * time.Hour, 24 * time.Hour,
}

// Durations are the options of the start form, in seconds; the first, "", is
// the longest allowed. What was asked for is among them if it is possible.
func (v *view) Durations(form guise.StartForm) []choice {
	choices := []choice{{Text: v.longest(form.MaxDuration), Selected: form.Duration == ""}}
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
		choices = append(choices, choice{Value: strconv.FormatInt(int64(d/time.Second), 10), Text: v.Span(d), Selected: d == asked})
	}
	return choices
}

func (v *view) longest(limit time.Duration) string {
	if limit <= 0 {
		return v.T("user.duration.unlimited")
	}
	return v.T("user.duration.longest", "duration", v.Span(limit))
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
