package guise

import (
	"context"
	"net/http"
	"sync/atomic"
)

// acting is what the Manager knows of one request made while impersonating.
// It travels in the request's context.
type acting struct {
	impersonation Impersonation
	// token and sent are what the request carried.
	token token
	sent  http.Header
	// opened is the connection of this request; nil in a background job.
	opened *connection
	// stack is the one that ends with the impersonation.
	stack Stack
	// asSelf is set where the real user acts although an impersonation runs:
	// on excluded paths and in the console.
	asSelf bool
	// writes says that the mode lets this request write; see MayWrite.
	writes bool
	// refused is set when something beneath the application refused a write.
	refused atomic.Bool
}

type actingKey struct{}

func withActing(ctx context.Context, s *acting) context.Context {
	return context.WithValue(ctx, actingKey{}, s)
}

// impersonating returns what is known when somebody acts as somebody else.
func impersonating(ctx context.Context) (*acting, bool) {
	s, ok := ctx.Value(actingKey{}).(*acting)
	return s, ok && !s.asSelf
}

// From returns the impersonation in which this request is made, and false
// where the application sees the real user: without an impersonation, and on
// excluded paths. The caller must not change it.
func From(ctx context.Context) (*Impersonation, bool) {
	s, ok := impersonating(ctx)
	if !ok {
		return nil, false
	}
	return &s.impersonation, true
}

// EffectiveID returns the ID of the user whom the application should see: the
// subject while impersonating, else realID, the ID of whoever is logged in.
func EffectiveID(ctx context.Context, realID string) string {
	if s, ok := impersonating(ctx); ok {
		return s.impersonation.Subject.ID
	}
	return realID
}

// ActorFrom returns who is really there while impersonating; false otherwise.
func ActorFrom(ctx context.Context) (Actor, bool) {
	s, ok := impersonating(ctx)
	if !ok {
		return Actor{}, false
	}
	return s.impersonation.Actor, true
}

// SubjectFrom returns who is being impersonated; false when nobody is.
func SubjectFrom(ctx context.Context) (Subject, bool) {
	s, ok := impersonating(ctx)
	if !ok {
		return Subject{}, false
	}
	return s.impersonation.Subject, true
}
