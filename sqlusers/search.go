package sqlusers

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"unicode/utf8"

	"github.com/guise-go/guise"
)

// search is a guise.Query taken apart.
type search struct {
	terms  []term
	filter condition // true where the Filter matches, and after the Cursor
	texts  condition // true where every term occurs; "" if there is none
	after  *position // the Cursor's; nil on the first page
	behind condition // true after it; "" on the first page
	limit  int       // of rows to read: one more than the page has

	listed  bool      // the Filter lists the IDs
	tenants condition // true where the Filter lists the user's tenant; "" if it lists none
}

// takeApart reports false for a query that finds nobody.
func (d *Directory) takeApart(query guise.Query) (s search, some bool, err error) {
	s.filter = condition{sql: "1 = 1"}
	if query.Cursor != "" {
		after, ok := decodePosition(d.cursorKind, query.Cursor)
		if !ok {
			return s, false, guise.ErrBadCursor
		}
		if s.behind, ok = d.engine.behind(d.id, after); !ok {
			return s, false, guise.ErrBadCursor
		}
		s.after = &after
		s.filter.and(s.behind)
	}
	d.narrow(&s.filter, query.Filter)
	s.listed = query.Filter.IDs != nil
	d.narrowTo(&s.tenants, d.tenant, query.Filter.Tenants)
	if s.terms, some = parseText(query.Text); !some {
		return s, false, nil
	}
	for _, t := range s.terms {
		s.texts.and(d.engine.contains(d.search, t))
	}
	if s.limit = query.Limit; s.limit <= 0 {
		s.limit = defaultLimit
	}
	s.limit = min(s.limit, maxLimit) + 1
	return s, true, nil
}

// all is true for the users that the search finds.
func (s search) all() condition {
	where := s.filter
	if s.texts.sql != "" {
		where.and(s.texts)
	}
	return where
}

// Search returns a page of users, by ID. When all terms are short, a page may
// have fewer than it could, even none, and a Next: see the package comment.
func (d *Directory) Search(ctx context.Context, query guise.Query) (guise.UserPage, error) {
	s, some, err := d.takeApart(query)
	if err != nil {
		return guise.UserPage{}, err
	}
	if !some {
		return guise.UserPage{}, ctx.Err()
	}
	rows, next, err := d.find(ctx, s)
	if err != nil {
		return guise.UserPage{}, err
	}
	if len(rows) == s.limit {
		rows = rows[:s.limit-1]
		next = &rows[len(rows)-1].position
	}
	var page guise.UserPage
	for i, r := range rows {
		if i > 0 && rows[i-1].position == r.position {
			return guise.UserPage{}, d.ambiguous(r.user.ID)
		}
		page.Users = append(page.Users, r.user)
	}
	if next != nil {
		page.Next = next.encode(d.cursorKind)
	}
	return page, nil
}

// How many rows are compared one by one, each in well under 10 µs, before
// anything else is tried.
const (
	// nearRows is for a term that no index finds: it is how far one search looks.
	nearRows = 10_000
	// firstRows is for an index that does not know the order. A term that many
	// users have fills the page from these rows, and sorting everyone whom the
	// index finds would take longer; for one that few have, the index finds not
	// many more. The engine's estimates play no part in this: now and then they
	// are far off, and a person is waiting.
	firstRows = 4_000
	// narrowTenants is for a Filter whose tenants have no more users than this. A
	// term that half of all users have would be found by the index again and
	// again before it is in one of these.
	narrowTenants = 4_000
)

// find reads the rows of a page, and where to go on if they are not all that it
// could have. All ways lead to the same rows.
func (d *Directory) find(ctx context.Context, s search) (rows []row, next *position, err error) {
	switch {
	case len(s.terms) == 0 || s.listed:
		rows, err = d.query(ctx, s.all(), s.limit)
	case !slices.ContainsFunc(s.terms, d.finds):
		return d.findNear(ctx, s)
	case d.usableIndex(ctx):
		rows, err = d.findByIndex(ctx, s)
	default:
		rows, err = d.query(ctx, s.all(), s.limit)
	}
	return rows, nil, err
}

// finds reports whether an index finds the term, or would if there were one.
func (d *Directory) finds(t term) bool {
	if d.index == nil {
		return utf8.RuneCountInString(t.text) >= gram
	}
	return d.index.finds(t)
}

// findNear looks at the next users whom the Filter lets through and no further,
// so that nobody waits for terms that no index finds.
//
// Security: the position to go on from is that of a user whom the Filter lets
// through, since the cursor tells the ID.
func (d *Directory) findNear(ctx context.Context, s search) ([]row, *position, error) {
	reach := condition{sql: d.always}
	reach.and(s.filter)
	end, err := d.nth(ctx, reach, nearRows)
	if err != nil {
		return nil, nil, err
	}
	within := s.all()
	if end != nil {
		within.and(d.engine.upTo(d.id, *end))
	}
	rows, err := d.query(ctx, within, s.limit)
	return rows, end, err
}

// findByIndex asks the index, unless there is a shorter way.
func (d *Directory) findByIndex(ctx context.Context, s search) ([]row, error) {
	through, ok := d.index.through(d, s)
	if !ok {
		return d.query(ctx, s.all(), s.limit)
	}
	if few, err := d.isNarrow(ctx, s); err != nil {
		return nil, err
	} else if few {
		within := d.index.within(d, s)
		return d.answer(ctx, within.sql, within.args)
	}
	if !d.index.ordered() {
		rows, err := d.findFirst(ctx, s)
		if err != nil || len(rows) == s.limit {
			return rows, err
		}
	}
	for range 2 {
		state := *d.state.Load()
		rows, err := d.answer(ctx, through.sql, through.args)
		if err != nil {
			if ctx.Err() != nil {
				return nil, err
			}
			d.giveUp(ctx, err.Error())
			break
		}
		// Security: nobody is hidden by an index that stopped being kept current
		// before it was asked. The schema only goes forward, so if it is the same
		// after the question, it was the same at the question.
		changed, err := d.index.changed(ctx, d, state)
		if err := d.failed(ctx, err); err != nil {
			return nil, err
		}
		if !changed {
			return rows, nil
		}
		problem, err := d.look(ctx, false)
		if err := d.failed(ctx, err); err != nil {
			return nil, err
		}
		if problem != "" {
			d.giveUp(ctx, problem)
			break
		}
	}
	return d.query(ctx, s.all(), s.limit)
}

// findFirst looks among the first users after the cursor.
func (d *Directory) findFirst(ctx context.Context, s search) ([]row, error) {
	from := condition{sql: "1 = 1"}
	if s.behind.sql != "" {
		from = s.behind
	}
	end, err := d.nth(ctx, from, firstRows)
	if err != nil {
		return nil, err
	}
	within := s.all()
	if end != nil {
		within.and(d.engine.upTo(d.id, *end))
	}
	return d.query(ctx, within, s.limit)
}

// nth is the position of the n-th row with an ID for which the condition is
// true; nil if there are fewer.
func (d *Directory) nth(ctx context.Context, where condition, n int) (*position, error) {
	e := d.engine
	text := fmt.Sprintf("SELECT %s, %s FROM %s AS u WHERE %s AND (%s)%s LIMIT 1 OFFSET %d",
		e.text(d.id), e.kind(d.id), e.table(d.table), e.nameable(d.id), where.sql, d.inOrder, n-1)
	rows, err := d.db.QueryContext(ctx, statement(e, text), where.args...)
	if err := d.failed(ctx, err); err != nil {
		return nil, err
	}
	defer rows.Close()
	var end *position
	if rows.Next() {
		var id, kind string
		if err := rows.Scan(&id, &kind); err != nil {
			return nil, d.failed(ctx, err)
		}
		end = &position{kind == "integer", id}
	}
	return end, d.failed(ctx, rows.Err())
}

// isNarrow reports whether the Filter's tenants have so few users that it is best
// to look at each of them, by an index on the tenants' column.
func (d *Directory) isNarrow(ctx context.Context, s search) (bool, error) {
	if s.tenants.sql == "" || !d.state.Load().tenants {
		return false, nil
	}
	text := fmt.Sprintf("SELECT count(*) FROM (SELECT 1 FROM %s AS u WHERE %s LIMIT %d) AS counted",
		d.engine.table(d.table), s.tenants.sql, narrowTenants+1)
	var n int
	err := d.db.QueryRowContext(ctx, statement(d.engine, text), s.tenants.args...).Scan(&n)
	return n <= narrowTenants, d.failed(ctx, err)
}

// query returns at most limit users, by ID.
func (d *Directory) query(ctx context.Context, where condition, limit int) ([]row, error) {
	return d.queryFrom(ctx, d.db, where, limit)
}

// querier is one of the ways to ask the database.
type querier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

func (d *Directory) queryFrom(ctx context.Context, from querier, where condition, limit int) ([]row, error) {
	users := d.users(where, limit)
	return d.answerFrom(ctx, from, users.sql, users.args)
}

// users is the query for at most limit users, by ID.
func (d *Directory) users(where condition, limit int) condition {
	size := d.engine.limit(limit)
	return condition{d.selectUsers + "(" + where.sql + ")" + d.inOrder + size.sql, slices.Concat(where.args, size.args)}
}

// answer runs a query of the select list that compose wrote.
func (d *Directory) answer(ctx context.Context, text string, args []any) ([]row, error) {
	return d.answerFrom(ctx, d.db, text, args)
}

func (d *Directory) answerFrom(ctx context.Context, from querier, text string, args []any) ([]row, error) {
	found, err := d.read(ctx, from, statement(d.engine, text), args)
	if err := d.failed(ctx, err); err != nil {
		return nil, err
	}
	return found, nil
}

// failed is what went wrong. Whatever a driver makes of the end of a context, an
// answer that is cut short is not an answer.
func (d *Directory) failed(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		err = ctx.Err()
	}
	if err != nil {
		return fmt.Errorf("sqlusers: looking in %s: %w", d.table, err)
	}
	return nil
}
