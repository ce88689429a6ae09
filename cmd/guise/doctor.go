package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"

	"github.com/guise-go/guise/cmd/guise/internal/checkup"
	"github.com/guise-go/guise/cmd/guise/internal/plain"
	"github.com/guise-go/guise/sqlusers"
)

// doctor is "guise doctor".
type doctor struct {
	people
	URL  string `name:"url" placeholder:"URL" help:"A page of the running application that needs no login: its cookies and headers are looked at."`
	JSON bool   `help:"Print JSON."`
}

// Run prints what was found; exit status 1 if anything is wrong.
func (c *doctor) Run(ctx context.Context, out output) error {
	site, err := c.site()
	if err != nil {
		return err
	}
	var found checkup.Findings
	if site == nil || c.DB != "" || c.Data != "" || os.Getenv("GUISE_DB") != "" {
		if found, err = c.database(ctx); err != nil {
			return err
		}
	}
	if site != nil {
		found = append(found, checkup.Site(ctx, site, &http.Client{})...)
	}
	if err := c.print(out, found); err != nil {
		return err
	}
	if !found.Right() {
		return errNo
	}
	return nil
}

func (c *doctor) site() (*url.URL, error) {
	if c.URL == "" {
		return nil, nil
	}
	address, err := url.Parse(c.URL)
	if err != nil || address.Host == "" || (address.Scheme != "http" && address.Scheme != "https") {
		return nil, usageError{errors.New("--url must be the address of a page, as https://app.example/login")}
	}
	return address, nil
}

// database is what is found of the database, and of its users where their table
// is named.
func (c *doctor) database(ctx context.Context) (checkup.Findings, error) {
	address, err := c.address()
	if err != nil {
		return nil, err
	}
	db, err := address.Open(ctx)
	if err != nil {
		return checkup.Findings{checkup.Unreachable(err)}, nil
	}
	defer db.Close()
	found := checkup.Database(ctx, db, address)
	if !c.named() {
		return append(found, checkup.NoUsers()), nil
	}
	users, err := c.over(db, sqlusers.Engine(address.Engine))
	if err != nil {
		return append(found, checkup.Unlike(err)), nil
	}
	return append(found, checkup.Users(ctx, users)), nil
}

func (c *doctor) print(out output, found checkup.Findings) error {
	if c.JSON {
		return out.json(struct {
			Right    bool             `json:"right"`
			Findings checkup.Findings `json:"findings"`
		}{found.Right(), found})
	}
	for _, one := range found {
		if err := out.line(fmt.Sprintf("%-7s %s: %s", one.Level, one.Check, plain.Line(one.Found))); err != nil {
			return err
		}
		if one.ToDo == "" {
			continue
		}
		if err := out.line("        to do: " + one.ToDo); err != nil {
			return err
		}
	}
	return nil
}
