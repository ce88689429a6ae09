package sqlstore

import (
	"context"
	"database/sql"
	"strings"
)

// Even where the application commits before its writes are on the disk, a
// transaction on the log alone does not. A stricter setting stays.
const postgresDurable = `set_config('synchronous_commit', CASE current_setting('synchronous_commit')
	WHEN 'off' THEN 'on' ELSE current_setting('synchronous_commit') END, true) <> ''`

// postgresAtOnce writes with statements of several parts. All parts see the
// database as it was when the statement began; if the head is still the same
// once it is locked, nothing has been recorded since.
func postgresAtOnce() atOnce {
	const (
		first = 2 + eventWidth + 1
		row   = first + impersonationWidth + 2
	)
	head := `WITH head AS (SELECT seq FROM guise_head WHERE id = 1 AND seq = $1 AND hash = $2 AND ` + postgresDurable + `
		FOR UPDATE SKIP LOCKED)`
	event := func(from string) string {
		return `, event AS (INSERT INTO guise_events (` + eventColumns + `)
			SELECT ` + postgresValues(eventColumns, 3) + ` FROM ` + from + ` RETURNING seq, hash)
			UPDATE guise_head SET seq = event.seq, hash = event.hash FROM event WHERE id = 1`
	}
	return atOnce{
		append: head + event(`head`),
		// At most $row stacks of the actor, each of which has one row in use.
		start: head + `, change AS (INSERT INTO guise_impersonations (` + impersonationColumns + `, token_hash, search)
			SELECT ` + postgresValues(impersonationColumns+", token_hash, search", first) + ` FROM head
			WHERE ` + dollar(row) + `::bigint <= 0 OR ` + dollar(row) + `::bigint > (SELECT count(*) FROM (
				SELECT 1 FROM guise_impersonations WHERE actor_id = ` + dollar(row+1) + ` AND ` + postgresInUse + ` LIMIT ` + dollar(row) + `) running)
			RETURNING id)` + event(`change`),
		// One that stands alone, and is as it was when it was read.
		end: head + `, change AS (UPDATE guise_impersonations SET state = 'ended', ended_at = ` + dollar(first) + `, cause = ` + dollar(first+1) + `,
			ended_by_id = ` + dollar(first+2) + `, ended_by_username = ` + dollar(first+3) + `, ended_by_name = ` + dollar(first+4) + `,
			ended_by_email = ` + dollar(first+5) + `, ended_by_tenant = ` + dollar(first+6) + `, note = ` + dollar(first+7) + `
			FROM head WHERE id = ` + dollar(first+8) + ` AND last_seen_at = ` + dollar(first+9) + `
				AND mode = ` + dollar(first+10) + ` AND parent_id = '' AND ` + postgresInUse + `
			RETURNING id)` + event(`change`),
		run: func(ctx context.Context, db *sql.DB, statement string, values []any) (int64, error) {
			result, err := db.ExecContext(ctx, statement, values...)
			if err != nil {
				return 0, err
			}
			return result.RowsAffected()
		},
	}
}

// postgresValues stands for the columns' values where a column does not give
// its mark a type.
func postgresValues(columns string, first int) string {
	var values []string
	for n, column := range strings.Split(columns, ", ") {
		mark := dollar(first + n)
		switch column {
		case "depth", "started_at", "expires_at", "last_seen_at", "ended_at", "seq", "time", "status", "duration", "purged_to":
			mark += `::bigint`
		case "token_hash", "purged_hash", "prev", "hash":
			mark += `::bytea`
		}
		values = append(values, mark)
	}
	return strings.Join(values, ", ")
}
