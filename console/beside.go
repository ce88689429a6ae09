package console

import "github.com/guise-go/guise"

// BesideURL is a page of what is on record beside impersonations: of a kind and
// by a person, or with "" of all.
func (v *view) BesideURL(kind guise.Kind, actor, cursor string) string {
	return address(v.URL("log", "beside"), "kind", string(kind), "actor", actor, "cursor", cursor)
}

// BesideKinds are those to filter by; "" is all of them.
func (v *view) BesideKinds() []guise.Kind {
	return []guise.Kind{"", guise.KindLimited, guise.KindNote, guise.KindPurged}
}

// OfActor is the filter that finds what one person did.
func (v *view) OfActor(id string) guise.LogQuery { return guise.LogQuery{ActorID: id} }

// LimitName says in a sentence which limit somebody reached.
func (v *view) LimitName(code string) string { return v.named("limit.", code) }

// Did is who did what an event says: nobody where time did.
func (v *view) Did(e guise.Event) guise.User {
	if e.By.ID != "" {
		return e.By.User
	}
	return e.Actor.User
}
