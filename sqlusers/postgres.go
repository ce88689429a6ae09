package sqlusers

import (
	"context"
	"database/sql"
	"fmt"
	"strconv"
	"strings"
)

// postgres writes the SQL of PostgreSQL.
type postgres struct{}

func (postgres) placeholder(n int) string { return "$" + strconv.Itoa(n) }

func (postgres) quote(name string) string {
	return `"` + strings.ReplaceAll(name, `"`, `""`) + `"`
}

func (p postgres) table(t tableName) string { return quoted(t, p.quote) }

func (postgres) limit(rows int) condition { return condition{" LIMIT " + mark, []any{rows}} }

// ready refuses encodings that can't hold everything people type.
func (postgres) ready(ctx context.Context, db *sql.DB) (string, error) {
	var encoding string
	if err := db.QueryRowContext(ctx, `SHOW server_encoding`).Scan(&encoding); err != nil || encoding == "UTF8" {
		return "", err
	}
	return fmt.Sprintf("is %q, and the database's encoding is %s; sqlusers needs one in UTF8", Postgres, encoding), nil
}

// key is the name itself: in quotes, PostgreSQL tells cases apart.
func (postgres) key(name string) string { return name }

// columns also looks where an unqualified name would be found. A column is
// distinct when its collation tells all texts apart.
func (p postgres) columns(ctx context.Context, db *sql.DB, t tableName) (map[string]column, []string, error) {
	rows, err := db.QueryContext(ctx, `SELECT a.attname, coalesce(c.collisdeterministic, true)
		FROM pg_catalog.pg_attribute AS a LEFT JOIN pg_catalog.pg_collation AS c ON c.oid = a.attcollation
		WHERE a.attrelid = pg_catalog.to_regclass($1) AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum`, p.table(t))
	if err != nil {
		return nil, nil, err
	}
	defer rows.Close()
	found, names := map[string]column{}, []string(nil)
	for rows.Next() {
		var name string
		var distinct bool
		if err := rows.Scan(&name, &distinct); err != nil {
			return nil, nil, err
		}
		found[name] = column{sql: "u." + p.quote(name), name: name, distinct: distinct}
		names = append(names, name)
	}
	return found, names, rows.Err()
}

// classify reads PostgreSQL's internal names of types. To a driver, the server
// reports a domain as the type that it is over.
func (postgres) classify(c column, driverType string) column {
	switch driverType {
	case "INT2", "INT4", "INT8":
		c.class, c.distinct = integral, true
	case "NUMERIC": // 7.0 and 7.00 are equal
		c.class, c.distinct = decimal, false
	case "UUID":
		c.class, c.distinct = uuid, true
	case "BYTEA":
		c.class, c.distinct = binary, true
	case "TEXT", "VARCHAR", "NAME":
		c.class = textual
	case "BPCHAR":
		c.class = padded
	default:
		c.class, c.distinct = other, true
	}
	return c
}

func (postgres) noID(id column) string { return typedNoID(id) }

func (p postgres) text(c column) string {
	if c.sql == "" {
		return "''"
	}
	return "coalesce(" + p.plain(c) + ", '')"
}

// plain is text, and NULL stays NULL.
func (postgres) plain(c column) string {
	if c.class == binary {
		return "encode(" + c.sql + ", 'hex')" // whatever the setting bytea_output says
	}
	return "CAST(" + c.sql + " AS text)"
}

// exact compares byte by byte: the database's own collation may equate texts.
func (p postgres) exact(c column) string { return p.text(c) + ` COLLATE "C"` }

func (postgres) exactValue(text string) condition { return condition{mark, []any{text}} }

func (postgres) kind(column) string { return "'text'" }

// nameable leaves out the numbers that can't be looked up: what is no number, what
// is infinite, and what has hundreds of digits.
func (p postgres) nameable(id column) string {
	if id.class == decimal {
		return fmt.Sprintf("(%s IS NOT NULL AND %s NOT IN ('NaN', 'Infinity', '-Infinity') AND length(%[2]s) <= %[3]d)", id.sql, p.exact(id), maxDecimal)
	}
	return typedNameable(p, id)
}

func (p postgres) order(id column) string { return typedOrder(p, id) }

func (p postgres) behind(id column, at position) (condition, bool) { return typedBehind(p, id, at) }

func (p postgres) upTo(id column, at position) condition { return typedUpTo(p, id, at) }

func (p postgres) oneOf(c column, values []string) condition { return typedOneOf(p, c, values) }

func (p postgres) own(c column) string {
	if c.class == other {
		return p.exact(c)
	}
	return c.sql
}

// ownValue casts the value, never the column, so that the column's index can be
// used.
func (p postgres) ownValue(c column, text string) (condition, bool) {
	// No text in PostgreSQL has a NUL in it, and one in an argument is an error.
	return condition{p.cast(c, mark), []any{text}}, c.class.has(text) && !strings.Contains(text, "\x00")
}

func (postgres) cast(c column, value string) string {
	switch c.class {
	case integral:
		return "CAST(" + value + " AS bigint)"
	case decimal:
		return "CAST(" + value + " AS numeric)"
	case uuid:
		return "CAST(" + value + " AS uuid)"
	case binary:
		return "decode(" + value + ", 'hex')"
	case padded:
		return "CAST(" + value + " AS bpchar)"
	default:
		return "CAST(" + value + " AS text)"
	}
}

// fewTexts is how many are better written out than unpacked from JSON: then the
// planner knows how many there are.
const fewTexts = 8

func (p postgres) among(c column, texts []string) condition {
	found := p.in(p.own(c), texts, func(value string) string { return p.cast(c, value) })
	if !c.distinct {
		found.and(p.in(p.exact(c), texts, func(value string) string { return "CAST(" + value + " AS text)" }))
	}
	return found
}

func (postgres) in(column string, texts []string, cast func(string) string) condition {
	if len(texts) > fewTexts {
		return condition{
			column + " IN (SELECT " + cast("given.value") + " FROM json_array_elements_text(CAST(" + mark + " AS json)) AS given(value))",
			[]any{jsonList(texts)},
		}
	}
	values := make([]condition, len(texts))
	for i, text := range texts {
		values[i] = condition{cast(mark), []any{text}}
	}
	all := list(values)
	return condition{column + " IN (" + all.sql + ")", all.args}
}

func (p postgres) flagIn(c column, words []string) string {
	return "lower(btrim(" + p.text(c) + `) COLLATE "C") IN ` + wordList(words)
}

// contains equates the cases of ASCII letters by lower, which in the collation C
// knows no others, whatever the database's own collation knows; and those of the
// other letters by translate. LIKE's escape is a backslash by default.
func (p postgres) contains(columns []column, t term) condition {
	var from, to strings.Builder
	for _, s := range t.others {
		from.WriteString(s.from)
		to.WriteString(s.to)
	}
	pattern := "%" + likeEscaper.Replace(lowerASCII(t.text)) + "%"
	var found condition
	for _, c := range columns {
		text := "lower(" + p.plain(c) + ` COLLATE "C")`
		if len(t.others) > 0 {
			found.or(condition{"translate(" + text + ", " + mark + ", " + mark + ") LIKE " + mark, []any{from.String(), to.String(), pattern}})
			continue
		}
		found.or(condition{text + " LIKE " + mark, []any{pattern}})
	}
	return found
}
