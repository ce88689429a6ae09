package guard_test

import (
	"context"
	"database/sql"
	"fmt"
	"reflect"
	"testing"

	"github.com/guise-go/guise"
)

// Where nothing is refused, what the guarded handle answers is what the
// driver's own does: rows, columns and their types, results, errors.
func TestPassesThrough(t *testing.T) {
	each(t, func(t *testing.T, e engine, guarded, plain *sql.DB) {
		for name, ctx := range map[string]context.Context{
			"nobody impersonating": t.Context(), "read-write": acting(t, guise.ReadWrite),
		} {
			for _, query := range append([]string{`SELECT id, text FROM notes ORDER BY id`, `SELECT nonsense`}, harmless[e.kind]...) {
				if got, want := answer(ctx, guarded, query), answer(ctx, plain, query); got != want {
					t.Errorf("%s: %s answers\n%s\nand the driver\n%s", name, query, got, want)
				}
			}
			for _, db := range []*sql.DB{guarded, plain} {
				result, err := db.ExecContext(ctx, insert)
				if err != nil {
					t.Fatal(err)
				}
				if n, err := result.RowsAffected(); n != 1 || err != nil {
					t.Errorf("%s: %d rows affected, %v", name, n, err)
				}
				tx, err := db.BeginTx(ctx, &sql.TxOptions{Isolation: sql.LevelSerializable})
				if err != nil {
					t.Fatal(err)
				}
				if _, err := tx.ExecContext(ctx, `DELETE FROM notes WHERE id = 2`); err != nil {
					t.Error(err)
				}
				if err := tx.Commit(); err != nil {
					t.Error(err)
				}
			}
		}
		if got := contents(t, plain); got != "1 kept\n" {
			t.Errorf("afterwards there is\n%s", got)
		}
	})
}

// answer is all that a handle tells of a query.
func answer(ctx context.Context, db *sql.DB, query string) (all string) {
	rows, err := db.QueryContext(ctx, query)
	if err != nil {
		return err.Error()
	}
	defer rows.Close()
	types, err := rows.ColumnTypes()
	for _, c := range types {
		length, hasLength := c.Length()
		null, hasNull := c.Nullable()
		precision, scale, hasScale := c.DecimalSize()
		all += fmt.Sprintln(c.Name(), c.DatabaseTypeName(), c.ScanType(), length, hasLength, null, hasNull, precision, scale, hasScale)
	}
	for rows.Next() {
		row := make([]any, len(types))
		for i := range row {
			row[i] = new(any)
		}
		err = rows.Scan(row...)
		for _, value := range row {
			if shown := fmt.Sprint(*value.(*any)); len(types) > 1 || query[0] != 'E' { // not a plan's times
				all += shown + " "
			}
		}
	}
	return all + fmt.Sprint(err, rows.Err(), reflect.TypeOf(rows.Err()))
}

// BenchmarkQuery compares one row by its key through the driver and through
// the guard: without an impersonation, and in a read-only one.
func BenchmarkQuery(b *testing.B) {
	for _, e := range engines {
		guarded, plain := e.open(b)
		for _, run := range []struct {
			name string
			db   *sql.DB
			ctx  context.Context
		}{
			{"driver", plain, b.Context()},
			{"guard", guarded, b.Context()},
			{"read-only", guarded, acting(b, guise.ReadOnly)},
		} {
			b.Run(e.name+"/"+run.name, func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					var text string
					if err := run.db.QueryRowContext(run.ctx, `SELECT text FROM notes WHERE id = 1`).Scan(&text); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}
