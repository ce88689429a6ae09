// Package memstore keeps impersonations and their log in memory. It is the
// readable specification of [guise.Store]: where the rules leave a question
// open, this is the answer. Use it in tests and to try things out; what it holds
// is gone when the program ends, and no other process sees it.
package memstore

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/guise-go/guise"
)

// Store is a [guise.Store] in memory. Use [New].
type Store struct {
	mu      sync.Mutex
	rows    map[string]*row
	tokens  map[guise.TokenHash]*row
	events  []guise.Event
	tallies map[guise.Hash]tally
}

var _ guise.Store = (*Store)(nil)

// New returns an empty store.
func New() *Store {
	return &Store{rows: map[string]*row{}, tokens: map[guise.TokenHash]*row{}, tallies: map[guise.Hash]tally{}}
}

// row is one impersonation and its token. One that waits below another has
// none; one that ended keeps its last, so that a page can say what happened.
type row struct {
	guise.Impersonation
	token guise.TokenHash
}

func (r *row) active() bool { return r.State == guise.StateActive }

// inUse reports whether the row is the last of an active stack.
func (r *row) inUse() bool { return r.active() && !r.token.IsZero() }

// insertable says what is wrong with a new row, before anything is changed.
func (s *Store) insertable(i guise.Impersonation, want guise.State) error {
	switch {
	case i.ID == "":
		return errors.New("memstore: an impersonation needs an ID")
	case i.State != want:
		return fmt.Errorf("memstore: impersonation %s has state %q; want %q", i.ID, i.State, want)
	case s.rows[i.ID] != nil:
		return fmt.Errorf("memstore: there is an impersonation %s already", i.ID)
	}
	return nil
}

// tokenFree says why a token can't be given to anyone.
func (s *Store) tokenFree(token guise.TokenHash) error {
	if token.IsZero() {
		return errors.New("memstore: an impersonation in use needs a token")
	}
	if s.tokens[token] != nil {
		return errors.New("memstore: this token is taken")
	}
	return nil
}

func (s *Store) insert(i guise.Impersonation) *row {
	r := &row{Impersonation: kept(i)}
	s.rows[i.ID] = r
	return r
}

func (s *Store) giveToken(r *row, token guise.TokenHash) {
	r.token = token
	s.tokens[token] = r
}

func (s *Store) takeToken(r *row) {
	delete(s.tokens, r.token)
	r.token = guise.TokenHash{}
}

// record appends events, numbered and linked.
func (s *Store) record(events ...guise.Event) {
	for _, event := range events {
		seq, hash := s.head()
		s.events = append(s.events, event.Chained(seq, hash))
	}
}

func (s *Store) head() (int64, guise.Hash) {
	if len(s.events) == 0 {
		return 0, guise.Hash{}
	}
	last := s.events[len(s.events)-1]
	return last.Seq, last.Hash
}

// stack returns the active rows of a stack, the first at the front.
func (s *Store) stack(stackID string) []*row {
	var stack []*row
	for _, r := range s.rows {
		if r.active() && r.StackID == stackID {
			stack = append(stack, r)
		}
	}
	slices.SortFunc(stack, func(a, b *row) int { return cmp.Compare(a.Depth, b.Depth) })
	return stack
}

// list returns the rows that match, the newest start first; those that started
// at the same moment are in the order of their IDs.
func (s *Store) list(match func(*row) bool) []guise.Impersonation {
	var found []guise.Impersonation
	for _, r := range s.rows {
		if match(r) {
			found = append(found, r.Impersonation)
		}
	}
	slices.SortFunc(found, newestFirst)
	return found
}

func newestFirst(a, b guise.Impersonation) int {
	return cmp.Or(b.StartedAt.Compare(a.StartedAt), strings.Compare(a.ID, b.ID))
}

// kept is what a store keeps of an impersonation: whole microseconds in UTC,
// and who the people are, not what they may. Nothing in it is shared with the
// caller.
func kept(i guise.Impersonation) guise.Impersonation {
	i.Actor.User, i.Subject.User, i.EndedBy.User = identity(i.Actor.User), identity(i.Subject.User), identity(i.EndedBy.User)
	i.StartedAt, i.ExpiresAt = micros(i.StartedAt), micros(i.ExpiresAt)
	i.LastSeenAt, i.EndedAt = micros(i.LastSeenAt), micros(i.EndedAt)
	return i
}

func identity(u guise.User) guise.User {
	return guise.User{ID: u.ID, Username: u.Username, Name: u.Name, Email: u.Email, Tenant: u.Tenant}
}

func micros(t time.Time) time.Time { return t.UTC().Truncate(time.Microsecond) }

// later is the later of two times.
func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// upTo returns at most limit of the list.
func upTo[T any](list []T, limit int) []T { return list[:min(len(list), max(limit, 0))] }
