package schooldesk

import (
	"context"
	"database/sql"
	_ "embed"
	"strconv"
	"strings"

	"github.com/guise-go/guise/sqlstore"
)

// engine is what differs between the databases that School Desk runs on. All
// other queries mean the same on each.
type engine struct {
	name sqlstore.Engine
	// schema makes the tables that are missing; a statement ends with its line.
	schema string
	// generated is the table of how far the generated customers go. GENERATED is
	// a reserved word on MySQL.
	generated string
	// saveView and commitSession add a row or replace the one that is there.
	saveView, commitSession string
}

var (
	//go:embed schema.sql
	schemaSQLite string
	//go:embed schema_postgres.sql
	schemaPostgres string
	//go:embed schema_mysql.sql
	schemaMySQL string
)

const (
	onConflictSaveView = `INSERT INTO saved_views (user_id, school_year) VALUES (?, ?)
		ON CONFLICT (user_id) DO UPDATE SET school_year = excluded.school_year`
	onConflictCommitSession = `INSERT INTO sessions (token, data, expiry) VALUES (?, ?, ?)
		ON CONFLICT (token) DO UPDATE SET data = excluded.data, expiry = excluded.expiry`
)

func engineOf(name sqlstore.Engine) engine {
	switch name {
	case sqlstore.Postgres:
		return engine{name, schemaPostgres, marker, onConflictSaveView, onConflictCommitSession}
	case sqlstore.MySQL:
		return engine{
			name, schemaMySQL, marker,
			`INSERT INTO saved_views (user_id, school_year) VALUES (?, ?)
			 ON DUPLICATE KEY UPDATE school_year = VALUES(school_year)`,
			`INSERT INTO sessions (token, data, expiry) VALUES (?, ?, ?)
			 ON DUPLICATE KEY UPDATE data = VALUES(data), expiry = VALUES(expiry)`,
		}
	}
	return engine{sqlstore.SQLite, schemaSQLite, "generated", onConflictSaveView, onConflictCommitSession}
}

// bind writes a query's placeholders as the engine has them. No query of School
// Desk has a question mark in a text.
func (e engine) bind(query string) string {
	if e.name != sqlstore.Postgres {
		return query
	}
	var bound strings.Builder
	for n := 1; ; n++ {
		before, after, found := strings.Cut(query, "?")
		bound.WriteString(before)
		if !found {
			return bound.String()
		}
		bound.WriteString("$" + strconv.Itoa(n))
		query = after
	}
}

// handle is a database with its engine: queries have ? for each argument.
type handle struct {
	*sql.DB
	engine engine
}

// ExecContext runs a statement that returns no rows.
func (h handle) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	return h.DB.ExecContext(ctx, h.engine.bind(query), args...)
}

// QueryContext runs a query.
func (h handle) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	return h.DB.QueryContext(ctx, h.engine.bind(query), args...)
}

// QueryRowContext runs a query of one row.
func (h handle) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	return h.DB.QueryRowContext(ctx, h.engine.bind(query), args...)
}

// insert adds a row to a table whose column id counts by itself, and returns
// the ID. MySQL has no RETURNING, and PostgreSQL no LastInsertId.
func (h handle) insert(ctx context.Context, query string, args ...any) (id int64, err error) {
	if h.engine.name != sqlstore.MySQL {
		err = h.QueryRowContext(ctx, query+` RETURNING id`, args...).Scan(&id)
		return id, err
	}
	result, err := h.ExecContext(ctx, query, args...)
	if err != nil {
		return 0, err
	}
	return result.LastInsertId()
}
