// Package desk is what the examples are about: three people, and the notes that
// each of them keeps. It stands for an application's own tables.
package desk

import (
	"context"
	"crypto/subtle"
	"slices"
	"sync"

	"github.com/guise-go/guise"
	"github.com/guise-go/guise/userstest"
)

// Password is everyone's.
const Password = "guise"

// People are those who have an account: Ada, who helps the customers, and two
// customers.
func People() []guise.User {
	return []guise.User{
		{ID: "1", Username: "ada", Name: "Ada Adler", Email: "ada@example.com", Tenant: "support", Active: true, Superuser: true},
		{ID: "2", Username: "maya", Name: "Maya Moreno", Email: "maya@example.com", Tenant: "north", Active: true},
		{ID: "3", Username: "noah", Name: "Noah Nkosi", Email: "noah@example.com", Tenant: "north", Active: true},
	}
}

// Desk keeps people and notes in memory. It is safe for use by many goroutines.
type Desk struct {
	people *userstest.Memory

	mu    sync.Mutex
	notes map[string][]string // by the ID of whose they are
}

// Open returns a desk with everyone and no notes.
func Open() *Desk {
	return &Desk{people: userstest.NewMemory(People()...), notes: map[string][]string{}}
}

// Users is where Guise finds people.
func (d *Desk) Users() guise.Directory { return d.people }

// Person is the user with this ID; the zero user is nobody.
func (d *Desk) Person(ctx context.Context, id string) guise.User {
	user, err := d.people.User(ctx, id)
	if err != nil || !user.Active {
		return guise.User{}
	}
	return user
}

// LogIn returns the ID of who has this username and password.
func (d *Desk) LogIn(username, password string) (id string, ok bool) {
	return LogIn(username, password)
}

// LogIn is the method, for the applications that keep people elsewhere.
func LogIn(username, password string) (id string, ok bool) {
	for _, user := range People() {
		if user.Username == username {
			return user.ID, subtle.ConstantTimeCompare([]byte(password), []byte(Password)) == 1
		}
	}
	return "", false
}

// Notes are the notes of one person, the oldest first.
func (d *Desk) Notes(id string) []string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.Clone(d.notes[id])
}

// AddNote adds a note to one person's.
func (d *Desk) AddNote(id, text string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.notes[id] = append(d.notes[id], text)
}
