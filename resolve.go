package guise

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"
)

// overError says that the impersonation which a request carries is over, and
// why; the cause is "" when nobody can tell (a forged token, say).
type overError struct {
	cause Cause
	// replaced says that the browser has been given another token since: this
	// request was on its way before, and its answer must not take that away.
	replaced bool
	// at is when it ended, if that is known.
	at time.Time
}

// longAgo reports whether it ended before any request that is still under way.
func (e *overError) longAgo(now time.Time) bool { return !e.at.IsZero() && now.Sub(e.at) > underWay }

// underWay is how long an ordinary request may be under way.
const underWay = time.Minute

func (e *overError) Error() string { return "guise: this impersonation has ended" }

// Is makes it [ErrNotRunning] to the application.
func (e *overError) Is(target error) bool { return target == ErrNotRunning }

// resolveCarried is resolve for a request that carries something: a token, or
// the mark that it is over.
func (v *visit) resolveCarried() error {
	if v.over && !v.handle {
		return &overError{}
	}
	return v.resolve()
}

// resolve finds the impersonation that the request carries and makes sure of
// it again: promise P2. It ends what no longer holds. The error is an
// [*overError], or says why it could not look; the request must not run then.
func (v *visit) resolve() error {
	stack, err := v.findStack()
	if err != nil {
		return err
	}
	if err := v.lookUp(stack); err != nil {
		return err
	}
	if cause, err := v.authorise(stack); err != nil || cause != "" {
		return v.endOr(stack, cause, err)
	}
	if err := v.touch(stack.Top()); err != nil {
		return err
	}
	v.stack = stack
	return nil
}

// findStack returns the stack of the request's token, if it is presented by its
// own actor and within its limits.
func (v *visit) findStack() (Stack, error) {
	if err := v.identify(); err != nil {
		return nil, err
	}
	stack, err := v.load()
	if err != nil {
		return nil, err
	}
	if err := v.checkLogin(stack); err != nil {
		return nil, err
	}
	return stack, v.checkLimits(stack)
}

// load returns the live stack that the token stands for.
func (v *visit) load() (Stack, error) {
	if v.token == "" {
		return nil, v.endDoubled()
	}
	if !v.token.wellFormed() {
		return nil, &overError{}
	}
	stack, err := v.config.Store.Resolve(v.r.Context(), v.token.hash())
	switch {
	case errors.Is(err, ErrNotFound):
		return nil, &overError{replaced: v.startedAbove()}
	case err != nil:
		return nil, fmt.Errorf("guise: looking up the impersonation: %w", err)
	case stack.Top().State != StateActive:
		return nil, &overError{cause: stack.Top().Cause, replaced: v.replaced(stack.Top()), at: stack.Top().EndedAt}
	}
	return stack, nil
}

// maxDoubled is how many handles in one request are looked at. A browser sends
// two at the most: one put there by Guise, one by a script of the page, in the
// jar that partitioned cookies have (CHIPS).
const maxDoubled = 4

// endDoubled ends what several handles stand for. None of them is good, and all
// are taken away; what one stood for would go on with nobody to see it.
func (v *visit) endDoubled() error {
	over := &overError{}
	for _, one := range v.cookie.tokens(v.sent, maxDoubled) {
		stack, err := v.config.Store.Resolve(v.r.Context(), one.hash())
		switch {
		case errors.Is(err, ErrNotFound):
			continue
		case err != nil:
			return fmt.Errorf("guise: looking up the impersonation: %w", err)
		case stack.Top().State != StateActive || stack.Top().Actor.ID != v.realID:
			continue // not this login's to end
		}
		end := End{ID: stack.Top().ID, Cause: CauseStopped, Note: "The browser sent more than one cookie of this name."}
		if _, err := v.end(v.r.Context(), end, v.r); err != nil {
			return err
		}
		over.cause = CauseStopped
	}
	return over
}

// replaced reports whether the browser may have another token by now than that
// of an ended impersonation: this request was on its way before.
func (v *visit) replaced(ended Impersonation) bool { return v.runsBelow(ended) || v.begunSince(ended) }

// begunSince reports whether the actor has begun another one since this ended.
func (v *visit) begunSince(ended Impersonation) bool {
	if v.realID == "" || v.realID != ended.Actor.ID {
		return false
	}
	running, err := v.config.Store.Running(v.r.Context(), v.realID, maxLive)
	// Fail closed: to take away a handle that is good would let the next request
	// run as the actor; one that is over does no harm.
	return err != nil || slices.ContainsFunc(running, func(i Impersonation) bool { return !i.StartedAt.Before(ended.EndedAt) })
}

// runsBelow reports whether the impersonation below an ended one is in use
// again: then the browser got a new token when this one was stopped.
func (v *visit) runsBelow(ended Impersonation) bool {
	if ended.ParentID == "" {
		return false
	}
	over, err := v.config.Store.Ended(v.r.Context(), []string{ended.ParentID})
	return err != nil || len(over) == 0 // fail closed, as in begunSince
}

// startedAbove reports whether an unknown token may be the one that the actor
// had until a moment ago, before they started another impersonation on top.
func (v *visit) startedAbove() bool {
	if v.config.MaxDepth == 1 || v.realID == "" {
		return false
	}
	running, err := v.config.Store.Running(v.r.Context(), v.realID, maxLive)
	return err != nil || slices.ContainsFunc(running, func(i Impersonation) bool { // fail closed, as in begunSince
		return i.Depth > 1 && v.now().Sub(i.StartedAt) < underWay
	})
}

// checkLogin ends an impersonation that its actor's own login no longer backs.
func (v *visit) checkLogin(stack Stack) error {
	switch v.realID {
	case stack.Top().Actor.ID:
		return nil
	case "":
		return v.endOr(stack, CauseLoggedOut, nil)
	}
	// A token in the hands of another login was stolen, or left behind at a
	// shared computer: either way it must not work for anyone again.
	return v.endOr(stack, CauseOtherLogin, nil)
}

// checkLimits ends an impersonation that has run its time.
func (v *visit) checkLimits(stack Stack) error {
	top, now := stack.Top(), v.now()
	switch {
	case top.Expired(now):
		return v.endOr(stack, CauseExpired, nil)
	case top.Idle(now, v.config.IdleTimeout):
		return v.endOr(stack, CauseIdle, nil)
	}
	return nil
}

// lookUp fetches everyone in the stack as they are now.
func (v *visit) lookUp(stack Stack) error {
	ids := []string{stack.Top().Actor.ID}
	for _, link := range stack {
		ids = append(ids, link.Subject.ID)
	}
	people, err := v.usersByID(v.r.Context(), ids)
	v.people = people
	return err
}

// authorise says whether everyone in the stack still exists, is active, and
// is allowed; if not, the cause to end it for.
func (v *visit) authorise(stack Stack) (Cause, error) {
	actor, found := v.people[stack.Top().Actor.ID]
	if !found {
		return CauseActorGone, nil
	}
	effective := actor
	for i := range stack {
		link := &stack[i]
		subject, found := v.people[link.Subject.ID]
		switch {
		case !found:
			return CauseSubjectGone, nil
		case !subject.Active:
			return CauseSubjectInactive, nil
		}
		link.Actor, link.Subject = Actor{actor}, Subject{subject}
		err := v.checkChain(v.r.Context(), v.askAgain(*link), effective)
		switch {
		case isDenied(err):
			return CauseNotAllowed, nil
		case err != nil:
			return "", err
		}
		effective = subject
	}
	return "", nil
}

func (v *visit) askAgain(link Impersonation) Ask {
	return Ask{
		Actor: link.Actor, Subject: link.Subject, Mode: link.Mode,
		Reason: link.Reason, Ticket: link.Ticket, Request: v.r,
	}
}

// touch notes the request, now and then.
func (v *visit) touch(top Impersonation) error {
	now := v.now()
	if now.Sub(top.LastSeenAt) < v.touchEvery() {
		return nil
	}
	err := v.config.Store.Touch(v.r.Context(), top.ID, now)
	if errors.Is(err, ErrNotRunning) {
		return v.overBy(top.ID)
	}
	if err != nil {
		return fmt.Errorf("guise: noting the request: %w", err)
	}
	return nil
}

// touchEvery is how long a noted request is new enough: a tenth of the idle
// timeout, or a minute, since people look at it where nothing ends by it.
func (m *Manager) touchEvery() time.Duration {
	if m.config.IdleTimeout > 0 {
		return m.config.IdleTimeout / 10
	}
	return time.Minute
}

// endOr ends the whole stack for the cause, and says so; unless it could not
// be decided (err), when nothing ends.
func (v *visit) endOr(stack Stack, cause Cause, err error) error {
	if err != nil {
		return err
	}
	ended, err := v.end(v.r.Context(), End{ID: stack.Top().ID, Cause: cause}, v.r)
	if err != nil {
		return err
	}
	if len(ended) == 0 {
		// Somebody else was faster: theirs is the cause on record.
		return v.overBy(stack.Top().ID)
	}
	return &overError{cause: cause}
}

// overBy is the [*overError] of an impersonation that somebody else ended.
func (v *visit) overBy(id string) error {
	over, err := v.config.Store.Impersonation(v.r.Context(), id)
	if err != nil && !errors.Is(err, ErrNotFound) {
		return fmt.Errorf("guise: looking up how it ended: %w", err)
	}
	// Active still: it waits below one that was started a moment ago.
	return &overError{cause: over.Cause, replaced: over.State == StateActive || v.replaced(over), at: over.EndedAt}
}

// usersByID looks several users up at once; those who don't exist are missing.
func (m *Manager) usersByID(ctx context.Context, ids []string) (map[string]User, error) {
	people := make(map[string]User, len(ids))
	if len(ids) == 0 {
		return people, nil
	}
	if batch, ok := m.config.Users.(BatchDirectory); ok {
		users, err := batch.Users(ctx, ids...)
		if err != nil {
			return nil, fmt.Errorf("guise: looking up users: %w", err)
		}
		for _, user := range users {
			people[user.ID] = user
		}
		return people, nil
	}
	for _, id := range ids {
		user, err := m.user(ctx, id)
		switch {
		case errors.Is(err, ErrUserNotFound):
		case err != nil:
			return nil, err
		default:
			people[id] = user
		}
	}
	return people, nil
}

// user looks one user up.
func (m *Manager) user(ctx context.Context, id string) (User, error) {
	user, err := m.config.Users.User(ctx, id)
	switch {
	case errors.Is(err, ErrUserNotFound):
		return User{}, err
	case err != nil:
		return User{}, fmt.Errorf("guise: looking up user %q: %w", id, err)
	case user.ID != id:
		// Fail closed: a directory that gives another user than the one asked
		// for ("007" for "7") would let rights of one reach the other.
		return User{}, fmt.Errorf("%w: asked for %q, the directory gave %q", ErrUserNotFound, id, user.ID)
	}
	return user, nil
}
