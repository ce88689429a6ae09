package main

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"

	"github.com/guise-go/guise"
	"github.com/guise-go/guise/cmd/guise/internal/audit"
)

// logCommands is "guise log".
type logCommands struct {
	List   logList   `cmd:"" help:"Print impersonations and refused attempts, the newest first."`
	Show   logShow   `cmd:"" help:"Print one impersonation or refused attempt, with its events."`
	Export logExport `cmd:"" help:"Write impersonations and refused attempts as CSV or JSON lines."`
	Head   logHead   `cmd:"" help:"Print the newest event's number and hash, to note them elsewhere."`
	Verify logVerify `cmd:"" help:"Check that the log is as it was written: exit status 1 if it is not."`
	Purge  logPurge  `cmd:"" help:"Delete what is old; the rest still verifies."`
}

// logHead is "guise log head".
type logHead struct {
	source
	JSON bool `help:"Print JSON."`
}

// Run prints the head.
func (c *logHead) Run(ctx context.Context, out output) error {
	store, db, err := c.open(ctx)
	if err != nil {
		return err
	}
	defer db.Close()
	seq, hash, err := store.Head(ctx)
	if err != nil {
		return err
	}
	if c.JSON {
		return out.json(headJSON{seq, hash.String()})
	}
	return out.line(audit.Head{Seq: seq, Hash: hash}.String())
}

type headJSON struct {
	Seq  int64  `json:"seq"`
	Hash string `json:"hash"`
}

// logVerify is "guise log verify".
type logVerify struct {
	source
	Head string `placeholder:"NUMBER:HASH" help:"A head that was noted earlier: the log must lead through it."`
	JSON bool   `help:"Print JSON."`
}

// verifyGCPercent is for [debug.SetGCPercent], of which 100 is the default.
const verifyGCPercent = 400

// verifyJSON is what a verification found.
type verifyJSON struct {
	Holds          bool     `json:"holds"`
	Events         int64    `json:"events"`
	Impersonations int64    `json:"impersonations"`
	First          int64    `json:"first"`
	Head           headJSON `json:"head"`
	Seq            *int64   `json:"seq,omitempty"` // which may be 0, of what nobody should have written
	ID             string   `json:"impersonation_id,omitempty"`
	Problem        string   `json:"problem,omitempty"`

	// uncompared is that the problem is a noted head, and not the log.
	uncompared bool
}

// Run verifies the log.
func (c *logVerify) Run(ctx context.Context, out output) error {
	var options audit.Options
	if c.Head != "" {
		var err error
		if options.Anchor, err = audit.ParseHead(c.Head); err != nil {
			return usageError{err}
		}
	}
	store, db, err := c.open(ctx)
	if err != nil {
		return err
	}
	defer db.Close()
	bar := out.progress()
	options.Progress = bar.of
	// Each event is garbage as soon as it is verified: collecting more of them at
	// once takes a tenth less time, and some dozens of megabytes.
	defer debug.SetGCPercent(debug.SetGCPercent(verifyGCPercent))
	report, err := audit.Run(ctx, store, options)
	bar.done()
	found := verifyJSON{
		Holds: err == nil, Events: report.Events, Impersonations: report.Impersonations, First: report.First,
		Head: headJSON{report.Head.Seq, report.Head.Hash.String()},
	}
	var event *guise.ChainError
	var row *audit.RowError
	switch {
	case err == nil:
	case errors.As(err, &event):
		found.Seq, found.Problem = &event.Seq, fmt.Sprintf("event %d %s", event.Seq, event.Problem)
		found.uncompared = errors.As(err, new(*audit.PurgedError))
	case errors.As(err, &row):
		found.ID, found.Problem = row.ID, row.Error()
		if row.Seq != 0 {
			found.Seq = &row.Seq
		}
	default:
		return err // it could not be read, which says nothing of the log
	}
	return found.print(out, c.JSON)
}

func (f verifyJSON) print(out output, asJSON bool) error {
	var err error
	switch {
	case asJSON:
		err = out.json(f)
	case f.Holds:
		err = out.line(fmt.Sprintf("The log holds: %d events from number %d on, %d impersonations. Its head is %d:%s",
			f.Events, f.First, f.Impersonations, f.Head.Seq, f.Head.Hash))
	case f.uncompared:
		err = out.line("Can't be compared: " + f.Problem)
	default:
		err = out.line("The log does not hold: " + f.Problem)
	}
	if err == nil && !f.Holds {
		err = errNo
	}
	return err
}
