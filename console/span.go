package console

import (
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
