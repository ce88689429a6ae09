package guise

import (
	"context"
	"errors"
	"net/http"
)

// Ask is the question a [Policy] answers: may this actor act as this subject
// in this mode?
type Ask struct {
	Actor   Actor
	Subject Subject
	Mode    Mode
	// Reason and Ticket are those of the start, also when it is asked again
	// later; only when another mode is asked for, Reason is why.
	Reason, Ticket string
	// Request is the one that caused the question; nil where none did.
	Request *http.Request
}

// Policy decides whether an actor may act as a subject: nil is yes, a
// [*DeniedError] is no. Any other error means that the policy could not
// decide; the request is then refused and nothing changes. It is asked at the
// start and again on every request, so it must be cheap.
//
// Whatever a policy says, the rules of [Manager.Check] hold as well.
type Policy func(context.Context, Ask) error

// Deny makes the refusal that a [Policy] returns: a stable code for programs,
// such as "other-region", and a sentence for the person who was refused.
func Deny(code, sentence string) error { return &DeniedError{Code: code, Sentence: sentence} }

// SuperusersOnly lets superusers act as others. It is the default.
func SuperusersOnly(_ context.Context, ask Ask) error {
	if ask.Actor.Superuser {
		return nil
	}
	return Deny("superusers-only", "Only superusers may act as someone else.")
}

// SuperusersAndStaff lets superusers act as anyone, and staff as those who
// are neither staff nor superusers.
func SuperusersAndStaff(_ context.Context, ask Ask) error {
	switch {
	case ask.Actor.Superuser:
		return nil
	case !ask.Actor.Staff:
		return Deny("staff-only", "Only staff and superusers may act as someone else.")
	case ask.Subject.Staff || ask.Subject.Superuser:
		return Deny("subject-is-staff", "Only superusers may act as staff.")
	}
	return nil
}

// SameTenant lets people act as those of their own tenant. Someone without a
// tenant shares it with nobody.
func SameTenant(_ context.Context, ask Ask) error {
	if ask.Actor.Tenant != "" && ask.Actor.Tenant == ask.Subject.Tenant {
		return nil
	}
	return Deny("other-tenant", "You may only act as people of your own organisation.")
}

// All lets through what every policy lets through, and otherwise returns the
// first refusal. Without any policy it refuses: nothing is open by default.
func All(policies ...Policy) Policy {
	return func(ctx context.Context, ask Ask) error {
		for _, policy := range policies {
			if err := policy(ctx, ask); err != nil {
				return err
			}
		}
		if len(policies) == 0 {
			return errNoPolicy
		}
		return nil
	}
}

// Any lets through what at least one policy lets through. Otherwise it returns
// the last refusal or, if a policy could not decide, that error.
func Any(policies ...Policy) Policy {
	return func(ctx context.Context, ask Ask) error {
		refusal, broken := errNoPolicy, error(nil)
		for _, policy := range policies {
			err := policy(ctx, ask)
			switch {
			case err == nil:
				return nil
			case isDenied(err):
				refusal = err
			default:
				broken = errors.Join(broken, err)
			}
		}
		if broken != nil {
			return broken
		}
		return refusal
	}
}

// Not refuses what the policy lets through, and lets through what it refuses.
// A policy that could not decide stays undecided: its error is passed on.
func Not(policy Policy) Policy {
	return func(ctx context.Context, ask Ask) error {
		err := policy(ctx, ask)
		switch {
		case err == nil:
			return Deny("excluded", "A rule of this application excludes this.")
		case isDenied(err):
			return nil
		}
		// Fail closed: "could not look" must not turn into "yes".
		return err
	}
}

var errNoPolicy = Deny("no-policy", "Nothing allows this.")

func isDenied(err error) bool {
	var denied *DeniedError
	return errors.As(err, &denied)
}
