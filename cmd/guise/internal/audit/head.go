package audit

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/guise-go/guise"
)

// Head is the number and the hash of an event that was the last one.
type Head struct {
	Seq  int64
	Hash guise.Hash
}

// String is the head as [ParseHead] reads it: number, colon, hash.
func (h Head) String() string { return fmt.Sprintf("%d:%s", h.Seq, h.Hash) }

// ParseHead reads what [Head.String] writes.
func ParseHead(text string) (Head, error) {
	number, digits, _ := strings.Cut(strings.TrimSpace(text), ":")
	seq, err := strconv.ParseInt(number, 10, 64)
	if err != nil || seq < 0 {
		return Head{}, fmt.Errorf("%.80q is no head; write NUMBER:HASH, as guise log head prints it", text)
	}
	hash, err := guise.ParseHash(digits)
	if err != nil {
		return Head{}, fmt.Errorf("%.80q is no head: its hash must have 64 hexadecimal digits; write NUMBER:HASH, as guise log head prints it", text)
	}
	return Head{seq, hash}, nil
}

// passes compares an event with the two heads that the log must lead through:
// the one that the store named and the one that was noted. A purged event names
// one that is gone.
func (a *audit) passes(event *guise.Event) error {
	here := Head{event.Seq, event.Hash}
	switch {
	case here == a.head:
		a.headed = true
	case here.Seq == a.head.Seq:
		return &guise.ChainError{Seq: here.Seq, Problem: fmt.Sprintf("has the hash %s, and the store says that its head has %s", here.Hash, a.head.Hash)}
	}
	if a.Anchor == (Head{}) {
		return nil
	}
	all := []Head{here, {event.Seq - 1, event.Prev}}
	if event.Kind == guise.KindPurged {
		all = append(all, Head{event.PurgedTo, event.PurgedHash})
	}
	for _, known := range all {
		switch {
		case known.Seq != a.Anchor.Seq:
		case known.Hash != a.Anchor.Hash:
			return &guise.ChainError{Seq: known.Seq, Problem: fmt.Sprintf("is not the event that was noted: it has the hash %s, and the noted one %s: "+
				"the log was written anew from there, or before", known.Hash, a.Anchor.Hash)}
		default:
			a.anchored = true
		}
	}
	return nil
}

// astray is that the log does not lead through the store's head. It need not,
// where the head has moved since: the log was empty then, or all that it had is
// purged.
type astray struct{ *guise.ChainError }

// Unwrap returns which event is wrong.
func (e *astray) Unwrap() error { return e.ChainError }

// headMoved reports whether the store's head is another one now.
func (a *audit) headMoved(ctx context.Context) (bool, error) {
	seq, hash, err := a.log.Head(ctx)
	if err != nil {
		return false, fmt.Errorf("reading the head of the log again: %w", err)
	}
	return Head{seq, hash} != a.head, nil
}

// ends looks whether the log ends where it should. It may go on behind the
// store's head, which was read first, but must lead through it.
func (a *audit) ends() error {
	last := a.report.Head.Seq
	switch {
	case last < a.head.Seq:
		return &guise.ChainError{Seq: last + 1, Problem: fmt.Sprintf("is missing, and so is what follows: the store says that the log ends with event %d", a.head.Seq)}
	case !a.headed && (a.report.Events > 0 || a.head != Head{}):
		return &astray{&guise.ChainError{Seq: a.head.Seq, Problem: fmt.Sprintf("is where the store says that the log ends, and there is none: "+
			"there are %d events, the last of them %d; what is written next does not go behind it", a.report.Events, last)}}
	}
	if !a.anchored && last < a.Anchor.Seq {
		return &guise.ChainError{Seq: last + 1, Problem: fmt.Sprintf("is missing, and so is what follows: event %d was noted as the head", a.Anchor.Seq)}
	}
	return nil
}

// PurgedError is that the event which was noted as the head has been purged. It is
// no fault of the log, and nothing else is wrong.
type PurgedError struct{ *guise.ChainError }

// Unwrap returns which event it was.
func (e *PurgedError) Unwrap() error { return e.ChainError }

// compared is a [*PurgedError] where the noted head is none of the events. Fail
// closed: what can't be compared has not been.
func (a *audit) compared() error {
	if a.Anchor == (Head{}) || a.anchored {
		return nil
	}
	return &PurgedError{&guise.ChainError{Seq: a.Anchor.Seq, Problem: fmt.Sprintf("was noted as the head and has been purged, so that nothing can be compared with it; "+
		"the log begins with event %d, and all that it has agrees: note a newer head", a.report.First)}}
}
