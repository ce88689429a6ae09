package main

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"strings"

	"github.com/guise-go/guise"
	"github.com/guise-go/guise/cmd/guise/schooldesk"
	"github.com/guise-go/guise/sqlusers"
)

// people is where the application's users are: the fields of sqlusers.Config.
type people struct {
	source
	Table     string   `placeholder:"TABLE" help:"Table or view of users. With --data, this and the columns are the demo's unless named."`
	ID        string   `name:"id" placeholder:"COLUMN" help:"Column of the user's key. Like any column: its name, or an SQL expression in parentheses."`
	Username  string   `placeholder:"COLUMN" help:"Column of the username."`
	Name      string   `placeholder:"COLUMN" help:"Column of the name."`
	Email     string   `placeholder:"COLUMN" help:"Column of the e-mail address."`
	Tenant    string   `placeholder:"COLUMN" help:"Column of the school, company or workspace."`
	Active    string   `placeholder:"COLUMN" help:"Column that says who may log in; '(1 = 1)' where everyone may."`
	Staff     string   `placeholder:"COLUMN" help:"Column that says who is staff."`
	Superuser string   `placeholder:"COLUMN" help:"Column that says who is a superuser."`
	Search    []string `sep:"none" placeholder:"COLUMN" help:"Column in which a search looks; repeat it for more. Default: those of username, name and e-mail address."`
	Where     string   `placeholder:"SQL" help:"Condition that a row must fulfil to be a user, such as 'u.deleted_at IS NULL'."`
}

// named reports whether any user table is named.
func (p people) named() bool { return p.Table != "" || p.Data != "" }

// config is what the flags say; with --data the demo's table fills in the rest.
func (p people) config(engine sqlusers.Engine) sqlusers.Config {
	c := sqlusers.Config{
		Engine: engine, Table: p.Table, ID: p.ID, Username: p.Username, Name: p.Name, Email: p.Email, Tenant: p.Tenant,
		Active: p.Active, Staff: p.Staff, Superuser: p.Superuser, Search: p.Search, Where: p.Where,
		Logger: slog.New(slog.DiscardHandler),
	}
	if p.Data != "" && p.Table == "" {
		desk := schooldesk.UsersTable(engine)
		c.Table = desk.Table
		c.ID, c.Username, c.Name = cmp.Or(c.ID, desk.ID), cmp.Or(c.Username, desk.Username), cmp.Or(c.Name, desk.Name)
		c.Email, c.Tenant, c.Active = cmp.Or(c.Email, desk.Email), cmp.Or(c.Tenant, desk.Tenant), cmp.Or(c.Active, desk.Active)
		c.Staff, c.Superuser = cmp.Or(c.Staff, desk.Staff), cmp.Or(c.Superuser, desk.Superuser)
	}
	return c
}

// directory opens the users' table, of an application with Guise's tables or
// without.
func (p people) directory(ctx context.Context) (*sqlusers.Directory, *sql.DB, error) {
	address, err := p.address()
	if err != nil {
		return nil, nil, err
	}
	db, err := address.Open(ctx)
	if err != nil {
		return nil, nil, err
	}
	users, err := p.over(db, sqlusers.Engine(address.Engine))
	if err != nil {
		_ = db.Close() // nothing was written
		return nil, nil, err
	}
	return users, db, nil
}

func (p people) over(db *sql.DB, engine sqlusers.Engine) (*sqlusers.Directory, error) {
	users, err := sqlusers.New(db, p.config(engine))
	if errors.As(err, new(*sqlusers.ConfigError)) {
		return nil, usageError{inFlags(err)}
	}
	return users, err
}

// inFlags says what is wrong with a Config by the flags that made it.
func inFlags(err error) error {
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		var said []error
		for _, one := range joined.Unwrap() {
			said = append(said, inFlags(one))
		}
		return errors.Join(said...)
	}
	wrong, ok := errors.AsType[*sqlusers.ConfigError](err)
	if !ok {
		return err
	}
	field, _, _ := strings.Cut(wrong.Field, "[") // of a list
	if field == "Engine" {
		field = "db"
	}
	return fmt.Errorf("--%s %s", strings.ToLower(field), wrong.Problem)
}

// userJSON is one user, in the endpoints' words.
type userJSON struct {
	ID        string `json:"id"`
	Username  string `json:"username"`
	Name      string `json:"name"`
	Email     string `json:"email"`
	Tenant    string `json:"tenant"`
	Active    bool   `json:"active"`
	Staff     bool   `json:"staff"`
	Superuser bool   `json:"superuser"`
}

func userOf(u guise.User) userJSON {
	return userJSON{u.ID, u.Username, u.Name, u.Email, u.Tenant, u.Active, u.Staff, u.Superuser}
}

// rights are what a user is beside a customer, for people to read.
func rights(u guise.User) string {
	said := "active"
	if !u.Active {
		said = "inactive"
	}
	if u.Staff {
		said += ", staff"
	}
	if u.Superuser {
		said += ", superuser"
	}
	return said
}

// found is the user with an ID, or an answer of no.
func found(ctx context.Context, users guise.Directory, id string) (guise.User, error) {
	user, err := users.User(ctx, id)
	if errors.Is(err, guise.ErrUserNotFound) {
		return user, noError{fmt.Errorf("there is no user with the ID %q", id)}
	}
	return user, err
}
