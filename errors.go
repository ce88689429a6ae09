package guise

import (
	"errors"
	"fmt"
)

// What can go wrong, for errors.Is.
var (
	// ErrUserNotFound is what a [Directory] returns for an ID nobody has.
	ErrUserNotFound = errors.New("guise: user not found")
	// ErrNotFound is what a [Store] returns for an impersonation it does not have.
	ErrNotFound = errors.New("guise: impersonation not found")
	// ErrNotRunning is what a [Store] returns for a change to an impersonation
	// that is over, or that waits below another.
	ErrNotRunning = errors.New("guise: impersonation is not running")
	// ErrTooManyRunning is a start while the actor has Config.MaxRunning
	// impersonations already; see [RunningError].
	ErrTooManyRunning = errors.New("guise: too many impersonations running")
	// ErrTooDeep is a start at Config.MaxDepth.
	ErrTooDeep = errors.New("guise: already impersonating")
	// ErrBadCursor is a cursor that this directory or store did not make.
	ErrBadCursor = errors.New("guise: not a cursor of this list; start again from its first page")
	// ErrNotImpersonating is a stop, or a change of mode, without an impersonation.
	ErrNotImpersonating = errors.New("guise: not impersonating")
	// ErrNotLoggedIn is an action that needs someone to be logged in.
	ErrNotLoggedIn = errors.New("guise: not logged in")
	// ErrReadOnly is a write refused because the impersonation is read-only.
	ErrReadOnly = errors.New("guise: this impersonation is read-only")
)

// DeniedError is a refusal by a rule or by the [Policy].
type DeniedError struct {
	// Code is stable and for programs: it is in the log and in JSON.
	Code string
	// Sentence is for the person who was refused.
	Sentence string
}

// Error returns the sentence.
func (e *DeniedError) Error() string { return e.Sentence }

// RunningError is a start that would be one too many. It names one that runs,
// so that it can be ended first.
type RunningError struct{ Running Impersonation }

// Error says which impersonation is in the way.
func (e *RunningError) Error() string {
	return fmt.Sprintf("guise: %s already acts as %s (impersonation %s); end that one first",
		e.Running.Actor.Label(), e.Running.Subject.Label(), e.Running.ID)
}

// Is makes errors.Is(err, ErrTooManyRunning) true.
func (e *RunningError) Is(target error) bool { return target == ErrTooManyRunning }
