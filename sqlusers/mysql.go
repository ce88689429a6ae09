package sqlusers

import (
	"context"
	"database/sql"
	"encoding/hex"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// mysql writes the SQL of MariaDB and MySQL.
//
// Every value is written into the query as a literal in hexadecimal digits, so
// that nothing in it can be SQL. A query without arguments takes the driver one
// round trip instead of two, a list may have any length, and the connection's
// character set doesn't change what is compared.
type mysql struct{}

func (mysql) placeholder(int) string { return "?" }

func (mysql) quote(name string) string {
	return "`" + strings.ReplaceAll(name, "`", "``") + "`"
}

func (m mysql) table(t tableName) string { return quoted(t, m.quote) }

func (mysql) limit(rows int) condition { return condition{sql: " LIMIT " + strconv.Itoa(rows)} }

// ready refuses connections on which a user's ID or name would arrive as question
// marks.
func (mysql) ready(ctx context.Context, db *sql.DB) (string, error) {
	var charset sql.NullString
	err := db.QueryRowContext(ctx, `SELECT @@character_set_results`).Scan(&charset)
	if err != nil || charset.String == "utf8mb4" {
		return "", err
	}
	return fmt.Sprintf("is %q, and the connection's character set is %s; open the database with utf8mb4", MySQL, charset.String), nil
}

func (mysql) key(name string) string { return strings.ToLower(name) }

// columns lists the columns with their types, which the server knows better than
// the driver. A text column is distinct if it is unique by itself: then its own
// order never leaves anything open. An expression in an index has no column_name.
func (m mysql) columns(ctx context.Context, db *sql.DB, t tableName) (map[string]column, []string, error) {
	rows, err := db.QueryContext(ctx, `SELECT c.column_name, c.data_type, c.column_type,
			coalesce(c.character_set_name, ''), coalesce(c.collation_name, ''),
			EXISTS (SELECT 1 FROM information_schema.statistics AS s
				WHERE s.table_schema = c.table_schema AND s.table_name = c.table_name AND s.column_name = c.column_name
				AND s.non_unique = 0 AND s.sub_part IS NULL AND NOT EXISTS (SELECT 1 FROM information_schema.statistics AS more
					WHERE more.table_schema = s.table_schema AND more.table_name = s.table_name
					AND more.index_name = s.index_name AND NOT (more.column_name <=> s.column_name)))
		FROM information_schema.columns AS c
		WHERE c.table_name = ? AND c.table_schema = coalesce(nullif(?, ''), database())
		ORDER BY c.ordinal_position`, t.name, t.schema)
	if err != nil {
		return nil, nil, err
	}
	defer rows.Close()
	found, names := map[string]column{}, []string(nil)
	for rows.Next() {
		var name, dataType, columnType, charset, collation string
		var unique bool
		if err := rows.Scan(&name, &dataType, &columnType, &charset, &collation, &unique); err != nil {
			return nil, nil, err
		}
		if strings.Contains(columnType, "unsigned") {
			dataType = "unsigned " + dataType
		}
		c := m.classify(column{sql: "u." + m.quote(name), name: name}, strings.ToUpper(dataType))
		if c.class == other && charset != "" && !strings.HasPrefix(columnType, "enum") && !strings.HasPrefix(columnType, "set") {
			c.class, c.charset, c.collation, c.distinct = textual, charset, collation, unique
		}
		found[m.key(name)] = c
		names = append(names, name)
	}
	return found, names, rows.Err()
}

// classify reads the names of types. Text is compared byte by byte, unless
// columns finds out which collation the column's index uses.
func (mysql) classify(c column, driverType string) column {
	if c.class != other {
		return c
	}
	c.distinct = true
	switch driverType {
	case "TINYINT", "SMALLINT", "MEDIUMINT", "INT", "BIGINT":
		c.class = integral
	case "UNSIGNED TINYINT", "UNSIGNED SMALLINT", "UNSIGNED MEDIUMINT", "UNSIGNED INT", "UNSIGNED BIGINT":
		c.class = unsigned
	case "DECIMAL", "UNSIGNED DECIMAL":
		c.class = decimal
	case "UUID":
		c.class = uuid
	case "BINARY", "VARBINARY", "TINYBLOB", "BLOB", "MEDIUMBLOB", "LONGBLOB":
		c.class = binary
	case "BIT":
		c.class = bits
	case "CHAR", "VARCHAR", "TINYTEXT", "TEXT", "MEDIUMTEXT", "LONGTEXT":
		c.isID = true
	}
	return c
}

func (mysql) noID(id column) string {
	if id.isID {
		return "1 = 0"
	}
	return typedNoID(id)
}

func (m mysql) text(c column) string {
	if c.sql == "" {
		return "_utf8mb4''"
	}
	return "COALESCE(" + m.plain(c) + ", _utf8mb4'')"
}

// plain is text, and NULL stays NULL.
func (mysql) plain(c column) string {
	value := c.sql
	switch c.class {
	case integral, unsigned, bits:
		value += " + 0" // 7, where ZEROFILL would write 007 and a bit a control character
	case binary:
		value = "LOWER(HEX(" + value + "))"
	}
	return "CONVERT(" + value + " USING utf8mb4)"
}

// exact compares byte by byte. No collation would do: even utf8mb4_bin equates
// "a" and "a ".
func (m mysql) exact(c column) string { return "CAST(" + m.text(c) + " AS BINARY)" }

func (mysql) exactValue(text string) condition { return condition{sql: hexLiteral(text)} }

// hexLiteral is a string of these bytes.
func hexLiteral(text string) string { return "x'" + hex.EncodeToString([]byte(text)) + "'" }

func (mysql) kind(column) string { return "'text'" }

func (m mysql) nameable(id column) string { return typedNameable(m, id) }

func (m mysql) order(id column) string { return typedOrder(m, id) }

func (m mysql) behind(id column, at position) (condition, bool) { return typedBehind(m, id, at) }

func (m mysql) upTo(id column, at position) condition { return typedUpTo(m, id, at) }

func (m mysql) oneOf(c column, values []string) condition { return typedOneOf(m, c, values) }

func (m mysql) own(c column) string {
	if c.class == other || c.class == bits {
		return m.exact(c)
	}
	return c.sql
}

func (mysql) ownValue(c column, text string) (condition, bool) {
	ok := c.class.has(text)
	switch c.class {
	case integral, unsigned, decimal:
		// Security: what isn't a number is left out, since it would be SQL.
		if !ok {
			text = "NULL"
		}
		return condition{sql: text}, ok
	case uuid:
		return condition{sql: "CAST(" + hexLiteral(text) + " AS CHAR)"}, ok
	case binary:
		value, err := hex.DecodeString(text)
		return condition{sql: hexLiteral(string(value))}, ok && err == nil
	case textual:
		// In the column's own character set and collation, or its index could not
		// be used. What the character set lacks becomes a question mark, which
		// [mysql.among] and the order by bytes tell from a real one.
		return condition{sql: "CONVERT(_utf8mb4 " + hexLiteral(text) + " USING " + c.charset + ") COLLATE " + c.collation}, ok
	default:
		return condition{sql: hexLiteral(text)}, ok
	}
}

func (m mysql) among(c column, texts []string) condition {
	var own, exact []condition
	for _, text := range texts {
		value, _ := m.ownValue(c, text)
		own = append(own, value)
		exact = append(exact, m.exactValue(text))
	}
	found := condition{sql: m.own(c) + " IN (" + list(own).sql + ")"}
	if c.class == textual || c.class == decimal {
		found.and(condition{sql: m.exact(c) + " IN (" + list(exact).sql + ")"})
	}
	return found
}

func (m mysql) flagIn(c column, words []string) string {
	return "CAST(LOWER(TRIM(" + m.text(c) + ")) AS BINARY) IN " + wordList(words)
}

// contains equates the cases of the term's letters, one by one: what LOWER knows
// differs from version to version, and no collation that all versions have
// equates cases and nothing else. For a term in ASCII, a collation that equates
// more first excludes most of the rows that don't have it, which is faster.
func (m mysql) contains(columns []column, t term) condition {
	word := lowerASCII(t.text)
	pairs := slices.Clone(t.others)
	ascii := true
	for i, r := range word {
		ascii = ascii && r < 0x80
		if 'a' <= r && r <= 'z' && strings.IndexByte(word, byte(r)) == i {
			pairs = append(pairs, spelling{string(r + 'A' - 'a'), string(r)})
		}
	}
	pattern := "_utf8mb4 " + hexLiteral("%"+mysqlLikeEscaper.Replace(word)+"%") + " ESCAPE '!'"
	var found condition
	for _, c := range columns {
		text := m.plain(c) + " COLLATE utf8mb4_bin"
		for _, p := range pairs {
			text = "REPLACE(" + text + ", _utf8mb4 " + hexLiteral(p.from) + ", _utf8mb4 " + hexLiteral(p.to) + ")"
		}
		occurs := "LOCATE(_utf8mb4 " + hexLiteral(word) + ", " + text + ") > 0"
		if ascii {
			occurs = m.plain(c) + " COLLATE utf8mb4_general_ci LIKE " + pattern + " AND " + occurs
		}
		found.or(condition{sql: occurs})
	}
	return found
}

// In the SQL mode NO_BACKSLASH_ESCAPES, a backslash would not be an escape.
var mysqlLikeEscaper = strings.NewReplacer(`!`, `!!`, `%`, `!%`, `_`, `!_`)

// textIndex reports that there is none. A FULLTEXT index finds words, by their
// beginnings at best; MariaDB has nothing that finds text within a word, and
// MySQL's ngram parser finds it in an order that is of no use for pages.
func (mysql) textIndex(context.Context, *Directory) (textIndex, string, error) {
	return nil, "MariaDB and MySQL have no index that finds text within a word", nil
}
