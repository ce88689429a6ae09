package guise

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"

	"github.com/guise-go/guise/internal/inject"
)

// MayWrite reports whether what is done in this context may change data. It is
// false in a request, or in a job that [Resume] prepared, of an impersonation
// whose mode does not let that request write: always with [ReadOnly], and with
// a mode of the application's own on all routes but the mode's. It is true
// without an impersonation, and where the real user acts.
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
// be nil, is in its chain. An answer of 500 or above that the application
// goes on to give is then replaced by a 403 of Guise's own, which says what
// happened and leads to asking for write access (a script gets the problem
// "read-only"), and is in the log as such.
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

// refusedWrite is what becomes of a request that tried to write and may not.
type refusedWrite struct{}

func (refusedWrite) Error() string { return "a write was refused beneath the application" }

func (refusedWrite) Is(target error) bool { return target == ErrReadOnly }

func (refusedWrite) describe() ProblemData {
	return ProblemData{
		Status: http.StatusForbidden, Code: codeReadOnly, Title: "This page writes", Writes: true,
		Detail: "You may look, but not change anything: this impersonation is read-only, and what you opened tried to write, which was refused. Ask for write access to use it.",
	}
}

// insteadOf replaces the application's failure that follows a refused write: to
// report a fault of the server would be wrong, and lead nowhere.
func (v *visit) insteadOf(who *acting) func(int, http.Header) *inject.Instead {
	return func(status int, header http.Header) *inject.Instead {
		if status < http.StatusInternalServerError || !who.refused.Load() {
			return nil
		}
		problem := refusedWrite{}.describe()
		if acceptsHTML(v.r) {
			policy, body, _ := v.rendered(v.newPage(PageProblem, v.waysOn(problem)))
			pageHeader(header, policy)
			return &inject.Instead{Status: problem.Status, Page: true, Body: body}
		}
		// Nothing in it can fail to marshal.
		body, _ := json.Marshal(problemOf(problem, refusedWrite{}))
		header.Set("Content-Type", "application/problem+json")
		return &inject.Instead{Status: problem.Status, Body: body}
	}
}
