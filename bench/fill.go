package main

import (
	"context"
	"database/sql"
	"slices"
)

// fillTable runs a statement that writes millions of rows into a table. Its indexes
// and triggers are taken away for as long, and made as they were: with them it
// would take several times as long, and leave the same.
func (e engine) fillTable(ctx context.Context, db *sql.DB, table, statement string) error {
	before, after := []string{}, []string{}
	query := `SELECT 'DROP ' || type || ' ' || name, sql FROM sqlite_master WHERE tbl_name = '` + table + `' AND type IN ('index', 'trigger') AND sql <> ''`
	if e.key == "postgres" {
		query = `SELECT 'DROP INDEX ' || indexrelid::regclass, pg_get_indexdef(indexrelid) FROM pg_index WHERE indrelid = '` + table + `'::regclass AND NOT indisprimary`
		before, after = append(before, "ALTER TABLE "+table+" DISABLE TRIGGER USER"), append(after, "ALTER TABLE "+table+" ENABLE TRIGGER USER")
	}
	rows, err := db.QueryContext(ctx, query)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var drop, create string
		if err := rows.Scan(&drop, &create); err != nil {
			return err
		}
		before, after = append(before, drop), append(after, create)
	}
	if err := rows.Err(); err != nil {
		return err
	}
	return execute(ctx, db, slices.Concat(before, []string{statement}, after)...)
}
