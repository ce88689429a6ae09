package checkup

import (
	"context"
	"database/sql"
	"slices"
	"strings"

	"github.com/guise-go/guise/sqlstore"
)

// parts looks whether all that the migrations made is there, and does what it did
// when it was made. A backup of the tables alone has the triggers, and on
// PostgreSQL not the functions that they call, without which they can't be made
// again.
func parts(ctx context.Context, db *sql.DB, engine sqlstore.Engine) Findings {
	want, err := partsOf(engine)
	if err != nil {
		return Findings{wrong("tables", err.Error(), "use another build of guise")}
	}
	have, err := partsThere(ctx, db, engine)
	if err != nil {
		return Findings{wrong("tables", "the database does not tell which there are: "+err.Error(), "see that the database's user may read its catalogue")}
	}
	missing, unlike := lacking(want, have)
	lost, changed := only("trigger", missing), only("trigger", unlike)
	if engine == sqlstore.MySQL && len(lost) == len(only("trigger", want)) {
		return Findings{tables(engine, missing, unlike), unseen()}
	}
	return Findings{tables(engine, missing, unlike), appendOnly(engine, lost, changed)}
}

// unseen is that there are no triggers for whoever may not see any.
func unseen() Finding {
	return advice("triggers", "none can be seen that keep the log from being changed: they are missing, or the database's user has not the privilege TRIGGER",
		"grant it to see which; if they are missing, run their statements of guise migrate --print --engine mysql")
}

// only are the names of one kind.
func only(kind string, of []part) (names []string) {
	for _, one := range of {
		if one.kind == kind {
			names = append(names, one.name)
		}
	}
	return names
}

func tables(engine sqlstore.Engine, missing, unlike []part) Finding {
	const check = "tables"
	todo := "run their statements of guise migrate --print --engine " + string(engine) + "; if they are there, let the database's user see them"
	var lost, slow []string
	for _, one := range slices.Concat(missing, unlike) {
		switch {
		case one.kind == "table", one.kind == "index" && one.made != "":
			lost = append(lost, one.kind+" "+one.name)
		case one.kind == "index":
			slow = append(slow, one.name)
		}
	}
	switch {
	case len(lost) > 0:
		return wrong(check, "missing, or not as they were made: "+strings.Join(append(lost, slow...), ", "), todo)
	case len(slow) > 0:
		return advice(check, "indexes that are missing: "+strings.Join(slow, ", ")+"; pages of the log, or requests while impersonating, are slow without", todo)
	}
	return ok(check, "all are there, and their indexes")
}

// appendOnly looks for the triggers that keep the log to be appended to alone.
func appendOnly(engine sqlstore.Engine, missing, unlike []string) Finding {
	const check = "triggers"
	if len(missing)+len(unlike) == 0 {
		return ok(check, "the log can only be appended to, and purged")
	}
	var what []string
	if len(missing) > 0 {
		what = append(what, "missing or switched off: "+strings.Join(missing, ", "))
	}
	if len(unlike) > 0 {
		what = append(what, "not as they were made: "+strings.Join(unlike, ", "))
	}
	return wrong(check, strings.Join(what, "; ")+"; whoever may write to the table can change what is on record, and only guise log verify will tell",
		"was a backup restored without them? Drop what is left of them and run their statements of guise migrate --print --engine "+string(engine)+
			", then guise log verify with the newest head that was noted")
}
