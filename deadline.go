package guise

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// minStoreTimeout keeps a mistaken unit from refusing every request.
const minStoreTimeout = 100 * time.Millisecond

// errNoAnswer is why a call that took longer than Config.StoreTimeout ended.
var errNoAnswer = errors.New("guise: no answer within Config.StoreTimeout")

// deadlines bound how long a request waits for whatever keeps the users and
// the impersonations. New puts them around all of that in one place, so that no
// call can be forgotten.
type deadlines struct{ timeout time.Duration }

type deadlineKey struct{}

// within starts anew the time that one request, or one step of something
// longer, may wait for all its calls together. It outlives the request's own
// end, and ends nothing by itself: the application, and whatever else runs with
// this context, is not bound by it.
func (d deadlines) within(ctx context.Context) context.Context {
	return context.WithValue(ctx, deadlineKey{}, time.Now().Add(d.timeout))
}

// begin is the context of one call: it ends when the time of the request is up
// or, outside of a request, after the timeout.
func (d deadlines) begin(ctx context.Context) (context.Context, context.CancelFunc) {
	at, ok := ctx.Value(deadlineKey{}).(time.Time)
	if !ok {
		at = time.Now().Add(d.timeout)
	}
	return context.WithDeadlineCause(ctx, at, errNoAnswer)
}

// ask makes one call within its time.
func ask[T any](ctx context.Context, d deadlines, call func(context.Context) (T, error)) (T, error) {
	bounded, cancel := d.begin(ctx)
	defer cancel()
	answer, err := call(bounded)
	if err != nil && errors.Is(context.Cause(bounded), errNoAnswer) {
		err = fmt.Errorf("%w (%v): %w", errNoAnswer, d.timeout, err)
	}
	return answer, err
}

// do is ask for a call that answers nothing but whether it worked.
func do(ctx context.Context, d deadlines, call func(context.Context) error) error {
	_, err := ask(ctx, d, func(ctx context.Context) (struct{}, error) { return struct{}{}, call(ctx) })
	return err
}

// bounded is the Config with the deadlines around all that may look at a
// database: also around the application's own decisions, which must be made
// before a request can be answered. What tells the application something
// (Hooks.Started and its kin) is its own matter.
func (c Config) bounded() Config {
	d := deadlines{c.StoreTimeout}
	c.Store = boundedStore{c.Store, d}
	c.Users = boundedUsers(c.Users, d)
	policy, scope, permit, before := c.Policy, c.Scope, c.Permit, c.Hooks.BeforeStart
	c.Policy = func(ctx context.Context, a Ask) error {
		return do(ctx, d, func(ctx context.Context) error { return policy(ctx, a) })
	}
	c.Scope = func(ctx context.Context, a Actor) (Filter, error) {
		return ask(ctx, d, func(ctx context.Context) (Filter, error) { return scope(ctx, a) })
	}
	c.Permit = func(ctx context.Context, a Actor, action Action) error {
		return do(ctx, d, func(ctx context.Context) error { return permit(ctx, a, action) })
	}
	if before != nil {
		c.Hooks.BeforeStart = func(ctx context.Context, a Ask) error {
			return do(ctx, d, func(ctx context.Context) error { return before(ctx, a) })
		}
	}
	return c
}

// boundedUsers keeps whatever the directory is besides a [Directory].
func boundedUsers(users Directory, d deadlines) Directory {
	one := boundedDirectory{users, d}
	if batch, ok := users.(BatchDirectory); ok {
		return boundedBatch{one, batch}
	}
	return one
}

type boundedDirectory struct {
	directory Directory
	deadlines
}

func (b boundedDirectory) User(ctx context.Context, id string) (User, error) {
	return ask(ctx, b.deadlines, func(ctx context.Context) (User, error) { return b.directory.User(ctx, id) })
}

func (b boundedDirectory) Search(ctx context.Context, query Query) (UserPage, error) {
	return ask(ctx, b.deadlines, func(ctx context.Context) (UserPage, error) { return b.directory.Search(ctx, query) })
}

type boundedBatch struct {
	boundedDirectory
	batch BatchDirectory
}

func (b boundedBatch) Users(ctx context.Context, ids ...string) ([]User, error) {
	return ask(ctx, b.deadlines, func(ctx context.Context) ([]User, error) { return b.batch.Users(ctx, ids...) })
}
