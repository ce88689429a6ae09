package people

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Predicate is one thing asked of a person.
type Predicate func(Person) bool

// And holds when all of them do, and so without any.
func And(all ...Predicate) Predicate {
	return func(p Person) bool {
		return !slices.ContainsFunc(all, func(holds Predicate) bool { return !holds(p) })
	}
}

// Or holds when one of them does, and so not without any.
func Or(some ...Predicate) Predicate {
	return func(p Person) bool {
		return slices.ContainsFunc(some, func(holds Predicate) bool { return holds(p) })
	}
}

// IDAbove asks for those behind this ID.
func IDAbove(id int64) Predicate { return func(p Person) bool { return p.ID > id } }

// IDIn asks for one of these IDs; nobody has one of none.
func IDIn(ids ...int64) Predicate { return func(p Person) bool { return slices.Contains(ids, p.ID) } }

// CompanyIn asks for one of these companies, exactly as written.
func CompanyIn(companies ...string) Predicate {
	return func(p Person) bool { return slices.Contains(companies, p.Company) }
}

// TeamIn asks for one of these teams, exactly as written.
func TeamIn(teams ...string) Predicate {
	return func(p Person) bool { return slices.Contains(teams, p.Team) }
}

// IsAgent asks for those who are agents, or for those who are not.
func IsAgent(yes bool) Predicate { return func(p Person) bool { return p.Agent == yes } }

// IsAdmin asks for those who are admins, or for those who are not.
func IsAdmin(yes bool) Predicate { return func(p Person) bool { return p.Admin == yes } }

// LoginContains asks for the text in the login, whatever its case.
func LoginContains(text string) Predicate {
	return func(p Person) bool { return contains(p.Login, text) }
}

// FullNameContains asks for the text in the name, whatever its case.
func FullNameContains(text string) Predicate {
	return func(p Person) bool { return contains(p.FullName, text) }
}

// EmailContains asks for the text in the e-mail address, whatever its case.
func EmailContains(text string) Predicate {
	return func(p Person) bool { return contains(p.Email, text) }
}

// contains is false for bytes that are no text: they occur nowhere.
func contains(text, part string) bool {
	return utf8.ValidString(part) && strings.Contains(fold(text), fold(part))
}

// fold goes by the upper case first, as some letters have two lower ones.
func fold(text string) string {
	return strings.Map(func(r rune) rune { return unicode.ToLower(unicode.ToUpper(r)) }, text)
}
