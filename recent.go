package guise

import (
	"errors"
	"fmt"
	"slices"
)

const (
	// recentShown is how many of the people whom an actor acted as lately are
	// offered, and recentLooked how many impersonations are looked at for that.
	recentShown  = 5
	recentLooked = 20
)

// recent are the people whom the actor acted as last, as they are now. Those
// whom the actor may no longer find are left out.
func (v *visit) recent(actor Actor, filter Filter) ([]User, error) {
	if len(v.stack) > 0 {
		return nil, nil // they can't start another now
	}
	past, err := v.config.Store.Impersonations(v.r.Context(), LogQuery{ActorID: actor.ID, Limit: recentLooked})
	if err != nil {
		return nil, fmt.Errorf("guise: reading the log: %w", err)
	}
	var ids []string
	for _, one := range past.Impersonations {
		if one.State != StateDenied && !slices.Contains(ids, one.Subject.ID) && len(ids) < recentShown {
			ids = append(ids, one.Subject.ID)
		}
	}
	var people []User
	for _, id := range ids {
		user, err := v.user(v.r.Context(), id)
		switch {
		case errors.Is(err, ErrUserNotFound):
		case err != nil:
			return nil, err
		case filter.Matches(user):
			people = append(people, user)
		}
	}
	return people, v.meet(actor, ids...)
}
