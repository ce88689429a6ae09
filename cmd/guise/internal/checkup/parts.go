package checkup

import (
	"context"
	"database/sql"
	"fmt"
	"regexp"
	"strings"

	"github.com/guise-go/guise/sqlstore"
)

// part is something that the migrations make.
type part struct {
	// kind is table, index or trigger.
	kind, name string
	// made is how it was made, in words that can be compared with what the engine
	// says: of a trigger what it does and when, of an index whether it is unique.
	made string
}

var (
	madeTable    = regexp.MustCompile(`^CREATE TABLE (?:IF NOT EXISTS )?(\w+)`)
	madeWithin   = regexp.MustCompile(`(UNIQUE )?INDEX (\w+) \(`)
	madeIndex    = regexp.MustCompile(`^CREATE (UNIQUE )?INDEX (\w+) ON `)
	madeTrigger  = regexp.MustCompile(`^CREATE TRIGGER (?:IF NOT EXISTS )?(\w+) (BEFORE .*?) ON guise_events (.*)$`)
	madeFunction = regexp.MustCompile(`^CREATE FUNCTION (\w+)\(.*\$\$ ?(.*?) ?\$\$$`)
	calls        = regexp.MustCompile(`EXECUTE FUNCTION (\w+)\(\)$`)
	forEachRow   = regexp.MustCompile(`^FOR EACH ROW `)
)

// partsOf lists what the migrations of an engine make.
func partsOf(engine sqlstore.Engine) ([]part, error) {
	migrations, err := sqlstore.Migrations(engine)
	if err != nil {
		return nil, err
	}
	var all []part
	bodies := map[string]string{} // of functions
	for _, migration := range migrations {
		for statement := range strings.SplitSeq(migration.SQL, "\n\n") {
			text := plainly(statement)
			if function := madeFunction.FindStringSubmatch(text); function != nil {
				bodies[function[1]] = function[2]
			}
			all = append(all, partsIn(engine, text, bodies)...)
		}
	}
	return all, nil
}

// partsIn lists what one statement makes, a table with its indexes, say.
func partsIn(engine sqlstore.Engine, text string, bodies map[string]string) (all []part) {
	if table := madeTable.FindStringSubmatch(text); table != nil {
		all = append(all, part{"table", table[1], ""})
		for _, index := range madeWithin.FindAllStringSubmatch(text, -1) {
			all = append(all, part{"index", index[2], unique(index[1])})
		}
	}
	if index := madeIndex.FindStringSubmatch(text); index != nil {
		all = append(all, part{"index", index[2], unique(index[1])})
	}
	if trigger := madeTrigger.FindStringSubmatch(text); trigger != nil {
		made := text
		switch engine {
		case sqlstore.Postgres:
			made = typeOf(trigger[2]+" "+trigger[3]) + " " + bodies[calls.FindStringSubmatch(text)[1]]
		case sqlstore.MySQL:
			made = trigger[2] + " " + forEachRow.ReplaceAllString(trigger[3], "")
		}
		all = append(all, part{"trigger", trigger[1], made})
	}
	return all
}

func unique(word string) string { return strings.ToLower(strings.TrimSpace(word)) }

// typeOf is a trigger's type as PostgreSQL keeps it: a bit for each word.
func typeOf(words string) string {
	bits := 0
	for word, bit := range map[string]int{"ROW": 1, "BEFORE": 2, "INSERT": 4, "DELETE": 8, "UPDATE": 16, "TRUNCATE": 32} {
		if strings.Contains(words, word) {
			bits |= bit
		}
	}
	return fmt.Sprint(bits)
}

// plainly is a statement on one line, without comments before it and without its
// semicolon. Some engines keep the white space of what a trigger does, and some
// command lines don't.
func plainly(statement string) string {
	var lines []string
	for line := range strings.SplitSeq(statement, "\n") {
		if !strings.HasPrefix(line, "--") {
			lines = append(lines, line)
		}
	}
	return strings.TrimSuffix(strings.Join(strings.Fields(strings.Join(lines, " ")), " "), ";")
}

// there asks each engine for the parts that are there and not switched off.
var there = map[sqlstore.Engine]string{
	sqlstore.SQLite: `SELECT type, name, CASE type WHEN 'trigger' THEN sql WHEN 'index' THEN CASE WHEN sql LIKE 'CREATE UNIQUE%' THEN 'unique' ELSE '' END ELSE '' END
		FROM sqlite_master WHERE tbl_name LIKE 'guise%'`,
	sqlstore.Postgres: `SELECT 'trigger', t.tgname::text, t.tgtype::text || ' ' || p.prosrc ||
			CASE WHEN t.tgqual IS NULL AND t.tgattr::text = '' THEN '' ELSE ' at times' END
		FROM pg_catalog.pg_trigger t JOIN pg_catalog.pg_proc p ON p.oid = t.tgfoid
		WHERE t.tgrelid = to_regclass('guise_events') AND NOT t.tgisinternal AND t.tgenabled IN ('O', 'A')
		UNION ALL SELECT 'table', relname::text, '' FROM pg_catalog.pg_class
		WHERE relname LIKE 'guise%' AND relkind IN ('r', 'p') AND pg_catalog.pg_table_is_visible(oid)
		UNION ALL SELECT 'index', c.relname::text, CASE WHEN i.indisunique THEN 'unique' ELSE '' END
		FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
		WHERE c.relname LIKE 'guise%' AND i.indisvalid AND pg_catalog.pg_table_is_visible(c.oid)`,
	sqlstore.MySQL: `SELECT 'trigger', trigger_name, concat(action_timing, ' ', event_manipulation, ' ', action_statement)
		FROM information_schema.triggers WHERE event_object_schema = database() AND event_object_table = 'guise_events'
		UNION ALL SELECT 'table', table_name, '' FROM information_schema.tables WHERE table_schema = database() AND table_name LIKE 'guise%'
		UNION ALL SELECT DISTINCT 'index', index_name, CASE WHEN non_unique = 0 THEN 'unique' ELSE '' END
		FROM information_schema.statistics WHERE table_schema = database() AND table_name LIKE 'guise%'`,
}

// lacking lists the parts that are missing, and those that are there and were
// made in another way.
func lacking(want []part, have map[[2]string]string) (missing, unlike []part) {
	for _, one := range want {
		made, is := have[[2]string{one.kind, one.name}]
		switch {
		case !is:
			missing = append(missing, one)
		case made != one.made:
			unlike = append(unlike, one)
		}
	}
	return missing, unlike
}

// partsThere is how each part that is there was made, by its kind and name.
func partsThere(ctx context.Context, db *sql.DB, engine sqlstore.Engine) (map[[2]string]string, error) {
	rows, err := db.QueryContext(ctx, there[engine])
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	have := map[[2]string]string{}
	for rows.Next() {
		var kind, name, made string
		if err := rows.Scan(&kind, &name, &made); err != nil {
			return nil, err
		}
		have[[2]string{kind, name}] = plainly(made)
	}
	return have, rows.Err()
}
