package main

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/guise-go/guise/sqlguard"
)

// guardRows are about a database that is opened through sqlguard: what queries
// cost while nobody impersonates, as almost all do.
//
// What the guard adds there is a look at the context and at the first word of
// the query, no allocation (test/guard has a benchmark that counts them). How far
// two handles without a guard differ is measured too: less than that can't be
// told.
func guardRows() []row {
	var rows []row
	for _, e := range engines {
		rows = append(rows,
			row{
				name: "guard/none/" + e.key, what: e.name + ": a read by primary key, by another handle without sqlguard either", floor: "without sqlguard",
				unit: seconds, figure: median, target: atMost(1.2),
				prepare: func(ctx context.Context, l *lab) (measured, floor side, err error) {
					return e.guard(ctx, l, l.size(5_000, 20), e.readNote, unguarded)
				},
			},
			row{
				name: "guard/read/" + e.key, what: e.name + ": a read by primary key through sqlguard, nobody impersonates", floor: "without sqlguard",
				unit: seconds, figure: median, target: atMost(1.05),
				prepare: func(ctx context.Context, l *lab) (measured, floor side, err error) {
					return e.guard(ctx, l, l.size(5_000, 20), e.readNote, guarded)
				},
			},
			row{
				name: "guard/write/" + e.key, what: e.name + ": a write in a transaction through sqlguard, nobody impersonates", floor: "without sqlguard",
				unit: seconds, figure: median, target: atMost(1.05),
				prepare: func(ctx context.Context, l *lab) (measured, floor side, err error) {
					return e.guard(ctx, l, l.size(1_000, 20), e.writeNote, guarded)
				},
			})
	}
	return rows
}

// The handles on the database of these rows.
const (
	guarded = iota
	unguarded
	floorHandle
)

// guard does the same by two handles on one database, by turns.
func (e engine) guard(ctx context.Context, l *lab, n int, do func(context.Context, *sql.DB, int) error, handle int) (measured, floor side, err error) {
	handles, err := shared(l, "guard "+e.key, func() (handles [3]*sql.DB, err error) {
		from, err := e.create(ctx, l, "guard")
		if err != nil {
			return handles, err
		}
		for n := range handles {
			if n == guarded {
				handles[n], err = sqlguard.Open(from.driver, from.dsn, e.sqlguard)
			} else {
				handles[n], err = sql.Open(from.driver, from.dsn)
			}
			if err != nil {
				return handles, err
			}
			l.atEnd(handles[n].Close)
		}
		return handles, e.fillNotes(ctx, handles[floorHandle])
	})
	if err != nil {
		return nil, nil, err
	}
	by := func(db *sql.DB) operation {
		return func(ctx context.Context, i int) error { return do(ctx, db, i) }
	}
	measured, floor = inTurns(n, by(handles[handle]), by(handles[floorHandle]))
	return measured, floor, nil
}

// notes is how many rows the table has.
const notes = 1000

func (e engine) fillNotes(ctx context.Context, db *sql.DB) error {
	if err := execute(ctx, db, "CREATE TABLE notes (id INTEGER PRIMARY KEY, text VARCHAR(100) NOT NULL, seen INTEGER NOT NULL)"); err != nil {
		return err
	}
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback() // does nothing after Commit
	insert := fmt.Sprintf("INSERT INTO notes VALUES (%s, 'Room 12, after school', 0)", e.placeholder(1))
	for id := range notes {
		if _, err := tx.ExecContext(ctx, insert, id); err != nil {
			return err
		}
	}
	return tx.Commit()
}

func (e engine) readNote(ctx context.Context, db *sql.DB, i int) error {
	row := db.QueryRowContext(ctx, "SELECT text, seen FROM notes WHERE id = "+e.placeholder(1), i%notes)
	return row.Scan(new(string), new(int))
}

func (e engine) writeNote(ctx context.Context, db *sql.DB, i int) error {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback() // does nothing after Commit
	if _, err := tx.ExecContext(ctx, "UPDATE notes SET seen = seen + 1 WHERE id = "+e.placeholder(1), i%notes); err != nil {
		return err
	}
	return tx.Commit()
}
