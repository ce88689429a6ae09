package sqlstore

import (
	"context"
	"database/sql"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/guise-go/guise/internal/errtext"
)

func mysql() *dialect {
	const (
		impersonations = `SELECT ` + impersonationColumns + ` FROM guise_impersonations`
		active         = `EXISTS (SELECT 1 FROM guise_impersonations i WHERE i.id = e.impersonation_id AND i.state = 'active')`
		oldest         = `SELECT e.seq, e.hash, (e.time >= ? OR ` + active + `) FROM guise_events e`
		// Without clientFoundRows these engines count the rows that changed,
		// not those that were found. This makes them the same.
		update = `UPDATE guise_impersonations SET writes = writes + 1, `
	)
	join := joining{join: concatWS(`char(0 USING utf8mb4)`)}
	return &dialect{
		engine: MySQL,
		wrong:  mysqlWrong,

		begin:    `START TRANSACTION READ WRITE`,
		literals: true,
		prepare:  mysqlStrict,
		busy:     mysqlBusy,
		undoes:   true,

		prepareAlone: mysqlAlone,

		migrated:      `SELECT count(*) FROM information_schema.tables WHERE table_schema = database() AND table_name = 'guise_migrations'`,
		versions:      `SELECT version, checksum FROM guise_migrations ORDER BY version`,
		recordVersion: `INSERT INTO guise_migrations (version, name, checksum) VALUES (?, ?, ?)`,

		marks: func(_, values int) string { return marks(values) },

		// It comes first, and it locks: what is read after it is no older than
		// the lock, at whatever isolation level.
		lockHead:    `SELECT seq, hash FROM guise_head WHERE id = 1 FOR UPDATE`,
		readHead:    `SELECT seq, hash FROM guise_head WHERE id = 1`,
		moveHead:    `UPDATE guise_head SET seq = ?, hash = ? WHERE id = 1`,
		insertEvent: `INSERT INTO guise_events (` + eventColumns + `) VALUES (` + marks(eventWidth) + `)`,
		insertEvents: `INSERT INTO guise_events (` + eventColumns + `) VALUES (` + marks(eventWidth) +
			strings.Repeat(`), (`+marks(eventWidth), eventsAtOnce-1) + `)`,

		insertImpersonation: `INSERT INTO guise_impersonations (` + impersonationColumns + `, token_hash, search)
			VALUES (` + marks(impersonationWidth+2) + `)`,
		takeToken: update + `token_hash = NULL WHERE id = ? AND stack_id = ? AND in_use = 1`,
		giveToken: update + `token_hash = ?, last_seen_at = greatest(last_seen_at, ?) WHERE id = ? AND state = 'active'`,
		setMode:   update + `mode = ? WHERE id = ? AND in_use = 1`,
		end: update + `state = 'ended', ended_at = ?, cause = ?, ended_by_id = ?, ended_by_username = ?,
			ended_by_name = ?, ended_by_email = ?, ended_by_tenant = ?, note = ? WHERE id = ? AND state = 'active'`,
		touch: update + `last_seen_at = greatest(last_seen_at, ?) WHERE id = ? AND in_use = 1`,

		impersonation: impersonations + ` WHERE id = ?`,
		activeStack: impersonations + ` WHERE stack_id = (SELECT stack_id FROM guise_impersonations
			WHERE id = ? AND state = 'active') AND state = 'active' ORDER BY depth`,
		// An ended one comes alone, an active one with those it waits upon.
		resolve: `SELECT ` + prefixed("i.", impersonationColumns) + `
			FROM guise_impersonations t JOIN guise_impersonations i ON i.stack_id = t.stack_id
			WHERE t.token_hash = ? AND (i.id = t.id OR (i.state = 'active' AND t.state = 'active')) ORDER BY i.depth`,

		running:   impersonations + ` WHERE in_use = 1` + newestFirst + ` LIMIT ?`,
		runningOf: impersonations + ` WHERE ` + mysqlKey("actor")("?") + ` AND in_use = 1` + newestFirst + ` LIMIT ?`,
		expired:   impersonations + ` WHERE expires_at <= ? AND in_use = 1 LIMIT ?`,
		dueOrIdle: impersonations + ` WHERE (expires_at <= ? OR last_seen_at <= ?) AND in_use = 1 LIMIT ?`,
		active: func(ids int) string {
			return `SELECT id FROM guise_impersonations WHERE state = 'active' AND id IN (` + marks(ids) + `)`
		},

		events:     join.events() + ` WHERE seq > ? ORDER BY seq LIMIT ?`,
		eventsOf:   join.events() + ` WHERE impersonation_id = ? AND seq > ? ORDER BY seq LIMIT ?`,
		unattached: join.events() + ` WHERE impersonation_id = '' AND seq < ? ORDER BY seq DESC LIMIT ?`,
		whole:      join.impersonation(),
		newReader:  newJoined,
		fits:       present(`CAST(%s AS CHAR) REGEXP '^-?[0-9]+$'`),
		anyhow:     impersonationColumns,
		version:    `SELECT version()`,
		suit:       mariadbSuit,
		log: narrowing{
			mark:    func(int) string { return `?` },
			actor:   mysqlKey("actor"),
			subject: mysqlKey("subject"),
			// Collations ignore a space at the end.
			sifted: func(column, mark string) string {
				return `CAST(` + column + ` AS BINARY) = CAST(convert(` + mark + ` USING utf8mb4) AS BINARY)`
			},
			// Not LIKE, to which % and _ mean something.
			text: func(text string) string { return `locate(` + text + `, search) > 0` },
		},

		oldest:    oldest + ` ORDER BY e.seq LIMIT ?`,
		firstKept: oldest + ` WHERE e.kind <> 'purged' OR e.time >= ? OR ` + active + ` ORDER BY e.seq LIMIT 1`,
		// Joins, because with IN and NOT EXISTS a DELETE looks at every row.
		purgeRows: `DELETE i FROM guise_impersonations i
			JOIN (SELECT DISTINCT impersonation_id FROM guise_events WHERE seq <= ?) gone ON i.id = gone.impersonation_id
			LEFT JOIN guise_events e ON e.impersonation_id = i.id AND e.seq > ?
			WHERE i.state <> 'active' AND e.seq IS NULL`,
		allowPurge:  `UPDATE guise_head SET purging = 1 WHERE id = 1`,
		purgeEvents: `DELETE FROM guise_events WHERE seq <= ?`,
		forbidPurge: `UPDATE guise_head SET purging = 0 WHERE id = 1`,
	}
}

// mysqlWrong: with autocommit off a read would begin a transaction that lasts,
// and what has ended elsewhere since would seem to go on. In another character
// set, what is stored right is read as question marks, and the event of its end
// would say those. Results that are not converted are in utf8mb4, as they are kept.
const mysqlWrong = `SELECT 'autocommit is off; the connections must have it on' FROM dual WHERE @@SESSION.autocommit = 0
	UNION ALL SELECT concat('the character set is ', @@SESSION.character_set_client, ', and that of results ',
		coalesce(@@SESSION.character_set_results, 'none'), '; the connections must use utf8mb4, with go-sql-driver by charset=utf8mb4') FROM dual
	WHERE @@SESSION.character_set_client <> 'utf8mb4' OR coalesce(@@SESSION.character_set_results, 'utf8mb4') <> 'utf8mb4'`

// mysqlKey is the condition for the actor or the subject. An ID may be longer
// than an index allows, and to collations two that differ by a space at the end
// are equal, so it looks for the hash.
func mysqlKey(who string) func(mark string) string {
	return func(mark string) string {
		return who + `_key = unhex(sha2(convert(` + mark + ` USING utf8mb4), 256))`
	}
}

// mysqlStrict makes it an error when a text does not fit. Where an application
// has switched that off, the text would be shortened, and the event's hash would
// not agree.
func mysqlStrict(ctx context.Context, conn *sql.Conn) (func(context.Context) error, error) {
	var modes string
	if err := conn.QueryRowContext(ctx, `SELECT @@SESSION.sql_mode`).Scan(&modes); err != nil {
		return nil, err
	}
	if slices.ContainsFunc(strings.Split(modes, ","), func(mode string) bool {
		return mode == "STRICT_TRANS_TABLES" || mode == "STRICT_ALL_TABLES"
	}) {
		return nil, nil
	}
	_, err := conn.ExecContext(ctx, `SET SESSION sql_mode = concat(@@SESSION.sql_mode, ',STRICT_ALL_TABLES')`)
	return func(ctx context.Context) error {
		_, err := conn.ExecContext(ctx, `SET SESSION sql_mode = ?`, modes)
		return err
	}, err
}

// mysqlMigrating names the lock of one database; names hold for the whole server,
// and have 64 characters at most. Neither FIPS nor MySQL 9.6 has MD5 and SHA-1.
const mysqlMigrating = `concat('guise ', left(sha2(database(), 256), 40))`

// mysqlAlone keeps other instances from migrating. A transaction can't: each
// statement that makes a table ends it.
func mysqlAlone(ctx context.Context, conn *sql.Conn) (func(context.Context) error, error) {
	loosen, err := mysqlStrict(ctx, conn)
	if err != nil {
		return loosen, err
	}
	var got sql.NullBool
	err = conn.QueryRowContext(ctx, `SELECT get_lock(`+mysqlMigrating+`, 0)`).Scan(&got)
	if err == nil && !got.Bool {
		err = errNotAlone
	}
	if err != nil {
		return loosen, err
	}
	return func(ctx context.Context) error {
		if _, err := conn.ExecContext(ctx, `DO release_lock(`+mysqlMigrating+`)`); err != nil || loosen == nil {
			return err
		}
		return loosen(ctx)
	}, nil
}

// mysqlBusyText begins the errors of a lock wait timeout, a deadlock, and a row
// that has changed since it was read. The usual driver has no method for the
// number, but has it in the text.
var mysqlBusyText = regexp.MustCompile(`^Error (1205|1213|1020)\b`)

func mysqlBusy(err error) bool { return errtext.Fits(err, mysqlBusyText) }

// mysqlScript writes statements for the command line, which takes a semicolon
// for the end of a statement even in the middle of one.
func mysqlScript(statements []string) string {
	for n, statement := range statements {
		if inner := strings.TrimSuffix(strings.TrimSpace(statement), ";"); strings.Contains(inner, ";") {
			statements[n] = fmt.Sprintf("DELIMITER //\n%s//\nDELIMITER ;", inner)
		}
	}
	return strings.Join(statements, "\n\n") + "\n"
}
