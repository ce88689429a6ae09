package guard_test

import (
	"database/sql"
	"errors"
	"testing"

	"github.com/guise-go/guise"
	"github.com/guise-go/guise/sqlguard"
)

func TestReadOnly_StatementPreparedBefore(t *testing.T) {
	each(t, func(t *testing.T, _ engine, guarded, plain *sql.DB) {
		guarded.SetMaxOpenConns(1)
		prepared, err := guarded.Prepare(insert)
		if err != nil {
			t.Fatal(err)
		}
		defer prepared.Close()
		before := contents(t, plain)
		_, err = prepared.ExecContext(acting(t, guise.ReadOnly))
		mustRefuse(t, "a statement prepared before", err)
		if after := contents(t, plain); after != before {
			t.Fatalf("it wrote: %s", after)
		}
		// The same statement is free again for others.
		if _, err := prepared.ExecContext(t.Context()); err != nil {
			t.Errorf("without an impersonation: %v", err)
		}
	})
}

func TestReadOnly_TransactionBegunBefore(t *testing.T) {
	each(t, func(t *testing.T, _ engine, guarded, plain *sql.DB) {
		before := contents(t, plain)
		tx, err := guarded.BeginTx(t.Context(), nil)
		if err != nil {
			t.Fatal(err)
		}
		_, err = tx.ExecContext(acting(t, guise.ReadOnly), insert)
		mustRefuse(t, "in a transaction begun before", err)
		if err := tx.Commit(); err != nil {
			t.Log("the commit fails, too:", err)
		}
		if after := contents(t, plain); after != before {
			t.Fatalf("it wrote: %s", after)
		}
	})
}

func TestReadOnly_Transaction(t *testing.T) {
	each(t, func(t *testing.T, _ engine, guarded, plain *sql.DB) {
		ctx, before := acting(t, guise.ReadOnly), contents(t, plain)
		for _, options := range []*sql.TxOptions{nil, {ReadOnly: true}} {
			tx, err := guarded.BeginTx(ctx, options)
			if err != nil {
				t.Fatal(err)
			}
			var n int
			if err := tx.QueryRowContext(ctx, `SELECT count(*) FROM notes`).Scan(&n); err != nil || n != 1 {
				t.Errorf("reads %d, %v", n, err)
			}
			// Even one that is handed to code which knows no context.
			_, err = tx.Exec(insert)
			if err == nil {
				t.Error("a write without a context, in a read-only transaction, was let through")
			}
			_ = tx.Commit()
		}
		if after := contents(t, plain); after != before {
			t.Fatalf("it wrote: %s", after)
		}
	})
}

// In a transaction begun to read, code without a context can lift the guard for
// itself at most, never for the impersonation.
func TestReadOnly_TransactionLiftedWithoutAContext(t *testing.T) {
	lifts := map[sqlguard.Engine][]string{
		sqlguard.SQLite:   {`PRAGMA query_only = 0`},
		sqlguard.Postgres: {`SET TRANSACTION READ WRITE`, `SELECT 1; COMMIT`, `COMMIT`},
		sqlguard.MySQL:    {`CALL ending()`, `SELECT 1; COMMIT`, `COMMIT`},
	}
	each(t, func(t *testing.T, e engine, guarded, plain *sql.DB) {
		ctx, before := acting(t, guise.ReadOnly), contents(t, plain)
		for _, lift := range lifts[e.kind] {
			tx, err := guarded.BeginTx(ctx, nil)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := tx.Exec(lift); err != nil {
				t.Fatal(err)
			}
			if _, err := tx.ExecContext(ctx, insert); err == nil {
				t.Errorf("after %s a write was let through", lift)
			}
			_ = tx.Commit()
			if after := contents(t, plain); after != before {
				t.Fatalf("after %s it wrote: %s", lift, after)
			}
			_, err = guarded.ExecContext(ctx, insert)
			mustRefuse(t, "on the connection afterwards", err)
		}
	})
}

// A connection that comes back to the pool is as free, or as held, as the one
// who takes it next.
func TestReadOnly_PooledConnections(t *testing.T) {
	each(t, func(t *testing.T, _ engine, guarded, _ *sql.DB) {
		guarded.SetMaxOpenConns(1)
		readOnly, readWrite := acting(t, guise.ReadOnly), acting(t, guise.ReadWrite)
		for range 3 {
			_, err := guarded.ExecContext(readOnly, insert)
			mustRefuse(t, "read-only", err)
			if _, err := guarded.ExecContext(readWrite, insert); err != nil {
				t.Errorf("a read-write impersonation: %v", err)
			}
			if _, err := guarded.ExecContext(t.Context(), `DELETE FROM notes WHERE id = 2`); err != nil {
				t.Errorf("without an impersonation: %v", err)
			}
		}
	})
}

func TestReadOnly_DriversOwnConnection(t *testing.T) {
	each(t, func(t *testing.T, _ engine, guarded, _ *sql.DB) {
		c := connection(t, guarded)
		err := c.Raw(func(wrapped any) error {
			if own, err := sqlguard.Unwrap(t.Context(), wrapped); err != nil || own == wrapped {
				t.Errorf("without an impersonation: %T, %v", own, err)
			}
			_, err := sqlguard.Unwrap(acting(t, guise.ReadOnly), wrapped)
			return err
		})
		mustRefuse(t, "Unwrap", err)
	})
}

func TestReadOnly_RefusalKeepsTheDatabasesOwn(t *testing.T) {
	each(t, func(t *testing.T, _ engine, guarded, _ *sql.DB) {
		_, err := guarded.ExecContext(acting(t, guise.ReadOnly), insert)
		var several interface{ Unwrap() []error }
		if !errors.As(err, &several) || len(several.Unwrap()) != 2 {
			t.Errorf("%v hides what the database said", err)
		}
	})
}
