package userstest

import (
	"context"
	"maps"
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"github.com/guise-go/guise"
	"github.com/guise-go/guise/internal/cursor"
)

// memoryCursor is the kind of a [Memory]'s cursors.
const memoryCursor = "memory-users"

// Memory is a directory in memory, for tests: users come, change and go
// between two calls, and every call can be made to fail. It searches the
// username, name and e-mail address, and lists by ID. It is the readable
// specification of a [guise.Directory], not a fast one.
type Memory struct {
	mu    sync.RWMutex
	users map[string]guise.User
	err   error
}

var _ guise.BatchDirectory = (*Memory)(nil)

// NewMemory makes a directory of these users. Like [Memory.Put] it panics on
// a user without an ID.
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
	m.mu.RLock()
	defer m.mu.RUnlock()
	if err := m.down(ctx); err != nil {
		return guise.UserPage{}, err
	}
	after := ""
	if query.Cursor != "" {
		position, ok := cursor.Decode(memoryCursor, query.Cursor, 1)
		if !ok {
			return guise.UserPage{}, guise.ErrBadCursor
		}
		after = position[0]
	}
	limit := query.Limit
	if limit <= 0 {
		limit = 20
	}
	var page guise.UserPage
	for _, id := range slices.Sorted(maps.Keys(m.users)) {
		u := m.users[id]
		if id <= after || !query.Filter.Matches(u) || !matchesText(u, query.Text) {
			continue
		}
		if len(page.Users) == limit {
			page.Next = cursor.Encode(memoryCursor, page.Users[limit-1].ID)
			break
		}
		page.Users = append(page.Users, clone(u))
	}
	return page, nil
}

// down says why no call can be answered. The lock is held.
func (m *Memory) down(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	return m.err
}

// matchesText is rule 4: each term in at least one of the fields.
func matchesText(u guise.User, text string) bool {
	for _, term := range strings.Fields(text) {
		// Bytes that are no text occur in no name.
		if !utf8.ValidString(term) {
			return false
		}
		if !containsFold(u.Username, term) && !containsFold(u.Name, term) && !containsFold(u.Email, term) {
			return false
		}
	}
	return true
}

func containsFold(text, term string) bool {
	return strings.Contains(fold(text), fold(term))
}

// fold maps each character to one that stands for all its cases.
func fold(text string) string { return strings.Map(foldRune, text) }

func foldRune(r rune) rune {
	least := r
	for next := unicode.SimpleFold(r); next != r; next = unicode.SimpleFold(next) {
		least = min(least, next)
	}
	return least
}

// clone keeps the caller's map and the directory's apart.
func clone(u guise.User) guise.User {
	u.Attributes = maps.Clone(u.Attributes)
	return u
}
