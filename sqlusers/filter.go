package sqlusers

import (
	"maps"
	"slices"

	"github.com/guise-go/guise"
)

// narrow says in SQL what [guise.Filter.Matches] says in Go.
func (d *Directory) narrow(where *condition, f guise.Filter) {
	d.narrowTo(where, d.tenant, f.Tenants)
	d.narrowTo(where, d.id, f.IDs)
	d.narrowFlag(where, d.staff, f.Staff)
	d.narrowFlag(where, d.superuser, f.Superuser)
	for _, key := range slices.Sorted(maps.Keys(f.Attributes)) {
		// Unlike the lists above, nil is an empty list here, and lets nobody
		// through. A key without a column is "" for everyone.
		where.and(d.engine.oneOf(d.attributes[key], f.Attributes[key]))
	}
}

func (d *Directory) narrowTo(where *condition, c column, values []string) {
	// Security: only nil is no limit. An empty list lets nobody through.
	if values != nil {
		where.and(d.engine.oneOf(c, values))
	}
}

func (d *Directory) narrowFlag(where *condition, c column, want *bool) {
	if want == nil {
		return
	}
	is := d.engine.flagIn(c, yesWords)
	if !*want {
		is = not(is) // unclear counts as no, in Go as well
	}
	where.and(condition{sql: is})
}
