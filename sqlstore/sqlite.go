package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
)

// sqliteInUse is the condition of the partial index, word for word: otherwise
// SQLite does not see that the index serves a query.
const sqliteInUse = `state = 'active' AND token_hash IS NOT NULL`

// sqlite compares with +? and limits by +?, which mean the same as ?. To plan
// the query, SQLite looks at the value that a bare one is bound to (always for a
// limit, for other values once ANALYZE or PRAGMA optimize has run), and so it
// compiles even a prepared statement again each time, which takes longer than
// answering it.
func sqlite() *dialect {
	const (
		impersonations = `SELECT ` + impersonationColumns + ` FROM guise_impersonations`
		mustStay       = `(e.time >= +? OR EXISTS (SELECT 1 FROM guise_impersonations i
			WHERE i.id = e.impersonation_id AND i.state = 'active'))`
		oldest = `SELECT e.seq, e.hash, ` + mustStay + ` FROM guise_events e WHERE e.seq > 0`
	)
	join := sqliteJoining(sqliteHalves)
	return &dialect{
		engine:  SQLite,
		begin:   `BEGIN IMMEDIATE`,
		lock:    `UPDATE guise_head SET seq = seq WHERE id = 0`,
		prepare: sqliteDurable,
		busy:    sqliteBusy,

		prepareAlone: sqliteDurable,

		migrated:      `SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = 'guise_migrations'`,
		versions:      `SELECT version, checksum FROM guise_migrations ORDER BY version`,
		recordVersion: `INSERT INTO guise_migrations (version, name, checksum) VALUES (?, ?, ?)`,

		marks:      func(_, values int) string { return plusMarks(values) },
		mostValues: 999, // until version 3.32

		// The whole database is locked already.
		lockHead:    `SELECT seq, hash FROM guise_head WHERE id = 1`,
		readHead:    `SELECT CASE typeof(seq) WHEN 'integer' THEN seq END, hash FROM guise_head WHERE id = 1`,
		moveHead:    `UPDATE guise_head SET seq = ?, hash = ? WHERE id = 1`,
		insertEvent: `INSERT INTO guise_events (` + eventColumns + `) VALUES (` + marks(eventWidth) + `)`,
		insertEvents: `INSERT INTO guise_events (` + eventColumns + `) VALUES (` + marks(eventWidth) +
			strings.Repeat(`), (`+marks(eventWidth), eventsAtOnce-1) + `)`,

		insertImpersonation: `INSERT INTO guise_impersonations (` + impersonationColumns + `, token_hash, search)
			VALUES (` + marks(impersonationWidth+2) + `)`,
		takeToken: `UPDATE guise_impersonations SET token_hash = NULL WHERE id = +? AND stack_id = +? AND ` + sqliteInUse,
		giveToken: `UPDATE guise_impersonations SET token_hash = ?, last_seen_at = max(last_seen_at, ?)
			WHERE id = +? AND state = 'active'`,
		setMode: `UPDATE guise_impersonations SET mode = ? WHERE id = +? AND ` + sqliteInUse,
		end: `UPDATE guise_impersonations SET state = 'ended', ended_at = ?, cause = ?, ended_by_id = ?, ended_by_username = ?,
			ended_by_name = ?, ended_by_email = ?, ended_by_tenant = ?, note = ? WHERE id = +? AND state = 'active'`,
		touch: `UPDATE guise_impersonations SET last_seen_at = max(last_seen_at, ?) WHERE id = +? AND ` + sqliteInUse,

		impersonation: impersonations + ` WHERE id = +?`,
		activeStack: impersonations + ` WHERE stack_id = (SELECT stack_id FROM guise_impersonations
			WHERE id = +? AND state = 'active') AND state = 'active' ORDER BY depth`,
		// An ended one comes alone, an active one with those it waits upon.
		resolve: `SELECT ` + prefixed("i.", impersonationColumns) + `
			FROM guise_impersonations t JOIN guise_impersonations i ON i.stack_id = t.stack_id
			WHERE t.token_hash = +? AND (i.id = t.id OR (i.state = 'active' AND t.state = 'active')) ORDER BY i.depth`,

		running:   impersonations + ` WHERE ` + sqliteInUse + newestFirst + ` LIMIT +?`,
		runningOf: impersonations + ` WHERE actor_id = +? AND ` + sqliteInUse + newestFirst + ` LIMIT +?`,
		expired:   impersonations + ` WHERE expires_at <= +? AND ` + sqliteInUse + ` LIMIT +?`,
		dueOrIdle: impersonations + ` WHERE (expires_at <= +? OR last_seen_at <= +?)
			AND ` + sqliteInUse + ` LIMIT +?`,
		active: func(ids int) string {
			return `SELECT id FROM guise_impersonations WHERE state = 'active' AND id IN (` + plusMarks(ids) + `)`
		},

		events:     join.events() + sqliteEvents,
		eventsOf:   join.events() + sqliteEventsOf,
		unattached: join.events() + sqliteUnattached,
		version:    `SELECT sqlite_version()`,
		suit:       sqliteSuit,
		whole:      join.impersonation(),
		newReader:  newJoined,
		fits:       sqliteFits,
		anyhow:     strings.Replace(impersonationColumns, "started_at", `CASE WHEN started_at < '' THEN started_at END`, 1),
		log: narrowing{
			mark:    func(int) string { return `+?` },
			actor:   func(id string) string { return `actor_id = ` + id },
			subject: func(id string) string { return `subject_id = ` + id },
			sifted:  func(column, mark string) string { return `+` + column + ` = ` + mark },
			// Not LIKE, to which % and _ mean something.
			text: func(text string) string { return `instr(search, ` + text + `) > 0` },
		},

		// seq > 0 says nothing new, but the table is entered by it.
		oldest:    oldest + ` ORDER BY e.seq LIMIT +?`,
		firstKept: oldest + ` AND (e.kind <> 'purged' OR ` + mustStay + `) ORDER BY e.seq LIMIT 1`,
		purgeRows: `DELETE FROM guise_impersonations WHERE state <> 'active'
			AND id IN (SELECT impersonation_id FROM guise_events WHERE seq <= +?)
			AND NOT EXISTS (SELECT 1 FROM guise_events e WHERE e.impersonation_id = guise_impersonations.id AND e.seq > +?)`,
		allowPurge:  `UPDATE guise_head SET purging = 1 WHERE id = 1`,
		purgeEvents: `DELETE FROM guise_events WHERE seq <= +?`,
		forbidPurge: `UPDATE guise_head SET purging = 0 WHERE id = 1`,
	}
}

// sqliteDurable makes sure that a commit is on the disk before it returns. In
// WAL mode many applications run at NORMAL, where a power cut can take away the
// last commits; the connection goes back to the application as it was.
func sqliteDurable(ctx context.Context, conn *sql.Conn) (func(context.Context) error, error) {
	const full = 2
	var level int
	if err := conn.QueryRowContext(ctx, `PRAGMA synchronous`).Scan(&level); err != nil {
		return nil, err
	}
	if level >= full {
		return func(context.Context) error { return nil }, nil
	}
	_, err := conn.ExecContext(ctx, `PRAGMA synchronous = FULL`)
	return func(ctx context.Context) error {
		_, err := conn.ExecContext(ctx, fmt.Sprintf(`PRAGMA synchronous = %d`, level))
		return err
	}, err
}

// sqliteBusy knows SQLITE_BUSY (5) and SQLITE_LOCKED (6), whose extended codes
// share the low byte, and for drivers that hide the code, SQLite's own texts.
func sqliteBusy(err error) bool {
	if err == nil {
		return false
	}
	var coded interface{ Code() int }
	if errors.As(err, &coded) {
		code := coded.Code() & 0xff
		return code == 5 || code == 6
	}
	text := err.Error()
	return strings.Contains(text, "database is locked") || strings.Contains(text, "table is locked")
}

// marks returns n placeholders.
func marks(n int) string { return strings.TrimSuffix(strings.Repeat("?, ", n), ", ") }

func plusMarks(n int) string { return strings.ReplaceAll(marks(n), "?", "+?") }

// prefixed puts the table's short name before each column of a list.
func prefixed(table, columns string) string {
	return table + strings.ReplaceAll(columns, ", ", ", "+table)
}
