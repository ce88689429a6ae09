package audit

import (
	"fmt"
	"time"

	"github.com/guise-go/guise"
)

// contradiction is where a row and the events of one impersonation disagree,
// nil when nowhere. A row of nil is none. Purged says that the log's oldest events
// are gone.
func contradiction(id string, row *guise.Impersonation, events []guise.Event, purged bool) *RowError {
	switch {
	case row == nil && len(events) == 0:
		return nil
	case row == nil:
		return &RowError{id, events[0].Seq, fmt.Sprintf("has no row, and event %d (%s) is about it", events[0].Seq, events[0].Kind)}
	case len(events) == 0:
		return &RowError{id, 0, "has a row, and no event is about it"}
	}
	c := comparison{id: id, row: row, purged: purged}
	for n := range events {
		if wrong := c.event(&events[n]); wrong != nil {
			return wrong
		}
	}
	return c.whole()
}

// comparison goes through the events of one impersonation.
type comparison struct {
	id     string
	row    *guise.Impersonation
	purged bool

	// first began it, over ended it, mode is the last that says in which mode.
	first, over, mode *guise.Event
}

// said is one thing that a row and an event both say.
type said struct{ what, row, event string }

func (c *comparison) event(e *guise.Event) *RowError {
	if names(e) {
		// Not what they are called: that changes while an impersonation runs, and
		// its requests say what it is then.
		if wrong := c.compare(e, []said{{"actor's ID", c.row.Actor.ID, e.Actor.ID}, {"subject's ID", c.row.Subject.ID, e.Subject.ID}}); wrong != nil {
			return wrong
		}
	}
	switch e.Kind {
	case guise.KindStarted, guise.KindDenied:
		if c.first != nil {
			return c.wrong(e, "began twice: with event %d, and again with event %d", c.first.Seq, e.Seq)
		}
		c.first, c.mode = e, e
		if denied := c.row.State == guise.StateDenied; denied != (e.Kind == guise.KindDenied) {
			return c.wrong(e, "is %q by its row, and event %d says %q", c.row.State, e.Seq, e.Kind)
		}
		return c.compare(e, append(c.people(e),
			said{"start", instant(c.row.StartedAt), instant(e.Time)},
			said{"reason", c.row.Reason, e.Reason}, said{"ticket", c.row.Ticket, e.Ticket}, said{"code", c.row.Code, e.Code},
			said{"client's address", c.row.ClientIP, e.ClientIP}, said{"user agent", c.row.UserAgent, e.UserAgent}))
	case guise.KindModeChanged:
		c.mode = e
	case guise.KindEnded:
		if c.over != nil {
			return c.wrong(e, "ended twice: with event %d, and again with event %d", c.over.Seq, e.Seq)
		}
		c.over, c.mode = e, e
		all := append(c.people(e), people("ender", c.row.EndedBy.User, e.By.User)...)
		return c.compare(e, append(all,
			said{"state", string(c.row.State), string(guise.StateEnded)}, said{"cause", string(c.row.Cause), string(e.Cause)},
			said{"end", instant(c.row.EndedAt), instant(e.Time)}, said{"note", c.row.Note, e.Note}))
	}
	return nil
}

// whole is what only all events together say.
func (c *comparison) whole() *RowError {
	// A purge takes the oldest first, and nothing of what runs.
	begin := c.first == nil && (!c.purged || c.row.State == guise.StateActive)
	end := c.over == nil && c.row.State == guise.StateEnded && (!c.purged || c.first != nil)
	switch {
	case begin && c.over == nil:
		return &RowError{c.id, 0, fmt.Sprintf("is %q by its row, and no event says that it began", c.row.State)}
	case end:
		return &RowError{c.id, 0, fmt.Sprintf("is %q by its row, and no event says that it ended", c.row.State)}
	case c.over == nil:
		if wrong := c.notOver(); wrong != nil {
			return wrong
		}
	}
	if c.mode == nil {
		return nil // only notes are left
	}
	return c.compare(c.mode, []said{{"mode", string(c.row.Mode), string(c.mode.Mode)}})
}

// notOver is what a row may say of which no event says that it ended: it runs, or
// was refused, and nobody has ended it.
func (c *comparison) notOver() *RowError {
	if c.first == nil { // its end is purged, or it never began
		if c.row.State != guise.StateEnded && c.row.State != guise.StateDenied {
			return &RowError{c.id, 0, fmt.Sprintf("is %q by its row, and all that it can be is over", c.row.State)}
		}
		return nil
	}
	want := open(c.row, c.first.Kind == guise.KindDenied)
	all := append([]said{{"state", string(c.row.State), string(want.State)},
		{"end", instant(c.row.EndedAt), instant(want.EndedAt)}, {"cause", string(c.row.Cause), ""}, {"note", c.row.Note, ""}},
		people("ender", c.row.EndedBy.User, guise.User{})...)
	for _, one := range all {
		if one.row != one.event {
			return c.wrong(c.first, "has the %s %q in its row, and no event says so: since event %d (%s) it is %q",
				one.what, one.row, c.first.Seq, c.first.Kind, one.event)
		}
	}
	return nil
}

// open is how the row of an impersonation must be that no event ended. What was
// refused was over as soon as it began.
func open(row *guise.Impersonation, denied bool) (want guise.Impersonation) {
	want.State = guise.StateActive
	if denied {
		want.State = guise.StateDenied
		if !row.EndedAt.IsZero() {
			want.EndedAt = row.StartedAt
		}
	}
	return want
}

// names reports whether an event says whom it is about.
func names(e *guise.Event) bool { return e.Actor.ID != "" || e.Subject.ID != "" }

func (c *comparison) people(e *guise.Event) []said {
	return append(people("actor", c.row.Actor.User, e.Actor.User), people("subject", c.row.Subject.User, e.Subject.User)...)
}

func people(who string, row, event guise.User) []said {
	return []said{
		{who + "'s ID", row.ID, event.ID}, {who + "'s username", row.Username, event.Username}, {who + "'s name", row.Name, event.Name},
		{who + "'s e-mail address", row.Email, event.Email}, {who + "'s tenant", row.Tenant, event.Tenant},
	}
}

func (c *comparison) compare(e *guise.Event, all []said) *RowError {
	for _, one := range all {
		if one.row != one.event {
			return c.wrong(e, "has the %s %q in its row, and %q in event %d (%s)", one.what, one.row, one.event, e.Seq, e.Kind)
		}
	}
	return nil
}

func (c *comparison) wrong(e *guise.Event, format string, args ...any) *RowError {
	return &RowError{c.id, e.Seq, fmt.Sprintf(format, args...)}
}

func instant(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339Nano)
}
