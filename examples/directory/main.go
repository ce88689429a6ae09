// Command directory is an application whose users are not in a table that
// sqlusers can read: they are behind a client of its own, as with an ORM or a
// service of users. What Guise needs of them is written by hand.
package main

import (
	"context"
	"errors"

	"github.com/guise-go/guise"
	"github.com/guise-go/guise/examples/directory/people"
	"github.com/guise-go/guise/examples/internal/app"
	"github.com/guise-go/guise/examples/internal/desk"
	"github.com/guise-go/guise/examples/internal/site"
	"github.com/guise-go/guise/memstore"
)

func main() { app.Main(open) }

// open makes the application.
func open(context.Context) (*app.App, error) {
	repository := &people.Repository{}
	for _, p := range []people.Person{
		{ID: 1, Login: "ada", FullName: "Ada Adler", Email: "ada@example.com", Company: "support", Admin: true},
		{ID: 2, Login: "maya", FullName: "Maya Moreno", Email: "maya@example.com", Company: "north"},
		{ID: 3, Login: "noah", FullName: "Noah Nkosi", Email: "noah@example.com", Company: "north"},
	} {
		repository.Save(p)
	}
	users := directory{repository} // this is the line that Guise adds
	s := &site.Site{Data: data{site.Memory{Desk: desk.Open()}, users}, Users: users, Store: memstore.New()}
	handler, m, err := s.Open()
	if err != nil {
		return nil, err
	}
	return &app.App{Handler: handler, Guise: m}, nil
}

// data has the people from the repository, and the notes in memory.
type data struct {
	site.Memory
	users directory
}

// Person is the user with this ID; the zero user is nobody.
func (d data) Person(ctx context.Context, id string) (guise.User, error) {
	user, err := d.users.User(ctx, id)
	if errors.Is(err, guise.ErrUserNotFound) || err == nil && !user.Active {
		return guise.User{}, nil
	}
	return user, err
}
