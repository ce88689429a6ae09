package sqlstore

import (
	"strings"

	"github.com/guise-go/guise"
)

// narrowing is how an engine says what a page of the log is narrowed to. Each
// condition is given the mark of its value.
type narrowing struct {
	// mark stands for the n-th value of a statement, the first being 1.
	mark                 func(n int) string
	actor, subject, text func(mark string) string
	// exact says that a column is a value, to the last space.
	exact func(column, mark string) string
}

// query writes the query for a page of the log.
func (w narrowing) query(query guise.LogQuery, after *place, limit int) (string, []any) {
	var args []any
	value := func(v any) string {
		args = append(args, v)
		return w.mark(len(args))
	}
	conditions := []string{`1 = 1`}
	narrow := func(condition string) { conditions = append(conditions, condition) }
	if query.State != "" {
		narrow(`state = ` + value(string(query.State)))
	}
	if query.ActorID != "" {
		narrow(w.actor(value(query.ActorID)))
	}
	if query.SubjectID != "" {
		narrow(w.subject(value(query.SubjectID)))
	}
	if query.Cause != "" {
		narrow(w.exact(`cause`, value(string(query.Cause))))
	}
	if query.Mode != "" {
		narrow(w.exact(`mode`, value(string(query.Mode))))
	}
	if query.Tenant != "" {
		narrow(w.exact(`subject_tenant`, value(query.Tenant)))
	}
	if query.Text != "" {
		narrow(w.text(value(fold(query.Text))))
	}
	if !query.From.IsZero() {
		narrow(`started_at >= ` + value(query.From.UnixMicro()))
	}
	if !query.To.IsZero() {
		narrow(`started_at < ` + value(query.To.UnixMicro()))
	}
	if after != nil {
		// The first part says nothing new, but the index is entered by it.
		narrow(`started_at <= ` + value(after.startedAt))
		narrow(`(started_at < ` + value(after.startedAt) + ` OR id > ` + value(after.id) + `)`)
	}
	return `SELECT ` + impersonationColumns + ` FROM guise_impersonations WHERE ` +
		strings.Join(conditions, ` AND `) + ` ORDER BY started_at DESC, id LIMIT ` + value(limit), args
}
