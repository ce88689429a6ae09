package sqlusers

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// class is what a column's type means for its text, on engines where all values
// of a column have the column's type.
type class int

const (
	other    class = iota // compared as text only
	textual               // its own comparison may equate different texts
	padded                // text without the spaces at its end
	integral              // 64 bits, with a sign
	unsigned              // 64 bits, without
	decimal
	uuid
	binary // lower-case hexadecimal digits
	bits   // a number
)

var (
	decimalText = regexp.MustCompile(`^-?(0|[1-9][0-9]*)(\.[0-9]+)?$`)
	uuidText    = regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$`)
	binaryText  = regexp.MustCompile(`^([0-9a-f]{2})*$`)
)

// maxDecimal is how long a decimal number may be to be an ID. PostgreSQL has
// longer ones, which are nobody's; see [postgres.nameable].
const maxDecimal = 200

// has reports whether a value of the class reads as this text. Only such a text
// is converted to the column's type, to be compared as the column's own index
// does. Any other could not be converted, or would find the value of which it is
// a careless spelling: 7 for "007".
func (c class) has(text string) bool {
	switch c {
	case integral:
		_, ok := integer(text)
		return ok
	case unsigned:
		n, err := strconv.ParseUint(text, 10, 64)
		return err == nil && strconv.FormatUint(n, 10) == text
	case decimal:
		return len(text) <= maxDecimal && decimalText.MatchString(text)
	case uuid:
		return uuidText.MatchString(text)
	case binary:
		return binaryText.MatchString(text)
	case padded:
		return utf8.ValidString(text) && !strings.HasSuffix(text, " ")
	default:
		return utf8.ValidString(text)
	}
}

// isText reports whether the column can hold an empty text, which is not an ID.
func (c class) isText() bool { return c == textual || c == padded || c == other || c == binary }

// typed is what the engines whose columns have types add to a [dialect].
type typed interface {
	// own is the column as it is compared in its own way, with an index.
	own(column) string
	// ownValue is the text as a value to compare that with; false when no
	// value of the column reads as this text.
	ownValue(c column, text string) (condition, bool)
	// among is true where the column is one of the texts, each of which has an
	// ownValue. There is at least one.
	among(c column, texts []string) condition
	// exact is the column's text, compared byte by byte, exactValue a text to
	// compare that with.
	exact(column) string
	exactValue(text string) condition
}

func typedOrder(e typed, id column) string {
	if id.distinct {
		return e.own(id)
	}
	// The column's order may equate IDs that differ; the text decides then.
	return e.own(id) + ", " + e.exact(id)
}

func typedBehind(e typed, id column, p position) (condition, bool) {
	value, ok := e.ownValue(id, p.text)
	if p.number || p.text == "" || !ok {
		return condition{}, false
	}
	own := e.own(id)
	after := condition{own + " > " + value.sql, value.args}
	if id.distinct {
		return after, true
	}
	// Its first part alone lets the database begin at the right place in the
	// index.
	behind := condition{own + " >= " + value.sql, value.args}
	bytes := e.exactValue(p.text)
	after.or(condition{e.exact(id) + " > " + bytes.sql, bytes.args})
	behind.and(after)
	return behind, true
}

func typedUpTo(e typed, id column, p position) condition {
	value, _ := e.ownValue(id, p.text)
	within := condition{e.own(id) + " <= " + value.sql, value.args}
	if beyond, ok := typedBehind(e, id, p); ok && !id.distinct {
		within.and(condition{"NOT (" + beyond.sql + ")", beyond.args})
	}
	return within
}

func typedOneOf(e typed, c column, values []string) condition {
	none := slices.Contains(values, "")
	if c.sql == "" { // no column: everyone is ""
		if none {
			return condition{sql: "1 = 1"}
		}
		return condition{sql: "1 = 0"}
	}
	var texts []string
	for _, value := range values {
		if _, ok := e.ownValue(c, value); ok {
			texts = append(texts, value)
		}
	}
	var found condition
	if len(texts) > 0 {
		found = e.among(c, texts)
	}
	if none { // "" stands for NULL, which equals nothing
		found.or(condition{sql: c.sql + " IS NULL"})
	}
	if found.sql == "" {
		return condition{sql: "1 = 0"}
	}
	return found
}

func typedNoID(id column) string {
	switch id.class {
	case textual, padded, integral, unsigned, decimal, uuid, binary:
		return "1 = 0"
	default:
		return ""
	}
}

func typedNameable(e typed, id column) string {
	if !id.class.isText() {
		return id.sql + " IS NOT NULL"
	}
	return e.exact(id) + " <> ''"
}
