package guise

import (
	"context"
	"errors"
	"fmt"
)

// MayWrite reports whether what is done in this context may change data. It is
// false in a request, or in a job that [Resume] prepared, of an impersonation
// whose mode does not let that request write: with [ReadOnly] always, with a
// mode of the application's own on the routes that are not the mode's. It is
// true without an impersonation, and where the real user acts.
//
// Package sqlguard holds SQL databases to it. Whatever else can write (a file
// store, a mail server, another service) can ask the same, and refuse with
// [RefuseWrite].
func MayWrite(ctx context.Context) bool {
	who, ok := impersonating(ctx)
	return !ok || who.writes
}

// RefuseWrite returns the error for a write that was refused because
// [MayWrite] says no: it is [ErrReadOnly] for errors.Is, and cause, which may
// be nil, is in its chain. The request's entry in the log then says that it
// tried to write, and an answer of 500 or above that the application goes on to
// give is replaced by a page of Guise's own, which says what happened and leads
// to asking for write access.
func RefuseWrite(ctx context.Context, cause error) error {
	if who, ok := impersonating(ctx); ok {
		who.refused.Store(true)
	}
	switch {
	case cause == nil:
		return ErrReadOnly
	case errors.Is(cause, ErrReadOnly):
		return cause
	}
	return fmt.Errorf("%w: %w", ErrReadOnly, cause)
}
