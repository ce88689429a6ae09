package guise

import (
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
	found, err := v.usersByID(v.r.Context(), ids)
	if err != nil {
		return nil, err
	}
	var people []User
	for _, id := range ids {
		if user, exists := found[id]; exists && filter.Matches(user) {
			people = append(people, user)
		}
	}
	return people, v.meet(actor, ids...)
}
