package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"time"

	"github.com/guise-go/guise"
	"github.com/guise-go/guise/cmd/guise/internal/plain"
)

// logExport is "guise log export".
type logExport struct {
	source
	filters
	Format string `enum:"csv,jsonl" default:"csv" placeholder:"csv|jsonl" help:"CSV in which no cell is a formula, or one JSON object a line (${default})."`
	Output string `short:"o" placeholder:"FILE" help:"File to make, readable by you alone; it must not be there yet. Default, and what - is: standard output."`
}

// exportAtOnce is how many are read at once.
const exportAtOnce = 500

// Run writes all that the filters let through, the newest start first.
func (c *logExport) Run(ctx context.Context, out output) error {
	query, err := c.query()
	if err != nil {
		return err
	}
	store, db, err := c.open(ctx)
	if err != nil {
		return err
	}
	defer db.Close()
	bar := out.progress()
	defer bar.done()
	if c.Output == "" || c.Output == "-" {
		if isTerminal(out.stdout) {
			bar = &progress{} // what is printed is itself how far it has come
		}
		_, err := export(ctx, out.stdout, store, query, c.Format, bar)
		return err
	}
	file, err := os.OpenFile(c.Output, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	switch {
	case errors.Is(err, fs.ErrExist):
		return usageError{fmt.Errorf("--output %s is there already; name another file", c.Output)}
	case err != nil:
		return usageError{fmt.Errorf("--output: %w", err)}
	}
	count, err := export(ctx, file, store, query, c.Format, bar)
	if err == nil {
		err = file.Sync()
	}
	if err = errors.Join(err, file.Close()); err != nil {
		// Half a log must not look like a whole one.
		return errors.Join(err, os.Remove(c.Output))
	}
	bar.done()
	return out.line(fmt.Sprintf("Exported %d impersonations to %s", count, c.Output))
}

// export writes page by page. On a terminal nothing is left that it would obey.
func export(ctx context.Context, to io.Writer, store guise.Log, query guise.LogQuery, format string, bar *progress) (count int64, err error) {
	var page bytes.Buffer
	exporter, err := guise.NewExporter(&page, format)
	if err != nil {
		return 0, err
	}
	terminal := isTerminal(to)
	var newest time.Time
	oldest := begin(ctx, store)
	if oldest.Before(query.From) {
		oldest = query.From
	}
	for query.Limit = exportAtOnce; ; {
		some, err := store.Impersonations(ctx, query)
		if err != nil {
			return count, fmt.Errorf("reading the log: %w", err)
		}
		for _, one := range some.Impersonations {
			if err := exporter.Write(one); err != nil {
				return count, err
			}
		}
		if err := exporter.Flush(); err != nil {
			return count, err
		}
		text := page.Bytes()
		if terminal {
			text = []byte(plain.JSON(text))
		}
		if _, err := to.Write(text); err != nil {
			return count, err
		}
		page.Reset()
		count += int64(len(some.Impersonations))
		if n := len(some.Impersonations); n > 0 {
			if newest.IsZero() {
				newest = some.Impersonations[0].StartedAt
			}
			bar.reached("impersonations", count, newest.Sub(some.Impersonations[n-1].StartedAt), newest.Sub(oldest))
		}
		if query.Cursor = some.Next; some.Next == "" {
			return count, nil
		}
	}
}
