package main

import (
	"bytes"
	"fmt"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/guise-go/guise"
	"github.com/guise-go/guise/cmd/guise/internal/plain"
)

// instant is a time for people to read, to the second; none is "".
func instant(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format("2006-01-02 15:04:05Z")
}

// person is who somebody is, so that two of the same name differ.
func person(u guise.User) string {
	if label := u.Label(); label != u.ID {
		return fmt.Sprintf("%s (%s)", label, u.ID)
	}
	return u.ID
}

// facts is what an impersonation's row says, as pairs of a name and a value.
func facts(i guise.Impersonation) [][2]string {
	return [][2]string{
		{"id", i.ID}, {"state", string(i.State)}, {"actor", person(i.Actor.User)}, {"subject", person(i.Subject.User)},
		{"tenant", i.Subject.Tenant}, {"mode", string(i.Mode)}, {"reason", i.Reason}, {"ticket", i.Ticket},
		{"started", instant(i.StartedAt)}, {"expires", instant(i.ExpiresAt)}, {"last seen", instant(i.LastSeenAt)},
		{"ended", instant(i.EndedAt)}, {"cause", string(i.Cause)}, {"ended by", person(i.EndedBy.User)}, {"note", i.Note},
		{"refused", i.Code}, {"started from", i.ParentID}, {"client", i.ClientIP}, {"user agent", i.UserAgent},
	}
}

// happened is what an event says that its impersonation's row does not.
func happened(e guise.Event) string {
	said := []string{string(e.Kind)}
	add := func(text string) {
		if text != "" {
			said = append(said, text)
		}
	}
	add(e.Method)
	add(e.Path)
	switch {
	case e.Kind != guise.KindRequest:
	case e.Status == 0:
		add("begun")
	default:
		add(fmt.Sprintf("%d in %v", e.Status, e.Duration))
	}
	if e.Kind == guise.KindModeChanged {
		add("to " + string(e.Mode))
	}
	add(string(e.Cause))
	add(e.Code)
	if e.By.ID != "" {
		add("by " + person(e.By.User))
	}
	add(e.Note)
	return strings.Join(said, " ")
}

// fields prints pairs of a name and a value, without those that have none, and
// an empty line.
func (o output) fields(pairs [][2]string) error {
	rows := [][]string{}
	for _, pair := range pairs {
		if pair[1] != "" {
			rows = append(rows, pair[:])
		}
	}
	return o.table(append(rows, nil))
}

// table prints rows in columns. Nothing is left in a cell that a terminal obeys
// or that would begin another column or row.
func (o output) table(rows [][]string) error {
	var all bytes.Buffer
	w := tabwriter.NewWriter(&all, 0, 0, 2, ' ', 0)
	for _, row := range rows { // with the empty cells at its end, or the one before is in no column
		for n, cell := range row {
			row[n] = plain.Text(cell)
		}
		if _, err := fmt.Fprintln(w, strings.Join(row, "\t")); err != nil {
			return err
		}
	}
	if err := w.Flush(); err != nil {
		return err
	}
	for line := range strings.Lines(all.String()) {
		if _, err := fmt.Fprintln(o.stdout, strings.TrimRight(line, " \n")); err != nil {
			return err
		}
	}
	return nil
}
