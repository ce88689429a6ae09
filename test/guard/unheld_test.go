package guard_test

import (
	"context"
	"database/sql"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/stdlib"

	"github.com/guise-go/guise"
	"github.com/guise-go/guise/sqlguard"
)

// unheld is what a session may do while nothing may be written: what it holds
// is the session's own and is seen by no other.
var unheld = map[sqlguard.Engine][]string{
	sqlguard.Postgres: {
		`INSERT INTO mine VALUES (1)`, `UPDATE mine SET id = 2`, `DELETE FROM mine`,
		`SELECT pg_advisory_lock(7)`, `SELECT pg_advisory_unlock(7)`,
		// A superuser's, of the server and not of the data.
		`SELECT pg_reload_conf()`, `SELECT pg_stat_reset()`, `SELECT pg_switch_wal()`, `SELECT pg_logical_emit_message(false, 'x', 'y')`,
		`SELECT pg_create_physical_replication_slot('s')`, `SELECT pg_drop_replication_slot('s')`,
	},
	sqlguard.MySQL: {
		`INSERT INTO mine VALUES (1)`, `UPDATE mine SET id = 2`, `DELETE FROM mine`,
		`SELECT GET_LOCK('l', 0)`, `SELECT RELEASE_LOCK('l')`,
	},
}

// What sqlguard says it can't hold opens no way to what it does.
func TestReadOnly_WhatIsNotHeldOpensNothing(t *testing.T) {
	each(t, func(t *testing.T, e engine, guarded, plain *sql.DB) {
		ctx, before, c := acting(t, guise.ReadOnly), contents(t, plain), connection(t, guarded)
		if _, err := c.ExecContext(t.Context(), `CREATE TEMPORARY TABLE mine (id int)`); err != nil {
			t.Fatal(err)
		}
		for _, statement := range unheld[e.kind] {
			if err := queryAll(ctx, c, statement); err != nil {
				t.Errorf("%s: %v; the documentation says that it is let through", statement, err)
			}
			_, err := c.ExecContext(ctx, insert)
			mustRefuse(t, "after "+statement, err)
		}
		if after := contents(t, plain); after != before {
			t.Errorf("the data is now\n%s", after)
		}
	})
}

// PostgreSQL doesn't count NOTIFY as a write, and sends at the commit. No
// transaction that is held gets to one.
func TestReadOnly_NotifyIsNeverSent(t *testing.T) {
	e := engines[1]
	if e.kind != sqlguard.Postgres {
		t.Fatalf("engine 1 is %s", e.name)
	}
	guarded, plain := e.open(t)
	listening, ctx := connection(t, plain), acting(t, guise.ReadOnly)
	if _, err := listening.ExecContext(t.Context(), `LISTEN x`); err != nil {
		t.Fatal(err)
	}
	const notify = `SELECT pg_notify('x', 'held')`
	if err := queryAll(ctx, connection(t, guarded), notify); err != nil {
		t.Fatal(err)
	}
	tx, err := guarded.BeginTx(ctx, nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := tx.ExecContext(ctx, notify); err != nil {
		t.Error(err)
	}
	_ = tx.Commit() // whatever it says
	begun, err := guarded.BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := begun.ExecContext(ctx, notify); err != nil {
		t.Error(err)
	}
	if err := begun.Commit(); err != nil {
		t.Error(err)
	}
	// They come in the order of the commits: the first is the one that may be sent.
	if _, err := plain.ExecContext(t.Context(), `SELECT pg_notify('x', 'free')`); err != nil {
		t.Fatal(err)
	}
	err = listening.Raw(func(own any) error {
		waiting, cancel := context.WithTimeout(t.Context(), 30*time.Second)
		defer cancel()
		got, err := own.(*stdlib.Conn).Conn().WaitForNotification(waiting)
		if err == nil && !strings.Contains(got.Payload, "free") {
			t.Errorf("%q was sent", got.Payload)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}
