package users_test

import (
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/go-sql-driver/mysql"
	"github.com/guise-go/guise"
	"github.com/guise-go/guise/internal/databases"
	"github.com/guise-go/guise/sqlusers"
)

// typedEngines are those whose columns have types.
var typedEngines = []engine{onPostgres, onMySQL}

// overTyped makes a directory over a table whose columns after the ID are text.
func (e engine) overTyped(t testing.TB, id string, change func(*sqlusers.Config), statements ...string) (*sqlusers.Directory, *sql.DB) {
	t.Helper()
	db := e.open(t)
	table := "CREATE TABLE users (id " + id
	for _, name := range strings.Fields("username name email tenant is_active is_staff is_superuser team") {
		table += ", " + name + " varchar(100)"
	}
	run(t, db, append([]string{table + ")"}, statements...)...)
	config := e.ordinary.config
	if change != nil {
		change(&config)
	}
	d, err := sqlusers.New(db, config)
	if err != nil {
		t.Fatal(err)
	}
	return d, db
}

func onTyped(t *testing.T, test func(*testing.T, engine)) {
	for _, e := range typedEngines {
		t.Run(e.name, func(t *testing.T) {
			t.Parallel()
			test(t, e)
		})
	}
}

func TestTyped_NULLsAreEmptyAndFalse_AndNoID(t *testing.T) {
	onTyped(t, func(t *testing.T, e engine) {
		d, _ := e.overTyped(t, "varchar(40)", nil, `INSERT INTO users (id, name) VALUES ('5', NULL), (NULL, 'Ann'), ('', 'Ann')`)
		u, err := d.User(t.Context(), "5")
		if err != nil || u.Label() != "5" || u.Active || u.Staff || u.Superuser || u.Tenant != "" || u.Attributes["team"] != "" {
			t.Errorf("User of a row of NULLs = %+v, %v", u, err)
		}
		if u, err := d.User(t.Context(), ""); !errors.Is(err, guise.ErrUserNotFound) {
			t.Errorf("User without an ID = %+v, %v", u, err)
		}
		if got := search(t, d, guise.Query{}); !slices.Equal(got, []string{"5"}) {
			t.Errorf("Search finds %q; want the one user with an ID", got)
		}
	})
}

func TestTyped_AnIDThatTwoRowsHaveIsAnErrorAndNoUser(t *testing.T) {
	onTyped(t, func(t *testing.T, e engine) {
		for _, key := range []string{"integer", "varchar(40)", "decimal(10, 2)"} {
			d, _ := e.overTyped(t, key, nil, `INSERT INTO users (id, is_superuser) VALUES (7, '1'), (7, '0')`)
			id := search7(key)
			if u, err := d.User(t.Context(), id); err == nil || errors.Is(err, guise.ErrUserNotFound) {
				t.Errorf("%s: User = %+v, %v; want an error that is not ErrUserNotFound", key, u, err)
			}
			if page, err := d.Search(t.Context(), guise.Query{}); err == nil {
				t.Errorf("%s: Search = %+v; want an error", key, page)
			}
		}
	})
}

// TestTyped_WhoIsListedCanBeLookedUp: also by a number of many digits; and what is
// no number is nobody's.
func TestTyped_WhoIsListedCanBeLookedUp(t *testing.T) {
	for _, row := range []struct {
		engine      engine
		key, values string
		want        []string
	}{
		{onPostgres, "numeric", `('NaN'), ('Infinity'), ('-Infinity'), (1e45), (1e-25), (1e300), (NULL), (-7.50)`,
			[]string{"-7.50", "0.0000000000000000000000001", "1" + strings.Repeat("0", 45)}},
		{onMySQL, "decimal(38, 25)", `(7), (NULL), (0.0000000000000000000000001)`,
			[]string{"0.0000000000000000000000001", "7." + strings.Repeat("0", 25)}},
		{onMySQL, "decimal(65, 0)", `(7), (` + strings.Repeat("9", 65) + `)`, []string{"7", strings.Repeat("9", 65)}},
	} {
		t.Run(row.engine.name+" "+row.key, func(t *testing.T) {
			t.Parallel()
			d, _ := row.engine.overTyped(t, row.key, nil, `INSERT INTO users (id) VALUES `+row.values)
			var found []string
			for query := (guise.Query{Limit: 1}); ; {
				page, err := d.Search(t.Context(), query)
				if err != nil {
					t.Fatal(err)
				}
				for _, user := range page.Users {
					found = append(found, user.ID)
				}
				if query.Cursor = page.Next; page.Next == "" {
					break
				}
			}
			if !slices.Equal(found, row.want) {
				t.Errorf("page by page: %q; want %q", found, row.want)
			}
			for _, id := range found {
				if user, err := d.User(t.Context(), id); err != nil || user.ID != id {
					t.Errorf("User(%q) = %+v, %v", id, user, err)
				}
			}
		})
	}
}

func search7(key string) string {
	if strings.HasPrefix(key, "decimal") {
		return "7.00"
	}
	return "7"
}

func TestTyped_IDsThatOnlyTheCollationEquatesAreDifferentUsers(t *testing.T) {
	onTyped(t, func(t *testing.T, e engine) {
		key := "varchar(40) COLLATE utf8mb4_general_ci"
		if e.name == onPostgres.name {
			key = `varchar(40) COLLATE nocase`
		}
		db := e.open(t)
		if e.name == onPostgres.name {
			run(t, db, `CREATE COLLATION nocase (provider = icu, locale = 'und-u-ks-level2', deterministic = false)`)
		}
		run(t, db, `CREATE TABLE users (id `+key+`, username varchar(9), name varchar(9), email varchar(9), tenant varchar(9), is_active int, is_staff int, is_superuser int, team varchar(9))`,
			`INSERT INTO users (id, name) VALUES ('ab', '1'), ('AB', '2'), ('Ab', '3'), ('aa', '4'), ('b', '5')`)
		d, err := sqlusers.New(db, e.ordinary.config)
		if err != nil {
			t.Fatal(err)
		}
		for id, name := range map[string]string{"ab": "1", "AB": "2", "Ab": "3"} {
			if u, err := d.User(t.Context(), id); err != nil || u.Name != name {
				t.Errorf("User(%q) = %+v, %v; want the one called %s", id, u, err, name)
			}
		}
		var all []string
		for query := (guise.Query{Limit: 1}); len(all) < 10; {
			page, err := d.Search(t.Context(), query)
			if err != nil || len(page.Users) == 0 {
				t.Fatalf("after %q: %+v, %v", all, page, err)
			}
			all = append(all, page.Users[0].ID)
			if query.Cursor = page.Next; query.Cursor == "" {
				break
			}
		}
		if want := []string{"aa", "AB", "Ab", "ab", "b"}; !slices.Equal(all, want) {
			t.Errorf("page by page: %q; want %q", all, want)
		}
	})
}

func TestTyped_SpacesAtTheEndAreDifferentUsers(t *testing.T) {
	onTyped(t, func(t *testing.T, e engine) {
		d, _ := e.overTyped(t, "varchar(40)", nil, `INSERT INTO users (id, name, tenant) VALUES ('a', '1', 't'), ('a ', '2', 't ')`)
		for id, name := range map[string]string{"a": "1", "a ": "2"} {
			if u, err := d.User(t.Context(), id); err != nil || u.Name != name {
				t.Errorf("User(%q) = %+v, %v; want the one called %s", id, u, err, name)
			}
		}
		if got := search(t, d, guise.Query{Filter: guise.Filter{Tenants: []string{"t "}}}); !slices.Equal(got, []string{"a "}) {
			t.Errorf("a filter by the tenant \"t \" finds %q", got)
		}
	})
}

func TestTyped_AnUnclearFlagMakesInactive(t *testing.T) {
	onTyped(t, func(t *testing.T, e engine) {
		d, db := e.overTyped(t, "varchar(40)", nil)
		wantFlags(t, db, d, []flags{
			{"'1'", "'1'", "'1'", guise.User{Active: true, Staff: true, Superuser: true}},
			{"' TRUE '", "'T'", "'1.0'", guise.User{Active: true, Staff: true, Superuser: true}},
			{"'Yes'", "'off'", "''", guise.User{Active: true}},
			{"'on'", "NULL", "'F'", guise.User{Active: true}},
			{"'0'", "'1'", "'n'", guise.User{Staff: true}},
			{"NULL", "NULL", "NULL", guise.User{}},
			{"'2'", "'0'", "'0'", guise.User{}},
			{"'ｙｅｓ'", "'0'", "'0'", guise.User{}},
			{"'yeſ'", "'0'", "'0'", guise.User{}},
			{"'1'", "'admin'", "'1'", guise.User{Superuser: true}},
			{"'1'", "'1'", "'admin'", guise.User{Staff: true}},
		})
	})
}

// flags are what a row of the table says, in SQL, and what that makes of a user.
type flags struct {
	active, staff, superuser string
	want                     guise.User
}

// wantFlags puts the rows into the table and looks at the users, and at whom
// the filters find.
func wantFlags(t *testing.T, db *sql.DB, d *sqlusers.Directory, rows []flags) {
	t.Helper()
	for i, row := range rows {
		id := fmt.Sprint(i + 1)
		run(t, db, `INSERT INTO users (id, is_active, is_staff, is_superuser) VALUES (`+
			strings.Join([]string{"'" + id + "'", row.active, row.staff, row.superuser}, ", ")+`)`)
		u, err := d.User(t.Context(), id)
		if err != nil || u.Active != row.want.Active || u.Staff != row.want.Staff || u.Superuser != row.want.Superuser {
			t.Errorf("active %s, staff %s, superuser %s: %+v, %v; want %+v", row.active, row.staff, row.superuser, u, err, row.want)
		}
		for _, flag := range []bool{true, false} {
			for _, f := range []guise.Filter{{IDs: []string{id}, Staff: &flag}, {IDs: []string{id}, Superuser: &flag}} {
				if got := search(t, d, guise.Query{Filter: f}); (len(got) == 1) != f.Matches(u) {
					t.Errorf("the filter %+v finds %q, and in Go matches: %t", f, got, f.Matches(u))
				}
			}
		}
	}
}

func TestTyped_WhomWhereExcludesDoesNotExist(t *testing.T) {
	onTyped(t, func(t *testing.T, e engine) {
		d, _ := e.overTyped(t, "integer", func(c *sqlusers.Config) { c.Where = "u.team = 'red' OR u.team = 'blue' -- never the others" },
			`INSERT INTO users (id, name, team) VALUES (1, 'Ann', 'red'), (2, 'Ann', 'blue'), (3, 'Ann', 'gone'), (4, 'Ann', NULL)`)
		if found, err := d.Users(t.Context(), "1", "2", "3", "4"); err != nil || len(found) != 2 {
			t.Errorf("Users = %+v, %v; want 1 and 2", found, err)
		}
		for _, query := range []guise.Query{{}, {Text: "ann"}, {Filter: guise.Filter{IDs: []string{"1", "2", "3", "4"}}}} {
			if got := search(t, d, query); !slices.Equal(got, []string{"1", "2"}) {
				t.Errorf("Search(%+v) = %q; want 1 and 2", query, got)
			}
		}
	})
}

// A cursor is a position of the key's type, or the database would be asked
// to make one of it.
func TestTyped_ACursorOfAnotherKindOfKeyIsRefused(t *testing.T) {
	onTyped(t, func(t *testing.T, e engine) {
		texts, _ := e.overTyped(t, "varchar(40)", nil, `INSERT INTO users (id) VALUES ('1 OR 1=1'), ('é')`)
		numbers, _ := e.overTyped(t, "integer", nil, `INSERT INTO users (id) VALUES (1), (2)`)
		page, err := texts.Search(t.Context(), guise.Query{Limit: 1})
		if err != nil || page.Next == "" {
			t.Fatalf("Search: Next %q, %v", page.Next, err)
		}
		if page, err := numbers.Search(t.Context(), guise.Query{Cursor: page.Next}); !errors.Is(err, guise.ErrBadCursor) {
			t.Errorf("Search with a text for a number: %+v, %v; want ErrBadCursor", page, err)
		}
	})
}

func TestTyped_ABrokenDatabaseIsNotAMissingUser(t *testing.T) {
	onTyped(t, func(t *testing.T, e engine) {
		d, db := e.overTyped(t, "integer", nil, `INSERT INTO users (id) VALUES (1)`)
		run(t, db, `ALTER TABLE users DROP COLUMN is_superuser`)
		if _, err := d.User(t.Context(), "1"); err == nil || errors.Is(err, guise.ErrUserNotFound) {
			t.Errorf("User with a column that is gone: %v", err)
		}
		if page, err := d.Search(t.Context(), guise.Query{}); err == nil {
			t.Errorf("Search with a column that is gone = %v", page)
		}
	})
}

func TestTyped_NewSaysAllThatIsWrong(t *testing.T) {
	onTyped(t, func(t *testing.T, e engine) {
		_, db := e.overTyped(t, "integer", nil, `INSERT INTO users (id, team) VALUES (1, 'admin')`)
		run(t, db, `CREATE TABLE measures (id double precision, at timestamp, name varchar(9))`)
		for name, row := range map[string]struct {
			change func(*sqlusers.Config)
			fields []string
			says   string
		}{
			"another table":  {func(c *sqlusers.Config) { c.Table = "user" }, []string{"Table"}, `"user"`},
			"another schema": {func(c *sqlusers.Config) { c.Table = "nope.users" }, []string{"Table"}, `"nope.users"`},
			"columns that are not there": {func(c *sqlusers.Config) {
				c.ID, c.Email, c.Search, c.Superuser = "uid", "emial", []string{"name", "nick"}, "(u.role = 'admin')"
			}, []string{"ID", "Email", "Superuser", "Search[1]"}, "id, username, name"},
			"an expression that is none":   {func(c *sqlusers.Config) { c.Name = "(name ||)" }, []string{"Name"}, ""},
			"an aggregate":                 {func(c *sqlusers.Config) { c.Name = "(max(name))" }, []string{"Name"}, ""},
			"a Where that escapes":         {func(c *sqlusers.Config) { c.Where = "1 = 1) OR (1 = 1" }, []string{"Where"}, ""},
			"a Where that is more":         {func(c *sqlusers.Config) { c.Where = "1 = 1 ORDER BY id" }, []string{"Where"}, ""},
			"a Where with a comment":       {func(c *sqlusers.Config) { c.Where = "1 = 1 /*" }, []string{"Where"}, ""},
			"a Where that waits for $1":    {func(c *sqlusers.Config) { c.Where = "tenant = $1" }, []string{"Where"}, ""},
			"an expression with a NUL":     {func(c *sqlusers.Config) { c.Name = "('a\x00b')" }, []string{"Name"}, "NUL"},
			"a Where with a NUL":           {func(c *sqlusers.Config) { c.Where = "name = '\x00'" }, []string{"Where"}, "NUL"},
			"a role for a flag":            {func(c *sqlusers.Config) { c.Superuser = "team" }, []string{"Superuser"}, `"admin"`},
			"keys that are no exact texts": {func(c *sqlusers.Config) { *c = measures(c.Engine, "id") }, []string{"ID"}, "expression"},
			"times for keys":               {func(c *sqlusers.Config) { *c = measures(c.Engine, "at") }, []string{"ID"}, map[string]string{"PostgreSQL": "(CAST(u.id AS text))", "MySQL": "(CAST(u.id AS CHAR(36)))"}[e.name]},
		} {
			config := e.ordinary.config
			row.change(&config)
			_, err := sqlusers.New(db, config)
			if got := slices.Compact(fields(err)); !slices.Equal(got, row.fields) || !strings.Contains(fmt.Sprint(err), row.says) {
				t.Errorf("%s: the error names %q; want %q, and %q in %v", name, got, row.fields, row.says, err)
			}
		}
	})
}

func measures(e sqlusers.Engine, id string) sqlusers.Config {
	return sqlusers.Config{Engine: e, Table: "measures", ID: id, Name: "name", Active: "(1 = 1)"}
}

// Where the connection or the database can't carry every text, IDs and names
// would come mangled.
func TestTyped_NewRefusesOtherCharacterSets(t *testing.T) {
	t.Run("MySQL", func(t *testing.T) {
		narrow := *databases.MySQL(t)
		config, err := mysql.ParseDSN(narrow.DSN)
		if err != nil {
			t.Fatal(err)
		}
		if err := config.Apply(mysql.Charset("latin1", "latin1_swedish_ci")); err != nil {
			t.Fatal(err)
		}
		narrow.DSN = config.FormatDSN()
		refuses(t, onMySQL, narrow.Open(t))
	})
	t.Run("PostgreSQL", func(t *testing.T) {
		narrow := *databases.Postgres(t)
		name := "guise_latin1_" + strings.ToLower(rand.Text()[:12])
		db := narrow.Open(t)
		run(t, db, `CREATE DATABASE `+name+` TEMPLATE template0 ENCODING 'LATIN1' LOCALE 'C'`)
		t.Cleanup(func() { run(t, db, `DROP DATABASE `+name+` WITH (FORCE)`) })
		address, err := url.Parse(narrow.DSN)
		if err != nil {
			t.Fatal(err)
		}
		address.Path = name
		narrow.DSN = address.String()
		refuses(t, onPostgres, narrow.Open(t))
	})
}

func refuses(t *testing.T, e engine, db *sql.DB) {
	t.Helper()
	run(t, db, e.ordinary.schema)
	_, err := sqlusers.New(db, e.ordinary.config)
	if got := fields(err); !slices.Equal(got, []string{"Engine"}) || !strings.Contains(strings.ToLower(err.Error()), "latin1") {
		t.Errorf("New in latin1: %v; want an error that names the engine and latin1", err)
	}
}
