// Package people stands for whatever the application has its users in: a
// client that an ORM such as ent generated, or one of a service of users. It
// has types of its own and knows nothing of Guise.
package people

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"sync"
)

// ErrNotFound is the error of a person who does not exist.
var ErrNotFound = errors.New("people: not found")

// Person is one of the application's users.
type Person struct {
	ID                     int64
	Login, FullName, Email string
	Company, Team          string
	Blocked                bool
	Agent, Admin           bool
}

// Repository keeps people, here in memory. It is safe for use by many
// goroutines.
type Repository struct {
	mu     sync.RWMutex
	people []Person // by ID
}

// Save adds the person, or replaces the one with the same ID.
func (r *Repository) Save(p Person) {
	r.mu.Lock()
	defer r.mu.Unlock()
	at, found := slices.BinarySearchFunc(r.people, p.ID, byID)
	if found {
		r.people[at] = p
		return
	}
	r.people = slices.Insert(r.people, at, p)
}

// Delete removes the person with this ID, if there is one.
func (r *Repository) Delete(id int64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if at, found := slices.BinarySearchFunc(r.people, id, byID); found {
		r.people = slices.Delete(r.people, at, at+1)
	}
}

// Get is the person with this ID, or ErrNotFound.
func (r *Repository) Get(ctx context.Context, id int64) (Person, error) {
	if err := ctx.Err(); err != nil {
		return Person{}, err
	}
	r.mu.RLock()
	defer r.mu.RUnlock()
	at, found := slices.BinarySearchFunc(r.people, id, byID)
	if !found {
		return Person{}, ErrNotFound
	}
	return r.people[at], nil
}

// Behind is the first n people, by ID, whose ID is larger.
func (r *Repository) Behind(ctx context.Context, id int64, n int) ([]Person, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	r.mu.RLock()
	defer r.mu.RUnlock()
	at, found := slices.BinarySearchFunc(r.people, id, byID)
	if found {
		at++
	}
	return slices.Clone(r.people[at:min(at+n, len(r.people))]), nil
}

func byID(p Person, id int64) int { return cmp.Compare(p.ID, id) }
