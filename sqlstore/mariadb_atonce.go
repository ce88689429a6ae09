package sqlstore

import (
	"context"
	"database/sql"
	"strings"
)

// mariadbSuit lets MariaDB write at once. MySQL has compound statements only in
// stored procedures and the like.
func mariadbSuit(d *dialect, version string) {
	if strings.Contains(version, "MariaDB") {
		d.atOnce = mariadbAtOnce(d)
	}
}

// mariadbAtOnce writes with compound statements. The head is locked before
// anything is read, so what is read is no older than the lock. Where the engine
// is not strict, see mysqlStrict, nothing is done.
func mariadbAtOnce(d *dialect) atOnce {
	compound := func(change string) string {
		return `BEGIN NOT ATOMIC
			DECLARE done BIGINT DEFAULT 0;
			DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; RESIGNAL; END;
			START TRANSACTION READ WRITE;
			SELECT count(*) INTO done FROM guise_head WHERE id = 1 AND seq = ? AND hash = ?
				AND @@SESSION.sql_mode LIKE '%STRICT!_%' ESCAPE '!' FOR UPDATE SKIP LOCKED;
			IF done = 1 THEN
				` + d.insertEvent + `;
				` + change + `
			END IF;
			IF done = 1 THEN
				` + d.moveHead + `;
				COMMIT;
			ELSE
				ROLLBACK;
			END IF;
			SELECT done;
		END`
	}
	return atOnce{
		append: compound(``),
		// The stacks of the actor, each of which has one row in use, are counted
		// only where they are limited.
		start: compound(d.insertImpersonation + `;
			SET done = ?;
			IF done > 0 THEN
				SELECT count(*) <= done INTO done FROM guise_impersonations WHERE ` + mysqlKey("actor")("?") + ` AND in_use = 1;
			ELSE
				SET done = 1;
			END IF;`),
		end: compound(d.end + ` AND last_seen_at = ? AND mode = ? AND parent_id = '' AND in_use = 1;
			SET done = row_count();`),
		run: func(ctx context.Context, db *sql.DB, statement string, values []any) (rows int64, err error) {
			// The head becomes the event's number and hash, its first and last column.
			values = append(values, values[2], values[1+eventWidth])
			whole, err := literal(statement, values)
			if err != nil {
				return 0, err
			}
			return rows, db.QueryRowContext(ctx, whole).Scan(&rows)
		},
	}
}
