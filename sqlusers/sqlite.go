package sqlusers

import (
	"context"
	"database/sql"
	"slices"
	"strconv"
	"strings"
)

// sqlite writes the SQL of SQLite. Names in double quotes are always qualified
// (u."name"): alone, SQLite takes one that it does not know for a text.
type sqlite struct{}

func (sqlite) quote(name string) string {
	return `"` + strings.ReplaceAll(name, `"`, `""`) + `"`
}

func (s sqlite) table(t tableName) string { return quoted(t, s.quote) }

func (sqlite) placeholder(int) string { return "?" }

// limit is written out: SQLite compiles a statement again whenever a limit that
// is a bare parameter is bound.
func (sqlite) limit(rows int) condition { return condition{sql: " LIMIT " + strconv.Itoa(rows)} }

// ready has no objections: whatever opens will do.
func (sqlite) ready(context.Context, *sql.DB) (string, error) { return "", nil }

// classify changes nothing: in SQLite each value has a type of its own.
func (sqlite) classify(c column, _ string) column { return c }

// noID looks at the values, whose types may differ.
func (s sqlite) noID(id column) string { return s.kind(id) + " NOT IN ('integer', 'text', 'null')" }

// text is the column as text; NULL is "".
func (sqlite) text(c column) string {
	if c.sql == "" {
		return "''"
	}
	return "coalesce(CAST(" + c.sql + " AS TEXT), '')"
}

// exact is text that compares byte by byte, whatever the column's collation. It
// says so explicitly, although coalesce has already dropped the column's.
func (s sqlite) exact(c column) string { return s.text(c) + " COLLATE BINARY" }

// flagIn is true where the column is one of the words for a flag, as
// [parseFlag] reads them.
func (s sqlite) flagIn(c column, words []string) string {
	return "lower(trim(" + s.text(c) + ")) IN " + wordList(words)
}

// kind is the type of the value that is in the row, for [position].
func (sqlite) kind(c column) string { return "typeof(" + c.sql + ")" }

// nameable is true for the rows whose ID can be named by its text.
func (s sqlite) nameable(id column) string {
	return s.kind(id) + " IN ('integer', 'text') AND " + s.text(id) + " <> ''"
}

// order lists by ID in the column's own order. The column's collation may equate
// IDs that differ, so the text decides what that leaves open.
func (s sqlite) order(id column) string { return id.sql + ", " + s.exact(id) }

// behind is true for the rows after a position in that order. Its first part
// alone lets SQLite begin at the right place in the index.
func (s sqlite) behind(id column, p position) (condition, bool) {
	value := p.value()
	return condition{
		id.sql + " >= " + mark + " AND (" + id.sql + " > " + mark + " OR " + s.exact(id) + " > " + mark + ")",
		[]any{value, value, p.text},
	}, true
}

func (s sqlite) upTo(id column, p position) condition {
	within := condition{id.sql + " <= " + mark, []any{p.value()}}
	beyond, _ := s.behind(id, p)
	within.and(condition{"NOT (" + beyond.sql + ")", beyond.args})
	return within
}

// contains is true where the term occurs in one of the columns. LIKE equates
// the cases of ASCII letters; the others are replaced by one of their cases.
func (s sqlite) contains(columns []column, t term) condition {
	pattern := "%" + likeEscaper.Replace(t.text) + "%"
	var found condition
	for i, c := range columns {
		if i > 0 {
			found.sql += " OR "
		}
		text := c.sql
		for _, other := range t.others {
			text = "replace(" + text + ", " + mark + ", " + mark + ")"
			found.args = append(found.args, other.from, other.to)
		}
		found.sql += text + " LIKE " + mark + ` ESCAPE '\'`
		found.args = append(found.args, pattern)
	}
	return found
}

var likeEscaper = strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`)

// oneOf is true where the column's text is one of the values, byte by byte.
// What the column's own comparison excludes comes first, since it can use an
// index; alone it would also find 7 for "007".
func (s sqlite) oneOf(c column, values []string) condition {
	plain, odd := splitOdd(values)
	if len(odd) == 0 && len(plain) <= fewIDs {
		return s.oneOfFew(c, plain)
	}
	equal := condition{s.exact(c) + " IN (SELECT value FROM json_each(" + mark + "))", []any{jsonList(plain)}}
	if len(odd) > 0 {
		// JSON can't carry these, but it can carry their bytes in hexadecimal
		// digits.
		return condition{
			equal.sql + " OR hex(" + s.text(c) + ") IN (SELECT value FROM json_each(" + mark + "))",
			append(equal.args, jsonList(hexadecimal(odd))),
		}
	}
	if c.sql == "" || slices.Contains(plain, "") { // "" stands for NULL, which equals nothing
		return equal
	}
	return condition{
		c.sql + " IN (SELECT value FROM json_each(" + mark + ")) AND " + equal.sql,
		append([]any{jsonListWithNumbers(plain)}, equal.args...),
	}
}

// oneOfFew is oneOf without a list in JSON, which takes longer to open than a
// few users take to find.
func (s sqlite) oneOfFew(c column, values []string) condition {
	var texts, all []any
	for _, value := range values {
		texts, all = append(texts, value), append(all, value)
		if n, ok := integer(value); ok && !c.typed {
			all = append(all, n)
		}
	}
	// With a plus sign, SQLite can't look at the values when it plans, so it does
	// not compile the statement again for each.
	in := func(n int) string { return " IN (" + strings.TrimSuffix(strings.Repeat("+"+mark+", ", n), ", ") + ")" }
	equal := s.exact(c) + in(len(texts))
	if c.sql == "" || slices.Contains(values, "") { // "" stands for NULL, which equals nothing
		return condition{equal, texts}
	}
	return condition{c.sql + in(len(all)) + " AND " + equal, append(all, texts...)}
}

// columns lists the table's columns and whether they are typed; none when
// there is no such table.
func (s sqlite) columns(ctx context.Context, db *sql.DB, t tableName) (map[string]column, []string, error) {
	var tables, others int
	err := db.QueryRowContext(ctx, `SELECT count(*), count(*) FILTER (WHERE type <> 'table') FROM pragma_table_list
		WHERE name = ?1 COLLATE NOCASE AND (?2 = '' OR schema = ?2 COLLATE NOCASE)`, t.name, t.schema).Scan(&tables, &others)
	if err != nil || tables == 0 {
		return nil, nil, err
	}
	schema := sql.NullString{String: t.schema, Valid: t.schema != ""}
	rows, err := db.QueryContext(ctx, `SELECT name, type FROM pragma_table_xinfo(?, ?)`, t.name, schema)
	if err != nil {
		return nil, nil, err
	}
	defer rows.Close()
	found, names := map[string]column{}, []string(nil)
	for rows.Next() {
		var name, declared string
		if err := rows.Scan(&name, &declared); err != nil {
			return nil, nil, err
		}
		// A view's columns may have lost the types with which they are declared.
		found[s.key(name)] = column{sql: "u." + s.quote(name), name: name, typed: others == 0 && converts(declared)}
		names = append(names, name)
	}
	return found, names, rows.Err()
}

// key is the same for two names that SQLite takes for one.
func (sqlite) key(name string) string { return lowerASCII(name) }

// converts follows SQLite's rules on the affinity of a declared type: text
// that is compared with such a column is converted to the column's type.
func converts(declared string) bool {
	declared = strings.ToUpper(declared)
	for _, part := range []string{"INT", "CHAR", "CLOB", "TEXT"} {
		if strings.Contains(declared, part) {
			return true
		}
	}
	return declared != "" && declared != "ANY" && !strings.Contains(declared, "BLOB")
}
