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
// The errors, in the order in which they are looked for: [ErrNotRunning], when
// the request carries an impersonation that is over; [ErrNotLoggedIn]; an
// [*InputError]; [ErrTooDeep] or [*RunningError]; a
// [*DeniedError] for someone who may find nobody; [ErrUserNotFound]; a
// [*DeniedError] of a rule or the policy; a [*NeededError]. Refusals are on
// record when it returns. Instead of a refusal, or at the end, it may be a
// [*LimitError].
func (m *Manager) Start(w http.ResponseWriter, r *http.Request, request StartRequest) (*Impersonation, error) {
	v := m.visitInside(w, r)
	if v.handle {
		if err := v.resolve(); err != nil {
			return nil, err
		}
	}
	return v.start(request)
}

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
		return &InputError{fieldUserID, "is missing: whom to act as"}
	case !v.modeKnown(request.Mode):
		return &InputError{fieldMode, fmt.Sprintf("is %q, which is no mode of this application", request.Mode)}
	case request.Duration < 0 || longest > 0 && request.Duration > longest:
		return &InputError{fieldDuration, fmt.Sprintf("must be from 1 to %d seconds", int(longest.Seconds()))}
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

// mayStart asks the rules, the policy and the hook, and for what is missing.
func (v *visit) mayStart(ask Ask) error {
	request := StartRequest{UserID: ask.Subject.ID, Reason: ask.Reason, Ticket: ask.Ticket, Mode: ask.Mode}
	if err := v.checkChain(v.r.Context(), ask, v.effective(ask.Actor)); err != nil {
		return v.deny(ask.Actor, ask.Subject, request, err)
	}
	if err := v.needs(ask); err != nil {
		return v.unfinished(ask, err)
	}
	return v.deny(ask.Actor, ask.Subject, request, v.beforeStart(ask))
}

// beforeStart asks the hook, if there is one.
func (v *visit) beforeStart(ask Ask) error {
	if v.config.Hooks.BeforeStart == nil {
		return nil
	}
	return v.config.Hooks.BeforeStart(v.r.Context(), ask)
}

// unfinished is a try without something it needs. That answer says that there
// is such a user and that the actor may act as them, so it counts as a try that
// came to nothing, and as having met them.
func (v *visit) unfinished(ask Ask, needed error) error {
	if err := v.spend(limitRefusals, ask.Actor); err != nil {
		return err
	}
	if err := v.meet(ask.Actor, ask.Subject.ID); err != nil {
		return err
	}
	return needed
}

// record stores the impersonation and its event, and only then hands out the
// token: promise P1.
func (v *visit) record(ask Ask, request StartRequest) (*Impersonation, error) {
	if err := v.spend(limitStarts, ask.Actor); err != nil {
		return nil, err
	}
	if err := v.meet(ask.Actor, ask.Subject.ID); err != nil {
		return nil, err
	}
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
	if v.over {
		v.cookie.clearOver(v.w)
	}
	v.forgetCookies(append(v.stack, started))
	v.tell(v.r.Context(), v.config.Hooks.Started, event)
	v.tell(v.r.Context(), v.touchLastLogin(ask.Subject), event)
	return &started, nil
}

// touchLastLogin is Config.TouchLastLogin as a hook.
func (v *visit) touchLastLogin(subject Subject) func(context.Context, Event) {
	if v.config.TouchLastLogin == nil {
		return nil
	}
	return func(ctx context.Context, _ Event) {
		if err := v.config.TouchLastLogin(ctx, subject); err != nil {
			v.config.Logger.ErrorContext(ctx, "guise: Config.TouchLastLogin failed", slog.Any("error", err))
		}
	}
}

func (v *visit) newImpersonation(actor Actor, subject Subject, request StartRequest) Impersonation {
	now, id := v.now(), rand.Text()
	i := Impersonation{
		ID: id, StackID: id, Depth: 1, State: StateActive,
		Actor: Actor{cleanUser(actor.User)}, Subject: Subject{cleanUser(subject.User)},
		Mode: request.Mode, Reason: request.Reason, Ticket: request.Ticket,
		StartedAt: now, LastSeenAt: now, ReturnTo: v.cameFrom(),
		ClientIP: clean(v.config.ClientIP(v.r), maxClientIP), UserAgent: clean(v.r.UserAgent(), maxUserAgent),
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

// postStart is the endpoint of [Manager.Start].
func (v *visit) postStart() error {
	read, err := v.readFields(fieldUserID, fieldReason, fieldTicket, fieldMode, fieldDuration, v.config.NextParam)
	if err != nil {
		return v.loggedInOr(err)
	}
	request := StartRequest{
		UserID: read[fieldUserID], Reason: read[fieldReason], Ticket: read[fieldTicket], Mode: Mode(read[fieldMode]),
	}
	if v.sendsNoCookies() {
		if _, err := v.realActor(); err != nil {
			return err
		}
		return v.tryCookies()
	}
	v.triedCookies()
	var started *Impersonation
	if request.Duration, err = read.duration(); err != nil {
		err = v.loggedInOr(err)
	} else {
		started, err = v.start(request)
	}
	if err == nil {
		v.warnOfSetup()
	}
	switch {
	case err != nil && !wantsJSON(v.r):
		return v.startAgain(request, read[v.config.NextParam], err)
	case err != nil:
		return err
	case wantsJSON(v.r):
		return v.writeJSON(http.StatusCreated, impersonationOf(*started))
	}
	v.redirect(v.landing(read[v.config.NextParam], v.public(v.r, v.config.StartURL)))
	return nil
}

// startAgain shows the form again with what was typed, when that can help.
func (v *visit) startAgain(request StartRequest, next string, err error) error {
	var (
		needed  *NeededError
		running *RunningError
		input   *InputError
	)
	again := errors.As(err, &needed) || errors.As(err, &running) || errors.As(err, &input)
	if v.console == nil || !again || !acceptsHTML(v.r) {
		return err
	}
	problem := describe(err)
	form := v.startForm(request, next)
	form.Problem = &problem
	data, hidden := v.userData(request.UserID, form)
	if errors.As(hidden, new(*LimitError)) {
		return hidden
	}
	if hidden != nil {
		return err // no page to show it on
	}
	v.page(problem.Status, PageUser, data)
	return nil
}
