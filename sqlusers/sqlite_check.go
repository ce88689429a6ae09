package sqlusers

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// check compares the definitions, and the text of the users with the smallest and
// the largest handles, or of all users.
func (x *sqliteIndex) check(ctx context.Context, d *Directory, all bool) (state indexState, problem string, err error) {
	// Before anything else: any later change changes the version.
	if state.version, err = x.version(ctx, d); err != nil {
		return state, "", err
	}
	if state.tenants, err = x.tenantsIndexed(ctx, d); err != nil {
		return state, "", err
	}
	if problem, err = x.compareDefinitions(ctx, d); err != nil || problem != "" {
		return state, problem, err
	}
	problem, err = x.compareTexts(ctx, d, all)
	if err == nil && problem == "" {
		problem, err = x.matchOne(ctx, d)
	}
	if err != nil && x.tableAnswers(ctx, d) {
		return state, "its index is damaged (" + err.Error() + ")" + makeIt, nil
	}
	return state, problem, err
}

// tableAnswers reports whether the table can be read. If an index can't be, then,
// it is the index that is wrong.
func (x *sqliteIndex) tableAnswers(ctx context.Context, d *Directory) bool {
	var n int
	return d.db.QueryRowContext(ctx, "SELECT count(*) FROM (SELECT 1 FROM "+x.users()+" LIMIT 1)").Scan(&n) == nil
}

// matchOne asks the index for a user who is in it. The text that it holds may be
// right where the trigrams that lead to it are gone.
func (x *sqliteIndex) matchOne(ctx context.Context, d *Directory) (string, error) {
	for i := range x.texts {
		var row int64
		var known string
		err := d.db.QueryRowContext(ctx, fmt.Sprintf("SELECT rowid, substr(c, 1, %[2]d) FROM (SELECT rowid, c%[1]d AS c FROM %[3]s LIMIT %[4]d) WHERE length(c) >= %[2]d AND instr(c, char(0)) = 0 LIMIT 1",
			i, gram, x.in(x.fts), sampled)).Scan(&row, &known)
		if errors.Is(err, sql.ErrNoRows) {
			continue
		}
		if err != nil {
			return "", err
		}
		var n int
		err = d.db.QueryRowContext(ctx, fmt.Sprintf("SELECT count(*) FROM %s WHERE %s MATCH ? AND rowid = ?", x.in(x.fts), x.fts),
			`"`+strings.ReplaceAll(known, `"`, `""`)+`"`, row).Scan(&n)
		switch {
		case err != nil:
			return "", err
		case n == 0:
			return "its index does not find a user who is in it" + makeIt, nil
		}
	}
	return "", nil
}

func (x *sqliteIndex) compareDefinitions(ctx context.Context, d *Directory) (string, error) {
	want := []string{
		"CREATE VIRTUAL TABLE " + x.ftsTable(), "CREATE TRIGGER " + x.insertTrigger(),
		"CREATE TRIGGER " + x.updateTrigger(), "CREATE TRIGGER " + x.deleteTrigger(),
	}
	rows, err := d.db.QueryContext(ctx, "SELECT sql FROM "+x.in("sqlite_schema")+" WHERE sql IS NOT NULL AND name IN (?, ?, ?, ?)",
		x.prefix+"_search", x.prefix+"_insert", x.prefix+"_update", x.prefix+"_delete")
	if err != nil {
		return "", err
	}
	defer rows.Close()
	have := 0
	for rows.Next() {
		var text string
		if err := rows.Scan(&text); err != nil {
			return "", err
		}
		if !slices.Contains(want, text) {
			return "its index was made for other columns, or has been changed" + makeIt, nil
		}
		have++
	}
	switch {
	case rows.Err() != nil:
		return "", rows.Err()
	case have == 0:
		return "none has been made" + makeIt, nil
	case have < len(want):
		return "a part of its index is missing, so that it is not kept current" + makeIt, nil
	}
	return "", nil
}

// sampled is how many users at either end of the table a check compares with
// the index: rows that came or went while it was not kept current are most
// likely there.
const sampled = 1000

// compareTexts finds a user whose text is not in the index.
func (x *sqliteIndex) compareTexts(ctx context.Context, d *Directory, all bool) (string, error) {
	parts := []string{x.users()}
	if !all {
		parts = nil
		for _, direction := range []string{"ASC", "DESC"} {
			parts = append(parts, fmt.Sprintf("(SELECT * FROM %s AS u ORDER BY u.%s %s LIMIT %d)", x.users(), x.quotedHandle(), direction, sampled))
		}
	}
	number, differs := "u."+x.quotedHandle(), []string{"f.rowid IS NULL"}
	if !x.rowid {
		number = fmt.Sprintf("(SELECT n FROM %s WHERE id = +u.%s)", x.in(x.keys), x.quotedHandle())
	}
	for i, text := range x.texts {
		differs = append(differs, fmt.Sprintf("f.c%d IS NOT %s", i, text))
	}
	for _, part := range parts {
		var n int
		err := d.db.QueryRowContext(ctx, fmt.Sprintf("SELECT 1 FROM %s AS u LEFT JOIN %s AS f ON f.rowid = %s WHERE u.%s IS NOT NULL AND (%s) LIMIT 1",
			part, x.in(x.fts), number, x.quotedHandle(), strings.Join(differs, " OR "))).Scan(&n)
		switch {
		case err == nil:
			return "its index has another text than the table for some users" + makeIt, nil
		case !errors.Is(err, sql.ErrNoRows):
			return "", err
		}
	}
	return "", nil
}

// version counts the changes to the schema that the table is in.
func (x *sqliteIndex) version(ctx context.Context, d *Directory) (n int64, err error) {
	err = d.db.QueryRowContext(ctx, "PRAGMA "+x.in("schema_version")).Scan(&n)
	return n, err
}

func (x *sqliteIndex) changed(ctx context.Context, d *Directory, since indexState) (bool, error) {
	now, err := x.version(ctx, d)
	return now != since.version, err
}

// tenantsIndexed reports whether an index begins with the tenants' column.
func (x *sqliteIndex) tenantsIndexed(ctx context.Context, d *Directory) (is bool, err error) {
	schema := sql.NullString{String: x.table.schema, Valid: x.table.schema != ""}
	err = d.db.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM pragma_index_list(?1, ?2) AS l WHERE NOT partial
		AND (SELECT name FROM pragma_index_info(l.name, ?2) WHERE seqno = 0) = ?3 COLLATE NOCASE)`, x.table.name, schema, d.tenant.name).Scan(&is)
	return is, err
}
