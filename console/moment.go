package console

import (
	"html/template"
	"time"
)

// toMinute is a moment: exact for programs, to the minute for people.
func toMinute(t time.Time) template.HTML { return moment(t, "2006-01-02 15:04", "") }

// toSecond is the same to the second, for moments that are close together.
func toSecond(t time.Time) template.HTML { return moment(t, "2006-01-02 15:04:05", ` class="second"`) }

// clock is the time alone, under a heading with the day.
func clock(t time.Time) template.HTML { return moment(t, "15:04:05", ` class="clock"`) }

// moment is made of digits and constants alone, so nothing in it needs escaping.
func moment(t time.Time, layout, attributes string) template.HTML {
	if t.IsZero() {
		return "–"
	}
	t = t.UTC()
	exact := t.Format(time.RFC3339Nano)
	return template.HTML(`<time datetime="` + exact + `" title="` + exact + `"` + attributes + `>` + t.Format(layout) + ` UTC</time>`)
}

// dayUTC is the day of a moment, in UTC.
func dayUTC(t time.Time) string { return t.UTC().Format("2006-01-02 UTC") }
