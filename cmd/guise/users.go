package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/guise-go/guise"
	"github.com/guise-go/guise/sqlusers"
)

// usersCommands is "guise users".
type usersCommands struct {
	Search usersSearch `cmd:"" help:"Find users as the console does."`
	Show   usersShow   `cmd:"" help:"Print one user as Guise sees them."`
	Index  usersIndex  `cmd:"" help:"Print, make, check or remove the index that makes searches fast."`
}

// usersSearch is "guise users search".
type usersSearch struct {
	people
	Text   []string `arg:"" optional:"" name:"term" help:"What to find: each term must occur in one of the columns. None finds everyone."`
	Limit  int      `default:"20" placeholder:"N" help:"How many to print, 1 to 1000 (${default})."`
	Cursor string   `placeholder:"CURSOR" help:"Continue after a page, from the cursor it ended with."`
	JSON   bool     `help:"Print JSON."`
}

// Run prints a page of users.
func (c *usersSearch) Run(ctx context.Context, out output) error {
	if err := withinLimit(c.Limit); err != nil {
		return err
	}
	users, db, err := c.directory(ctx)
	if err != nil {
		return err
	}
	defer db.Close()
	page, err := search(ctx, users, guise.Query{Text: strings.Join(c.Text, " "), Cursor: c.Cursor, Limit: c.Limit})
	switch {
	case errors.Is(err, guise.ErrBadCursor):
		return usageError{fmt.Errorf("--cursor is %.80q, which no page of these users ended with", c.Cursor)}
	case err != nil:
		return err
	case c.JSON:
		list := []userJSON{}
		for _, u := range page.Users {
			list = append(list, userOf(u))
		}
		return out.json(struct {
			Users []userJSON `json:"users"`
			Next  string     `json:"next,omitempty"`
		}{list, page.Next})
	}
	rows := [][]string{{"ID", "NAME", "USERNAME", "EMAIL", "TENANT", "IS"}}
	for _, u := range page.Users {
		rows = append(rows, []string{u.ID, u.Name, u.Username, u.Email, u.Tenant, rights(u)})
	}
	if err := out.table(rows); err != nil || page.Next == "" {
		return err
	}
	return out.line("More: --cursor " + page.Next)
}

// search is a page of as many as were asked for, where there are as many: a
// directory's own pages are shorter, and those for short terms may be empty.
func search(ctx context.Context, users guise.Directory, query guise.Query) (found guise.UserPage, err error) {
	for wanted := query.Limit; ; {
		query.Limit = wanted - len(found.Users)
		some, err := users.Search(ctx, query)
		if err != nil {
			return guise.UserPage{}, err
		}
		found.Users = append(found.Users, some.Users...)
		if found.Next, query.Cursor = some.Next, some.Next; some.Next == "" || len(found.Users) >= wanted {
			return found, nil
		}
	}
}

// usersShow is "guise users show".
type usersShow struct {
	people
	User string `arg:"" name:"user" help:"The user's ID."`
	JSON bool   `help:"Print JSON."`
}

// Run prints a user.
func (c *usersShow) Run(ctx context.Context, out output) error {
	users, db, err := c.directory(ctx)
	if err != nil {
		return err
	}
	defer db.Close()
	u, err := found(ctx, users, c.User)
	switch {
	case err != nil:
		return err
	case c.JSON:
		return out.json(userOf(u))
	}
	return out.table([][]string{
		{"id", u.ID}, {"name", u.Name}, {"username", u.Username}, {"email", u.Email}, {"tenant", u.Tenant}, {"is", rights(u)},
	})
}

// usersIndex is "guise users index".
type usersIndex struct {
	people
	Print bool `xor:"what" help:"Print the statements that make it, and run none."`
	Apply bool `xor:"what" help:"Make it, in place of one that is there."`
	Check bool `xor:"what" help:"Compare it with the table: exit status 1 if there is none or it is wrong."`
	Drop  bool `xor:"what" help:"Remove it; searches work without, and read the whole table."`
}

// Run does what the flag says.
func (c *usersIndex) Run(ctx context.Context, out output) error {
	if !c.Print && !c.Apply && !c.Check && !c.Drop {
		return usageError{errors.New("say what to do with the index: --print, --apply, --check or --drop")}
	}
	users, db, err := c.directory(ctx)
	if err != nil {
		return err
	}
	defer db.Close()
	if c.Check {
		err := users.CheckIndex(ctx)
		if errors.Is(err, sqlusers.ErrNoIndex) {
			return noError{err}
		}
		if err != nil {
			return err
		}
		return out.line("The index is there, and right.")
	}
	statements := users.DropIndexStatements()
	if !c.Drop {
		if statements, err = users.IndexStatements(); err != nil {
			return noError{err}
		}
	}
	if c.Print {
		return printScript(out, statements)
	}
	for n, statement := range statements {
		if _, err := db.ExecContext(ctx, statement); err != nil {
			return fmt.Errorf("statement %d of %d, %.60q: %w; those before it ran: give the same command again", n+1, len(statements), statement, err)
		}
	}
	if c.Drop {
		return out.line("The index is gone.")
	}
	if err := users.CheckIndex(ctx); err != nil {
		return fmt.Errorf("the index was made, and is not right: %w", err)
	}
	return out.line("The index is made. A running application finds it within a minute.")
}

// printScript prints statements, and how to run them: there are tools that make
// one transaction of a script, and PostgreSQL makes no index CONCURRENTLY in one.
func printScript(out output, statements []string) error {
	_, err := fmt.Fprintf(out.stdout, "-- Each statement by itself, outside a transaction; if one fails, begin again.\n%s;\n", strings.Join(statements, ";\n"))
	return err
}
