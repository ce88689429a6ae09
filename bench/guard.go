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
// the query, no allocation (test/guard has a benchmark that counts them). Two
// handles without a guard differed by 0.99 to 1.04 on a machine that had other
// work, so that is what the ratio is held to; on a quiet one by less than 0.015.
func guardRows() []row {
	var rows []row
	for _, e := range engines {
		rows = append(rows,
			row{
				name: "guard/read/" + e.key, what: e.name + ": a read by primary key through sqlguard, nobody impersonates", floor: "without sqlguard",
				unit: seconds, figure: median, target: atMost(1.05),
				prepare: func(ctx context.Context, l *lab) (measured, floor side, err error) {
					return e.guard(ctx, l, l.size(5_000, 20), e.readNote)
				},
			},
			row{
				name: "guard/write/" + e.key, what: e.name + ": a write in a transaction through sqlguard, nobody impersonates", floor: "without sqlguard",
				unit: seconds, figure: median, target: atMost(1.05),
				prepare: func(ctx context.Context, l *lab) (measured, floor side, err error) {
					return e.guard(ctx, l, l.size(1_000, 20), e.writeNote)
				},
			})
	}
	return rows
}

// guard does the same by two handles on one database, by turns.
func (e engine) guard(ctx context.Context, l *lab, n int, do func(context.Context, *sql.DB, int) error) (measured, floor side, err error) {
	handles, err := shared(l, "guard "+e.key, func() (handles [2]*sql.DB, err error) {
		from, err := e.create(ctx, l, "guard")
		if err != nil {
			return handles, err
		}
		if handles[0], err = sqlguard.Open(from.driver, from.dsn, e.sqlguard); err != nil {
			return handles, err
		}
		l.atEnd(handles[0].Close)
		if handles[1], err = sql.Open(from.driver, from.dsn); err != nil {
			return handles, err
		}
		l.atEnd(handles[1].Close)
		return handles, e.fillNotes(ctx, handles[1])
	})
	if err != nil {
		return nil, nil, err
	}
	by := func(db *sql.DB) operation {
		return func(ctx context.Context, i int) error { return do(ctx, db, i) }
	}
	measured, floor = inTurns(n, by(handles[0]), by(handles[1]))
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
