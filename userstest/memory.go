package userstest

import (
	"context"
	"maps"
	"slices"
	"sync"

	"github.com/guise-go/guise"
)

// Memory is a directory in memory, for tests: users can come, change and go
// between two calls, and every call can be made to fail. It searches the
// username, name and e-mail address, and lists by ID. It is the readable
// specification of a [guise.Directory], and not a fast one.
type Memory struct {
	mu    sync.RWMutex
	users map[string]guise.User
	err   error
}

var _ guise.BatchDirectory = (*Memory)(nil)

// NewMemory makes a directory of these users. Like [Memory.Put], it panics on a
// user without an ID.
func NewMemory(users ...guise.User) *Memory {
	m := &Memory{users: make(map[string]guise.User, len(users))}
	for _, u := range users {
		m.Put(u)
	}
	return m
}

// Put adds the user, or replaces the one with the same ID. It panics when the
// ID is empty, because no directory has such a user.
func (m *Memory) Put(u guise.User) {
	if u.ID == "" {
		panic("userstest: a user without an ID")
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.users[u.ID] = clone(u)
}

// Delete removes the user with this ID, if there is one.
func (m *Memory) Delete(id string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.users, id)
}

// Fail makes every later call return err, as if the database were down. Fail
// with nil ends that.
func (m *Memory) Fail(err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.err = err
}

// User returns the user with this ID.
func (m *Memory) User(ctx context.Context, id string) (guise.User, error) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	if err := m.down(ctx); err != nil {
		return guise.User{}, err
	}
	u, ok := m.users[id]
	if !ok {
		return guise.User{}, guise.ErrUserNotFound
	}
	return clone(u), nil
}

// Users returns those of the users who exist, each once.
func (m *Memory) Users(ctx context.Context, ids ...string) ([]guise.User, error) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	if err := m.down(ctx); err != nil {
		return nil, err
	}
	var found []guise.User
	for _, id := range slices.Compact(slices.Sorted(slices.Values(ids))) {
		if u, ok := m.users[id]; ok {
			found = append(found, clone(u))
		}
	}
	return found, nil
}

// Search returns a page of users, by ID.
func (m *Memory) Search(ctx context.Context, query guise.Query) (guise.UserPage, error) {
	return query.Scan(ctx, m.behind)
}

// behind is every user with a larger ID, in order.
func (m *Memory) behind(ctx context.Context, after string, _ int) ([]guise.User, error) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	if err := m.down(ctx); err != nil {
		return nil, err
	}
	var users []guise.User
	for _, id := range slices.Sorted(maps.Keys(m.users)) {
		if id > after {
			users = append(users, clone(m.users[id]))
		}
	}
	return users, nil
}

// down says why no call can be answered. The lock is held.
func (m *Memory) down(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	return m.err
}

// clone keeps the caller's map and the directory's apart.
func clone(u guise.User) guise.User {
	u.Attributes = maps.Clone(u.Attributes)
	return u
}
