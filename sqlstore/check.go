package sqlstore

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"

	"github.com/guise-go/guise"
)

// RowError is an impersonation's row that no store has written, whoever did.
type RowError struct {
	// ID is the impersonation's, as far as the row has one.
	ID string
	// Problem says what is wrong.
	Problem string
}

// Error names the impersonation and the problem.
func (e *RowError) Error() string {
	return fmt.Sprintf("sqlstore: impersonation %q %s, which this store never writes", e.ID, e.Problem)
}

// unreadable is why a row of so many columns could not be read as an
// impersonation, after that gave an error: a [*RowError] if it can be read as it
// is.
func unreadable(scan func(...any) error, width int, why error) error {
	columns := make([]any, width)
	places := make([]any, width)
	for n := range columns {
		places[n] = &columns[n]
	}
	if scan(places...) != nil {
		return why // the connection's
	}
	id := columns[0]
	if bytes, ok := id.([]byte); ok {
		id = string(bytes)
	}
	if id == nil {
		id = ""
	}
	return &RowError{fmt.Sprint(id), fmt.Sprintf("has in its row what can't be read (%v)", why)}
}

// CheckRows looks for a row of guise_impersonations that no store can have
// written: one with a value that its column should not have, or a second one with
// the same ID. Whoever can write to a database can put such a row there, on SQLite
// without changing a table; queries then don't find what is in it. The error is a
// [*RowError] for the first that there is.
func (s *Store) CheckRows(ctx context.Context) error {
	for _, look := range []struct{ query, problem string }{
		{s.dialect.misfits(), "has in its row %s missing, or of another type"},
		{`SELECT id, 'rows' FROM guise_impersonations GROUP BY id HAVING count(*) > 1 LIMIT 1`, "has two %s"},
	} {
		found, err := read(ctx, s, scanMisfit, look.query)
		if err != nil {
			return fmt.Errorf("sqlstore: checking the rows of impersonations: %w", err)
		}
		if len(found) > 0 {
			return &RowError{found[0].id, fmt.Sprintf(look.problem, found[0].what)}
		}
	}
	return nil
}

// misfits writes the query for a row with a value that does not fit, and its
// column.
func (d *dialect) misfits() string {
	columns := slices.Concat(strings.Split(impersonationColumns, ", "), []string{"token_hash", "search"})
	for n, column := range columns {
		columns[n] = `WHEN NOT (` + d.fits(column) + `) THEN '` + column + `'`
	}
	return `SELECT id, misfit FROM (SELECT id, CASE ` + strings.Join(columns, ` `) +
		` END AS misfit FROM guise_impersonations) AS checked WHERE misfit IS NOT NULL LIMIT 1`
}

// present is that a column has a value, and a column of numbers an integer: all
// values have the column's type, which somebody may have changed.
func present(isInteger string) func(column string) string {
	return func(column string) string {
		switch kindOf(column) {
		case ofNumber:
			return column + ` IS NOT NULL AND ` + fmt.Sprintf(isInteger, column)
		case numberOrNone:
			return column + ` IS NULL OR ` + fmt.Sprintf(isInteger, column)
		case hashOrNone:
			return `1 = 1`
		}
		return column + ` IS NOT NULL`
	}
}

type misfit struct{ id, what string }

func scanMisfit(scan func(...any) error) (m misfit, err error) {
	var id []byte // which may be NULL
	err = scan(&id, &m.what)
	m.id = string(id)
	return m, err
}

// scanAnyhow reads of a row what can be read. One that does not say when it began
// is a [*RowError]: a page goes on from there.
func scanAnyhow(scan func(...any) error) (i guise.Impersonation, err error) {
	places := impersonationPlaces(&i)
	for n := range places {
		places[n] = anyhow{places[n]}
	}
	if err := scan(places...); err != nil {
		return i, err
	}
	if i.StartedAt.IsZero() {
		return i, &RowError{i.ID, "has in its row what can't be read as the time when it began, so that nothing can be listed from there on"}
	}
	return i, nil
}

// anyhow reads a column into a place, if it can be read.
type anyhow struct{ to any }

// Scan implements [database/sql.Scanner].
func (a anyhow) Scan(column any) error {
	switch to := a.to.(type) {
	case instant:
		_ = to.Scan(column)
	case *int:
		var number sql.NullInt64
		_ = number.Scan(column)
		*to = int(number.Int64)
	case *string:
		var text sql.NullString
		_ = text.Scan(column)
		*to = text.String
	}
	return nil
}
