package users_test

import (
	"database/sql"
	"path/filepath"
	"strings"
	"testing"

	"github.com/guise-go/guise/sqlusers"
	"github.com/guise-go/guise/userstest"
	_ "modernc.org/sqlite"
)

var onSQLite = engine{
	name: "SQLite", ordinary: ordinary, shapes: func(*testing.T) []shape { return sqliteShapes },
	open: func(t testing.TB) *sql.DB { return open(t) },
	// Each directory has a new file.
	clear: func(t testing.TB, _ *sql.DB) *sql.DB { return open(t) },
}

// open makes an empty database and runs the statements in it.
func open(t testing.TB, statements ...string) *sql.DB {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+filepath.Join(t.TempDir(), "test.db")+"?_pragma=synchronous(OFF)")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	db.SetMaxOpenConns(1) // one connection: that which ATTACH is for
	run(t, db, statements...)
	return db
}

// ordinary is the table that most applications have.
var ordinary = shape{
	name: "integer keys",
	schema: `CREATE TABLE users (id INTEGER PRIMARY KEY, username TEXT NOT NULL, name TEXT, email TEXT, tenant TEXT,
		is_active BOOLEAN NOT NULL, is_staff BOOLEAN NOT NULL, is_superuser BOOLEAN NOT NULL, team TEXT)`,
	insert: `INSERT OR REPLACE INTO users VALUES (?1, ?2, nullif(?3, ''), nullif(?4, ''), nullif(?5, ''), ?6, ?7, ?8, nullif(?9, ''))`,
	remove: `DELETE FROM users WHERE id = ?1`,
	config: sqlusers.Config{
		Engine: sqlusers.SQLite, Table: "users",
		ID: "id", Username: "username", Name: "name", Email: "email", Tenant: "tenant",
		Active: "is_active", Staff: "is_staff", Superuser: "is_superuser",
		Attributes: map[string]string{userstest.Attribute: "team"},
	},
}

var sqliteShapes = []shape{
	ordinary,
	ordinary.with("UUID keys, flags as words, an index on the tenant",
		`CREATE TABLE users (id UUID PRIMARY KEY, username, name, email, tenant TEXT, is_active TEXT, is_staff TEXT, is_superuser TEXT, team TEXT);
		CREATE INDEX users_tenant ON users (tenant)`,
		`INSERT OR REPLACE INTO users VALUES (?1, nullif(?2, ''), ?3, ?4, ?5,
			iif(?6, 'T', 'f'), iif(?7, 'TRUE', 'false'), iif(?8, 'yes', NULL), ?9)`, nil, func(n int) string { return strings.TrimSuffix(uuid(n), "f") + "F" }),
	ordinary.with("text keys without case",
		`CREATE TABLE users (id TEXT COLLATE NOCASE PRIMARY KEY, username TEXT, name TEXT, email TEXT, tenant TEXT COLLATE NOCASE,
			is_active INT, is_staff INT, is_superuser INT, team TEXT COLLATE NOCASE)`,
		`INSERT OR REPLACE INTO users VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)`, nil, mixedCase),
	ordinary.with("columns without types, numbers kept as numbers",
		`CREATE TABLE users (id PRIMARY KEY, username, name, email, tenant, is_active, is_staff, is_superuser, team)`,
		`INSERT OR REPLACE INTO users VALUES (CAST(?1 AS INTEGER), ?2, ?3, ?4,
			iif(?5 IN ('1', '2'), CAST(?5 AS INTEGER), nullif(?5, '')), ?6, ?7 * 1.0, ?8, iif(?9 = '1', 1, nullif(?9, '')))`, nil, nil).removing(`DELETE FROM users WHERE id = CAST(?1 AS INTEGER)`),
	ordinary.with("columns without types, numbers kept as text",
		`CREATE TABLE users (id PRIMARY KEY, username, name, email, tenant, is_active, is_staff, is_superuser, team)`,
		`INSERT OR REPLACE INTO users VALUES (CAST(?1 AS TEXT), ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)`, nil, nil),
	ordinary.with("reserved, mixed-case and quoted names",
		`CREATE TABLE "Order" ("Group" INTEGER PRIMARY KEY, "select" TEXT, "Full Name" TEXT, "e""mail" TEXT, "u.t" TEXT,
			"is]active" INT, "'staff'" INT, "--" INT, "?" TEXT)`,
		`INSERT OR REPLACE INTO "Order" VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)`,
		func(c *sqlusers.Config) {
			*c = sqlusers.Config{
				Engine: sqlusers.SQLite, Table: "Order",
				ID: "group", Username: "select", Name: "Full Name", Email: `e"mail`, Tenant: "u.t",
				Active: "is]active", Staff: "'staff'", Superuser: "--", Attributes: map[string]string{userstest.Attribute: "?"},
			}
		}, nil).removing(`DELETE FROM "Order" WHERE "Group" = ?1`),
	ordinary.with("another schema, a dot in the name",
		`ATTACH ':memory:' AS accounts; CREATE TABLE accounts."old.users" (id BIGINT PRIMARY KEY, username TEXT, name TEXT, email TEXT, tenant TEXT,
			is_active INT, is_staff INT, is_superuser INT, team TEXT)`,
		`INSERT OR REPLACE INTO accounts."old.users" VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)`,
		func(c *sqlusers.Config) { c.Table = `accounts."old.users"` }, nil).removing(`DELETE FROM accounts."old.users" WHERE id = ?1`),
	ordinary.with("two names, a role, a JSON column, soft deletion",
		`CREATE TABLE users (id INTEGER PRIMARY KEY, username TEXT, first TEXT, last TEXT, email TEXT, tenant TEXT,
			status TEXT, roles TEXT, settings TEXT, deleted_at TEXT);
		INSERT INTO users VALUES (900001, 'anna', 'Anna', 'Lind', '100%_\', '1', 'active', 'staff superuser', '{"team":"red"}', '2026-01-01')`,
		`INSERT OR REPLACE INTO users VALUES (?1, ?2, substr(?3, 1, instr(?3 || ' ', ' ') - 1), nullif(substr(?3, instr(?3 || ' ', ' ') + 1), ''),
			?4, ?5, iif(?6, 'active', 'locked'), iif(?7, 'staff ', '') || iif(?8, 'superuser', ''), json_object('team', ?9), '')`,
		func(c *sqlusers.Config) {
			name := "(u.first || coalesce(' ' || u.last, ''))"
			c.Name, c.Search = name, []string{"username", name, "email"}
			c.Active, c.Staff, c.Superuser = "(status = 'active')", "(roles LIKE '%staff%')", "(u.roles LIKE '%superuser')"
			c.Attributes = map[string]string{userstest.Attribute: "(u.settings ->> 'team')"}
			c.Where = "u.deleted_at IS NULL OR u.deleted_at = '' -- not deleted"
		}, nil),
	ordinary.with("a view over two tables",
		`CREATE TABLE people (id INTEGER PRIMARY KEY, username TEXT, name TEXT, email TEXT, tenant TEXT, flags INT, team TEXT);
		CREATE TABLE robots (id TEXT, name TEXT);
		CREATE VIEW users AS SELECT id, username, name, email, tenant, flags & 1 AS is_active, flags & 2 > 0 AS is_staff,
			flags & 4 > 0 AS is_superuser, team FROM people
			UNION ALL SELECT id, NULL, name, NULL, NULL, 0, 0, 0, NULL FROM robots`,
		`INSERT OR REPLACE INTO people VALUES (?1, ?2, ?3, ?4, ?5, ?6 + 2 * ?7 + 4 * ?8, ?9)`,
		nil, nil).removing(`DELETE FROM people WHERE id = ?1`),
	ordinary.with("binary keys, by an expression",
		`CREATE TABLE users (id BLOB PRIMARY KEY, username TEXT, name TEXT, email TEXT, tenant TEXT,
			is_active INT, is_staff INT, is_superuser INT, team TEXT) STRICT`,
		`INSERT OR REPLACE INTO users VALUES (unhex(?1), ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)`,
		func(c *sqlusers.Config) { c.ID = "(lower(hex(id)))" }, hexadecimal).removing(`DELETE FROM users WHERE id = unhex(?1)`),
	ordinary.with("a table without row IDs",
		`CREATE TABLE users (id TEXT PRIMARY KEY, username TEXT, name TEXT, email TEXT, tenant TEXT,
			is_active INT, is_staff INT, is_superuser INT, team TEXT) WITHOUT ROWID`,
		`INSERT OR REPLACE INTO users VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)`, nil, mixedCase),
	ordinary.with("a strict table, with a column of any type",
		`CREATE TABLE users (id INTEGER PRIMARY KEY, username TEXT, name ANY, email TEXT, tenant ANY,
			is_active INTEGER, is_staff TEXT, is_superuser REAL, team TEXT) STRICT`,
		`INSERT OR REPLACE INTO users VALUES (?1, ?2, ?3, ?4, nullif(?5, ''), ?6, iif(?7, 'true', 'false'), ?8 * 1.0, ?9)`, nil, nil),
	ordinary.with("columns that are computed, stored or not",
		`CREATE TABLE users (id INTEGER PRIMARY KEY, username TEXT, first TEXT, last TEXT, email TEXT, tenant TEXT, flags INT, team TEXT,
			name TEXT AS (first || coalesce(' ' || last, '')) STORED, is_active INT AS (flags & 1), is_staff INT AS (flags & 2 > 0), is_superuser INT AS (flags & 4 > 0) STORED)`,
		`INSERT OR REPLACE INTO users VALUES (?1, ?2, substr(?3, 1, instr(?3 || ' ', ' ') - 1), nullif(substr(?3, instr(?3 || ' ', ' ') + 1), ''),
			?4, ?5, ?6 + 2 * ?7 + 4 * ?8, ?9)`, nil, nil),
}
