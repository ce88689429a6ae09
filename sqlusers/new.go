package sqlusers

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/guise-go/guise/internal/prepared"
)

// checkTimeout bounds what New asks the database: a program that starts should
// fail rather than hang.
const checkTimeout = 10 * time.Second

// New makes a directory over the table that the Config describes. It asks the
// database whether the table and every column are there, and reports everything
// that is wrong at once, each with the name of the field; see [ConfigError].
func New(db *sql.DB, c Config) (*Directory, error) {
	if db == nil {
		return nil, errors.New("sqlusers: the database is nil; open it with sql.Open")
	}
	var p problems
	c.validate(&p)
	table, err := parseTable(c.Table)
	engine, known := dialectOf(c.Engine)
	if err != nil || !known {
		return nil, errors.Join(p...) // nothing can be asked yet
	}
	ctx, cancel := context.WithTimeout(context.Background(), checkTimeout)
	defer cancel()
	d := &Directory{db: db, everyRequest: db, engine: engine, table: table, logger: c.Logger}
	// On MySQL the values are in the text, and most texts are asked once.
	if c.Engine == SQLite {
		d.everyRequest = prepared.New(db)
	}
	if d.logger == nil {
		d.logger = slog.Default()
	}
	k := checker{ctx: ctx, d: d, problems: p}
	columns, err := k.columns(c)
	if err != nil {
		return nil, fmt.Errorf("sqlusers: asking the database, which Config.Engine says is %q, about the table %s: %w", c.Engine, table, err)
	}
	if len(k.problems) > 0 {
		return nil, errors.Join(k.problems...)
	}
	d.use(c, columns)
	k.sample(c)
	if len(k.problems) > 0 {
		return nil, errors.Join(k.problems...)
	}
	if err := d.findIndex(ctx); err != nil {
		return nil, fmt.Errorf("sqlusers: looking for the index of the table %s: %w", table, err)
	}
	return d, nil
}

// use puts the columns, by their names in the Config, where they belong.
func (d *Directory) use(c Config, columns map[string]column) {
	d.id, d.username, d.name, d.email = columns[c.ID], columns[c.Username], columns[c.Name], columns[c.Email]
	d.tenant, d.active = columns[c.Tenant], columns[c.Active]
	d.staff, d.superuser = columns[c.Staff], columns[c.Superuser]
	d.attributes = make(map[string]column, len(c.Attributes))
	for key, name := range c.Attributes {
		d.attributes[key] = columns[name]
	}
	for _, name := range c.searched() {
		d.search = append(d.search, columns[name])
	}
	d.compose(c.Where)
}

// checker asks the database about a Config, and collects what is wrong.
type checker struct {
	ctx      context.Context // of one call of New, which a checker does not outlive
	d        *Directory
	problems problems
}

// columns finds every column that the Config names.
func (k *checker) columns(c Config) (map[string]column, error) {
	if problem, err := k.d.engine.ready(k.ctx, k.d.db); err != nil {
		return nil, err
	} else if problem != "" {
		k.problems.add("Engine", "%s", problem)
	}
	known, names, err := k.d.engine.columns(k.ctx, k.d.db, k.d.table)
	if err != nil {
		return nil, err
	}
	if len(names) == 0 {
		k.problems.add("Table", "is %q, and the database has no such table or view", c.Table)
		return nil, nil
	}
	found := map[string]column{}
	for _, n := range c.named() {
		switch known, ok := known[k.d.engine.key(n.column)]; {
		case n.column == "": // reported already
		case isExpression(n.column):
			k.expression(n.field, n.column, " IS NULL") // of any type, and yet a condition
			found[n.column] = column{sql: "(" + n.column + "\n)"}
		case ok:
			found[n.column] = known
		default:
			hint := ""
			if strings.ContainsAny(n.column, " (=") {
				hint = "; write an SQL expression in parentheses"
			}
			k.problems.add(n.field, "is %q, and %s has no such column; it has %s%s",
				n.column, k.d.table, strings.Join(names, ", "), hint)
		}
	}
	if c.Where != "" {
		k.expression("Where", c.Where, "")
	}
	if err := k.ctx.Err(); err != nil || len(k.problems) > 0 {
		return nil, err
	}
	return found, k.classify(found)
}

// classify completes the columns by their types.
func (k *checker) classify(found map[string]column) error {
	names := slices.Sorted(maps.Keys(found))
	list := make([]string, len(names))
	for i, name := range names {
		list[i] = found[name].sql
	}
	rows, err := k.d.db.QueryContext(k.ctx, "SELECT "+strings.Join(list, ", ")+" FROM "+k.d.engine.table(k.d.table)+" AS u LIMIT 0")
	if err != nil {
		return err
	}
	defer rows.Close()
	types, err := rows.ColumnTypes()
	if err != nil {
		return err
	}
	for i, name := range names {
		found[name] = k.d.engine.classify(found[name], types[i].DatabaseTypeName())
	}
	return errors.Join(rows.Err(), rows.Close())
}

// expression tries one out, alone and in parentheses. Security: only what is well
// formed both ways is really an expression. "a) OR (b" is well formed in
// parentheses, and would let through users whom the rest of a query excludes;
// "a ORDER BY b" is well formed alone.
func (k *checker) expression(field, text, test string) {
	for _, try := range []string{text + "\n" + test, "(" + text + "\n)" + test} {
		rows, err := k.d.db.QueryContext(k.ctx, "SELECT 1 FROM "+k.d.engine.table(k.d.table)+" AS u WHERE "+try+" LIMIT 0")
		if err == nil {
			rows.Next()
			err = errors.Join(rows.Err(), rows.Close())
		}
		if err != nil {
			k.problems.add(field, "is %q, which the database does not understand: %v", text, err)
			return
		}
	}
}

// sample looks at the first thousand users, to find a column that holds
// something other than its field expects.
func (k *checker) sample(c Config) {
	e, d := k.d.engine, k.d
	if test := e.noID(d.id); test == "" {
		text := map[Engine]string{Postgres: "text", MySQL: "CHAR(36)"}[c.Engine]
		k.problems.add("ID", "is %q, whose type no ID can have; write an expression that makes text of it, such as (CAST(u.id AS %s))", c.ID, text)
	} else {
		k.odd("ID", test, e.kind(d.id), c,
			"is %q, where a value is a %s; IDs are integers or text: write an expression, such as (lower(hex(id))) for binary keys", c.ID)
	}
	for _, flag := range []struct {
		field, name string
		column      column
	}{{"Active", c.Active, d.active}, {"Staff", c.Staff, d.staff}, {"Superuser", c.Superuser, d.superuser}} {
		k.odd(flag.field, not(e.flagIn(flag.column, slices.Concat(yesWords, noWords))), e.text(flag.column), c,
			"is %q, where a value is %.40q, neither yes nor no; write a condition, such as (role = 'admin')", flag.name)
	}
}

// odd reports the first value for which test is true.
func (k *checker) odd(field, test, value string, c Config, problem, name string) {
	var found string
	err := k.d.db.QueryRowContext(k.ctx, "SELECT held FROM (SELECT "+test+" AS odd, "+value+" AS held FROM "+
		k.d.engine.table(k.d.table)+" AS u WHERE "+enclosed(c.Where)+" LIMIT 1000) AS sample WHERE odd LIMIT 1").Scan(&found)
	switch {
	case errors.Is(err, sql.ErrNoRows):
	case err != nil:
		k.problems.add(field, "is %q, which can't be read: %v", name, err)
	default:
		k.problems.add(field, problem, name, found)
	}
}
