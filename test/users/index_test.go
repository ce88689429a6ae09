package users_test

import (
	"context"
	"database/sql"
	"fmt"
	"testing"

	"github.com/guise-go/guise"
	"github.com/guise-go/guise/internal/databases"
	"github.com/guise-go/guise/sqlusers"
)

// readPostgres counts the rows of the table that scans without an index read.
func readPostgres(t *testing.T, db *sql.DB) (n int) {
	t.Helper()
	run(t, db, `SELECT pg_stat_force_next_flush()`)
	if err := db.QueryRow(`SELECT seq_tup_read + coalesce(idx_tup_fetch, 0) FROM pg_stat_user_tables WHERE relname = 'users'`).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

// readMySQL counts the rows that the connection has read, in whatever way.
func readMySQL(t *testing.T, db *sql.DB) (n int) {
	t.Helper()
	rows, err := db.Query(`SHOW SESSION STATUS LIKE 'Handler_read%'`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var name string
		var value int
		if err := rows.Scan(&name, &value); err != nil {
			t.Fatal(err)
		}
		n += value
	}
	return n
}

// What a request asks for must not read the whole table: with a plan that
// PostgreSQL makes once for all arguments, too.
func TestLookUpsAndPagesUseTheIndex(t *testing.T) {
	const many = 5000
	for name, row := range map[string]struct {
		open   func(*testing.T) *sql.DB
		config sqlusers.Config
		table  string // with a %s for the key's type
		fill   string // with a %s for the key made of the number n
		keys   map[string]string
		read   func(*testing.T, *sql.DB) int
	}{
		"PostgreSQL": {
			open: func(t *testing.T) *sql.DB {
				db := databases.Postgres(t).Open(t)
				db.SetMaxOpenConns(1)
				run(t, db, `SET plan_cache_mode = force_generic_plan`)
				return db
			},
			config: postgresOrdinary.config,
			table: `CREATE TABLE users (id %s PRIMARY KEY, username text, name text, email text, tenant text,
				is_active boolean, is_staff boolean, is_superuser boolean, team text); CREATE INDEX ON users (tenant)`,
			fill: `INSERT INTO users SELECT %s, 'user', 'Name', NULL, n::text, true, false, false, NULL FROM generate_series(1, 5000) AS n; ANALYZE users`,
			keys: map[string]string{
				"integer": "n", "bigint": "n", "numeric": "n", "text": "n::text", `varchar(30) COLLATE "sv-x-icu"`: "n::text", "char(12)": "n::text",
				"uuid": "md5(n::text)::uuid", "bytea": "decode(md5(n::text), 'hex')",
			},
			read: readPostgres,
		},
		"MySQL": {
			open: func(t *testing.T) *sql.DB {
				db := openMySQL(t, databases.MySQL(t))
				db.SetMaxOpenConns(1)
				return db
			},
			config: mysqlOrdinary.config,
			table: `CREATE TABLE users (id %s PRIMARY KEY, username VARCHAR(100), name VARCHAR(100), email VARCHAR(100), tenant VARCHAR(100),
				is_active INT, is_staff INT, is_superuser INT, team VARCHAR(100), KEY (tenant))`,
			fill: `INSERT INTO users WITH RECURSIVE numbers AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM numbers WHERE n < 5000)
				SELECT %s, 'user', 'Name', NULL, n, 1, 0, 0, NULL FROM numbers; ANALYZE TABLE users`,
			keys: map[string]string{
				"INT": "n", "BIGINT UNSIGNED": "n", "DECIMAL(20, 0)": "n", "VARCHAR(40)": "n", "VARCHAR(40) CHARACTER SET latin1": "n",
				"CHAR(36) CHARACTER SET ascii": "md5(n)", "BINARY(16)": "unhex(md5(n))",
			},
			read: readMySQL,
		},
	} {
		for key, made := range row.keys {
			t.Run(name+" "+key, func(t *testing.T) {
				t.Parallel()
				db := row.open(t)
				if name == "MySQL" { // deeper than it lets a query count otherwise
					_, _ = db.Exec(`SET SESSION cte_max_recursion_depth = 10000`) // an error on MariaDB, which has its own
					_, _ = db.Exec(`SET SESSION max_recursive_iterations = 10000`)
				}
				run(t, db, fmt.Sprintf(row.table, key), fmt.Sprintf(row.fill, made))
				d, err := sqlusers.New(db, row.config)
				if err != nil {
					t.Fatal(err)
				}
				first, err := d.Search(t.Context(), guise.Query{Limit: 10})
				if err != nil || len(first.Users) != 10 {
					t.Fatalf("Search = %d users, %v", len(first.Users), err)
				}
				ids := []string{first.Users[3].ID, first.Users[7].ID}
				tenants := []string{first.Users[3].Tenant}
				for what, ask := range map[string]func(context.Context) error{
					"User":  func(ctx context.Context) error { _, err := d.User(ctx, ids[0]); return err },
					"Users": func(ctx context.Context) error { _, err := d.Users(ctx, ids...); return err },
					"the first page": func(ctx context.Context) error {
						_, err := d.Search(ctx, guise.Query{Limit: 10})
						return err
					},
					"after a cursor": func(ctx context.Context) error {
						_, err := d.Search(ctx, guise.Query{Limit: 10, Cursor: first.Next})
						return err
					},
					"a tenant": func(ctx context.Context) error {
						_, err := d.Search(ctx, guise.Query{Limit: 10, Filter: guise.Filter{Tenants: tenants}})
						return err
					},
				} {
					before := row.read(t, db)
					if err := ask(t.Context()); err != nil {
						t.Errorf("%s: %v", what, err)
					}
					if read := row.read(t, db) - before; read > many/10 {
						t.Errorf("%s reads %d rows of %d", what, read, many)
					}
				}
			})
		}
	}
}
