package main

import (
	"fmt"
	"os"
	"slices"

	"github.com/guise-go/guise/bench/people"
)

// seed is that of all data: two runs have the same users.
const seed = 20261125

// lab is what the rows of a run share: servers, and databases full of users,
// each made when a row first asks for it. It is used by one goroutine.
type lab struct {
	quick    bool
	made     map[string]made
	closers  []func() error
	versions map[string]string
}

type made struct {
	value any
	err   error
}

func newLab(quick bool) *lab {
	return &lab{quick: quick, made: map[string]made{}, versions: map[string]string{}}
}

// shared returns what create made for the first row that asked for this name.
func shared[T any](l *lab, name string, create func() (T, error)) (T, error) {
	have, ok := l.made[name]
	if !ok {
		value, err := create()
		have = made{value, err}
		l.made[name] = have
	}
	value, _ := have.value.(T) // the same name always has the same type
	return value, have.err
}

// atEnd has something closed when the run is over.
func (l *lab) atEnd(f func() error) { l.closers = append(l.closers, f) }

// close closes everything, what was made last first.
func (l *lab) close() {
	for _, f := range slices.Backward(l.closers) {
		if err := f(); err != nil {
			fmt.Fprintln(os.Stderr, "bench: cleaning up:", err)
		}
	}
}

// size is n, or what a quick run takes instead.
func (l *lab) size(n, quick int) int {
	if l.quick {
		return quick
	}
	return n
}

// crowd is the users of the run.
func (l *lab) crowd() people.Crowd {
	return people.Crowd{Seed: seed, N: l.size(1_000_000, 3_000)}
}

// folder is a temporary one, removed at the end.
func (l *lab) folder() (string, error) {
	return shared(l, "folder", func() (string, error) {
		path, err := os.MkdirTemp("", "guise-bench-")
		if err == nil {
			l.atEnd(func() error { return os.RemoveAll(path) })
		}
		return path, err
	})
}
