package guise

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"time"
	"unicode"
)

// StartRequest asks for an impersonation.
type StartRequest struct {
	// UserID is the subject's.
	UserID         string
	Reason, Ticket string
	// Mode is "" for Config.DefaultMode.
	Mode Mode
	// Duration is 0 for the longest possible, Config.MaxDuration.
	Duration time.Duration
}

// Start makes the real user of the request act as someone else from the next
// request on: it records the impersonation, then sets the cookie on w. It
// writes no answer; the caller does.
//
// The errors, in the order in which they are looked for: [ErrNotLoggedIn];
// one for a field that is wrong; [ErrTooDeep] or [*RunningError]; a
// [*DeniedError] for someone who may find nobody; [ErrUserNotFound]; a
// [*DeniedError] of a rule or the policy; a [*NeededError]. Refusals are on
// record when it returns.
func (m *Manager) Start(w http.ResponseWriter, r *http.Request, ask StartRequest) (*Impersonation, error) {
	v := m.visitInside(w, r)
	if v.carried {
		if err := v.resolve(); err != nil {
			return nil, err
		}
	}
	return v.start(ask)
}

// NeededError is a start, or a change of mode, without something it needs.
type NeededError struct {
	// Field is "reason" or "ticket".
	Field string
	// Sentence is for the person who asked.
	Sentence string
}

// Error returns the sentence.
func (e *NeededError) Error() string { return e.Sentence }

func (v *visit) start(request StartRequest) (*Impersonation, error) {
	actor, err := v.realActor()
	if err != nil {
		return nil, err
	}
	if err := v.checkRequest(&request); err != nil {
		return nil, err
	}
	if err := v.checkRoom(actor); err != nil {
		return nil, err
	}
	subject, err := v.findSubject(actor, request)
	if err != nil {
		return nil, err
	}
	ask := Ask{
		Actor: actor, Subject: subject, Mode: request.Mode,
		Reason: request.Reason, Ticket: request.Ticket, Request: v.r,
	}
	if err := v.mayStart(ask); err != nil {
		return nil, err
	}
	return v.record(ask, request)
}

// realActor is the real user, as the directory knows them.
func (v *visit) realActor() (Actor, error) {
	if err := v.identify(); err != nil {
		return Actor{}, err
	}
	if v.realID == "" {
		return Actor{}, ErrNotLoggedIn
	}
	if known, ok := v.people[v.realID]; ok {
		return Actor{known}, nil
	}
	user, err := v.user(v.r.Context(), v.realID)
	if errors.Is(err, ErrUserNotFound) {
		return Actor{}, ErrNotLoggedIn // logged in as somebody who is gone
	}
	return Actor{user}, err
}

// checkRequest looks at what was asked for by itself.
func (v *visit) checkRequest(request *StartRequest) error {
	setDefault(&request.Mode, v.config.DefaultMode)
	request.Reason, request.Ticket = strings.TrimSpace(request.Reason), strings.TrimSpace(request.Ticket)
	given := fields{fieldUserID: request.UserID, fieldReason: request.Reason, fieldTicket: request.Ticket, fieldMode: string(request.Mode)}
	if err := given.check(); err != nil {
		return err
	}
	longest := v.config.MaxDuration
	switch {
	case request.UserID == "":
		return &inputError{fieldUserID, "is missing: whom to act as"}
	case !v.modeKnown(request.Mode):
		return &inputError{fieldMode, fmt.Sprintf("%q is no mode of this application", request.Mode)}
	case request.Duration < 0 || longest > 0 && request.Duration > longest:
		return &inputError{fieldDuration, fmt.Sprintf("must be from 1 to %d seconds", int(longest.Seconds()))}
	}
	return nil
}

// checkRoom refuses one more than there may be. The store makes sure of it
// again when it starts.
func (v *visit) checkRoom(actor Actor) error {
	if len(v.stack) > 0 {
		if len(v.stack) >= v.config.MaxDepth {
			return ErrTooDeep
		}
		return nil
	}
	if v.config.MaxRunning < 0 {
		return nil
	}
	ctx, now := v.r.Context(), v.now()
	running, err := v.config.Store.Running(ctx, actor.ID, v.config.MaxRunning)
	if err != nil {
		return fmt.Errorf("guise: looking for running impersonations: %w", err)
	}
	left := running[:0]
	for _, one := range running {
		if err := v.endIfDue(ctx, one, now); err != nil {
			return err
		}
		if !one.Expired(now) && !one.Idle(now, v.config.IdleTimeout) {
			left = append(left, one)
		}
	}
	if len(left) >= v.config.MaxRunning {
		return &RunningError{left[0]}
	}
	return nil
}

// mayNotFind is the one answer to those who may find nobody, the same whether
// or not the user exists.
var mayNotFind = &DeniedError{Code: "may-not-find", Sentence: "You may not act as other people."}

// findSubject looks the subject up as far as the actor can see.
func (v *visit) findSubject(actor Actor, request StartRequest) (Subject, error) {
	unseen := Subject{User{ID: request.UserID}}
	if err := v.mayFind(actor); err != nil {
		return Subject{}, v.deny(actor, unseen, request, err)
	}
	subject, err := v.visibleUser(v.r.Context(), actor, request.UserID)
	if errors.Is(err, ErrUserNotFound) {
		return Subject{}, v.denyAs(actor, unseen, request, "user-not-found", err)
	}
	return Subject{subject}, err
}

func (m *Manager) mayFindUsers(ctx context.Context, actor Actor) error {
	err := m.permit(ctx, actor, ActionFind)
	if isDenied(err) {
		return mayNotFind
	}
	return err
}

func (v *visit) mayFind(actor Actor) error { return v.mayFindUsers(v.r.Context(), actor) }

// visibleUser is a user in the actor's scope; outside it nobody exists.
func (m *Manager) visibleUser(ctx context.Context, actor Actor, id string) (User, error) {
	filter, err := m.config.Scope(ctx, actor)
	if err != nil {
		return User{}, fmt.Errorf("guise: Config.Scope: %w", err)
	}
	user, err := m.user(ctx, id)
	if err != nil {
		return User{}, err
	}
	if !filter.Matches(user) {
		return User{}, ErrUserNotFound
	}
	return user, nil
}

// mayStart asks the rules, the policy and the hook, and for what is missing.
func (v *visit) mayStart(ask Ask) error {
	effective := ask.Actor.User
	if len(v.stack) > 0 {
		effective = v.stack.Top().Subject.User
	}
	request := StartRequest{UserID: ask.Subject.ID, Reason: ask.Reason, Ticket: ask.Ticket, Mode: ask.Mode}
	if err := v.checkChain(v.r.Context(), ask, effective); err != nil {
		return v.deny(ask.Actor, ask.Subject, request, err)
	}
	if err := v.needs(ask); err != nil {
		return err
	}
	if before := v.config.Hooks.BeforeStart; before != nil {
		if err := before(v.r.Context(), ask); err != nil {
			return v.deny(ask.Actor, ask.Subject, request, err)
		}
	}
	return nil
}

// needs says whether the reason or the ticket is missing.
func (m *Manager) needs(ask Ask) error {
	if isBlank(ask.Reason) {
		switch {
		case m.config.RequireReason:
			return &NeededError{fieldReason, "Say why: a reason is needed to act as someone else."}
		case ask.Mode != m.config.DefaultMode:
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

// deny records a refusal, and returns it. Another error is passed on.
func (v *visit) deny(actor Actor, subject Subject, request StartRequest, refusal error) error {
	var denied *DeniedError
	if !errors.As(refusal, &denied) {
		return refusal
	}
	return v.denyAs(actor, subject, request, denied.Code, refusal)
}

func (v *visit) denyAs(actor Actor, subject Subject, request StartRequest, code string, refusal error) error {
	try := v.newImpersonation(actor, subject, request)
	try.State, try.Code = StateDenied, clean(code, maxTicket)
	try.EndedAt, try.ExpiresAt = try.StartedAt, time.Time{}
	event := v.from(v.r, eventOf(KindDenied, try.StartedAt, try))
	event.Code = try.Code
	if err := v.config.Store.Deny(context.WithoutCancel(v.r.Context()), try, event); err != nil {
		return fmt.Errorf("guise: recording a refusal: %w", err)
	}
	v.tell(v.r.Context(), v.config.Hooks.Denied, event)
	return refusal
}

// record stores the impersonation and its event, and only then hands out the
// token: promise P1.
func (v *visit) record(ask Ask, request StartRequest) (*Impersonation, error) {
	started := v.newImpersonation(ask.Actor, ask.Subject, request)
	if len(v.stack) > 0 {
		below := v.stack.Top()
		started.StackID, started.ParentID, started.Depth = below.StackID, below.ID, below.Depth+1
		started.ExpiresAt = earlier(started.ExpiresAt, below.ExpiresAt)
	}
	handle := newToken()
	event := v.from(v.r, eventOf(KindStarted, started.StartedAt, started))
	err := v.config.Store.Start(v.r.Context(), Start{
		Impersonation: started, Token: handle.hash(), MaxRunning: max(v.config.MaxRunning, 0), Event: event,
	})
	switch {
	case errors.Is(err, ErrTooManyRunning):
		return nil, err
	case errors.Is(err, ErrNotRunning):
		return nil, v.overBy(started.ParentID)
	case err != nil:
		return nil, fmt.Errorf("guise: recording the start: %w", err)
	}
	v.cookie.set(v.w, handle)
	v.forgetCookies(append(v.stack, started))
	v.tell(v.r.Context(), v.config.Hooks.Started, event)
	if touch := v.config.TouchLastLogin; touch != nil {
		if err := touch(v.r.Context(), ask.Subject); err != nil {
			v.config.Logger.ErrorContext(v.r.Context(), "guise: Config.TouchLastLogin failed", slog.Any("error", err))
		}
	}
	return &started, nil
}

func (v *visit) newImpersonation(actor Actor, subject Subject, request StartRequest) Impersonation {
	now, id := v.now(), rand.Text()
	i := Impersonation{
		ID: id, StackID: id, Depth: 1, State: StateActive,
		Actor: Actor{cleanUser(actor.User)}, Subject: Subject{cleanUser(subject.User)},
		Mode: request.Mode, Reason: request.Reason, Ticket: request.Ticket,
		StartedAt: now, LastSeenAt: now, ReturnTo: v.cameFrom(),
		ClientIP: clean(v.config.ClientIP(v.r), maxRequestID), UserAgent: clean(v.r.UserAgent(), maxUserAgent),
	}
	duration := request.Duration
	if duration == 0 && v.config.MaxDuration > 0 {
		duration = v.config.MaxDuration
	}
	if duration > 0 {
		i.ExpiresAt = now.Add(duration)
	}
	return i
}

// earlier is the earlier of two limits; the zero time is no limit.
func earlier(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}
