package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/guise-go/guise"
	"github.com/guise-go/guise/cmd/guise/internal/audit"
	"github.com/guise-go/guise/cmd/guise/internal/database"
	"github.com/guise-go/guise/sqlstore"
)

// migrate is "guise migrate".
type migrate struct {
	source
	Print  bool   `help:"Print the statements that the database lacks and run none, for those who run their own."`
	Engine string `enum:",sqlite,postgres,mysql" default:"" placeholder:"ENGINE" help:"With --print: all statements for sqlite, postgres or mysql, asking no database."`
	JSON   bool   `help:"Print JSON."`
}

// migrationJSON is one step: what was applied, or is to be.
type migrationJSON struct {
	Version int    `json:"version"`
	Name    string `json:"name"`
	SQL     string `json:"sql,omitempty"`
}

// Run makes Guise's tables, or prints how.
func (c *migrate) Run(ctx context.Context, out output) error {
	if c.Print {
		return c.print(ctx, out)
	}
	if c.Engine != "" {
		return usageError{errors.New("--engine goes with --print; the database itself says which engine it is")}
	}
	address, err := c.address()
	if err != nil {
		return err
	}
	db, err := address.Open(ctx)
	if err != nil {
		return err
	}
	defer db.Close()
	missing, err := sqlstore.Missing(ctx, db, address.Engine)
	if err != nil {
		return err
	}
	if _, err := sqlstore.Open(ctx, db, address.Engine); err != nil {
		return err
	}
	if c.JSON {
		applied := []migrationJSON{}
		for _, m := range missing {
			applied = append(applied, migrationJSON{Version: m.Version, Name: m.Name})
		}
		return out.json(struct {
			Applied []migrationJSON `json:"applied"`
		}{applied})
	}
	if len(missing) == 0 {
		return out.line("Nothing to do: all migrations have been applied. guise doctor looks whether what they made is still there.")
	}
	for _, m := range missing {
		if err := out.line(fmt.Sprintf("Applied migration %d: %s", m.Version, m.Name)); err != nil {
			return err
		}
	}
	return nil
}

func (c *migrate) print(ctx context.Context, out output) error {
	missing, err := c.toPrint(ctx)
	if err != nil {
		return err
	}
	if c.JSON {
		lacks := []migrationJSON{}
		for _, m := range missing {
			lacks = append(lacks, migrationJSON{m.Version, m.Name, m.SQL})
		}
		return out.json(struct {
			Missing []migrationJSON `json:"missing"`
		}{lacks})
	}
	if len(missing) == 0 { // as a comment, since what is printed is run
		return out.line("-- Nothing to do: all migrations have been applied. guise doctor looks whether what they made is still there.")
	}
	for _, m := range missing {
		if _, err := fmt.Fprintln(out.stdout, m); err != nil {
			return err
		}
	}
	return nil
}

// toPrint is what the database lacks, or all that an engine needs.
func (c *migrate) toPrint(ctx context.Context) ([]sqlstore.Migration, error) {
	if c.Engine != "" {
		return sqlstore.Migrations(sqlstore.Engine(c.Engine))
	}
	address, err := c.address()
	if err != nil {
		return nil, err
	}
	db, err := address.Open(ctx)
	if err != nil {
		return nil, err
	}
	defer db.Close()
	return sqlstore.Missing(ctx, db, address.Engine)
}

// copyLog is "guise copy".
type copyLog struct {
	From string `required:"" placeholder:"URL" help:"Database to copy from, as --db of the other commands. Stop the application first."`
	To   string `required:"" placeholder:"URL" help:"Database to copy to, of any engine, without impersonations; Guise's tables are made where missing."`
	JSON bool   `help:"Print JSON."`
}

// Run copies everything and verifies what is there afterwards.
func (c *copyLog) Run(ctx context.Context, out output) error {
	origin, err := database.Parse(c.From)
	if err != nil {
		return usageError{fmt.Errorf("--from: %w", err)}
	}
	address, err := database.Parse(c.To)
	if err != nil {
		return usageError{fmt.Errorf("--to: %w", err)}
	}
	if address.Same(origin) {
		return usageError{fmt.Errorf("--from and --to both name %s; a copy goes to another database", address)}
	}
	from, sourceDB, err := source{DB: c.From}.open(ctx)
	if err != nil {
		return err
	}
	defer sourceDB.Close()
	targetDB, err := address.Open(ctx, database.Create)
	if err != nil {
		return err
	}
	defer targetDB.Close()
	to, err := sqlstore.Open(ctx, targetDB, address.Engine)
	if err != nil {
		return err
	}
	bar := out.progress()
	defer bar.done()
	total, err := length(ctx, from)
	if err != nil {
		return err
	}
	copied, err := sqlstore.Copy(ctx, to, from, func(events int) { bar.of("events copied", int64(events), total) })
	if err != nil {
		return orNo(err)
	}
	options := audit.Options{Anchor: audit.Head{Seq: copied.Seq, Hash: copied.Hash}, Progress: func(what string, done, total int64) {
		bar.of(what+" verified", done, total)
	}}
	if _, err := audit.Run(ctx, to, options); err != nil {
		return orNo(fmt.Errorf("everything is copied, and verifying it there ended with: %w", err))
	}
	bar.done()
	if c.JSON {
		return out.json(struct {
			Events         int      `json:"events"`
			Impersonations int      `json:"impersonations"`
			Head           headJSON `json:"head"`
		}{copied.Events, copied.Impersonations, headJSON{copied.Seq, copied.Hash.String()}})
	}
	return out.line(fmt.Sprintf("Copied %d events and %d impersonations, and verified them there. The head is %s",
		copied.Events, copied.Impersonations, options.Anchor))
}

// orNo makes an answer of no of the error for a log that does not hold.
func orNo(err error) error {
	if errors.As(err, new(*guise.ChainError)) || errors.As(err, new(*audit.RowError)) || errors.As(err, new(*sqlstore.RowError)) {
		return noError{err}
	}
	return err
}
