package checkup

import (
	"context"
	"database/sql"
	"slices"
	"strings"

	"github.com/guise-go/guise/sqlstore"
)

// triggers are those that keep the log to be appended to alone, and how to ask for
// the ones that are there and not switched off.
var triggers = map[sqlstore.Engine]struct {
	query string
	names []string
}{
	sqlstore.SQLite: {
		`SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'guise_events'`,
		[]string{"guise_events_appended", "guise_events_kept", "guise_events_unchanged"},
	},
	sqlstore.Postgres: {
		`SELECT tgname FROM pg_catalog.pg_trigger WHERE tgrelid = 'guise_events'::regclass AND NOT tgisinternal AND tgenabled IN ('O', 'A')`,
		[]string{"guise_events_appended", "guise_events_kept"},
	},
	sqlstore.MySQL: {
		`SELECT trigger_name FROM information_schema.triggers WHERE event_object_schema = database() AND event_object_table = 'guise_events'`,
		[]string{"guise_events_appended", "guise_events_kept", "guise_events_unchanged"},
	},
}

// appendOnly looks for the triggers. A backup of the tables alone has them, and
// on PostgreSQL not the functions that they call, without which they can't be
// made again.
func appendOnly(ctx context.Context, db *sql.DB, engine sqlstore.Engine) Finding {
	const check = "triggers"
	missing := slices.Clone(triggers[engine].names)
	rows, err := db.QueryContext(ctx, triggers[engine].query)
	if err != nil {
		return wrong(check, "the database does not tell which there are: "+err.Error(), "see that the database's user may read its catalogue")
	}
	defer rows.Close()
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			return wrong(check, "the database does not tell which there are: "+err.Error(), "try again")
		}
		missing = slices.DeleteFunc(missing, func(one string) bool { return one == name })
	}
	switch {
	case rows.Err() != nil:
		return wrong(check, "the database does not tell which there are: "+rows.Err().Error(), "try again")
	case len(missing) == 0:
		return ok(check, "the log can only be appended to, and purged")
	case engine == sqlstore.MySQL && len(missing) == len(triggers[engine].names):
		return advice(check, "none can be seen that keep the log from being changed: they are missing, or the database's user has not the privilege TRIGGER",
			"grant it to see which; if they are missing, run their statements of guise migrate --print --engine mysql")
	}
	return wrong(check, "missing or switched off: "+strings.Join(missing, ", ")+"; whoever may write to the table can change what is on record, and only guise log verify will tell",
		"was a backup restored without them? Run their statements of guise migrate --print --engine "+string(engine)+", then guise log verify with the newest head that was noted")
}
