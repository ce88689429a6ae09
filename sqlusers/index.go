package sqlusers

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"time"
)

// ErrNoIndex says that no index makes searches fast, so that each reads the
// whole table. The error that wraps it says why, and what to do.
var ErrNoIndex = errors.New("no index makes searches fast")

// textIndex is an index that finds text anywhere in the search columns. It only
// says where to look: each row that it leads to is compared as if there were no
// index, so one that names too many rows is slow, never wrong. One that may name
// too few is not used.
type textIndex interface {
	create() []string
	drop() []string
	// check looks at the index as it is now: at a sample of what it holds, or
	// at all of it. A problem says why it may not be used; none is "".
	check(ctx context.Context, d *Directory, all bool) (state indexState, problem string, err error)
	// changed reports whether the schema has changed since the state was found:
	// what kept the index current may be gone.
	changed(context.Context, *Directory, indexState) (bool, error)
	// finds reports whether the index knows where the term occurs.
	finds(term) bool
	// through writes the query that asks the index first, for terms at least one
	// of which it finds. It reports false where it can't.
	through(*Directory, search) (condition, bool)
	// ordered reports whether the index lists users by ID. If not, all users that
	// it finds have to be sorted.
	ordered() bool
	// within writes the query that looks at each user in the Filter's tenants.
	within(*Directory, search) condition
}

// indexState is what was found out about an index at the last look.
type indexState struct {
	usable bool
	// tenants says that the tenants' column has an index of its own.
	tenants bool
	// version is that of the schema, where the engine counts.
	version int64
	at      time.Time
}

// lookAgain is how long a directory that has no index waits before it looks
// whether there is one now.
const lookAgain = time.Minute

// IndexStatements returns the SQL that makes the index by which a search finds
// text anywhere in the search columns, and that keeps it current: run each
// statement by itself, in this order, outside a transaction, and begin again if
// one fails. They replace an index that is there already, and change none of
// the table's columns or rows. [New] finds the index and uses it; a directory
// that is older than the index finds it within a minute.
//
// The error is [ErrNoIndex], and says why there can be none over this table.
func (d *Directory) IndexStatements() ([]string, error) {
	if d.index == nil {
		return nil, d.noIndexError()
	}
	return slices.Concat(d.index.drop(), d.index.create()), nil
}

// DropIndexStatements returns the SQL that removes everything that
// IndexStatements makes, as far as it is there. Run each statement by itself.
func (d *Directory) DropIndexStatements() []string {
	if d.index == nil {
		return nil
	}
	return d.index.drop()
}

// CheckIndex compares the index with the whole table, where it could differ from
// that, which takes a few seconds for a million users. It returns nil if
// searches use an index and it is right. Otherwise the error says what is wrong
// and what to do; it is [ErrNoIndex] unless the database could not be asked.
// Searches then work without the index.
func (d *Directory) CheckIndex(ctx context.Context) error {
	if d.index == nil {
		return d.noIndexError()
	}
	problem, err := d.look(ctx, true)
	if err == nil && problem != "" {
		err = fmt.Errorf("%w: %s", ErrNoIndex, problem)
	}
	if err != nil {
		return fmt.Errorf("sqlusers: the index of %s: %w", d.table, err)
	}
	return nil
}

func (d *Directory) noIndexError() error {
	return fmt.Errorf("sqlusers: the index of %s: %w: %s", d.table, ErrNoIndex, d.noIndex)
}

// findIndex finds out for New about the index. It says once what would make
// searches fast.
func (d *Directory) findIndex(ctx context.Context) (err error) {
	d.state.Store(&indexState{at: time.Now()})
	if d.index, d.noIndex, err = d.engine.textIndex(ctx, d); err != nil {
		return err
	}
	problem := d.noIndex
	if d.index != nil {
		if problem, err = d.look(ctx, false); err != nil {
			return err
		}
	}
	if problem != "" {
		d.say(ctx, slog.LevelInfo, "each search for text reads the whole table", problem)
	}
	return nil
}

// look finds out whether the index may be used, and goes by that from then on.
func (d *Directory) look(ctx context.Context, all bool) (problem string, err error) {
	state, problem, err := d.index.check(ctx, d, all)
	if err != nil && ctx.Err() != nil { // which says nothing of the index
		return "", err
	}
	state.usable, state.at = err == nil && problem == "", time.Now()
	d.state.Store(&state)
	return problem, err
}

// usableIndex reports whether a search may go through the index, by what was
// last found out about it.
func (d *Directory) usableIndex(ctx context.Context) bool {
	if d.index == nil {
		return false
	}
	state := d.state.Load()
	if !state.usable && time.Since(state.at) >= lookAgain {
		// If it can't be asked now, it is asked again in a minute.
		if problem, err := d.look(ctx, false); problem == "" && err == nil {
			d.say(ctx, slog.LevelInfo, "searches for text use the index now", "it is there, and right")
		}
	}
	return d.state.Load().usable
}

// giveUp makes searches go on without an index that has failed one.
func (d *Directory) giveUp(ctx context.Context, why string) {
	d.state.Store(&indexState{at: time.Now()})
	d.say(ctx, slog.LevelWarn, "each search for text reads the whole table again", why)
}

func (d *Directory) say(ctx context.Context, level slog.Level, what, why string) {
	d.logger.Log(ctx, level, "sqlusers: "+what, "table", d.table.String(), "why", why)
}

// makeIt is what to do about an index that is missing or wrong.
const makeIt = "; to make it, run what `guise users index --print` prints, or Directory.IndexStatements returns"
