package users_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/guise-go/guise/sqlusers"
)

// fields lists the fields that an error of New names.
func fields(err error) []string {
	var list []string
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		for _, e := range joined.Unwrap() {
			list = append(list, fields(e)...)
		}
	} else if problem, ok := errors.AsType[*sqlusers.ConfigError](err); ok {
		list = append(list, problem.Field)
	}
	return list
}

func TestNew_SaysAllThatIsWrong_NamingFieldAndColumn(t *testing.T) {
	const person = `INSERT INTO users VALUES (1, 'ada', NULL, NULL, NULL, 1, 0, 0, NULL)`
	for name, row := range map[string]struct {
		change func(*sqlusers.Config)
		setup  string
		fields []string
		says   []string
	}{
		"nothing set": {
			change: func(c *sqlusers.Config) { *c = sqlusers.Config{} },
			fields: []string{"Engine", "Table", "ID", "Active", "Search"},
		},
		"nothing but the engine and the table": {
			change: func(c *sqlusers.Config) { *c = sqlusers.Config{Engine: sqlusers.SQLite, Table: "users"} },
			fields: []string{"ID", "Active", "Search"},
		},
		"everyone active by default is refused": {
			change: func(c *sqlusers.Config) { c.Active = "" },
			fields: []string{"Active"}, says: []string{`"(1 = 1)"`},
		},
		"another engine": {
			change: func(c *sqlusers.Config) { c.Engine = "oracle" },
			fields: []string{"Engine"}, says: []string{`"oracle"`, "sqlusers.SQLite"},
		},
		"another table":   {change: func(c *sqlusers.Config) { c.Table = "user" }, fields: []string{"Table"}, says: []string{`"user"`}},
		"another schema":  {change: func(c *sqlusers.Config) { c.Table = "nope.users" }, fields: []string{"Table"}, says: []string{`"nope.users"`}},
		"no table's name": {change: func(c *sqlusers.Config) { c.Table = `"users` }, fields: []string{"Table"}},
		"a table of three parts": {
			change: func(c *sqlusers.Config) { c.Table = "a.b.c" }, fields: []string{"Table"}, says: []string{"double quotes"},
		},
		"SQL for a table": {
			change: func(c *sqlusers.Config) { c.Table = "users; DROP TABLE users" }, fields: []string{"Table"},
		},
		"columns that are not there, all at once": {
			change: func(c *sqlusers.Config) {
				c.ID, c.Email, c.Staff, c.Search = "uid", "emial", `is_staff"`, []string{"name", "nick"}
				c.Attributes = map[string]string{"plan": "plan", "team": "team"}
			},
			fields: []string{"ID", "Email", "Staff", `Attributes["plan"]`, "Search[1]"},
			says:   []string{`"uid"`, `"emial"`, `"nick"`, `"plan"`, "id, username, name, email"},
		},
		"entries that name nothing": {
			change: func(c *sqlusers.Config) {
				c.Attributes, c.Search = map[string]string{"plan": ""}, []string{"name", ""}
			},
			fields: []string{`Attributes["plan"]`, "Search[1]"},
		},
		"an expression on a column that is not there": {
			change: func(c *sqlusers.Config) { c.Superuser = "(u.role = 'admin')" },
			fields: []string{"Superuser"}, says: []string{"role"},
		},
		"an expression that is none": {
			change: func(c *sqlusers.Config) { c.Name = "(name ||)" }, fields: []string{"Name"},
		},
		"an aggregate": {change: func(c *sqlusers.Config) { c.ID = "(max(id))" }, fields: []string{"ID"}},
		"a Where that closes a parenthesis of ours": {
			change: func(c *sqlusers.Config) { c.Where = "is_active) OR (1 = 1" }, fields: []string{"Where"},
		},
		"a Where that opens a comment": {
			change: func(c *sqlusers.Config) { c.Where = "is_active /*" }, fields: []string{"Where"},
		},
		"a Where that is more than a condition": {
			change: func(c *sqlusers.Config) { c.Where = "is_active ORDER BY id" }, fields: []string{"Where"},
		},
		"a Where with a second statement": {
			change: func(c *sqlusers.Config) { c.Where = "1 = 1; DELETE FROM users" }, fields: []string{"Where"},
		},
		"a Where that waits for an argument": {
			change: func(c *sqlusers.Config) { c.Where = "tenant = ?" }, fields: []string{"Where"},
		},
		"a role for a flag": {
			setup: `UPDATE users SET team = 'admin'`, change: func(c *sqlusers.Config) { c.Superuser = "team" },
			fields: []string{"Superuser"}, says: []string{`"admin"`, "(role = 'admin')"},
		},
		"binary keys": {
			setup:  `UPDATE users SET team = x'ff00'`,
			change: func(c *sqlusers.Config) { c.ID = "team" },
			fields: []string{"ID"}, says: []string{"blob", "(lower(hex(id)))"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			db := open(t, ordinary.schema, person, row.setup)
			config := ordinary.config
			row.change(&config)
			d, err := sqlusers.New(db, config)
			if err == nil {
				t.Fatalf("New = %+v; want an error", d)
			}
			if got := fields(err); !slices.Equal(got, row.fields) {
				t.Errorf("the error names %q; want %q: %v", got, row.fields, err)
			}
			for _, text := range row.says {
				if !strings.Contains(err.Error(), text) {
					t.Errorf("the error does not say %s: %v", text, err)
				}
			}
			var left int
			if err := db.QueryRow(`SELECT count(*) FROM users`).Scan(&left); err != nil || left != 1 {
				t.Errorf("%d users are left, %v; New changes nothing", left, err)
			}
		})
	}
}

func TestNew_WithoutADatabase(t *testing.T) {
	if _, err := sqlusers.New(nil, ordinary.config); err == nil {
		t.Error("New accepts a nil database")
	}
	db := open(t, ordinary.schema)
	db.Close()
	if _, err := sqlusers.New(db, ordinary.config); err == nil || len(fields(err)) > 0 {
		t.Errorf("New over a closed database: %v; want an error that blames no field", err)
	}
}

func TestNew_KeepsItsOwnConfig(t *testing.T) {
	config := ordinary.config
	config.Search = []string{"name"}
	config.Attributes = map[string]string{"team": "team"}
	db := open(t, ordinary.schema, `INSERT INTO users VALUES (1, 'ada', 'Ada', NULL, NULL, 1, 0, 0, 'red')`)
	d, err := sqlusers.New(db, config)
	if err != nil {
		t.Fatal(err)
	}
	config.Search[0] = "nope"
	delete(config.Attributes, "team")
	if u, err := d.User(t.Context(), "1"); err != nil || u.Attributes["team"] != "red" {
		t.Errorf("User = %+v, %v; want the team that New was told of", u, err)
	}
}
