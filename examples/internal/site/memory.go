package site

import (
	"context"

	"github.com/guise-go/guise"
	"github.com/guise-go/guise/examples/internal/desk"
)

// Memory is a [Data] in memory, for an example that is not about that.
type Memory struct{ Desk *desk.Desk }

// Person is the user with this ID.
func (m Memory) Person(ctx context.Context, id string) (guise.User, error) {
	return m.Desk.Person(ctx, id), nil
}

// Notes are those of the context's user.
func (m Memory) Notes(ctx context.Context) ([]string, error) { return m.Desk.Notes(User(ctx).ID), nil }

// AddNote adds one to theirs.
func (m Memory) AddNote(ctx context.Context, text string) error {
	m.Desk.AddNote(User(ctx).ID, text)
	return nil
}
