package main

import (
	"context"
	"fmt"

	"github.com/guise-go/guise"
	"github.com/guise-go/guise/sqlusers"
)

// pageRows are pages of the list of a million users.
func pageRows() []row {
	var rows []row
	for _, e := range engines {
		rows = append(rows,
			row{
				name: "page/cursor/" + e.key, what: e.name + ": page 50,000 of the users, by cursor", floor: "page 1",
				unit: seconds, figure: median, target: atMost(1.5),
				prepare: func(ctx context.Context, l *lab) (measured, floor side, err error) {
					d, far, err := e.lastPage(ctx, l)
					return pages(d, far, l.size(500, 3)), pages(d, "", l.size(500, 3)), err
				},
			},
			row{
				name: "page/scan/" + e.key, what: e.name + ": page 50,000 of the users, by cursor", floor: "a LIKE scan of the table",
				unit: seconds, figure: p99, target: atMost(1.0 / 20),
				prepare: func(ctx context.Context, l *lab) (measured, floor side, err error) {
					d, far, err := e.lastPage(ctx, l)
					if err != nil {
						return nil, nil, err
					}
					db, err := e.users(ctx, l)
					floor = times(l.size(10, 3), func(ctx context.Context, _ int) error {
						return e.scan(ctx, db, guise.Query{Text: "nobody's"}, false)
					})
					return pages(d, far, l.size(500, 3)), floor, err
				},
			})
	}
	return rows
}

// lastPage is the directory and the cursor of its last whole page but one.
func (e engine) lastPage(ctx context.Context, l *lab) (*sqlusers.Directory, string, error) {
	db, err := e.users(ctx, l)
	if err != nil {
		return nil, "", err
	}
	d, err := e.directory(db)
	if err != nil {
		return nil, "", err
	}
	far, err := cursorOf(ctx, d, l.crowd().N/20-1)
	return d, far, err
}

func pages(d *sqlusers.Directory, cursor string, n int) side {
	return times(n, func(ctx context.Context, _ int) error {
		page, err := d.Search(ctx, guise.Query{Cursor: cursor})
		if err == nil && len(page.Users) != 20 {
			err = fmt.Errorf("the page has %d users", len(page.Users))
		}
		return err
	})
}

// cursorOf goes to the cursor of a page, by pages of ten times the size.
func cursorOf(ctx context.Context, d *sqlusers.Directory, page int) (cursor string, err error) {
	for left := (page - 1) * 20; left > 0; {
		n := min(left, 200)
		found, err := d.Search(ctx, guise.Query{Cursor: cursor, Limit: n})
		if err != nil {
			return "", err
		}
		cursor, left = found.Next, left-n
	}
	return cursor, nil
}
