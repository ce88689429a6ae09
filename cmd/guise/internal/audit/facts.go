package audit

import (
	"hash/maphash"
	"time"

	"github.com/guise-go/guise"
)

// facts are what the events say of each impersonation, in as little memory as
// will do for millions: a hash in place of each text. The hashes are seeded
// anew each time, so that nobody can make two that collide. What they tell is
// where to look: contradiction then decides by the texts themselves.
type facts struct {
	seed   maphash.Seed
	of     map[uint64]*fact
	last   *fact // of the event before, which often is of the same one
	lastID string

	named          *fact // of the last event that names people, and whom
	actor, subject string
}

// fact is what the events say of one impersonation.
type fact struct {
	first           int64  // the number of its first event
	ids             uint64 // of both people, by any event that has them
	who, start, end uint64
	mode            uint64
	begun, over     bool
	denied          bool
	unlike          bool // two events do not agree with each other
	row             bool
}

func newFacts() *facts { return &facts{seed: maphash.MakeSeed(), of: map[uint64]*fact{}} }

func (f *facts) hash(texts ...string) uint64 {
	var h maphash.Hash
	h.SetSeed(f.seed)
	for _, text := range texts {
		_, _ = h.WriteString(text) // it never fails
		_ = h.WriteByte(0)         // no text has one
	}
	return h.Sum64()
}

func (f *facts) get(id string) *fact {
	if f.last != nil && f.lastID == id {
		return f.last
	}
	key := maphash.String(f.seed, id)
	one := f.of[key]
	if one == nil {
		one = &fact{}
		f.of[key] = one
	}
	f.last, f.lastID = one, id
	return one
}

func (f *facts) add(e *guise.Event) {
	if e.ImpersonationID == "" {
		return
	}
	one := f.get(e.ImpersonationID)
	if one.first == 0 {
		one.first = e.Seq
	}
	f.addIDs(one, e)
	switch e.Kind {
	case guise.KindStarted, guise.KindDenied:
		one.unlike = one.unlike || one.begun || one.denied
		one.begun, one.denied = e.Kind == guise.KindStarted, e.Kind == guise.KindDenied
		one.who, one.mode = f.who(e.Actor, e.Subject), f.hash(string(e.Mode))
		one.start = f.start(e.Time, e.Reason, e.Ticket, e.Code, e.ClientIP, e.UserAgent)
	case guise.KindModeChanged:
		one.mode = f.hash(string(e.Mode))
	case guise.KindEnded:
		one.unlike = one.unlike || one.over
		one.over, one.mode = true, f.hash(string(e.Mode))
		one.who = f.who(e.Actor, e.Subject)
		one.end = f.end(e.Time, e.Cause, e.By, e.Note)
	}
}

// addIDs notes who an event is about. Most are about the same people as the event
// before.
func (f *facts) addIDs(one *fact, e *guise.Event) {
	if !names(e) || one == f.named && e.Actor.ID == f.actor && e.Subject.ID == f.subject {
		return
	}
	f.named, f.actor, f.subject = one, e.Actor.ID, e.Subject.ID
	ids := f.hash(e.Actor.ID, e.Subject.ID)
	one.unlike = one.unlike || one.ids != 0 && one.ids != ids
	one.ids = ids
}

// agrees reports whether a row says what the events say. It may say no for
// nothing, when they were read at different moments.
func (f *facts) agrees(i guise.Impersonation) bool {
	one := f.get(i.ID)
	if one.first == 0 {
		return false // no event
	}
	one.row = true
	switch {
	case one.unlike, one.denied != (i.State == guise.StateDenied), one.over != (i.State == guise.StateEnded):
		return false
	case one.ids != 0 && one.ids != f.hash(i.Actor.ID, i.Subject.ID):
		return false
	case !one.begun && !one.denied && !one.over:
		return false // purged but for its notes, or never there
	case one.who != f.who(i.Actor, i.Subject), one.mode != f.hash(string(i.Mode)):
		return false
	case (one.begun || one.denied) && one.start != f.start(i.StartedAt, i.Reason, i.Ticket, i.Code, i.ClientIP, i.UserAgent):
		return false
	}
	if one.over {
		return one.end == f.endOf(i)
	}
	want := open(&i, one.denied)
	return i.State == want.State && f.endOf(i) == f.endOf(want)
}

func (f *facts) who(actor guise.Actor, subject guise.Subject) uint64 {
	a, s := actor.User, subject.User
	return f.hash(a.ID, a.Username, a.Name, a.Email, a.Tenant, s.ID, s.Username, s.Name, s.Email, s.Tenant)
}

func (f *facts) start(at time.Time, texts ...string) uint64 {
	return f.hash(append(texts, at.UTC().String())...)
}

func (f *facts) end(at time.Time, cause guise.Cause, by guise.Actor, note string) uint64 {
	return f.hash(at.UTC().String(), string(cause), by.ID, by.Username, by.Name, by.Email, by.Tenant, note)
}

func (f *facts) endOf(i guise.Impersonation) uint64 {
	return f.end(i.EndedAt, i.Cause, i.EndedBy, i.Note)
}

// withoutRow are the numbers of the first events of impersonations for which no
// row was seen.
func (f *facts) withoutRow() (seqs []int64) {
	for _, one := range f.of {
		if !one.row && one.first != 0 {
			seqs = append(seqs, one.first)
		}
	}
	return seqs
}
