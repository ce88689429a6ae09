package sqlusers

import (
	"context"
	"database/sql"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// dialect is everything that differs from engine to engine. Each engine has one
// file that writes its SQL.
type dialect interface {
	// placeholder stands for the n-th argument, from 1.
	placeholder(n int) string
	table(tableName) string
	// limit ends a query.
	limit(rows int) condition

	// ready says what keeps the database from being used at all.
	ready(context.Context, *sql.DB) (problem string, err error)
	// columns lists the table's columns, and their names in order; none when
	// there is no such table.
	columns(context.Context, *sql.DB, tableName) (map[string]column, []string, error)
	// key is the same for two names that the engine takes for one.
	key(name string) string
	// classify completes a column by the type that the driver says it has.
	classify(c column, driverType string) column
	// noID is true where the value is not an ID; "" where no value of the
	// column's type can be one.
	noID(id column) string

	// text is the column as text; NULL is "".
	text(column) string
	// kind is "integer" where the ID sorts as a number, which [position] must
	// remember.
	kind(column) string
	// nameable is true for the rows whose ID can be named by its text.
	nameable(id column) string
	// order lists by ID in the column's own order.
	order(id column) string
	// behind is true for the rows after a position in that order. It reports
	// false for one that no row can have.
	behind(id column, p position) (condition, bool)
	// oneOf is true where the column's text is one of the values, byte by byte.
	oneOf(c column, values []string) condition
	// flagIn is true where the column is one of the words for a flag, as
	// [parseFlag] reads them.
	flagIn(c column, words []string) string
	// contains is true where the term occurs in one of the columns.
	contains(columns []column, t term) condition
	// upTo is true for the rows up to a position, one that behind knows.
	upTo(id column, p position) condition

	// textIndex describes the index that makes a search fast. A reason says why
	// there can be none over this table.
	textIndex(context.Context, *Directory) (index textIndex, reason string, err error)
}

// dialectOf returns what writes the engine's SQL; false for an unknown engine.
func dialectOf(engine Engine) (dialect, bool) {
	switch engine {
	case SQLite:
		return sqlite{}, true
	case Postgres:
		return postgres{}, true
	case MySQL:
		return mysql{}, true
	default:
		return nil, false
	}
}

// mark stands for an argument in a condition, until the whole query is written.
// A question mark won't do, since the application's own expressions may have
// one; no SQL has a NUL.
const mark = "\x00"

// condition is a piece of SQL and the arguments of its marks.
type condition struct {
	sql  string
	args []any
}

// and adds a condition that must hold too.
func (c *condition) and(other condition) { c.join(" AND ", other) }

// or adds a condition that will do instead.
func (c *condition) or(other condition) { c.join(" OR ", other) }

func (c *condition) join(by string, other condition) {
	if c.sql != "" {
		c.sql += by
	}
	c.sql += "(" + other.sql + ")"
	c.args = slices.Concat(c.args, other.args)
}

// not has its condition in parentheses: in MySQL's mode HIGH_NOT_PRECEDENCE a NOT
// holds for no more than the next operand.
func not(condition string) string { return "NOT (" + condition + ")" }

// list writes conditions one after another, with commas.
func list(conditions []condition) condition {
	var text strings.Builder // a Filter may have thousands of values
	var args []any
	for i, c := range conditions {
		if i > 0 {
			text.WriteString(", ")
		}
		text.WriteString(c.sql)
		args = append(args, c.args...)
	}
	return condition{text.String(), args}
}

// statement gives each mark its placeholder.
func statement(d dialect, text string) string {
	var b strings.Builder
	for n := 1; ; n++ {
		before, after, found := strings.Cut(text, mark)
		b.WriteString(before)
		if !found {
			return b.String()
		}
		b.WriteString(d.placeholder(n))
		text = after
	}
}

// quoted writes a table's name with each part in quotes.
func quoted(t tableName, quote func(string) string) string {
	if t.schema == "" {
		return quote(t.name)
	}
	return quote(t.schema) + "." + quote(t.name)
}

// wordList writes words out, none of which has a quote in it.
func wordList(words []string) string { return "('" + strings.Join(words, "', '") + "')" }

// integer reads a number that is written as databases write it, and in no other
// way: not 007, +7, " 7" or 7.0.
func integer(text string) (int64, bool) {
	n, err := strconv.ParseInt(text, 10, 64)
	return n, err == nil && strconv.FormatInt(n, 10) == text
}

// hasWord reports whether an SQL expression has the word, in any case, outside
// quotes or in them.
func hasWord(expression, word string) bool {
	return slices.Contains(strings.FieldsFunc(lowerASCII(expression), func(r rune) bool {
		return r != '_' && r < utf8.RuneSelf && !unicode.IsLetter(r) && !unicode.IsDigit(r)
	}), word)
}
