package guise

import "fmt"

// Verifier checks that a log is as it was written: give it every event, the
// oldest first, then ask Done. It finds an event that was changed, removed,
// inserted or moved, and names it. The zero value is ready to use.
//
// A log that was purged begins right after what a purged event in it says was
// removed; any other beginning means that events are missing. What a Verifier
// can't see by itself is a missing end: compare [Verifier.Head] with [Log.Head],
// or with a head that was noted elsewhere. Nor can it recognise a log that
// somebody wrote anew from the first event on, hashes and all: such a log has
// another head.
type Verifier struct {
	// begin is what the first event follows, last what the next must follow.
	begin, last link
	begun       bool
	// vouched is set once a purged event has said that begin is right.
	vouched bool
	err     error
}

// link is what an event says of the one before it.
type link struct {
	seq  int64
	hash Hash
}

// ChainError is a log that is not as it was written.
type ChainError struct {
	// Seq is the number of the first event that is wrong.
	Seq int64
	// Problem says what is wrong with it.
	Problem string
}

// Error names the event and the problem.
func (e *ChainError) Error() string { return fmt.Sprintf("guise: event %d %s", e.Seq, e.Problem) }

// Add checks the next event. The error is a [*ChainError]; once there is one,
// nothing more is looked at and every call returns it.
func (v *Verifier) Add(event Event) error {
	if v.err == nil {
		v.err = v.check(&event)
	}
	return v.err
}

func (v *Verifier) check(event *Event) error {
	after := v.last
	if !v.begun {
		v.begun, v.vouched = true, event.Seq <= 1 // the first there ever was needs no purge
		if !v.vouched {
			v.begin = link{event.Seq - 1, event.Prev}
		}
		after = v.begin
	}
	if err := after.leadsTo(event); err != nil {
		return err
	}
	v.last = link{event.Seq, event.Hash}
	return v.checkPurge(event)
}

// leadsTo says what is wrong with an event that should come next.
func (l link) leadsTo(event *Event) error {
	wrong := func(format string, args ...any) error {
		return &ChainError{event.Seq, fmt.Sprintf(format, args...)}
	}
	switch next := l.seq + 1; {
	case event.Seq > next+1:
		return &ChainError{next, fmt.Sprintf("is missing, and so are those up to %d", event.Seq-1)}
	case event.Seq > next:
		return &ChainError{next, "is missing"}
	case event.Seq < next:
		return wrong("comes where event %d should", next)
	case event.Prev != l.hash && next == 1:
		return wrong("is the first, and yet linked to one before it (%s)", event.Prev)
	case event.Prev != l.hash:
		return wrong("is not linked to event %d as that is now: it holds the hash %s, and event %d has %s", next-1, event.Prev, next-1, l.hash)
	}
	if digest := event.digest(); event.Hash != digest {
		return wrong("was changed: its hash is %s, and what it says has %s", event.Hash, digest)
	}
	return nil
}

// checkPurge looks whether the event says that a purge removed what is missing
// before the first one.
func (v *Verifier) checkPurge(event *Event) error {
	if event.Kind != KindPurged {
		return nil
	}
	removed := link{event.PurgedTo, event.PurgedHash}
	switch {
	case removed.seq < 1 || removed.seq >= event.Seq:
		return &ChainError{event.Seq, fmt.Sprintf("is a purge that says it removed events up to %d", removed.seq)}
	case removed.seq == v.begin.seq && removed.hash != v.begin.hash:
		return &ChainError{v.begin.seq + 1, fmt.Sprintf("is linked to %s, and event %d, a purge, says that the event before it was %s",
			v.begin.hash, event.Seq, removed.hash)}
	case removed == v.begin:
		v.vouched = true
	}
	return nil
}

// Done says that there are no more events. The error is that of Add, or says
// that the beginning is missing and no purge removed it.
func (v *Verifier) Done() error {
	if v.err == nil && v.begun && !v.vouched {
		v.err = &ChainError{v.begin.seq + 1, fmt.Sprintf(
			"is the first there is, and no purge says that it removed the events up to %d", v.begin.seq)}
	}
	return v.err
}

// Head returns the number and the hash of the last event that was added
// without an error; zeros when there is none.
func (v *Verifier) Head() (seq int64, hash Hash) { return v.last.seq, v.last.hash }
