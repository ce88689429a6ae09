package sqlusers

import (
	"errors"
	"fmt"
	"strings"
)

// tableName is a table and, if it was given, the schema that it is in.
type tableName struct{ schema, name string }

// String is how messages call the table.
func (t tableName) String() string {
	if t.schema == "" {
		return t.name
	}
	return t.schema + "." + t.name
}

// parseTable reads `users`, `accounts.users` and `"old.users"`.
func parseTable(text string) (tableName, error) {
	if text == "" {
		return tableName{}, errors.New("is required: the table of users")
	}
	var parts []string
	for rest, more := text, true; more; {
		var part string
		part, rest, more = cutName(rest)
		if part == "" || strings.ContainsRune(part, 0) {
			return tableName{}, fmt.Errorf("is %q, which is no name of a table; write users, schema.users, or \"quoted.name\"", text)
		}
		parts = append(parts, part)
	}
	switch len(parts) {
	case 1:
		return tableName{name: parts[0]}, nil
	case 2:
		return tableName{schema: parts[0], name: parts[1]}, nil
	default:
		return tableName{}, fmt.Errorf("is %q, which has too many parts; put a name with a dot in double quotes", text)
	}
}

// cutName takes the first name off a dotted text. A name in double quotes may
// have dots; two double quotes in it stand for one.
func cutName(text string) (name, rest string, more bool) {
	if quoted, ok := strings.CutPrefix(text, `"`); ok {
		var b strings.Builder
		for {
			before, after, found := strings.Cut(quoted, `"`)
			b.WriteString(before)
			switch {
			case !found: // never closed: not a name
				return "", "", false
			case after == "":
				return b.String(), "", false
			case after[0] == '.':
				return b.String(), after[1:], true
			case after[0] != '"': // text after the closing quote: not a name
				return "", "", false
			}
			b.WriteByte('"')
			quoted = after[1:]
		}
	}
	return strings.Cut(text, ".")
}

// isExpression tells an expression from the name of a column.
func isExpression(column string) bool {
	return strings.HasPrefix(column, "(") && strings.HasSuffix(column, ")")
}

// column is one of the Config's columns, ready for a query.
type column struct {
	// sql is the column of u, or the expression in parentheses; "" is none.
	sql string
	// name is the column's own, "" for an expression.
	name string
	// typed says that SQLite converts text to the column's own type before it
	// compares, so that one comparison with text can use an index.
	typed bool
	// The rest is for engines whose columns have types. distinct says that the
	// column's own order never leaves open which of two IDs comes first, isID
	// that a column of no class is text, which may be IDs.
	class              class
	distinct, isID     bool
	charset, collation string
}
