package sqlstore

import (
	"context"
	"database/sql"
	"fmt"
)

// dialect is everything that differs from engine to engine. Each engine has one
// file that writes out its SQL, and one folder of migrations.
type dialect struct {
	engine Engine

	// wrong lists, in words, what is wrong with how the database was opened.
	wrong string

	// begin starts a transaction that may write.
	begin string
	// lock takes the lock that begin takes, within a transaction that has begun
	// without it. Where there is one, the statements of a write are prepared
	// once.
	lock string
	// literals says that a statement is faster with its values in its text.
	literals bool
	// prepare makes a connection fit to write on: what is committed on it
	// survives a power cut, and is what was written.
	prepare preparation
	// busy reports whether another connection is in the way at the moment.
	busy func(error) bool
	// undoes says that a busy engine undoes the whole transaction, which is then
	// repeated from its beginning. The others let a single statement be repeated.
	undoes bool

	// alone keeps other instances from migrating: prepareAlone for as long as a
	// connection is prepared, or tryAlone, which says whether it could, until
	// the transaction ends. An engine needs at most one of them.
	prepareAlone preparation
	tryAlone     string

	// migrated counts tables called guise_migrations, versions lists what is
	// in it, recordVersion adds to it.
	migrated, versions, recordVersion string

	// marks stands for values of a statement, the first of which has a number.
	marks func(first, values int) string
	// mostValues is how many a statement may have; 0 is more than any has.
	mostValues int

	// lockHead reads the head of the log and keeps other writers out until the
	// transaction ends; readHead only reads it.
	lockHead, readHead, moveHead, insertEvent string
	// insertEvents inserts eventsAtOnce of them.
	insertEvents string

	insertImpersonation, takeToken, giveToken, setMode, end, touch string

	impersonation, activeStack, resolve    string
	running, runningOf, expired, dueOrIdle string
	events, eventsOf, unattached           string
	active                                 func(ids int) string

	// version asks for the engine's own, which suit fits the statements to.
	version string
	suit    func(d *dialect, version string)

	// oldest lists the first events, and whether each must stay; firstKept is
	// the first that isn't a purged event, or must stay, in the same columns.
	// purgeRows deletes the impersonations that the events up to a number were
	// about and that have none after it, purgeEvents the events up to it, which
	// allowPurge lets it do until forbidPurge.
	oldest, firstKept                               string
	purgeRows, allowPurge, purgeEvents, forbidPurge string

	log narrowing
	// whole are the columns that a page of the log reads; newReader makes what
	// reads them, and events.
	whole string
	// anyhow are the same columns one by one, with NULL for a start that is no
	// number.
	anyhow    string
	newReader func(width int) rowReader
	// fits is the condition that a column has a value such as stores write.
	fits func(column string) string

	// atOnce is empty for an engine that can't do that.
	atOnce atOnce
}

// preparation changes a connection, and returns what restores it.
type preparation func(context.Context, *sql.Conn) (restore func(context.Context) error, err error)

func dialectOf(engine Engine) (*dialect, error) {
	switch engine {
	case SQLite:
		return sqlite(), nil
	case Postgres:
		return postgres(), nil
	case MySQL:
		return mysql(), nil
	default:
		return nil, fmt.Errorf("sqlstore: engine %q is not supported; use sqlstore.SQLite, sqlstore.Postgres or sqlstore.MySQL", engine)
	}
}

// fit fits the statements to the engine's version.
func (s *Store) fit(ctx context.Context) error {
	if s.dialect.version == "" {
		return nil
	}
	versions, err := read(ctx, s, scanText, s.dialect.version)
	if err == nil && len(versions) == 1 {
		s.dialect.suit(s.dialect, versions[0])
	}
	return err
}
