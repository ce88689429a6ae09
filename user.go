package guise

import "slices"

// User is one person of the application, as a [Directory] knows them. Guise
// only reads users: it never writes to the application's user table.
type User struct {
	// ID is the application's own key for the user, as text. It is no secret,
	// and never empty.
	ID string
	// Username, Name and Email are for people to read; each may be empty.
	Username, Name, Email string
	// Tenant is the school, company or workspace the user belongs to; empty
	// where the application has none.
	Tenant string
	// Active says whether the user may log in at all. Nobody may act as, or
	// act while being, an inactive user.
	Active bool
	// Staff and Superuser are the rights that the built-in policies look at.
	Staff, Superuser bool
	// Attributes carries whatever else the application's policy or scope
	// looks at.
	Attributes map[string]string
}

// Label is the shortest text by which a person recognises the user: the name,
// else the e-mail address, else the username, else the ID.
func (u User) Label() string {
	for _, text := range []string{u.Name, u.Email, u.Username} {
		if text != "" {
			return text
		}
	}
	return u.ID
}

// Actor is the person really logged in, who acts as someone else: the `act`
// of RFC 8693. It is a type of its own so that it can't be taken for a
// [Subject] by mistake: code that swaps the two does not compile.
type Actor struct{ User }

// Subject is the user being impersonated: the `sub` of RFC 8693.
type Subject struct{ User }

// Filter narrows a [Directory] to some of its users. It is data and not code,
// so that it means the same where SQL narrows a search by it and where
// [Filter.Matches] checks one user. The zero Filter lets everyone through.
// Everything that is set must hold.
type Filter struct {
	// Tenants and IDs let through users with one of these values. Nil is no
	// limit. Security: an empty list that is not nil lets nobody through, so
	// that a computed list that comes out empty does not open everything.
	Tenants, IDs []string
	// Staff and Superuser, when not nil, must equal the user's own.
	Staff, Superuser *bool
	// Attributes lets through users who have, for each key, one of the
	// values. A key with an empty list lets nobody through; a missing
	// attribute counts as "".
	Attributes map[string][]string
}

// Matches reports whether the filter lets the user through.
func (f Filter) Matches(u User) bool {
	return oneOf(f.Tenants, u.Tenant) && oneOf(f.IDs, u.ID) &&
		equals(f.Staff, u.Staff) && equals(f.Superuser, u.Superuser) &&
		f.matchesAttributes(u)
}

func (f Filter) matchesAttributes(u User) bool {
	for key, values := range f.Attributes {
		if !slices.Contains(values, u.Attributes[key]) {
			return false
		}
	}
	return true
}

func oneOf(allowed []string, value string) bool {
	return allowed == nil || slices.Contains(allowed, value)
}

func equals(want *bool, have bool) bool { return want == nil || *want == have }
