// Package people makes users as a large application has them: the same ones
// for the same seed, each without the ones before.
package people

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"unicode"
)

// The shape of the crowd.
const (
	// Tenants is how many there are, all about the same size.
	Tenants = 1000
	// Frequent occurs in the e-mail address of half of all users, and nowhere
	// else.
	Frequent = "mailhaus"
)

// Person is a row of the table of users.
type Person struct {
	ID                       int
	Username, Name, Email    string
	Tenant                   int
	Active, Staff, Superuser bool
}

// Crowd is n users, with the IDs from 1 to n.
type Crowd struct {
	Seed uint64
	N    int
}

// At is the user with this ID.
func (c Crowd) At(id int) Person {
	r := rand.New(rand.NewPCG(c.Seed, uint64(id)))
	first, last := pick(r, firstNames), surname(r)
	p := Person{
		ID: id, Name: first + " " + last, Tenant: 1 + r.IntN(Tenants),
		Active: r.IntN(20) > 0, Staff: r.IntN(50) == 0, Superuser: r.IntN(5000) == 0,
	}
	plainFirst, plainLast := plain(first), plain(last)
	switch r.IntN(4) {
	case 0:
		p.Username = plainFirst + "." + plainLast
	case 1:
		p.Username = plainFirst[:1] + plainLast
	case 2:
		p.Username = plainLast + "_" + plainFirst
	default:
		p.Username = plainFirst
	}
	p.Username += fmt.Sprint(id) // names repeat; user names don't
	domain := Frequent + ".example"
	if r.IntN(2) == 0 {
		domain = fmt.Sprintf("%s.school%d.example", pick(r, []string{"mail", "post", "inbox", "staff", "pupils"}), p.Tenant)
	}
	if r.IntN(30) > 0 { // some never gave one
		p.Email = fmt.Sprintf("%s.%s%d@%s", plainFirst, plainLast, r.IntN(10000), domain)
	}
	return p
}

// Terms is n pieces of the names of random users, each of at least three
// characters and without white space: what people type. Another seed than the
// crowd's makes others.
func (c Crowd) Terms(seed uint64, n int) []string {
	r := rand.New(rand.NewPCG(seed, 7))
	var terms []string
	for len(terms) < n {
		words := strings.Fields(c.At(1 + r.IntN(c.N)).Name)
		word := []rune(pick(r, words))
		size := 3 + r.IntN(5)
		if len(word) < size {
			continue
		}
		from := r.IntN(len(word) - size + 1)
		terms = append(terms, strings.ToLower(string(word[from:from+size])))
	}
	return terms
}

func pick(r *rand.Rand, list []string) string { return list[r.IntN(len(list))] }

// surname is one that many have, one that few have, or two.
func surname(r *rand.Rand) string {
	switch n := r.IntN(20); {
	case n == 0:
		return pick(r, surnames) + "-" + pick(r, surnames)
	case n < 8:
		made := pick(r, beginnings) + pick(r, middles) + pick(r, endings)
		return strings.ToUpper(made[:1]) + made[1:]
	default:
		return pick(r, surnames)
	}
}

// plain is the name as it stands in an address.
func plain(name string) string {
	var b strings.Builder
	for _, c := range strings.ToLower(name) {
		if to, known := spelled[c]; known {
			b.WriteString(to)
		} else if c < 0x80 && unicode.IsLetter(c) {
			b.WriteRune(c)
		}
	}
	if b.Len() == 0 {
		return "user" // a name in another script
	}
	return b.String()
}
