package main

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/guise-go/guise"
	"github.com/guise-go/guise/sqlstore"
)

// verifyPage is how many events are read at once, as guise log verify does.
const verifyPage = 1000

// chainRows are about the chain of hashes.
func chainRows() []row {
	var rows []row
	for _, e := range engines {
		rows = append(rows, row{
			name: "verify/" + e.key, what: e.name + ": events verified", floor: "reading the rows and hashing them",
			unit: perSecond, figure: median, target: atLeast(0.5),
			prepare: func(ctx context.Context, l *lab) (measured, floor side, err error) {
				n := l.size(200_000, 500)
				db, store, err := e.chain(ctx, l, n)
				if err != nil {
					return nil, nil, err
				}
				return perEvent(n, func(ctx context.Context) (int, error) { return verify(ctx, store) }),
					perEvent(n, func(ctx context.Context) (int, error) { return readAndHash(ctx, db) }), nil
			},
		})
	}
	return rows
}

// chain is a log of so many events, most of them of requests.
func (e engine) chain(ctx context.Context, l *lab, n int) (*sql.DB, *sqlstore.Store, error) {
	db, err := e.database(ctx, l, "chain")
	if err != nil {
		return nil, nil, err
	}
	store, err := sqlstore.Open(ctx, db, e.sqlstore)
	if err != nil {
		return nil, nil, err
	}
	at := time.Date(2026, 11, 25, 8, 0, 0, 0, time.UTC)
	person := func(id int) guise.User {
		p := l.crowd().At(1 + id%l.crowd().N)
		return guise.User{ID: fmt.Sprint(p.ID), Username: p.Username, Name: p.Name, Email: p.Email, Tenant: fmt.Sprint(p.Tenant)}
	}
	for from := 0; from < n; from += 1000 {
		var events []guise.Event
		for i := from; i < min(from+1000, n); i++ {
			events = append(events, guise.Event{
				Kind: guise.KindRequest, Time: at.Add(time.Duration(i) * time.Second), ImpersonationID: fmt.Sprintf("impersonation-%d", i/20),
				Actor: guise.Actor{User: person(i / 2000)}, Subject: guise.Subject{User: person(i / 20)}, Mode: guise.ReadOnly,
				Method: "GET", Path: fmt.Sprintf("/timetable/%d", i%40), Status: 200, Duration: time.Duration(i%900) * time.Microsecond,
				ClientIP: "192.0.2.7", UserAgent: "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", RequestID: fmt.Sprintf("request-%d", i),
			})
		}
		if err := store.Append(ctx, events...); err != nil {
			return nil, nil, err
		}
	}
	return db, store, nil
}

// perEvent makes a side of something that goes through all n events.
func perEvent(n int, all func(context.Context) (int, error)) side {
	return func(ctx context.Context) ([]float64, error) {
		start := time.Now()
		seen, err := all(ctx)
		if err == nil && seen != n {
			err = fmt.Errorf("%d events; want %d", seen, n)
		}
		return []float64{float64(seen) / time.Since(start).Seconds()}, err
	}
}

// verify is what guise log verify does.
func verify(ctx context.Context, store *sqlstore.Store) (n int, err error) {
	var verifier guise.Verifier
	var after int64
	for {
		events, err := store.Events(ctx, "", after, verifyPage)
		if err != nil {
			return n, err
		}
		for _, event := range events {
			if err := verifier.Add(event); err != nil {
				return n, err
			}
			after = event.Seq
		}
		if n += len(events); len(events) < verifyPage {
			return n, verifier.Done()
		}
	}
}

// readAndHash reads every column of every row, and hashes what it read.
func readAndHash(ctx context.Context, db *sql.DB) (n int, err error) {
	rows, err := db.QueryContext(ctx, "SELECT * FROM guise_events ORDER BY seq")
	if err != nil {
		return 0, err
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		return 0, err
	}
	cells, places := make([]sql.RawBytes, len(columns)), make([]any, len(columns))
	for i := range cells {
		places[i] = &cells[i]
	}
	var text []byte
	var sum [sha256.Size]byte
	for rows.Next() {
		if err := rows.Scan(places...); err != nil {
			return n, err
		}
		text = append(text[:0], sum[:]...)
		for _, cell := range cells {
			text = append(text, cell...)
		}
		sum = sha256.Sum256(text)
		n++
	}
	if sum == [sha256.Size]byte{} {
		return n, errors.New("no events")
	}
	return n, rows.Err()
}
