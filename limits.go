package guise

import (
	"crypto/rand"
	"crypto/sha256"
	"fmt"
	"io"
	"math"
	"net/http"
	"time"
)

// Limits say how much one actor may do, so that whoever steals such an account
// can't go through all customers unnoticed. They are counted in the store, for
// all instances together, by the clock's own minutes and days (UTC), and for
// the real user alone: nobody can use up what a customer or another actor may
// do.
//
// Past a limit the answer is a [*LimitError], 429 with Retry-After. Once in each
// minute or day, an event of the kind [KindLimited] says so, and Hooks.Limited
// is called. What can't be counted is refused.
type Limits struct {
	// Starts is how many impersonations may be started in a minute. Default:
	// 20. Negative: no limit.
	Starts int
	// Refusals is how many attempts may come to nothing in a minute, because
	// they are refused or lack a reason or ticket, before the answer says no
	// more than that there were too many; only refusals below the limit are
	// recorded individually. Default: 20. Negative: no limit.
	Refusals int
	// Searches is how many searches, pages of users and questions of who may
	// act as whom are answered in a minute. Default: 120. Negative: no limit.
	Searches int
	// Exports is how many exports of the log may begin in a minute. Default: 6.
	// Negative: no limit.
	Exports int
	// People is how many different people an actor may see in Guise's lists,
	// pages, log and exports, or act as, in a day, before that is unusual. It
	// refuses nothing. Default: 1000. Negative: no limit.
	People int
}

func (l Limits) withDefaults() Limits {
	setDefault(&l.Starts, 20)
	setDefault(&l.Refusals, 20)
	setDefault(&l.Searches, 120)
	setDefault(&l.Exports, 6)
	setDefault(&l.People, 1000)
	return l
}

// LimitError is the refusal of one more than [Limits] allow.
type LimitError struct {
	// Limit is which: "starts", "refusals", "searches" or "exports".
	Limit string
	// RetryAfter is how long it takes until the next minute begins.
	RetryAfter time.Duration
}

// Error says what there was too much of.
func (e *LimitError) Error() string {
	return fmt.Sprintf("guise: too many %s by this actor in a minute; the next is possible in %v", e.Limit, e.RetryAfter)
}

func (e *LimitError) describe() ProblemData {
	return ProblemData{
		Status: http.StatusTooManyRequests, Code: codeTooMany, Title: "Too many at once",
		Detail: fmt.Sprintf("That was more than one person does in a minute. Please wait %d seconds.", e.seconds()),
	}
}

func (e *LimitError) seconds() int { return int(math.Ceil(e.RetryAfter.Seconds())) }

// limit is one of the [Limits].
type limit struct {
	name   string
	window time.Duration
	most   func(Limits) int
}

var (
	limitStarts   = limit{"starts", time.Minute, func(l Limits) int { return l.Starts }}
	limitRefusals = limit{"refusals", time.Minute, func(l Limits) int { return l.Refusals }}
	limitSearches = limit{"searches", time.Minute, func(l Limits) int { return l.Searches }}
	limitExports  = limit{"exports", time.Minute, func(l Limits) int { return l.Exports }}
	limitPeople   = limit{"people", 24 * time.Hour, func(l Limits) int { return l.People }}
)

// spend counts one more of what is limited, or refuses it.
func (v *visit) spend(l limit, actor Actor) error {
	one := make([]Hash, 1)
	_, _ = rand.Read(one[0][:]) // unique; never fails
	before, most, err := v.addTo(l, actor, one)
	if err != nil || most < 0 || before < most {
		// An error fails closed: what can't be counted would have no limit.
		return err
	}
	now := v.now()
	return &LimitError{l.name, now.Truncate(l.window).Add(l.window).Sub(now)}
}

// meet notes whom the actor came to see. Seeing many is no reason to refuse
// anything, but one to say so.
func (v *visit) meet(actor Actor, people ...string) error {
	members := make([]Hash, len(people))
	for n, id := range people {
		members[n] = sha256.Sum256([]byte(id))
	}
	_, _, err := v.addTo(limitPeople, actor, members)
	return err
}

// meetSubjects notes whom a list of impersonations shows. An ID that somebody
// tried and that no user has doesn't count.
func (v *visit) meetSubjects(viewer Actor, shown ...Impersonation) error {
	var ids []string
	for _, one := range shown {
		subject := one.Subject
		if subject.ID == viewer.ID || subject.Username == "" && subject.Name == "" && subject.Email == "" {
			continue
		}
		ids = append(ids, subject.ID)
	}
	return v.meet(viewer, ids...)
}

// addTo adds to what the actor has done in this minute or day. The set holds
// one more than is allowed, and whoever fills it up leaves the event.
func (v *visit) addTo(l limit, actor Actor, members []Hash) (before, most int, err error) {
	most = l.most(v.config.Limits)
	if most < 0 || len(members) == 0 {
		return 0, most, nil
	}
	now := v.now()
	began := now.Truncate(l.window)
	event := v.from(v.r, Event{Kind: KindLimited, Time: now, Actor: Actor{cleanUser(actor.User)}, Code: l.name})
	before, after, err := v.config.Store.Tally(v.r.Context(), Tally{
		Set: l.key(actor, began), Members: members, Max: most + 1, Now: now, Until: began.Add(l.window), Event: event,
	})
	if err != nil {
		return 0, most, fmt.Errorf("guise: counting %s: %w", l.name, err)
	}
	if before <= most && after > most {
		v.tell(v.r.Context(), v.config.Hooks.Limited, event)
	}
	return before, most, nil
}

// key names the set of one actor and one window. It is a hash, so that it fits
// whatever IDs the application has.
func (l limit) key(actor Actor, began time.Time) Hash {
	h := sha256.New()
	_, _ = fmt.Fprintf(h, "%s\x00%d\x00", l.name, began.Unix()) // a hash never fails
	_, _ = io.WriteString(h, actor.ID)
	return Hash(h.Sum(nil))
}
