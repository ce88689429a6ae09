package main

import (
	"context"
	"crypto/rand"
	"database/sql"
	"fmt"
	"slices"
	"strings"

	"github.com/guise-go/guise/sqlstore"
)

// byHand writes the rows that Guise writes, into tables like Guise's, as
// somebody would who needs nothing but the rows: no number to take, no hash to
// compute, nothing to look up before.
type byHand struct {
	engine engine
	db     *sql.DB
	event  template
	row    template
	seq    int64
}

// template is a row to write again and again, under other keys.
type template struct {
	insert  string
	columns []string
	values  []any
}

// byHand makes the tables in a database of their own, with what the application
// wrote last as the template.
func (e engine) byHand(ctx context.Context, l *lab, a *application) (*byHand, error) {
	return shared(l, "by hand "+e.key, func() (*byHand, error) {
		db, err := e.database(ctx, l, "byhand")
		if err != nil {
			return nil, err
		}
		if e.key == "sqlite" {
			// Guise's commits are on the disk when they return; so are these.
			if err := execute(ctx, db, "PRAGMA synchronous = FULL"); err != nil {
				return nil, err
			}
			db.SetMaxOpenConns(1)
		}
		if _, err := sqlstore.Open(ctx, db, e.sqlstore); err != nil {
			return nil, err
		}
		cookie, err := a.start(ctx, 0)
		if err != nil {
			return nil, err
		}
		h := &byHand{engine: e, db: db}
		if h.event, err = e.template(ctx, a.db, "guise_events", "ORDER BY seq DESC"); err != nil {
			return nil, err
		}
		if h.row, err = e.template(ctx, a.db, "guise_impersonations", "ORDER BY started_at DESC"); err != nil {
			return nil, err
		}
		return h, a.stop(ctx, cookie)
	})
}

func (e engine) template(ctx context.Context, db *sql.DB, table, order string) (t template, err error) {
	rows, err := db.QueryContext(ctx, "SELECT * FROM "+table+" "+order+" LIMIT 1")
	if err != nil {
		return t, err
	}
	defer rows.Close()
	if t.columns, err = rows.Columns(); err != nil {
		return t, err
	}
	t.values = make([]any, len(t.columns))
	var places []any
	for i := range t.values {
		places = append(places, &t.values[i])
	}
	if !rows.Next() {
		return t, fmt.Errorf("%s is empty: %w", table, rows.Err())
	}
	if err := rows.Scan(places...); err != nil {
		return t, err
	}
	for _, computed := range []string{"in_use", "actor_key", "subject_key"} { // by MariaDB
		if i := slices.Index(t.columns, computed); i >= 0 {
			t.columns, t.values = slices.Delete(t.columns, i, i+1), slices.Delete(t.values, i, i+1)
		}
	}
	var marks []string
	for i := range t.columns {
		marks = append(marks, e.placeholder(i+1))
	}
	t.insert = "INSERT INTO " + table + " (" + strings.Join(t.columns, ", ") + ") VALUES (" + strings.Join(marks, ", ") + ")"
	return t, nil
}

// with is the template's values, with some replaced.
func (t template) with(replaced map[string]any) []any {
	values := slices.Clone(t.values)
	for column, value := range replaced {
		values[slices.Index(t.columns, column)] = value
	}
	return values
}

// execer is a database or a transaction.
type execer interface {
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
}

// recordOne writes an event.
func (h *byHand) recordOne(ctx context.Context, to execer) error {
	h.seq++
	_, err := to.ExecContext(ctx, h.event.insert, h.event.with(map[string]any{"seq": h.seq})...)
	return err
}

// head notes the last event, as Guise does.
func (h *byHand) head(ctx context.Context, to execer) error {
	_, err := to.ExecContext(ctx, fmt.Sprintf("UPDATE guise_head SET seq = %d WHERE id = 1", h.seq))
	return err
}

// start writes the rows of a start.
func (h *byHand) start(ctx context.Context) (id string, err error) {
	id = rand.Text()
	return id, h.transact(ctx, func(tx *sql.Tx) error {
		token := make([]byte, 32)
		_, _ = rand.Read(token) // never fails
		_, err := tx.ExecContext(ctx, h.row.insert, h.row.with(map[string]any{"id": id, "stack_id": id, "token_hash": token})...)
		return err
	})
}

// stop writes those of an end.
func (h *byHand) stop(ctx context.Context, id string) error {
	return h.transact(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, "UPDATE guise_impersonations SET state = 'ended', ended_at = started_at, cause = 'stopped' WHERE id = "+h.engine.placeholder(1), id)
		return err
	})
}

// transact is a change with its event, in one transaction.
func (h *byHand) transact(ctx context.Context, change func(*sql.Tx) error) error {
	tx, err := h.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback() // does nothing after Commit
	if err := change(tx); err != nil {
		return err
	}
	if err := h.recordOne(ctx, tx); err != nil {
		return err
	}
	if err := h.head(ctx, tx); err != nil {
		return err
	}
	return tx.Commit()
}
