package guise

import (
	"strings"
	"unicode"
)

// NeededError is a start, or a change of mode, without something it needs.
type NeededError struct {
	// Field is "reason" or "ticket".
	Field string
	// Sentence is for the person who asked.
	Sentence string
}

// Error returns the sentence.
func (e *NeededError) Error() string { return e.Sentence }

// needs says whether the reason or the ticket is missing.
func (m *Manager) needs(ask Ask) error {
	if isBlank(ask.Reason) {
		switch {
		case m.config.RequireReason:
			return &NeededError{fieldReason, "Say why: a reason is needed to act as someone else."}
		case ask.Mode.exceeds(m.config.DefaultMode):
			return &NeededError{fieldReason, "Say why: a reason is needed to do more than look."}
		}
	}
	if m.config.TicketPattern != "" && !m.ticket.MatchString(ask.Ticket) {
		return &NeededError{fieldTicket, "Give the ticket this is about, in the form that your help desk uses."}
	}
	return nil
}

// isBlank reports whether a text says nothing: any Unicode white space, and
// characters that have no width, are no reason.
func isBlank(text string) bool {
	return strings.TrimFunc(text, func(r rune) bool {
		return unicode.IsSpace(r) || unicode.In(r, unicode.Cf, unicode.Cc, unicode.Zs) || r == '\u2800' || r == '\u3164' || r == '\u115f' || r == '\u1160'
	}) == ""
}
