package main

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"github.com/guise-go/guise"
)

// operator is who does something from the command line, and why.
type operator struct {
	By   string `required:"" placeholder:"NAME" help:"Who you are; the log says so."`
	Note string `required:"" placeholder:"TEXT" help:"Why; the log says so."`
}

// check says what is missing.
func (o operator) check() error {
	switch {
	case strings.TrimSpace(o.By) == "":
		return usageError{errors.New("--by is empty; write who you are")}
	case strings.TrimSpace(o.Note) == "":
		return usageError{errors.New("--note is empty; write why")}
	}
	return nil
}

// actor is who the log names. The prefix keeps the name from being taken for
// the ID of one of the application's users.
func (o operator) actor() guise.Actor {
	name := strings.TrimSpace(o.By)
	return guise.Actor{User: guise.User{ID: "operator:" + name, Name: name}}
}

// storeTimeout is how long one step may take: nobody's page waits for it.
const storeTimeout = time.Minute

// newManager is Guise over a store, as an application has it, so that what a
// command does is decided and recorded where everything else is.
func newManager(config guise.Config) (*guise.Manager, error) {
	config.Identify = func(*http.Request) (string, error) { return "", nil }
	config.Logger = slog.New(slog.DiscardHandler)
	config.StoreTimeout = storeTimeout
	if config.Users == nil {
		config.Users = nobody{}
	}
	return guise.New(config)
}

// nobody is a directory of no users.
type nobody struct{}

// User finds nobody.
func (nobody) User(context.Context, string) (guise.User, error) {
	return guise.User{}, guise.ErrUserNotFound
}

// Search finds nobody.
func (nobody) Search(context.Context, guise.Query) (guise.UserPage, error) {
	return guise.UserPage{}, nil
}
