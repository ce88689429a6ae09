package sqlusers

import (
	"context"
	"database/sql"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"sync/atomic"

	"github.com/guise-go/guise"
)

// The size of a page: when the query names none, and at most.
const (
	defaultLimit = 20
	maxLimit     = 200
)

// fewIDs is how many a request asks for at once: the actor and everyone in the
// stack.
const fewIDs = 4

// Directory is a [guise.Directory] over a table of users. Use [New]. It holds
// no connection between calls and needs no closing; the database stays the
// application's.
type Directory struct {
	db *sql.DB
	// everyRequest asks what every request asks.
	everyRequest querier

	engine dialect
	table  tableName

	id, username, name, email, tenant column
	active, staff, superuser          column
	attributes                        map[string]column
	search                            []column

	keys        []string // of attributes, in the order of the select list
	list        string   // SELECT and what is selected
	always      string   // the conditions that every user fulfils
	selectUsers string   // up to and with WHERE and the conditions that always hold
	cursorKind  string
	inOrder     string

	logger  *slog.Logger
	index   textIndex // nil where there can be none
	noIndex string    // why, then
	state   atomic.Pointer[indexState]
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
	d.list = "SELECT " + strings.Join(list, ", ")
	d.always = enclosed(where) + " AND " + e.nameable(d.id)
	d.selectUsers = d.list + " FROM " + e.table(d.table) + " AS u WHERE " + d.always + " AND "
	d.inOrder = " ORDER BY " + e.order(d.id)
	d.cursorKind = "users of " + d.table.String()
}

// enclosed is Config.Where as a part of a query. The line break ends a comment
// at its end, if there is one, and the parentheses keep an OR in it from undoing
// what follows.
func enclosed(where string) string {
	if where == "" {
		where = "1 = 1"
	}
	return "(" + where + "\n)"
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
	var from querier = d.db
	if len(ids) <= fewIDs {
		from = d.everyRequest
	}
	rows, err := d.queryFrom(ctx, from, d.engine.oneOf(d.id, ids), len(ids)+1)
	if err != nil {
		return nil, err
	}
	found := make(map[string]guise.User, len(rows))
	for _, r := range rows {
		// The database has compared already. But who becomes whom rests on this,
		// so here, too, a row with another ID than the one asked for is nobody.
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

// ambiguous says that two rows have the same ID. They may differ in their rights,
// and nobody can say which apply.
func (d *Directory) ambiguous(id string) error {
	return fmt.Errorf("sqlusers: %s has more than one row with the ID %q; Config.ID must name a unique column", d.table, id)
}

// row is a user and their place in the order.
type row struct {
	user     guise.User
	position position
}

func (d *Directory) read(ctx context.Context, from querier, query string, args []any) ([]row, error) {
	rows, err := from.QueryContext(ctx, query, args...)
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
