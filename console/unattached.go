package console

import "github.com/guise-go/guise"

// UnattachedURL is a page of what is on record besides impersonations: of one kind
// and by one person, or with "" of all.
func (v *view) UnattachedURL(kind guise.Kind, actor, cursor string) string {
	return address(v.URL("log", "unattached"), "kind", string(kind), "actor", actor, "cursor", cursor)
}

// UnattachedKinds are those to filter by; "" is all of them.
func (v *view) UnattachedKinds() []guise.Kind {
	return []guise.Kind{"", guise.KindLimited, guise.KindNote, guise.KindPurged}
}

// OfActor is the filter that finds what one person did.
func (v *view) OfActor(id string) guise.LogQuery { return guise.LogQuery{ActorID: id} }

// LimitName says in a sentence which limit somebody reached.
func (v *view) LimitName(code string) string { return v.named("limit.", code) }

// Did is who did what an event says; nobody when it happened by itself.
func (v *view) Did(e guise.Event) guise.User {
	if e.By.ID != "" {
		return e.By.User
	}
	return e.Actor.User
}
