package sqlstore

import (
	"strings"

	"github.com/guise-go/guise"
)

// lookBack is how many rows of the log one page looks at, at most. Without it,
// to look for what is rare or not there would mean reading the whole log.
const lookBack = 2000

// narrowing is how an engine says what a page of the log is narrowed to. Each
// condition is given the mark of its value.
//
// One field, that with the fewest rows, picks the index by which the log is
// walked. All others are sifted: they are looked at row by row along that walk,
// which ends after [lookBack] rows. They are written so that no other index
// serves them, since along another one the walk would be longer.
type narrowing struct {
	// mark stands for the n-th value of a statement, the first being 1.
	mark                 func(n int) string
	actor, subject, text func(mark string) string
	// sifted says that a column equals a value, to the last space, and without
	// an index.
	sifted func(column, mark string) string
}

// where is the conditions of a statement, with their values.
type where struct {
	mark       func(n int) string
	conditions []string
	args       []any
}

func (w *where) value(v any) string {
	w.args = append(w.args, v)
	return w.mark(len(w.args))
}

func (w *where) add(condition string) { w.conditions = append(w.conditions, condition) }

func (w *where) String() string {
	if len(w.conditions) == 0 {
		return ``
	}
	return ` WHERE ` + strings.Join(w.conditions, ` AND `)
}

const newestFirst = ` ORDER BY started_at DESC, id`

// page writes the query for a page of the log, down to a place unless that is nil.
func (n narrowing) page(columns string, query guise.LogQuery, after, to *place, limit int) (string, []any) {
	w := &where{mark: n.mark}
	n.walk(w, query, after)
	n.sift(w, query)
	if to != nil {
		w.add(`started_at >= ` + w.value(to.startedAt))
		w.add(`(started_at > ` + w.value(to.startedAt) + ` OR id <= ` + w.value(to.id) + `)`)
	}
	return `SELECT ` + columns + ` FROM guise_impersonations` + w.String() +
		newestFirst + ` LIMIT ` + w.value(limit), w.args
}

// furthest writes the query for the last place that a page looks at, and the one
// after it. It is answered from an index alone.
func (n narrowing) furthest(query guise.LogQuery, after *place) (string, []any) {
	w := &where{mark: n.mark}
	n.walk(w, query, after)
	return `SELECT started_at, id FROM guise_impersonations` + w.String() +
		newestFirst + ` LIMIT 2 OFFSET ` + w.value(lookBack-1), w.args
}

// walk narrows to the rows of one index, in its order.
func (n narrowing) walk(w *where, query guise.LogQuery, after *place) {
	switch {
	case query.SubjectID != "":
		w.add(n.subject(w.value(query.SubjectID)))
	case query.ActorID != "":
		w.add(n.actor(w.value(query.ActorID)))
	case query.State != "":
		w.add(`state = ` + w.value(string(query.State)))
	}
	if !query.From.IsZero() {
		w.add(`started_at >= ` + w.value(query.From.UnixMicro()))
	}
	if !query.To.IsZero() {
		w.add(`started_at < ` + w.value(query.To.UnixMicro()))
	}
	if after != nil {
		// The first part says nothing new, but the index is entered by it.
		w.add(`started_at <= ` + w.value(after.startedAt))
		w.add(`(started_at < ` + w.value(after.startedAt) + ` OR id > ` + w.value(after.id) + `)`)
	}
}

// sift narrows by what walk has not.
func (n narrowing) sift(w *where, query guise.LogQuery) {
	for _, by := range siftedBy(query) {
		w.add(n.sifted(by.column, w.value(by.value)))
	}
	if query.Text != "" {
		w.add(n.text(w.value(fold(query.Text))))
	}
}

// sifts reports whether rows are looked at that may not be what is asked for.
func sifts(query guise.LogQuery) bool { return query.Text != "" || len(siftedBy(query)) > 0 }

type equal struct{ column, value string }

// siftedBy lists the conditions on rows that walk doesn't see to.
func siftedBy(query guise.LogQuery) (by []equal) {
	add := func(column, value string) {
		if value != "" {
			by = append(by, equal{column, value})
		}
	}
	if query.SubjectID != "" {
		add(`actor_id`, query.ActorID)
	}
	if query.SubjectID != "" || query.ActorID != "" {
		add(`state`, string(query.State))
	}
	add(`cause`, string(query.Cause))
	add(`mode`, string(query.Mode))
	add(`subject_tenant`, query.Tenant)
	return by
}
