package users_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/guise-go/guise"
	"github.com/guise-go/guise/sqlusers"
)

// over makes a directory over the ordinary table's columns in these statements.
func over(t testing.TB, change func(*sqlusers.Config), statements ...string) *sqlusers.Directory {
	t.Helper()
	config := ordinary.config
	if change != nil {
		change(&config)
	}
	d, err := sqlusers.New(open(t, statements...), config)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func search(t testing.TB, d guise.Directory, query guise.Query) []string {
	t.Helper()
	page, err := d.Search(t.Context(), query)
	if err != nil {
		t.Fatalf("Search(%+v): %v", query, err)
	}
	list := []string{}
	for _, u := range page.Users {
		list = append(list, u.ID)
	}
	return list
}

const untyped = `CREATE TABLE users (id, username, name, email, tenant, is_active, is_staff, is_superuser, team)`

func TestNULLsAreEmptyAndFalse(t *testing.T) {
	d := over(t, nil, untyped, `INSERT INTO users (id) VALUES (5)`)
	u, err := d.User(t.Context(), "5")
	if err != nil || u.Label() != "5" || u.Active || u.Staff || u.Superuser || u.Tenant != "" || u.Attributes["team"] != "" {
		t.Errorf("User of a row of NULLs = %+v, %v", u, err)
	}
}

func TestColumnsNotNamedAreEmptyAndFalse(t *testing.T) {
	d := over(t, func(c *sqlusers.Config) {
		*c = sqlusers.Config{Engine: sqlusers.SQLite, Table: "users", ID: "id", Active: "(1 = 1)", Search: []string{"id"}}
	}, untyped, `INSERT INTO users VALUES (5, 'a', 'b', 'c', 'd', 0, 1, 1, 'e')`)
	u, err := d.User(t.Context(), "5")
	if err != nil || !u.Active || u.Staff || u.Superuser || u.Username+u.Name+u.Email+u.Tenant != "" || len(u.Attributes) != 0 {
		t.Errorf("User = %+v, %v; want an ID, active, and no more", u, err)
	}
	for name, filter := range map[string]guise.Filter{
		"a tenant": {Tenants: []string{"d"}}, "staff": {Staff: new(true)}, "an attribute": {Attributes: map[string][]string{"team": {"e"}}},
	} {
		if got := search(t, d, guise.Query{Filter: filter}); len(got) != 0 {
			t.Errorf("a filter by %s finds %q, although the Config names no such column", name, got)
		}
	}
	if got := search(t, d, guise.Query{Text: "5", Filter: guise.Filter{Tenants: []string{""}, Staff: new(false)}}); len(got) != 1 {
		t.Errorf("a filter by what everyone is finds %q", got)
	}
}

func TestRowsWithoutAUsableIDAreNobody(t *testing.T) {
	db := open(t, untyped, `INSERT INTO users (id, name) VALUES (1, 'Ann')`)
	d, err := sqlusers.New(db, ordinary.config)
	if err != nil {
		t.Fatal(err)
	}
	// They come after New, which would refuse the column for them.
	if _, err := db.Exec(`INSERT INTO users (id, name) VALUES (NULL, 'Ann'), ('', 'Ann'), (1.5, 'Ann'), (x'31', 'Ann'), (x'ff', 'Ann')`); err != nil {
		t.Fatal(err)
	}
	if got := search(t, d, guise.Query{Text: "ann"}); !slices.Equal(got, []string{"1"}) {
		t.Errorf("Search finds %q; want the one user with an ID", got)
	}
	for _, id := range []string{"", "1.5", "\xff"} {
		if u, err := d.User(t.Context(), id); !errors.Is(err, guise.ErrUserNotFound) {
			t.Errorf("User(%q) = %+v, %v", id, u, err)
		}
	}
}

// Two rows with one ID may differ in their rights.
func TestAnIDThatTwoRowsHaveIsAnErrorAndNoUser(t *testing.T) {
	for name, ids := range map[string]string{"the same": "(7, 1), (7, 0)", "a number and a text": "(7, 1), ('7', 0)"} {
		t.Run(name, func(t *testing.T) {
			d := over(t, nil, untyped, `INSERT INTO users (id, is_superuser) VALUES `+ids)
			if u, err := d.User(t.Context(), "7"); err == nil || errors.Is(err, guise.ErrUserNotFound) {
				t.Errorf("User = %+v, %v; want an error that is not ErrUserNotFound", u, err)
			}
			if u, err := d.Users(t.Context(), "7", "8", "9"); err == nil {
				t.Errorf("Users = %+v; want an error", u)
			}
		})
	}
}

func TestIDsThatOnlyTheCollationEquatesAreDifferentUsers(t *testing.T) {
	d := over(t, nil, strings.Replace(untyped, "(id,", "(id TEXT COLLATE NOCASE,", 1),
		`INSERT INTO users (id, name) VALUES ('ab', '1'), ('AB', '2'), ('Ab', '3'), ('aa', '4'), ('b', '5')`)
	for id, name := range map[string]string{"ab": "1", "AB": "2", "Ab": "3"} {
		if u, err := d.User(t.Context(), id); err != nil || u.Name != name {
			t.Errorf("User(%q) = %+v, %v; want the one called %s", id, u, err, name)
		}
	}
	var all []string
	for query := (guise.Query{Limit: 1}); len(all) < 10; {
		page, err := d.Search(t.Context(), query)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, page.Users[0].ID)
		if query.Cursor = page.Next; query.Cursor == "" {
			break
		}
	}
	if want := []string{"aa", "AB", "Ab", "ab", "b"}; !slices.Equal(all, want) {
		t.Errorf("page by page: %q; want %q", all, want)
	}
}

// An unclear flag is neither yes nor no: either guess could be the unsafe one.
func TestAnUnclearFlagMakesInactive(t *testing.T) {
	db := open(t, untyped)
	d, err := sqlusers.New(db, ordinary.config)
	if err != nil {
		t.Fatal(err)
	}
	wantFlags(t, db, d, []flags{
		{"1", "1", "1", guise.User{Active: true, Staff: true, Superuser: true}},
		{"' TRUE '", "'T'", "1.0", guise.User{Active: true, Staff: true, Superuser: true}},
		{"'Yes'", "'off'", "''", guise.User{Active: true}},
		{"'on'", "NULL", "'F'", guise.User{Active: true}},
		{"'y'", "0", "0.0", guise.User{Active: true}},
		{"0", "1", "'n'", guise.User{Staff: true}},
		{"NULL", "NULL", "NULL", guise.User{}},
		{"2", "0", "0", guise.User{}},
		{"-1", "0", "0", guise.User{}},
		{"'active'", "0", "0", guise.User{}},
		{"1", "'admin'", "1", guise.User{Superuser: true}},
		{"1", "1", "'admin'", guise.User{Staff: true}},
		{"1", "0", "x'01'", guise.User{}},
	})
}

func TestWhomWhereExcludesDoesNotExist(t *testing.T) {
	d := over(t, func(c *sqlusers.Config) { c.Where = "u.team = 'red' OR u.team = 'blue' -- never the others" }, untyped,
		`INSERT INTO users (id, name, team) VALUES (1, 'Ann', 'red'), (2, 'Ann', 'blue'), (3, 'Ann', 'gone'), (4, 'Ann', NULL)`)
	for _, id := range []string{"3", "4"} {
		if _, err := d.User(t.Context(), id); !errors.Is(err, guise.ErrUserNotFound) {
			t.Errorf("User(%q): %v; want ErrUserNotFound", id, err)
		}
	}
	if found, err := d.Users(t.Context(), "1", "2", "3", "4"); err != nil || len(found) != 2 {
		t.Errorf("Users = %+v, %v; want 1 and 2", found, err)
	}
	for _, query := range []guise.Query{{}, {Text: "ann"}, {Filter: guise.Filter{IDs: []string{"1", "2", "3", "4"}}}} {
		if got := search(t, d, query); !slices.Equal(got, []string{"1", "2"}) {
			t.Errorf("Search(%+v) = %q; want 1 and 2", query, got)
		}
	}
	first, err := d.Search(t.Context(), guise.Query{Limit: 1})
	if err != nil {
		t.Fatal(err)
	}
	if got := search(t, d, guise.Query{Cursor: first.Next}); !slices.Equal(got, []string{"2"}) {
		t.Errorf("after a cursor: %q; want 2", got)
	}
}

func TestACursorOfAnotherTableIsRefused(t *testing.T) {
	rows := `INSERT INTO users (id) VALUES (1), (2)`
	ours := over(t, nil, untyped, rows)
	theirs := over(t, func(c *sqlusers.Config) { c.Table = "staff" }, untyped, rows, `ALTER TABLE users RENAME TO staff`)
	page, err := theirs.Search(t.Context(), guise.Query{Limit: 1})
	if err != nil || page.Next == "" {
		t.Fatalf("Search: Next %q, %v", page.Next, err)
	}
	if _, err := ours.Search(t.Context(), guise.Query{Cursor: page.Next}); !errors.Is(err, guise.ErrBadCursor) {
		t.Errorf("Search with another table's cursor: %v; want ErrBadCursor", err)
	}
}

func TestAPageHasAtMost200Users(t *testing.T) {
	d := over(t, nil, untyped, `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 250) INSERT INTO users (id) SELECT i FROM n`)
	page, err := d.Search(t.Context(), guise.Query{Limit: 1 << 40})
	if err != nil || len(page.Users) != 200 || page.Next == "" {
		t.Fatalf("Search returned %d users, Next %q, %v; want 200 and more", len(page.Users), page.Next, err)
	}
	// Numbers sort as numbers: 200 is followed by 201, not by 21.
	if rest := search(t, d, guise.Query{Limit: 200, Cursor: page.Next}); len(rest) != 50 || rest[0] != "201" {
		t.Errorf("the second page: %q", rest)
	}
}

func TestABrokenDatabaseIsNotAMissingUser(t *testing.T) {
	db := open(t, untyped, `INSERT INTO users (id) VALUES (1)`)
	d, err := sqlusers.New(db, ordinary.config)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.Exec(`ALTER TABLE users DROP COLUMN is_superuser`); err != nil {
		t.Fatal(err)
	}
	for _, state := range []string{"a column that is gone", "a closed database"} {
		if _, err := d.User(t.Context(), "1"); err == nil || errors.Is(err, guise.ErrUserNotFound) {
			t.Errorf("User with %s: %v", state, err)
		}
		if found, err := d.Users(t.Context(), "1"); err == nil {
			t.Errorf("Users with %s = %v", state, found)
		}
		if page, err := d.Search(t.Context(), guise.Query{}); err == nil {
			t.Errorf("Search with %s = %v", state, page)
		}
		db.Close()
	}
}

// The context ends while SQLite is busy: the view never stops counting, once
// it is told to.
func TestAContextThatEndsMeanwhileIsAnError(t *testing.T) {
	db := open(t, `CREATE TABLE slow (yes)`, strings.Replace(untyped, "users", "people", 1), `INSERT INTO people (id) VALUES (1)`,
		`CREATE VIEW users AS SELECT * FROM people WHERE CASE WHEN EXISTS (SELECT * FROM slow)
			THEN (WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n) ELSE 1 END`)
	d, err := sqlusers.New(db, ordinary.config)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.Exec(`INSERT INTO slow VALUES (1)`); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	if page, err := d.Search(ctx, guise.Query{}); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("Search = %v, %v; want DeadlineExceeded", page, err)
	}
}
