package guise

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// deny records a refusal, and returns it. Another error is passed on.
func (v *visit) deny(actor Actor, subject Subject, request StartRequest, refusal error) error {
	var denied *DeniedError
	if !errors.As(refusal, &denied) {
		return refusal
	}
	return v.denyAs(actor, subject, request, denied.Code, refusal)
}

func (v *visit) denyAs(actor Actor, subject Subject, request StartRequest, code string, refusal error) error {
	// First, so that whoever guesses fast neither fills the log nor learns more.
	if err := v.spend(limitRefusals, actor); err != nil {
		return err
	}
	try := v.newImpersonation(actor, subject, request)
	try.State, try.Code = StateDenied, clean(code, maxCode)
	try.EndedAt, try.ExpiresAt = try.StartedAt, time.Time{}
	event := v.from(v.r, eventOf(KindDenied, try.StartedAt, try))
	event.Code = try.Code
	if err := v.config.Store.Deny(context.WithoutCancel(v.r.Context()), try, event); err != nil {
		return fmt.Errorf("guise: recording a refusal: %w", err)
	}
	v.tell(v.r.Context(), v.config.Hooks.Denied, event)
	return refusal
}
