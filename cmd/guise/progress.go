package main

import (
	"context"
	"fmt"
	"io"
	"math"
	"os"
	"strings"
	"time"

	"github.com/mattn/go-isatty"

	"github.com/guise-go/guise"
)

// progress says on one line, which it writes again and again, how far something
// that takes long has come. Its zero value says nothing.
type progress struct {
	to   io.Writer
	last time.Time
}

const (
	// progressEvery is how often the line is written.
	progressEvery = 100 * time.Millisecond
	barWidth      = 30
	clearLine     = "\r\x1b[K"
	// A line that is longer than the terminal is wide is cut off: the next would
	// clear only the last of several.
	wrapOff, wrapOn = "\x1b[?7l", "\x1b[?7h"
)

// progress is told of on stderr, where that is a terminal: what a script reads
// has nothing of it.
func (o output) progress() *progress {
	if isTerminal(o.stderr) {
		return &progress{to: o.stderr}
	}
	return &progress{}
}

func isTerminal(w io.Writer) bool {
	file, ok := w.(*os.File)
	return ok && (isatty.IsTerminal(file.Fd()) || isatty.IsCygwinTerminal(file.Fd()))
}

// of says that so many of a total are done.
func (p *progress) of(what string, done, total int64) {
	p.say(float64(done)/float64(max(total, 1)), fmt.Sprintf("%d of %d %s", done, total, what))
}

// reached says how many are done, and what share of a length of time they cover:
// what nobody has counted is known by when it began and when it ends.
func (p *progress) reached(what string, done int64, covered, whole time.Duration) {
	p.say(covered.Seconds()/max(whole.Seconds(), 1), fmt.Sprintf("%d %s", done, what))
}

func (p *progress) say(share float64, text string) {
	if p.to == nil || time.Since(p.last) < progressEvery {
		return
	}
	p.last = time.Now()
	full := int(barWidth * min(max(share, 0), 1))
	fmt.Fprintf(p.to, "%s%s[%s%s] %s%s", clearLine, wrapOff, strings.Repeat("#", full), strings.Repeat(" ", barWidth-full), text, wrapOn)
}

// begin is when a log does; the zero time where that can't be told.
func begin(ctx context.Context, log guise.Log) time.Time {
	first, err := oldest(ctx, log)
	if err != nil {
		return time.Time{} // which whoever reads on will say
	}
	return first.Time
}

// length is how many events a log has: their numbers have no gaps.
func length(ctx context.Context, store guise.Store) (int64, error) {
	first, err := oldest(ctx, store)
	if err != nil {
		return 0, err
	}
	newest, _, err := store.Head(ctx)
	return newest - first.Seq + 1, err
}

// oldest is the first event there is, or one of number 0.
func oldest(ctx context.Context, log guise.Log) (guise.Event, error) {
	first, err := log.Events(ctx, "", math.MinInt64, 1)
	if err != nil || len(first) == 0 {
		return guise.Event{}, err
	}
	return first[0], nil
}

// done takes the line away.
func (p *progress) done() {
	if p.to != nil && !p.last.IsZero() {
		fmt.Fprint(p.to, clearLine)
		p.last = time.Time{}
	}
}
