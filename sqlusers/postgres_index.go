package sqlusers

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// postgresIndex is a GIN index over one expression, the text of all search
// columns, by the trigrams of the extension pg_trgm. The database keeps it
// current and never gives wrong answers with it. But it may not be there, and
// then a query written for it would be slow.
type postgresIndex struct {
	name        string // without quotes
	schema      string // of the table
	table       tableName
	text        string // the expression, of u
	definition  string // of the index, as its comment has it
	partitioned bool
	// asciiOnly says that only ASCII letters are letters to the database.
	asciiOnly bool
}

// textIndex finds out what kind of table it is.
func (p postgres) textIndex(ctx context.Context, d *Directory) (textIndex, string, error) {
	var kind, schema, ctype string
	err := d.db.QueryRowContext(ctx, `SELECT c.relkind::text, n.nspname, b.datctype FROM pg_catalog.pg_class AS c
		JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace JOIN pg_catalog.pg_database AS b ON b.datname = current_database()
		WHERE c.oid = pg_catalog.to_regclass($1)`, p.table(d.table)).Scan(&kind, &schema, &ctype)
	if err != nil {
		return nil, "", err
	}
	switch kind {
	case "r", "m", "p":
	default:
		return nil, fmt.Sprintf("%s is no table, and PostgreSQL can keep an index of a table only; to have one, name the table, and the view's condition as Config.Where", d.table), nil
	}
	if unstable, err := p.unstable(ctx, d); err != nil || unstable != "" {
		return nil, unstable, err
	}
	var texts []string
	for _, c := range d.search {
		texts = append(texts, p.text(c))
	}
	// No term has a line break in it, so none is found across two columns.
	text := "lower((" + strings.Join(texts, ` || E'\n' || `) + `) COLLATE "C")`
	sum := sha256.Sum256([]byte(text))
	return &postgresIndex{
		name: shortName(d.table.name + "_guise_search"), schema: schema, table: tableName{schema, d.table.name}, text: text,
		definition:  "the index of Guise's searches, " + hex.EncodeToString(sum[:8]),
		partitioned: kind == "p", asciiOnly: ctype == "C" || ctype == "POSIX",
	}, "", nil
}

// unstable says which column's text PostgreSQL keeps in no index, because it
// depends on more than the value: an enum's labels can be renamed, and a date is
// written as the connection likes it. What an expression depends on, only making
// the index shows.
func (p postgres) unstable(ctx context.Context, d *Directory) (string, error) {
	rows, err := d.db.QueryContext(ctx, `SELECT a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod)
		FROM pg_catalog.pg_attribute AS a JOIN pg_catalog.pg_type AS t ON t.oid = a.atttypid
		JOIN pg_catalog.pg_proc AS writes ON writes.oid = t.typoutput
		WHERE a.attrelid = pg_catalog.to_regclass($1) AND a.attnum > 0 AND NOT a.attisdropped AND writes.provolatile <> 'i'
		AND NOT EXISTS (SELECT 1 FROM pg_catalog.pg_cast AS c
			WHERE c.castsource = coalesce(nullif(t.typbasetype, 0), t.oid) AND c.casttarget = CAST('pg_catalog.text' AS pg_catalog.regtype))
		ORDER BY a.attnum`, p.table(d.table))
	if err != nil {
		return "", err
	}
	defer rows.Close()
	for rows.Next() {
		var name, kind string
		if err := rows.Scan(&name, &kind); err != nil {
			return "", err
		}
		if slices.ContainsFunc(d.search, func(c column) bool { return c.name == name }) {
			return fmt.Sprintf("PostgreSQL can keep no index of %s as text, which is of the type %s; to have one, leave it out of Config.Search", name, kind), nil
		}
	}
	return "", rows.Err()
}

// shortName is a name as long as PostgreSQL's may be, of 63 bytes.
func shortName(name string) string {
	const most = 63
	if len(name) <= most {
		return name
	}
	sum := sha256.Sum256([]byte(name))
	end := "_" + hex.EncodeToString(sum[:6])
	return strings.ToValidUTF8(name[:most-len(end)], "") + end
}

func (*postgresIndex) ordered() bool { return false }

// finds reports whether the term has three letters or digits in a row: pg_trgm
// knows nothing else.
func (x *postgresIndex) finds(t term) bool {
	run := 0
	for _, r := range t.text {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) || x.asciiOnly && r >= utf8.RuneSelf {
			run = 0
			continue
		}
		if run++; run == gram {
			return true
		}
	}
	return false
}

func (x *postgresIndex) create() []string {
	concurrently := "CONCURRENTLY "
	if x.partitioned { // PostgreSQL can't do that for all parts at once
		concurrently = ""
	}
	p := postgres{}
	return []string{
		"CREATE EXTENSION IF NOT EXISTS pg_trgm",
		fmt.Sprintf("CREATE INDEX %s%s ON %s USING gin ((%s) gin_trgm_ops)", concurrently, p.quote(x.name), p.table(x.table),
			requalified(x.text, p.quote(x.table.name))),
		fmt.Sprintf("COMMENT ON INDEX %s IS '%s'", p.table(tableName{x.schema, x.name}), strings.ReplaceAll(x.definition, "'", "''")),
		"ANALYZE " + p.table(x.table),
	}
}

func (x *postgresIndex) drop() []string {
	concurrently := "CONCURRENTLY "
	if x.partitioned {
		concurrently = ""
	}
	return []string{"DROP INDEX " + concurrently + "IF EXISTS " + postgres{}.table(tableName{x.schema, x.name})}
}

func (x *postgresIndex) check(ctx context.Context, d *Directory, _ bool) (state indexState, problem string, err error) {
	var comment string
	var valid bool
	p := postgres{}
	err = d.db.QueryRowContext(ctx, `SELECT coalesce(pg_catalog.obj_description(i.indexrelid, 'pg_class'), ''), i.indisvalid AND i.indisready
		FROM pg_catalog.pg_index AS i JOIN pg_catalog.pg_class AS c ON c.oid = i.indexrelid
		WHERE i.indrelid = pg_catalog.to_regclass($1) AND c.relname = $2`, p.table(x.table), x.name).Scan(&comment, &valid)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		problem = "none has been made" + makeIt
	case err != nil:
		return state, "", err
	case !valid:
		problem = "its index was not finished" + makeIt
	case comment != x.definition:
		problem = "its index was made for other columns, or not finished" + makeIt
	}
	err = d.db.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM pg_catalog.pg_index AS i
		JOIN pg_catalog.pg_attribute AS a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
		WHERE i.indrelid = pg_catalog.to_regclass($1) AND a.attname = $2 AND i.indpred IS NULL AND i.indisvalid)`,
		p.table(x.table), d.tenant.name).Scan(&state.tenants)
	return state, problem, err
}

// changed doesn't matter here: a missing index makes the answer slow, not wrong.
func (*postgresIndex) changed(context.Context, *Directory, indexState) (bool, error) {
	return false, nil
}

func (x *postgresIndex) through(d *Directory, s search) (condition, bool) {
	return x.fenced(d, x.all(d, s), condition{sql: "1 = 1"}, s.limit), true
}

func (x *postgresIndex) within(d *Directory, s search) condition {
	return x.fenced(d, s.tenants, x.all(d, s), s.limit)
}

// all is true for the users that the search finds.
func (x *postgresIndex) all(d *Directory, s search) condition {
	where := condition{sql: d.always}
	where.and(s.filter)
	for _, t := range s.terms {
		where.and(x.occurs(t))
	}
	return where
}

// fenced makes the planner find all rows that fulfil the first condition before
// it does anything else. OFFSET 0 hides the order and the limit from it. If it
// knew those, it would hope to meet enough rows soon, and read most of the table
// before it does, whether it uses one plan for all texts or not.
func (x *postgresIndex) fenced(d *Directory, first, then condition, limit int) condition {
	return condition{
		d.list + " FROM (SELECT * FROM " + postgres{}.table(d.table) + " AS u WHERE " + first.sql + " OFFSET 0) AS u WHERE " + then.sql +
			d.inOrder + " LIMIT " + mark,
		slices.Concat(first.args, then.args, []any{limit}),
	}
}

// occurs is true where the term occurs in the text. It finds the same as
// [postgres.contains]. The cases of letters outside ASCII are written out, so
// that they do not depend on what the database knows about them.
func (x *postgresIndex) occurs(t term) condition {
	if len(t.others) == 0 {
		return condition{x.text + " LIKE " + mark, []any{"%" + likeEscaper.Replace(lowerASCII(t.text)) + "%"}}
	}
	var pattern strings.Builder
	for _, r := range lowerASCII(t.text) {
		switch all := cases(r); {
		case len(all) > 1:
			pattern.WriteString("[" + string(all) + "]")
		case r < utf8.RuneSelf && !('a' <= r && r <= 'z' || '0' <= r && r <= '9'):
			pattern.WriteString(`\` + string(r))
		default:
			pattern.WriteRune(r)
		}
	}
	return condition{x.text + " ~ " + mark, []any{pattern.String()}}
}
