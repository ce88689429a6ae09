package sqlusers

import (
	"context"
	"database/sql"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/guise-go/guise"
)

// The size of a page: when the query asks for none, and at most.
const (
	defaultLimit = 20
	maxLimit     = 200
)

// Directory is a [guise.Directory] over a table of users. Use [New]. It holds
// no connection between calls and needs no closing; the database stays the
// application's.
type Directory struct {
	db     *sql.DB
	engine dialect
	table  tableName

	id, username, name, email, tenant column
	active, staff, superuser          column
	attributes                        map[string]column
	search                            []column

	keys        []string // of attributes, in the order of the select list
	selectUsers string   // up to and with WHERE and the conditions that always hold
	cursorKind  string
	inOrder     string
}

var _ guise.BatchDirectory = (*Directory)(nil)

// compose writes the parts of the SQL that are the same in every query.
func (d *Directory) compose(where string) {
	e := d.engine
	d.keys = slices.Sorted(maps.Keys(d.attributes))
	list := []string{
		e.text(d.id), e.kind(d.id), e.text(d.username), e.text(d.name), e.text(d.email), e.text(d.tenant),
		e.text(d.active), e.text(d.staff), e.text(d.superuser),
	}
	for _, key := range d.keys {
		list = append(list, e.text(d.attributes[key]))
	}
	d.selectUsers = "SELECT " + strings.Join(list, ", ") + d.from(where) + " AND " + e.nameable(d.id) + " AND "
	d.inOrder = " ORDER BY " + e.order(d.id)
	d.cursorKind = "users of " + d.table.String()
}

// from selects the rows that fulfil Config.Where. The line break ends a
// comment that Where may end in, and the parentheses keep an OR in it from
// undoing what follows.
func (d *Directory) from(where string) string {
	if where == "" {
		where = "1 = 1"
	}
	return " FROM " + d.engine.table(d.table) + " AS u WHERE (" + where + "\n)"
}

// User returns the user with exactly this ID.
func (d *Directory) User(ctx context.Context, id string) (guise.User, error) {
	found, err := d.Users(ctx, id)
	switch {
	case err != nil:
		return guise.User{}, err
	case len(found) == 0:
		return guise.User{}, guise.ErrUserNotFound
	}
	return found[0], nil
}

// Users returns those of the users who exist, in one query.
func (d *Directory) Users(ctx context.Context, ids ...string) ([]guise.User, error) {
	if len(ids) == 0 {
		return nil, ctx.Err()
	}
	ids = slices.Compact(slices.Sorted(slices.Values(ids)))
	// One row more than there are IDs is enough to see that an ID has two.
	rows, err := d.query(ctx, d.engine.oneOf(d.id, ids), len(ids)+1)
	if err != nil {
		return nil, err
	}
	found := make(map[string]guise.User, len(rows))
	for _, r := range rows {
		// The database has compared already. Who becomes whom rests on it, so
		// here too an ID that reads otherwise than the one asked for is nobody.
		if _, asked := slices.BinarySearch(ids, r.user.ID); !asked {
			continue
		}
		if _, twice := found[r.user.ID]; twice {
			return nil, d.ambiguous(r.user.ID)
		}
		found[r.user.ID] = r.user
	}
	return slices.Collect(maps.Values(found)), nil
}

// ambiguous says that two rows have the same ID. They may differ in their
// rights, and nobody can say whose hold.
func (d *Directory) ambiguous(id string) error {
	return fmt.Errorf("sqlusers: %s has more than one row with the ID %q; Config.ID must name a unique column", d.table, id)
}

// Search returns a page of users, by ID.
func (d *Directory) Search(ctx context.Context, query guise.Query) (guise.UserPage, error) {
	where := condition{sql: "1 = 1"}
	if query.Cursor != "" {
		after, ok := decodePosition(d.cursorKind, query.Cursor)
		if !ok {
			return guise.UserPage{}, guise.ErrBadCursor
		}
		behind, ok := d.engine.behind(d.id, after)
		if !ok {
			return guise.UserPage{}, guise.ErrBadCursor
		}
		where.and(behind)
	}
	d.narrow(&where, query.Filter)
	terms, ok := parseText(query.Text)
	if !ok {
		return guise.UserPage{}, ctx.Err()
	}
	for _, t := range terms {
		where.and(d.engine.contains(d.search, t))
	}
	limit := query.Limit
	if limit <= 0 {
		limit = defaultLimit
	}
	limit = min(limit, maxLimit)
	rows, err := d.query(ctx, where, limit+1)
	if err != nil {
		return guise.UserPage{}, err
	}
	var page guise.UserPage
	if len(rows) > limit {
		rows = rows[:limit]
		page.Next = rows[limit-1].position.encode(d.cursorKind)
	}
	for i, r := range rows {
		if i > 0 && rows[i-1].position == r.position {
			return guise.UserPage{}, d.ambiguous(r.user.ID)
		}
		page.Users = append(page.Users, r.user)
	}
	return page, nil
}

// row is a user and their place in the order.
type row struct {
	user     guise.User
	position position
}

// query returns at most limit users, by ID.
func (d *Directory) query(ctx context.Context, where condition, limit int) ([]row, error) {
	size := d.engine.limit(limit)
	text := statement(d.engine, d.selectUsers+"("+where.sql+")"+d.inOrder+size.sql)
	found, err := d.read(ctx, text, slices.Concat(where.args, size.args))
	switch {
	case ctx.Err() != nil:
		// Whatever the driver made of it: an answer cut short is none.
		return nil, fmt.Errorf("sqlusers: looking in %s: %w", d.table, ctx.Err())
	case err != nil:
		return nil, fmt.Errorf("sqlusers: looking in %s: %w", d.table, err)
	}
	return found, nil
}

func (d *Directory) read(ctx context.Context, query string, args []any) ([]row, error) {
	rows, err := d.db.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var found []row
	for rows.Next() {
		r, err := d.scan(rows)
		if err != nil {
			return nil, err
		}
		found = append(found, r)
	}
	return found, rows.Err()
}

// scan reads a row of the select list that compose wrote.
func (d *Directory) scan(rows *sql.Rows) (row, error) {
	var u guise.User
	var kind, activeText, staffText, superuserText string
	values := make([]string, len(d.keys))
	fields := []any{&u.ID, &kind, &u.Username, &u.Name, &u.Email, &u.Tenant, &activeText, &staffText, &superuserText}
	for i := range values {
		fields = append(fields, &values[i])
	}
	if err := rows.Scan(fields...); err != nil {
		return row{}, err
	}
	active, staff, superuser := parseFlag(activeText), parseFlag(staffText), parseFlag(superuserText)
	// Security: one unclear flag makes the user inactive. Taking an unclear
	// superuser for an ordinary user would let staff act as them; taking them
	// for a superuser would let them act as others.
	u.Active = active == yes && staff != unclear && superuser != unclear
	u.Staff, u.Superuser = staff == yes, superuser == yes
	// What people read becomes text; what is compared stays as it is.
	for _, text := range []*string{&u.Username, &u.Name, &u.Email} {
		*text = strings.ToValidUTF8(*text, "\uFFFD")
	}
	if len(values) > 0 {
		u.Attributes = make(map[string]string, len(values))
		for i, key := range d.keys {
			u.Attributes[key] = values[i]
		}
	}
	return row{u, position{kind == "integer", u.ID}}, nil
}
