package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
)

// postgresInUse is the condition of a partial index, as sqliteInUse is.
const postgresInUse = `state = 'active' AND token_hash IS NOT NULL`

func postgres() *dialect {
	const (
		impersonations = `SELECT ` + impersonationColumns + ` FROM guise_impersonations`
		active         = `EXISTS (SELECT 1 FROM guise_impersonations i WHERE i.id = e.impersonation_id AND i.state = 'active')`
		oldest         = `SELECT e.seq, e.hash, (e.time >= $1 OR ` + active + `) FROM guise_events e`
	)
	return &dialect{
		engine: Postgres,
		// Those who wait for the head must see what was written meanwhile, so it
		// can't be the application's own isolation level.
		begin:   `BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE`,
		prepare: asItIs,
		busy:    postgresBusy,
		undoes:  true,

		// The lock ends with the transaction, so it also works behind a pooler
		// that gives each transaction another connection. The number spells guise.
		prepareAlone: asItIs,
		tryAlone:     `SELECT pg_try_advisory_xact_lock(444351476581)`,

		// Not to_regclass alone: within a transaction that waited for another's
		// lock it may still answer from before what that one made.
		migrated: `SELECT count(*) FROM pg_catalog.pg_class
			WHERE relname = 'guise_migrations' AND relkind IN ('r', 'p') AND pg_catalog.pg_table_is_visible(oid)`,
		versions:      `SELECT version, checksum FROM guise_migrations ORDER BY version`,
		recordVersion: `INSERT INTO guise_migrations (version, name, checksum) VALUES ($1, $2, $3)`,

		marks: dollarsFrom,

		lockHead:     `SELECT seq, hash FROM guise_head WHERE id = 1 AND ` + postgresDurable + ` FOR UPDATE`,
		readHead:     `SELECT seq, hash FROM guise_head WHERE id = 1`,
		moveHead:     `UPDATE guise_head SET seq = $1, hash = $2 WHERE id = 1`,
		insertEvent:  `INSERT INTO guise_events (` + eventColumns + `) VALUES (` + dollars(eventWidth) + `)`,
		insertEvents: `INSERT INTO guise_events (` + eventColumns + `) VALUES (` + postgresRows(eventsAtOnce, eventWidth) + `)`,

		insertImpersonation: `INSERT INTO guise_impersonations (` + impersonationColumns + `, token_hash, search)
			VALUES (` + dollars(impersonationWidth+2) + `)`,
		takeToken: `UPDATE guise_impersonations SET token_hash = NULL WHERE id = $1 AND stack_id = $2 AND ` + postgresInUse,
		giveToken: `UPDATE guise_impersonations SET token_hash = $1, last_seen_at = greatest(last_seen_at, $2)
			WHERE id = $3 AND state = 'active'`,
		setMode: `UPDATE guise_impersonations SET mode = $1 WHERE id = $2 AND ` + postgresInUse,
		end: `UPDATE guise_impersonations SET state = 'ended', ended_at = $1, cause = $2, ended_by_id = $3, ended_by_username = $4,
			ended_by_name = $5, ended_by_email = $6, ended_by_tenant = $7, note = $8 WHERE id = $9 AND state = 'active'`,
		touch: `UPDATE guise_impersonations SET last_seen_at = greatest(last_seen_at, $1) WHERE id = $2 AND ` + postgresInUse,

		impersonation: impersonations + ` WHERE id = $1`,
		activeStack: impersonations + ` WHERE stack_id = (SELECT stack_id FROM guise_impersonations
			WHERE id = $1 AND state = 'active') AND state = 'active' ORDER BY depth`,
		// An ended one comes alone, an active one with those it waits upon.
		resolve: `SELECT ` + prefixed("i.", impersonationColumns) + `
			FROM guise_impersonations t JOIN guise_impersonations i ON i.stack_id = t.stack_id
			WHERE t.token_hash = $1 AND (i.id = t.id OR (i.state = 'active' AND t.state = 'active')) ORDER BY i.depth`,

		running:   impersonations + ` WHERE ` + postgresInUse + newestFirst + ` LIMIT $1`,
		runningOf: impersonations + ` WHERE actor_id = $1 AND ` + postgresInUse + newestFirst + ` LIMIT $2`,
		expired:   impersonations + ` WHERE expires_at <= $1 AND ` + postgresInUse + ` LIMIT $2`,
		dueOrIdle: impersonations + ` WHERE (expires_at <= $1 OR last_seen_at <= $2) AND ` + postgresInUse + ` LIMIT $3`,
		active: func(ids int) string {
			return `SELECT id FROM guise_impersonations WHERE state = 'active' AND id IN (` + dollars(ids) + `)`
		},

		events:     selectEvents + ` WHERE seq > $1 ORDER BY seq LIMIT $2`,
		eventsOf:   selectEvents + ` WHERE impersonation_id = $1 AND seq > $2 ORDER BY seq LIMIT $3`,
		unattached: selectEvents + ` WHERE impersonation_id = '' AND seq < $1 ORDER BY seq DESC LIMIT $2`,
		whole:      postgresWhole,
		newReader:  newCells,
		fits:       present(`%s::text ~ '^-?[0-9]+$'`),
		anyhow:     impersonationColumns,
		log: narrowing{
			mark:    dollar,
			actor:   func(id string) string { return `actor_id = ` + id },
			subject: func(id string) string { return `subject_id = ` + id },
			// No index serves a CASE, and PostgreSQL assumes that it is true for
			// every second row: so it expects to end the walk as soon as the page
			// is full, and does not fetch all rows to sort them.
			sifted: func(column, mark string) string { return `CASE WHEN ` + column + ` = ` + mark + ` THEN true END` },
			// Not LIKE, to which % and _ mean something.
			text: func(text string) string { return `strpos(search, ` + text + `) > 0` },
		},

		atOnce: postgresAtOnce(),

		oldest:    oldest + ` ORDER BY e.seq LIMIT $2`,
		firstKept: oldest + ` WHERE e.kind <> 'purged' OR e.time >= $2 OR ` + active + ` ORDER BY e.seq LIMIT 1`,
		purgeRows: `DELETE FROM guise_impersonations i WHERE state <> 'active'
			AND id IN (SELECT impersonation_id FROM guise_events WHERE seq <= $1)
			AND NOT EXISTS (SELECT 1 FROM guise_events e WHERE e.impersonation_id = i.id AND e.seq > $2)`,
		allowPurge:  `UPDATE guise_head SET purging = true WHERE id = 1`,
		purgeEvents: `DELETE FROM guise_events WHERE seq <= $1`,
		forbidPurge: `UPDATE guise_head SET purging = false WHERE id = 1`,
	}
}

// postgresWhole are an impersonation's columns without the NULL of those times that
// may be none.
var postgresWhole = strings.NewReplacer(
	"expires_at", `coalesce(expires_at::text, '')`, "ended_at", `coalesce(ended_at::text, '')`,
).Replace(impersonationColumns)

// postgresRows returns placeholders of several rows.
func postgresRows(rows, width int) string {
	all := make([]string, rows)
	for n := range all {
		all[n] = dollarsFrom(n*width+1, width)
	}
	return strings.Join(all, `), (`)
}

// asItIs is the preparation of a connection that needs none.
func asItIs(context.Context, *sql.Conn) (func(context.Context) error, error) { return nil, nil }

// postgresBusy knows serialization_failure, deadlock_detected and
// lock_not_available by their codes, which the usual drivers provide alike.
func postgresBusy(err error) bool {
	var coded interface{ SQLState() string }
	if !errors.As(err, &coded) {
		return false
	}
	switch coded.SQLState() {
	case "40001", "40P01", "55P03":
		return true
	}
	return false
}

func dollar(n int) string { return fmt.Sprintf("$%d", n) }

// dollars returns n placeholders.
func dollars(n int) string { return dollarsFrom(1, n) }

// dollarsFrom returns n placeholders, the first of which has a number.
func dollarsFrom(first, n int) string {
	all := make([]string, n)
	for i := range all {
		all[i] = dollar(first + i)
	}
	return strings.Join(all, ", ")
}
