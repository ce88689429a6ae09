package sqlusers

import (
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"strings"
)

// Engine names a database system.
type Engine string

// The engines. Each works with any driver for database/sql that says what types
// a query's columns have, as the common ones do.
const (
	// SQLite is SQLite 3.38 or newer.
	SQLite Engine = "sqlite"
	// Postgres is PostgreSQL 12 or newer.
	Postgres Engine = "postgres"
	// MySQL is MariaDB 10.5 or newer, or MySQL 8.0 or newer.
	MySQL Engine = "mysql"
)

// Config says where the users are. A field that takes a column takes its name
// as it is, without quotes, whatever characters it has; or, in parentheses,
// an SQL expression, such as "(role = 'admin')" or "(first || ' ' || last)".
// In an expression the table is called u: when you write u.role, [New] finds out
// if the name is misspelled.
//
// Security: expressions and Where become part of the SQL as they are. Write
// them in the program; never make them from anything that a request carries.
type Config struct {
	// Engine is the database system. Required.
	Engine Engine

	// Table is the table or view of users: "users" or "accounts.users". A name
	// with a dot in it goes in double quotes: `"old.users"`. Required.
	Table string

	// ID is the column with the user's key: integers, text, UUIDs and whatever
	// else the package comment says for the engine. It must be unique: a key
	// that two rows have is an error and not a user. Required.
	ID string

	// Username, Name and Email are columns for people to read, and Tenant is the
	// school, company or workspace. A column that is not named is "", and so is
	// NULL.
	Username, Name, Email, Tenant string

	// Active is the column that says who may log in. Where everyone may, write
	// "(1 = 1)". Required.
	//
	// Security: it has no default, because a default would let people act as, and
	// be, users whom the application has locked out.
	Active string

	// Staff and Superuser are the rights that the built-in policies look at. A
	// column that is not named is false, and so is NULL.
	//
	// Security: a superuser is better protected from being impersonated.
	// Name the column if the application knows superusers.
	//
	// These and Active understand 1, t, true, y, yes and on, in any case; 0, f,
	// false, n, no, off, NULL and nothing. A user with any other value in one
	// of them is inactive, and so neither acts nor is acted as: what the value
	// means is unknown, and either guess could be unsafe. [New] looks at the
	// first thousand users and refuses a column with such values.
	Staff, Superuser string

	// Attributes are the columns of User.Attributes, by key. For a value in a
	// JSON column, use an expression: "(u.settings ->> 'plan')".
	Attributes map[string]string

	// Search are the columns in which a search looks for text. None means
	// those of Username, Name and Email that are named.
	Search []string

	// Where is a condition in SQL that a row must fulfil to be a user, such as
	// "u.deleted_at IS NULL". Empty is none.
	//
	// Security: those who do not fulfil it do not exist for Guise: they can't be
	// found, can't be acted as, and can't act as anyone. See also the warning on
	// Config.
	Where string

	// Logger is told once, by [New], when a search has to read the whole table,
	// and what would make it fast; and later when the index is damaged. Nil is
	// slog.Default().
	Logger *slog.Logger
}

// ConfigError is one thing that is wrong with a [Config]. [New] returns all of
// them at once, joined; errors.As finds the first.
type ConfigError struct {
	// Field is the name of the field, as in Email or Attributes["plan"].
	Field string
	// Problem says what is wrong, with which value, and what to do.
	Problem string
}

// Error names the field and the problem.
func (e *ConfigError) Error() string { return "sqlusers: Config." + e.Field + ": " + e.Problem }

// problems collects what is wrong with a Config.
type problems []error

func (p *problems) add(field, format string, args ...any) {
	*p = append(*p, &ConfigError{field, fmt.Sprintf(format, args...)})
}

// searched lists the columns that a search looks in.
func (c Config) searched() []string {
	if len(c.Search) > 0 {
		return c.Search
	}
	return slices.DeleteFunc([]string{c.Username, c.Name, c.Email}, func(name string) bool { return name == "" })
}

// named is one field of the Config and the column it names.
type named struct{ field, column string }

// named lists every field that names a column, in the order of the fields.
func (c Config) named() []named {
	list := []named{
		{"ID", c.ID}, {"Username", c.Username}, {"Name", c.Name}, {"Email", c.Email}, {"Tenant", c.Tenant},
		{"Active", c.Active}, {"Staff", c.Staff}, {"Superuser", c.Superuser},
	}
	list = slices.DeleteFunc(list, func(n named) bool { return n.column == "" })
	for _, key := range slices.Sorted(maps.Keys(c.Attributes)) {
		list = append(list, named{fmt.Sprintf("Attributes[%q]", key), c.Attributes[key]})
	}
	for i, name := range c.Search {
		list = append(list, named{fmt.Sprintf("Search[%d]", i), name})
	}
	return list
}

// validate finds what is wrong without asking the database.
func (c Config) validate(p *problems) {
	if _, ok := dialectOf(c.Engine); !ok {
		p.add("Engine", "is %q; it must be sqlusers.SQLite, sqlusers.Postgres or sqlusers.MySQL", c.Engine)
	}
	if _, err := parseTable(c.Table); err != nil {
		p.add("Table", "%v", err)
	}
	if c.ID == "" {
		p.add("ID", "is required: the column with the user's key")
	}
	if c.Active == "" {
		p.add("Active", `is required: the column that says who may log in, or "(1 = 1)" if everyone may`)
	}
	if len(c.searched()) == 0 {
		p.add("Search", "is empty, and so are Username, Name and Email: nobody could be found by text; name a column")
	}
	for _, n := range c.named() {
		if n.column == "" {
			p.add(n.field, "is empty; name a column, or leave the entry out")
		}
		if strings.Contains(n.column, mark) {
			p.add(n.field, "is %q, which has a NUL in it", n.column)
		}
	}
	if strings.Contains(c.Where, mark) {
		p.add("Where", "is %q, which has a NUL in it", c.Where)
	}
}
