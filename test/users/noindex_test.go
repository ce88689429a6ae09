package users_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/guise-go/guise"
	"github.com/guise-go/guise/sqlusers"
)

// Security: whoever is hidden from a search can't be helped, and looks as if
// they did not exist. Nothing that happens to the index hides anyone.
func TestIndex_NeverHidesAnyone(t *testing.T) {
	t.Parallel()
	byText := ordinary.with("text keys",
		`CREATE TABLE users (id TEXT COLLATE NOCASE UNIQUE, username TEXT, name TEXT, email TEXT, tenant TEXT, is_active, is_staff, is_superuser, team TEXT)`,
		`INSERT OR REPLACE INTO users VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`, nil, nil)
	unique := ordinary.with("unique usernames", ordinary.schema+`; CREATE UNIQUE INDEX users_username ON users (username)`, ordinary.insert, nil, nil)
	twoColumns := ordinary.with("a name in two columns", ordinary.schema, ordinary.insert,
		func(c *sqlusers.Config) { c.Name = "(u.name || ' ' || coalesce(u.team, ''))" }, nil)
	late := func(how, id, username, name string) string {
		return fmt.Sprintf("INSERT %s INTO users VALUES (%s, '%s', '%s', NULL, NULL, 1, 0, 0, NULL)", how, id, username, name)
	}
	added := late("", "77", "u", "Someone Late")
	for name, row := range map[string]struct {
		shape      shape
		statements []string
	}{
		"a table made anew, as migrations do": {ordinary, []string{
			`CREATE TABLE anew AS SELECT * FROM users`, `DROP TABLE users`, `ALTER TABLE anew RENAME TO users`, added}},
		"a trigger dropped": {ordinary, []string{`DROP TRIGGER users_guise_insert`, added}},
		"a trigger changed": {ordinary, []string{
			`DROP TRIGGER users_guise_insert`, `CREATE TRIGGER users_guise_insert AFTER INSERT ON users BEGIN SELECT 1; END`, added}},
		"the index dropped": {ordinary, []string{
			`DROP TRIGGER users_guise_insert`, `DROP TRIGGER users_guise_update`, `DROP TRIGGER users_guise_delete`, `DROP TABLE users_guise_search`, added}},
		"the index damaged": {ordinary, []string{added, `DELETE FROM users_guise_search_data WHERE id > 10`}},
		"a name changed": {ordinary, []string{
			added, `UPDATE users SET name = 'x' WHERE id = 77`, `UPDATE users SET name = 'Someone Late' WHERE id = 77`}},
		"a key changed":  {ordinary, []string{late("", "78", "u", "Someone Late"), `UPDATE users SET id = 77 WHERE id = 78`}},
		"a row replaced": {ordinary, []string{late("", "77", "u", "x"), late("OR REPLACE", "77", "v", "Someone Late")}},
		"a key freed by a replacement, and used again": {unique, []string{
			late("", "77", "u", "x"), late("OR REPLACE", "78", "u", "y"), late("", "77", "v", "Someone Late")}},
		"a row ignored":                 {ordinary, []string{added, late("OR IGNORE", "77", "u", "Someone Early")}},
		"a row gone and back":           {ordinary, []string{added, `DELETE FROM users WHERE id = 77`, late("OR IGNORE", "77", "u", "Someone Late")}},
		"text keys, and rowids changed": {byText, []string{late("", "'77'", "u", "Someone Late"), `DELETE FROM users WHERE id = '1'`, `VACUUM`}},
		"text keys, another case":       {byText, []string{late("", "'a'", "u", "Someone Late"), late("OR REPLACE", "'A'", "u", "Someone Late")}},
		"text keys, a key changed":      {byText, []string{late("", "'b'", "u", "Someone Late"), `UPDATE users SET id = '77' WHERE id = 'b'`}},
		"an expression's column":        {twoColumns, []string{late("", "77", "u", "x"), `UPDATE users SET name = 'Someone', team = 'Late' WHERE id = 77`}},
	} {
		t.Run(name, func(t *testing.T) {
			db := onSQLite.open(t)
			var log bytes.Buffer
			row.shape.config.Logger = slog.New(slog.NewTextHandler(&log, nil))
			d := row.shape.indexed(t, db, guise.User{ID: "1", Username: "a", Name: "Somebody Else"}, guise.User{ID: "2", Username: "b", Name: "Someone Early"})
			if found := everyone(t, d, guise.Query{Text: "someone"}); len(found) != 1 {
				t.Fatalf("before, it finds %q", found)
			}
			run(t, db, row.statements...)
			for _, text := range []string{"someone late", "eone lat"} {
				if found := everyone(t, d, guise.Query{Text: text}); len(found) != 1 {
					t.Errorf("Search(%q) finds %q; want the one. Log:\n%s", text, found, &log)
				}
			}
			again, err := sqlusers.New(db, row.shape.config)
			if err != nil {
				t.Fatal(err)
			}
			if found := everyone(t, again, guise.Query{Text: "someone late"}); len(found) != 1 {
				t.Errorf("a new directory finds %q; want the one. Log:\n%s", found, &log)
			}
		})
	}
}

// A search goes through the index: of a row that somebody took out of it by
// hand, it knows nothing. CheckIndex does.
func TestCheckIndex_FindsWhatTheIndexLacks(t *testing.T) {
	t.Parallel()
	db := onSQLite.open(t)
	d := ordinary.directory(t, db)
	makeIndex(t, d.Directory, db)
	run(t, db, `INSERT INTO users WITH RECURSIVE n(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 3000)
		SELECT n, 'u', 'Anna ' || n, '', '', 1, 0, 0, '' FROM n`, `DELETE FROM users_guise_search WHERE rowid = 1500`)
	query := guise.Query{Text: "a 1500"}
	if found := everyone(t, d, query); len(found) != 0 {
		t.Errorf("the search finds %q without the index", found)
	}
	over, cancel := context.WithCancel(t.Context())
	cancel()
	if err := d.CheckIndex(over); !errors.Is(err, context.Canceled) {
		t.Errorf("CheckIndex, given up = %v", err)
	}
	if found := everyone(t, d, query); len(found) != 0 {
		t.Errorf("after a check that was given up, the search finds %q without the index", found)
	}
	if err := d.CheckIndex(t.Context()); !errors.Is(err, sqlusers.ErrNoIndex) || !strings.Contains(err.Error(), "another text") {
		t.Errorf("CheckIndex = %v", err)
	}
	if found := everyone(t, d, query); !slices.Equal(found, []string{"1500"}) {
		t.Errorf("after CheckIndex, the search finds %q", found)
	}
	makeIndex(t, d.Directory, db)
	run(t, db, d.DropIndexStatements()...)
	var left int
	if err := db.QueryRow(`SELECT count(*) FROM sqlite_schema WHERE name LIKE '%guise%'`).Scan(&left); err != nil || left != 0 {
		t.Errorf("DropIndexStatements leaves %d, %v", left, err)
	}
	if err := d.CheckIndex(t.Context()); !errors.Is(err, sqlusers.ErrNoIndex) {
		t.Errorf("without an index, CheckIndex = %v", err)
	}
}

// Without an index, New says once what would make searches fast, or why there
// can be none.
// TestCheckIndex_FindsADamagedOne, and New goes on as if there were none.
func TestCheckIndex_FindsADamagedOne(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct{ damage, says string }{
		"its trigrams are gone":  {`DELETE FROM users_guise_search_data WHERE id > 10`, "its index is damaged"},
		"its structure is wrong": {`UPDATE users_guise_search_data SET block = x'00' WHERE id = 10`, "its index"},
		"its structure is gone":  {`DELETE FROM users_guise_search_data WHERE id = 10`, "its index is damaged"},
		"all that leads to users": {`CREATE VIRTUAL TABLE other USING fts5(c0, tokenize='trigram', detail=none, columnsize=0);
			DELETE FROM users_guise_search_data; INSERT INTO users_guise_search_data SELECT * FROM other_data`, "does not find"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			db := onSQLite.open(t)
			d := ordinary.directory(t, db, guise.User{ID: "1", Name: "Ada Lovelace", Active: true}).Directory
			statements, err := d.IndexStatements()
			if err != nil {
				t.Fatal(err)
			}
			run(t, db, statements...)
			if err := d.CheckIndex(t.Context()); err != nil {
				t.Fatal(err)
			}
			run(t, db, row.damage)
			db.SetMaxIdleConns(0) // a connection knows the structure from before
			if d, err = sqlusers.New(db, ordinary.config); err != nil {
				t.Fatal(err)
			}
			if found, err := d.Search(t.Context(), guise.Query{Text: "lovelace"}); err != nil || len(found.Users) != 1 {
				t.Errorf("a search finds %+v, %v", found.Users, err)
			}
			if err := d.CheckIndex(t.Context()); !errors.Is(err, sqlusers.ErrNoIndex) || !strings.Contains(err.Error(), row.says) {
				t.Errorf("CheckIndex = %v; want %q", err, row.says)
			}
			run(t, db, statements...)
			if err := d.CheckIndex(t.Context()); err != nil {
				t.Errorf("made again: %v", err)
			}
		})
	}
}

func TestNew_SaysWhatWouldMakeSearchesFast(t *testing.T) {
	onEach(t, func(t *testing.T, e engine) {
		var log bytes.Buffer
		s := e.ordinary
		s.config.Logger = slog.New(slog.NewTextHandler(&log, nil))
		db := e.open(t)
		d := s.directory(t, db)
		want := "guise users index --print"
		if e.name == "MySQL" {
			want = "no index that finds text within a word"
		}
		if strings.Count(log.String(), "\n") != 1 || !strings.Contains(log.String(), want) {
			t.Errorf("New says %q; want one line with %q", log.String(), want)
		}
		log.Reset()
		statements, err := d.IndexStatements()
		if e.name == "MySQL" {
			if !errors.Is(err, sqlusers.ErrNoIndex) || d.DropIndexStatements() != nil {
				t.Errorf("IndexStatements = %q, %v", statements, err)
			}
			return
		}
		for range 2 { // again, they replace it
			run(t, db, statements...)
		}
		if _, err := sqlusers.New(db, s.config); err != nil || log.Len() > 0 {
			t.Errorf("with the index, New says %q, %v", log.String(), err)
		}
		if e.name == "SQLite" { // as if the statements had been cut short before the last
			run(t, db, `DROP TRIGGER users_guise_delete`)
			if _, err := sqlusers.New(db, s.config); err != nil || !strings.Contains(log.String(), "a part of its index is missing") {
				t.Errorf("with an index half made, New says %q, %v", log.String(), err)
			}
			run(t, db, statements...)
		}
		s.config.Search = []string{"name"}
		if _, err := sqlusers.New(db, s.config); err != nil || !strings.Contains(log.String(), "other columns") {
			t.Errorf("with an index of other columns, New says %q, %v", log.String(), err)
		}
		run(t, db, `CREATE VIEW seen AS SELECT * FROM users`)
		s.config.Table = "seen"
		seen, err := sqlusers.New(db, s.config)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := seen.IndexStatements(); !errors.Is(err, sqlusers.ErrNoIndex) || !strings.Contains(err.Error(), "name the table") {
			t.Errorf("over a view, IndexStatements = %v", err)
		}
	})
}

// PostgreSQL reads a few rows by the index, whatever plan it makes: one for all
// texts, too.
func TestIndex_PostgresUsesIt(t *testing.T) {
	for _, mode := range []string{"force_generic_plan", "force_custom_plan"} {
		t.Run(mode, func(t *testing.T) {
			t.Parallel()
			db := onPostgres.open(t)
			db.SetMaxOpenConns(1)
			s := postgresOrdinary
			s.config.Name = "(u.name || ' ' || coalesce(u.team, ''))"
			d := s.directory(t, db)
			run(t, db, `SET plan_cache_mode = `+mode,
				`INSERT INTO users SELECT n, 'user', md5(n::text), NULL, (n % 10)::text, true, false, false, NULL FROM generate_series(1, 30000) AS n`,
				`CREATE INDEX ON users (tenant)`)
			scoped := guise.Query{Text: "abc", Limit: 7, Filter: guise.Filter{Tenants: []string{"1"}}}
			want := everyone(t, d, scoped)
			makeIndex(t, d.Directory, db)
			if found := everyone(t, d, scoped); len(want) == 0 || !slices.Equal(found, want) {
				t.Errorf("in a tenant, with the index it finds %d users, without %d", len(found), len(want))
			}
			for _, text := range []string{"c4ca4238a0b9", "c4ca4238 0b923820", "nobody", "яна"} {
				before := readPostgres(t, db)
				if _, err := d.Search(t.Context(), guise.Query{Text: text}); err != nil {
					t.Fatal(err)
				}
				if read := readPostgres(t, db) - before; read > 9000 { // twice the first 4,000, in the worst case
					t.Errorf("a search for %q reads %d rows of 30,000", text, read)
				}
			}
		})
	}
}

// Terms that no index finds are looked for among the next ten thousand users;
// following Next finds everyone all the same.
func TestShortTermsAreBounded(t *testing.T) {
	onEach(t, func(t *testing.T, e engine) {
		db := e.open(t)
		d := e.ordinary.directory(t, db)
		no := "0"
		if e.name == "PostgreSQL" {
			no = "false"
		}
		var values []string
		for n := range 25_000 {
			name := "Anna"
			if n%9000 == 8999 {
				name = "Zq"
			}
			values = append(values, fmt.Sprintf("(%d, 'u', '%s', NULL, '%d', %s, %s, %s)", n+1, name, n%2, no, no, no))
		}
		for some := range slices.Chunk(values, 5000) {
			run(t, db, "INSERT INTO users (id, username, name, email, tenant, is_active, is_staff, is_superuser) VALUES "+strings.Join(some, ", "))
		}
		for tenant, want := range [][]string{nil, {"9000", "18000"}} {
			query := guise.Query{Text: "zq", Filter: guise.Filter{Tenants: []string{strconv.Itoa(tenant)}}}
			page, err := d.Search(t.Context(), query)
			if err != nil || page.Next == "" {
				t.Errorf("the first page has %d users, Next %q, %v; want a Next", len(page.Users), page.Next, err)
			}
			if found := everyone(t, d, query); !slices.Equal(found, want) {
				t.Errorf("in tenant %d it finds %q; want %q", tenant, found, want)
			}
		}
		if found := everyone(t, d, guise.Query{Text: "zq", Limit: 1}); !slices.Equal(found, []string{"9000", "18000"}) {
			t.Errorf("by pages of one it finds %q", found)
		}
	})
}

// What IndexStatements prints runs, whatever the columns are: where PostgreSQL
// keeps no index of a column's text, it says which column that is.
func TestIndex_PostgresKeepsNoneOfWhatIsWrittenDifferently(t *testing.T) {
	db := onPostgres.open(t)
	run(t, db, `CREATE TYPE status AS ENUM ('active', 'locked')`, `CREATE DOMAIN word AS varchar(9)`, `CREATE DOMAIN state AS status`)
	for kind, kept := range map[string]bool{
		"text": true, "varchar(20)": true, "char(5)": true, "name": true, "word": true, "bigint": true, "numeric(9, 2)": true, "uuid": true,
		"boolean": true, "jsonb": true, "json": true, "bytea": true, "inet": true, "double precision": true,
		"status": false, "state": false, "date": false, "timestamptz": false, "text[]": false, "money": false,
	} {
		table := fmt.Sprintf("%q", "of "+kind)
		run(t, db, `CREATE TABLE `+table+` (id bigint PRIMARY KEY, name text, more `+kind+`)`)
		d, err := sqlusers.New(db, sqlusers.Config{
			Engine: sqlusers.Postgres, Table: table, ID: "id", Username: "name", Name: "name", Active: "(1 = 1)",
			Search: []string{"name", "more"}, Logger: slog.New(slog.DiscardHandler),
		})
		if err != nil {
			t.Fatal(err)
		}
		statements, err := d.IndexStatements()
		if kept {
			run(t, db, statements...)
			err = d.CheckIndex(t.Context())
		}
		if kept != (err == nil) || err != nil && !strings.Contains(err.Error(), "no index of more as text") {
			t.Errorf("%s: %v", kind, err)
		}
	}
}
