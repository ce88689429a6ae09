package checkup

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math"
	"time"

	"github.com/guise-go/guise"
	"github.com/guise-go/guise/cmd/guise/internal/database"
	"github.com/guise-go/guise/sqlstore"
	"github.com/guise-go/guise/sqlusers"
)

// maxSkew is how far two clocks may differ. Limits are kept to the second.
const maxSkew = time.Second

// Database looks at an open database: Guise's tables, their indexes and triggers,
// the log's head, the clock. It changes nothing.
func Database(ctx context.Context, db *sql.DB, address database.Address) Findings {
	found := Findings{ok("database", "%s answers", address), clock(ctx, db, address.Engine, time.Now)}
	found = append(found, durability(ctx, db, address.Engine)...)
	missing, err := sqlstore.Missing(ctx, db, address.Engine)
	switch {
	case err != nil:
		return append(found, wrong("migrations", err.Error(), "use the version of guise that the application has, and a user of the database who may read Guise's tables"))
	case len(missing) > 0:
		return append(found, wrong("migrations", fmt.Sprintf("%d not applied, from version %d (%s) on", len(missing), missing[0].Version, missing[0].Name),
			"run guise migrate, or start the application, which does it too; if they are there, let the database's user read them"))
	}
	found = append(append(found, ok("migrations", "all are applied")), parts(ctx, db, address.Engine)...)
	store, err := sqlstore.Open(ctx, db, address.Engine)
	if err != nil {
		return append(found, wrong("log", err.Error(), "see that the database's user may read and write Guise's tables"))
	}
	return append(found, head(ctx, store))
}

// looks is how often the head is looked at in a log that is written to all the
// time.
const looks = 5

// head looks whether the newest event is the one that the store says it is.
func head(ctx context.Context, store guise.Log) (found Finding) {
	for range looks {
		seq, hash, err := store.Head(ctx)
		if err != nil {
			return headless(err)
		}
		found = headIs(ctx, store, seq, hash)
		now, _, err := store.Head(ctx)
		if err == nil && now == seq {
			break // else an event may have come between the two that were read
		}
	}
	return found
}

// headIs looks at the event that the head names, and whether one is behind it.
func headIs(ctx context.Context, store guise.Log, seq int64, hash guise.Hash) Finding {
	const check, verify = "log", "run guise log verify, and find out who can write to this database"
	from := seq - 1
	if seq == 0 {
		from = math.MinInt64 // nothing may be there at all
	}
	newest, err := store.Events(ctx, "", from, 2)
	switch {
	case err != nil:
		return wrong(check, fmt.Sprintf("event %d can't be read: %v", seq, err), verify)
	case seq == 0 && len(newest) == 0 && hash == guise.Hash{}:
		return ok(check, "it is empty")
	case seq == 0 && len(newest) > 0:
		return wrong(check, fmt.Sprintf("by its head it is empty, and it has event %d", newest[0].Seq), verify)
	case len(newest) == 0 || newest[0].Seq != seq:
		return wrong(check, fmt.Sprintf("its head is event %d, which is missing", seq), verify)
	case newest[0].Hash != hash || newest[0].Digest() != hash:
		return wrong(check, fmt.Sprintf("event %d is not the one that its head names", seq), verify)
	case len(newest) > 1:
		return wrong(check, fmt.Sprintf("its head is event %d, and event %d is behind it", seq, newest[1].Seq), verify)
	}
	return ok(check, "its head is %d:%s; guise log verify checks all of it", seq, hash)
}

// headless is that the head can't be read.
func headless(err error) Finding {
	if errors.As(err, new(*guise.ChainError)) { // there is none, or no store has written it
		return wrong("log", err.Error(), "restore the table guise_head from a backup, and find out who can write to this database")
	}
	return wrong("log", "its head can't be read: "+err.Error(), "see that the database's user may read Guise's tables")
}

// durability is whether the server keeps what it has acknowledged. SQLite's
// settings are those of the application's connections, which can't be seen here.
func durability(ctx context.Context, db *sql.DB, engine sqlstore.Engine) Findings {
	const check = "durability"
	ask := map[sqlstore.Engine]string{sqlstore.Postgres: `SHOW fsync`, sqlstore.MySQL: `SELECT @@innodb_flush_log_at_trx_commit`}[engine]
	if ask == "" {
		return nil
	}
	var setting string
	switch err := db.QueryRowContext(ctx, ask).Scan(&setting); {
	case err != nil:
		return Findings{wrong(check, "the database does not tell its settings: "+err.Error(), "try again")}
	case setting == "off":
		return Findings{advice(check, "fsync is off: what is on record may be lost in a power cut, and the rest of the database too",
			"turn it on in postgresql.conf, but on machines for tests")}
	case engine == sqlstore.MySQL && setting != "1":
		return Findings{wrong(check, "innodb_flush_log_at_trx_commit is "+setting+": what is on record may be lost in a power cut, and with 0 also when the server dies",
			"set it to 1, the default")}
	}
	return Findings{ok(check, "what is acknowledged is on the server's disk")}
}

// clocks ask each engine for its time, in microseconds since 1970.
var clocks = map[sqlstore.Engine]string{
	sqlstore.Postgres: `SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint`,
	// Not the local time, which has one hour twice when summer time ends.
	sqlstore.MySQL: `SELECT TIMESTAMPDIFF(MICROSECOND, '1970-01-01', UTC_TIMESTAMP(6))`,
}

// clock compares this machine's clock with the database's. The answer took a
// while, within which the database's clock was read.
func clock(ctx context.Context, db *sql.DB, engine sqlstore.Engine, now func() time.Time) Finding {
	const check = "clock"
	query, has := clocks[engine]
	if !has {
		return ok(check, "the database is a file, and has none of its own")
	}
	before := now()
	var micros int64
	if err := db.QueryRowContext(ctx, query).Scan(&micros); err != nil {
		return wrong(check, "the database does not tell the time: "+err.Error(), "try again")
	}
	after, theirs := now(), time.UnixMicro(micros)
	switch {
	case theirs.Before(before.Add(-maxSkew)):
		return skewed(before.Sub(theirs), "behind")
	case theirs.After(after.Add(maxSkew)):
		return skewed(theirs.Sub(after), "ahead of")
	}
	return ok(check, "the database's agrees with this machine's to the second")
}

func skewed(by time.Duration, where string) Finding {
	return wrong("clock", fmt.Sprintf("the database's is %v %s this machine's", by.Round(100*time.Millisecond), where),
		"let NTP set the clocks of both: time limits end too early or too late by as much")
}

// Users looks at the index of the users' table. Without one searches work, and
// are slow.
func Users(ctx context.Context, users *sqlusers.Directory) Finding {
	const check = "index"
	err := users.CheckIndex(ctx)
	switch {
	case err == nil:
		return ok(check, "searches for users use one, and it is right")
	case errors.Is(err, sqlusers.ErrNoIndex):
		if _, none := users.IndexStatements(); none != nil { // as on MariaDB
			return advice(check, err.Error(), "a search reads the whole table: where that takes too long, search in fewer columns")
		}
		return advice(check, err.Error(), "above some ten thousand users, run guise users index --apply")
	}
	return wrong(check, err.Error(), "see that the database's user may read the users' table")
}

// NoUsers is that the users' table was not named.
func NoUsers() Finding {
	return ok("index", "not looked at: name the users' table and its columns to have it looked at")
}

// Unlike is that the users' table is not what the flags say.
func Unlike(err error) Finding {
	return wrong("users", err.Error(), "name the table and its columns as they are")
}

// Unreachable is that the database could not be opened.
func Unreachable(err error) Finding {
	return wrong("database", err.Error(), "see that the address is right, that the server runs and that its user may connect")
}
