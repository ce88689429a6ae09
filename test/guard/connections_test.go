package guard_test

import (
	"database/sql"
	"errors"
	"testing"

	"github.com/guise-go/guise"
	"github.com/guise-go/guise/sqlguard"
)

func TestReadOnly_StatementPreparedBefore(t *testing.T) {
	each(t, func(t *testing.T, e engine, guarded, plain *sql.DB) {
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
		// Nor does one that was only prepared make the next one free.
		if e.kind == sqlguard.SQLite {
			lifting, err := guarded.PrepareContext(t.Context(), `PRAGMA query_only = 0`)
			if err != nil {
				t.Fatal(err)
			}
			defer lifting.Close()
			_, err = guarded.ExecContext(acting(t, guise.ReadOnly), insert)
			mustRefuse(t, "after a PRAGMA was prepared", err)
			if after := contents(t, plain); after != before {
				t.Fatalf("it wrote: %s", after)
			}
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
			for name, run := range map[string]func(*sql.Conn, *sql.Tx) error{
				"exec":                        func(_ *sql.Conn, tx *sql.Tx) error { _, err := tx.Exec(lift); return err },
				"the driver's own connection": func(c *sql.Conn, _ *sql.Tx) error { return raw(t.Context(), c, lift) },
			} {
				c := connection(t, guarded)
				if _, err := c.ExecContext(t.Context(), `SELECT 1`); err != nil { // the guard, at rest, begins anew
					t.Fatal(err)
				}
				tx, err := c.BeginTx(ctx, nil)
				if err != nil {
					t.Fatal(err)
				}
				if err := run(c, tx); err != nil {
					t.Fatal(err)
				}
				if _, err := tx.ExecContext(ctx, insert); err == nil {
					t.Errorf("%s: after %s a write was let through", name, lift)
				}
				_ = tx.Commit()
				if after := contents(t, plain); after != before {
					t.Fatalf("%s: after %s it wrote: %s", name, lift, after)
				}
				c.Close()
				_, err = guarded.ExecContext(ctx, insert)
				mustRefuse(t, "on the connection afterwards", err)
			}
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

// What those who may write do on the driver's own connection, they do as if there
// were no guard; and whatever it was, the guard holds what comes after it.
func TestReadOnly_AfterTheDriversOwnConnection(t *testing.T) {
	done := map[sqlguard.Engine][]string{
		sqlguard.SQLite: {`PRAGMA query_only = 0`, `SELECT 1`},
		sqlguard.Postgres: {`SET default_transaction_read_only = off`, `SET SESSION CHARACTERISTICS AS TRANSACTION READ WRITE`,
			`BEGIN READ WRITE`},
		sqlguard.MySQL: {`SET SESSION TRANSACTION READ WRITE`, `SET TRANSACTION READ WRITE`, `START TRANSACTION READ WRITE`},
	}
	each(t, func(t *testing.T, e engine, guarded, plain *sql.DB) {
		ctx, free, before, c := acting(t, guise.ReadOnly), t.Context(), contents(t, plain), connection(t, guarded)
		for _, statement := range done[e.kind] {
			_, err := c.ExecContext(ctx, insert)
			mustRefuse(t, "before "+statement, err)
			if err := raw(free, c, statement); err != nil {
				t.Fatal(err)
			}
			_, err = c.ExecContext(ctx, insert)
			mustRefuse(t, "after "+statement, err)
			if after := contents(t, plain); after != before {
				t.Fatalf("after %s it wrote: %s", statement, after)
			}
			if err := errors.Join(raw(free, c, insert), raw(free, c, `DELETE FROM notes WHERE id = 2`)); err != nil {
				t.Errorf("without an impersonation: %v", err)
			}
		}
		if e.kind != sqlguard.SQLite {
			if err := raw(free, c, `ROLLBACK`); err != nil { // of what the last has begun, and no read may end
				t.Fatal(err)
			}
		}
		// While rows are open that it would be undone with.
		rows, err := c.QueryContext(ctx, `SELECT id FROM notes`)
		if err != nil {
			t.Fatal(err)
		}
		err = c.Raw(func(wrapped any) error { _, err := sqlguard.Unwrap(free, wrapped); return err })
		if (err != nil) != (e.kind != sqlguard.SQLite) {
			t.Errorf("while rows are open: %v", err)
		}
		if err := rows.Close(); err != nil {
			t.Error(err)
		}
		if err := raw(free, c, `SELECT 1`); err != nil {
			t.Errorf("once they are closed: %v", err)
		}
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
