package sqlusers

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
)

// sqliteIndex is an FTS5 table of the search columns' trigrams, and triggers
// that keep it current.
//
// It holds the text a second time, which is two thirds of its size. Without
// that, a row could only be removed from the index by the text that was once put
// in, and a trigger that did not run would damage the index. As it is, a trigger
// that does not run (SQLite runs none for the rows that INSERT OR REPLACE
// replaces) leaves a row too many, which the comparison excludes.
type sqliteIndex struct {
	table  tableName
	fts    string // names, in quotes
	keys   string
	prefix string // of the triggers' names, without quotes

	// handle is the column by which the index names a row. rowid says that it is
	// another name for the rowid. Otherwise keys numbers its values: at VACUUM,
	// SQLite may change a rowid that has no name, and some tables have none.
	handle string
	rowid  bool
	inID   bool     // handle is Config.ID, and numbers go by it
	texts  []string // of the search columns, of u
}

// textIndex finds the column by which the index can name rows.
func (s sqlite) textIndex(ctx context.Context, d *Directory) (textIndex, string, error) {
	schema := sql.NullString{String: d.table.schema, Valid: d.table.schema != ""}
	var kind string
	var withoutRowid bool
	err := d.db.QueryRowContext(ctx, `SELECT type, wr FROM pragma_table_list WHERE name = ?1 COLLATE NOCASE AND (?2 IS NULL OR schema = ?2 COLLATE NOCASE)`,
		d.table.name, schema).Scan(&kind, &withoutRowid)
	if err != nil {
		return nil, "", err
	}
	if kind != "table" {
		return nil, fmt.Sprintf("%s is a %s, and SQLite can keep an index of a table only; to have one, name the table, and the view's condition as Config.Where", d.table, kind), nil
	}
	for _, c := range d.search {
		if c.name == "" && hasWord(c.sql, "select") {
			return nil, fmt.Sprintf("the search column %s looks into other tables, whose changes an index would not follow", c.sql), nil
		}
	}
	base := d.table.name + "_guise"
	index := &sqliteIndex{
		table: d.table, fts: s.quote(base + "_search"), keys: s.quote(base + "_keys"), prefix: base,
	}
	for _, c := range d.search {
		index.texts = append(index.texts, s.text(c))
	}
	return index.named(ctx, d, schema, withoutRowid)
}

// named chooses the handle: the name of the rowid, or else a column that is
// unique and that no user has as NULL.
func (x *sqliteIndex) named(ctx context.Context, d *Directory, schema sql.NullString, withoutRowid bool) (textIndex, string, error) {
	var alias sql.NullString
	err := d.db.QueryRowContext(ctx, `SELECT max(name) FROM pragma_table_info(?1, ?2) WHERE pk > 0
		HAVING count(*) = 1 AND upper(max(type)) = 'INTEGER' AND NOT EXISTS (SELECT 1 FROM pragma_index_list(?1, ?2) WHERE origin = 'pk')`,
		x.table.name, schema).Scan(&alias)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return nil, "", err
	}
	if alias.Valid && !withoutRowid {
		x.handle, x.rowid = alias.String, true
		x.inID = lowerASCII(alias.String) == lowerASCII(d.id.name)
		return x, "", nil
	}
	var unique bool
	err = d.db.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM pragma_index_list(?1, ?2) AS l WHERE "unique" AND NOT partial
		AND (SELECT group_concat(coalesce(name, '')) FROM pragma_index_info(l.name, ?2)) = ?3 COLLATE NOCASE)`,
		x.table.name, schema, d.id.name).Scan(&unique)
	if err != nil {
		return nil, "", err
	}
	if d.id.name == "" || !unique {
		return nil, "it has no INTEGER PRIMARY KEY, and Config.ID is not a column with a UNIQUE index of its own, so an index could not name its rows", nil
	}
	x.handle = d.id.name
	return x, "", nil
}

// create returns the statements that make the index. The triggers that put rows
// in come before the rows that are there already, so that nobody is missed, and
// the last trigger says that everything is done: without it, the index is not
// used.
func (x *sqliteIndex) create() []string {
	var all []string
	if !x.rowid {
		all = append(all, "CREATE TABLE "+x.in(x.keys)+" (n INTEGER PRIMARY KEY, id UNIQUE)")
	}
	all = append(all,
		"CREATE VIRTUAL TABLE "+x.in(x.ftsTable()),
		"CREATE TRIGGER "+x.in(x.insertTrigger()),
		"CREATE TRIGGER "+x.in(x.updateTrigger()))
	content := x.in(sqlite{}.quote(x.prefix + "_search_content"))
	if x.rowid {
		all = append(all, fmt.Sprintf("INSERT INTO %s (%s) SELECT u.%s, %s FROM %s AS u WHERE u.%s NOT IN (SELECT id FROM %s)",
			x.in(x.fts), x.columns(), x.quotedHandle(), strings.Join(x.texts, ", "), x.users(), x.quotedHandle(), content))
	} else {
		all = append(all,
			fmt.Sprintf("INSERT INTO %s (id) SELECT u.%[2]s FROM %[3]s AS u WHERE u.%[2]s IS NOT NULL AND u.%[2]s NOT IN (SELECT id FROM %[1]s)",
				x.in(x.keys), x.quotedHandle(), x.users()),
			fmt.Sprintf("INSERT INTO %s (%s) SELECT k.n, %s FROM %s AS k CROSS JOIN %s AS u ON u.%s = k.id WHERE k.n NOT IN (SELECT id FROM %s)",
				x.in(x.fts), x.columns(), strings.Join(x.texts, ", "), x.in(x.keys), x.users(), x.quotedHandle(), content))
	}
	return append(all, "CREATE TRIGGER "+x.in(x.deleteTrigger()))
}

func (x *sqliteIndex) drop() []string {
	all := []string{}
	for _, event := range []string{"delete", "update", "insert"} {
		all = append(all, "DROP TRIGGER IF EXISTS "+x.in(x.trigger(event)))
	}
	return append(all, "DROP TABLE IF EXISTS "+x.in(x.fts), "DROP TABLE IF EXISTS "+x.in(x.keys))
}

// in is a name, or a text that begins with one, put into the table's schema.
func (x *sqliteIndex) in(name string) string {
	if x.table.schema == "" {
		return name
	}
	return sqlite{}.quote(x.table.schema) + "." + name
}

func (x *sqliteIndex) users() string        { return sqlite{}.table(x.table) }
func (x *sqliteIndex) quotedHandle() string { return sqlite{}.quote(x.handle) }

func (x *sqliteIndex) trigger(event string) string { return sqlite{}.quote(x.prefix + "_" + event) }

// columns are those of the FTS table, its rowid first.
func (x *sqliteIndex) columns() string {
	all := []string{"rowid"}
	for i := range x.texts {
		all = append(all, fmt.Sprint("c", i))
	}
	return strings.Join(all, ", ")
}

// ftsTable has no positions: what the terms' trigrams lead to is compared
// anyhow, and the index is half as large.
func (x *sqliteIndex) ftsTable() string {
	return fmt.Sprintf("%s USING fts5(%s, tokenize='trigram', detail=none, columnsize=0)", x.fts, strings.TrimPrefix(x.columns(), "rowid, "))
}

// The triggers remove before they insert. Otherwise an ON CONFLICT of the
// statement that they run for, which overrules any of theirs, could change what
// they do. In a trigger, names have no schema: they are in the trigger's.

func (x *sqliteIndex) insertTrigger() string {
	return fmt.Sprintf("%s AFTER INSERT ON %s BEGIN %s%s END", x.trigger("insert"), sqlite{}.quote(x.table.name), x.takeOut("new"), x.putIn())
}

// updateTrigger runs for every update, since it isn't known what an expression or
// a generated column depends on. It does nothing if the text stays the same.
func (x *sqliteIndex) updateTrigger() string {
	same := []string{fmt.Sprintf("new.%[1]s IS old.%[1]s", x.quotedHandle())}
	for i, text := range x.texts {
		same = append(same, fmt.Sprintf("f.c%d IS %s", i, text))
	}
	return fmt.Sprintf("%s AFTER UPDATE ON %s WHEN NOT EXISTS (SELECT 1 FROM %s AS f CROSS JOIN %s AS u ON u.%s = new.%s WHERE f.rowid = %s AND %s) BEGIN %s%s%s END",
		x.trigger("update"), sqlite{}.quote(x.table.name), x.fts, sqlite{}.quote(x.table.name), x.quotedHandle(), x.quotedHandle(), x.number("new"), strings.Join(same, " AND "),
		x.takeOut("old"), x.takeOut("new"), x.putIn())
}

func (x *sqliteIndex) deleteTrigger() string {
	return fmt.Sprintf("%s AFTER DELETE ON %s BEGIN %s END", x.trigger("delete"), sqlite{}.quote(x.table.name), strings.TrimSpace(x.takeOut("old")))
}

// number is the number in the index of the row before or after the change.
func (x *sqliteIndex) number(row string) string {
	if x.rowid {
		return row + "." + x.quotedHandle()
	}
	// Without the plus sign, the value would lend its column's type to the other
	// side, and the index on that could not be used.
	return fmt.Sprintf("(SELECT n FROM %s WHERE id = +%s.%s)", x.keys, row, x.quotedHandle())
}

func (x *sqliteIndex) takeOut(row string) string {
	text := fmt.Sprintf("DELETE FROM %s WHERE rowid = %s; ", x.fts, x.number(row))
	if !x.rowid {
		text += fmt.Sprintf("DELETE FROM %s WHERE id = +%s.%s; ", x.keys, row, x.quotedHandle())
	}
	return text
}

func (x *sqliteIndex) putIn() string {
	text := ""
	if !x.rowid {
		text = fmt.Sprintf("INSERT INTO %s (id) SELECT new.%[2]s WHERE new.%[2]s IS NOT NULL; ", x.keys, x.quotedHandle())
	}
	return text + fmt.Sprintf("INSERT INTO %s (%s) SELECT %s, %s FROM %s AS u WHERE u.%[6]s = new.%[6]s;",
		x.fts, x.columns(), x.number("new"), strings.Join(x.texts, ", "), sqlite{}.quote(x.table.name), x.quotedHandle())
}
