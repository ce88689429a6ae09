package main

import (
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/mattn/go-isatty"
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

// of says that so many of a total are done; a total of 0 is unknown.
func (p *progress) of(what string, done, total int64) {
	if p.to == nil || time.Since(p.last) < progressEvery {
		return
	}
	p.last = time.Now()
	line := fmt.Sprintf("%d %s", done, what)
	if total > 0 {
		full := int(barWidth * min(done, total) / total)
		line = fmt.Sprintf("[%s%s] %d of %d %s", strings.Repeat("#", full), strings.Repeat(" ", barWidth-full), done, total, what)
	}
	fmt.Fprint(p.to, clearLine, line)
}

// done takes the line away.
func (p *progress) done() {
	if p.to != nil && !p.last.IsZero() {
		fmt.Fprint(p.to, clearLine)
		p.last = time.Time{}
	}
}
