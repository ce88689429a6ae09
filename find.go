package guise

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
)

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
	switch {
	case errors.Is(err, ErrUserNotFound):
		// Logged in as somebody who is gone, or Identify and Users disagree.
		v.unknown.Do(func() {
			v.config.Logger.Warn("guise: Config.Identify returned an ID that Config.Users does not have, which counts as not logged in; this is said once",
				slog.String("id", v.realID))
		})
		return Actor{}, ErrNotLoggedIn
	case err != nil:
		return Actor{}, err
	case v.people == nil:
		v.people = map[string]User{}
	}
	v.people[v.realID] = user
	return Actor{user}, nil
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

// scope says whom the actor can find.
func (m *Manager) scope(ctx context.Context, actor Actor) (Filter, error) {
	filter, err := m.config.Scope(ctx, actor)
	if err != nil {
		return Filter{}, fmt.Errorf("guise: Config.Scope: %w", err)
	}
	return filter, nil
}

// search asks the directory. One that forgets the filter still shows nobody else.
func (m *Manager) search(ctx context.Context, query Query) (UserPage, error) {
	found, err := m.config.Users.Search(ctx, query)
	switch {
	case errors.Is(err, ErrBadCursor):
		return UserPage{}, err
	case err != nil:
		return UserPage{}, fmt.Errorf("guise: searching users: %w", err)
	}
	outside := func(user User) bool { return !query.Filter.Matches(user) }
	if slices.ContainsFunc(found.Users, outside) {
		found.Users = slices.DeleteFunc(slices.Clone(found.Users), outside) // the directory may keep its own
	}
	return found, nil
}

// visibleUser is a user in the actor's scope; outside it nobody exists.
func (m *Manager) visibleUser(ctx context.Context, actor Actor, id string) (User, error) {
	filter, err := m.scope(ctx, actor)
	if err != nil {
		return User{}, err
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
