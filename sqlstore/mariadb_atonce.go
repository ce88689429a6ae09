package sqlstore

import (
	"context"
	"database/sql"
	"strings"
)

// mariadbSuit has MariaDB write at once. MySQL has no compound statements
// outside of what is stored.
func mariadbSuit(d *dialect, version string) {
	if strings.Contains(version, "MariaDB") {
		d.atOnce = mariadbAtOnce(d)
	}
}

// mariadbAtOnce writes with compound statements. The head is locked before
// anything is read, so what is read is no older; and where the engine is not
// strict, see mysqlStrict, nothing is done.
func mariadbAtOnce(d *dialect) atOnce {
	compound := func(change string) string {
		return `BEGIN NOT ATOMIC
			DECLARE done INTEGER DEFAULT 0;
			DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; RESIGNAL; END;
			START TRANSACTION READ WRITE;
			SELECT count(*) INTO done FROM guise_head WHERE id = 1 AND seq = ? AND hash = ?
				AND @@SESSION.sql_mode RLIKE 'STRICT_(TRANS|ALL)_TABLES' FOR UPDATE SKIP LOCKED;
			IF done = 1 THEN
				` + d.insertEvent + `;
				` + change + `
			END IF;
			IF done = 1 THEN
				UPDATE guise_head h JOIN guise_events e ON e.seq = h.seq + 1 SET h.seq = e.seq, h.hash = e.hash WHERE h.id = 1;
				COMMIT;
			ELSE
				ROLLBACK;
			END IF;
			SELECT done;
		END`
	}
	return atOnce{
		append: compound(``),
		start: compound(d.insertImpersonation + `;
			SELECT count(*) <= coalesce(nullif(greatest(?, 0), 0), 2147483647) INTO done FROM guise_impersonations WHERE ` + mysqlKey("actor")("?") + ` AND in_use = 1;`),
		end: compound(d.end + ` AND last_seen_at = ? AND mode = ? AND parent_id = '' AND in_use = 1;
			SET done = row_count();`),
		run: func(ctx context.Context, db *sql.DB, statement string, values []any) (rows int64, err error) {
			whole, err := literal(statement, values)
			if err != nil {
				return 0, err
			}
			return rows, db.QueryRowContext(ctx, whole).Scan(&rows)
		},
	}
}
