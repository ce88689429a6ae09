package main

import (
	"context"
	"errors"
	"strconv"
	"testing"

	"github.com/guise-go/guise"
	"github.com/guise-go/guise/examples/directory/people"
	"github.com/guise-go/guise/examples/internal/drive"
	"github.com/guise-go/guise/userstest"
)

func TestStory(t *testing.T) { drive.Site(t, drive.Serve(t, open)) }

// TestRules is all the test that a directory of one's own needs.
func TestRules(t *testing.T) {
	userstest.Run(t, func(t *testing.T, users []guise.User) guise.Directory {
		d := changing{directory{&people.Repository{}}}
		for _, user := range users {
			d.Put(user)
		}
		return d
	})
}

// changing adds what the suite needs to see users come and go meanwhile.
type changing struct{ directory }

func (c changing) Put(u guise.User) {
	c.people.Save(people.Person{
		ID: number(u.ID), Login: u.Username, FullName: u.Name, Email: u.Email, Company: u.Tenant,
		Team: u.Attributes[userstest.Attribute], Blocked: !u.Active, Agent: u.Staff, Admin: u.Superuser,
	})
}

func (c changing) Delete(id string) { c.people.Delete(number(id)) }

func number(id string) int64 {
	n, err := strconv.ParseInt(id, 10, 64)
	if err != nil {
		panic(err) // the suite's IDs are numbers
	}
	return n
}

// TestNoID: what can't be an ID is nobody's, but where the context is over
// that is no answer either.
func TestNoID(t *testing.T) {
	over, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := (directory{&people.Repository{}}).User(over, "x"); !errors.Is(err, context.Canceled) || errors.Is(err, guise.ErrUserNotFound) {
		t.Errorf("with a context that is over: %v", err)
	}
}
