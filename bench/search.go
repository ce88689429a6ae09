package main

import (
	"context"
	"database/sql"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"

	"github.com/guise-go/guise"
	"github.com/guise-go/guise/bench/people"
)

// searchSet is a kind of search that people make.
type searchSet struct {
	key, what, floor string
	// n is how many searches a round has. A scan takes a good part of a second.
	n       int
	queries func(crowd people.Crowd, n int) []guise.Query
	// sorted says that the floor is the scan of an application which lists by
	// name, and so reads the whole table.
	sorted bool
	note   string
}

const earlyScan = "A scan that lists by ID, as Guise does, would stop early, since its page is full soon; one that lists by name reads the whole table."

var searchSets = []searchSet{
	{
		key: "name", what: "search for 3 or more characters anywhere in a name", floor: "the same search as a LIKE scan", n: 40,
		queries: func(crowd people.Crowd, n int) []guise.Query {
			var all []guise.Query
			for _, term := range crowd.Terms(seed+1, n) {
				all = append(all, guise.Query{Text: term})
			}
			return all
		},
	},
	{
		key: "two-terms", what: "search for two terms", floor: "the same search as a LIKE scan", n: 20,
		queries: func(crowd people.Crowd, n int) []guise.Query {
			var all []guise.Query
			for pair := range slices.Chunk(crowd.Terms(seed+2, 2*n), 2) {
				all = append(all, guise.Query{Text: pair[0] + " " + pair[1]})
			}
			return all
		},
	},
	{
		key: "no-hit", what: "search that finds nobody", floor: "the same search as a LIKE scan", n: 10,
		queries: func(crowd people.Crowd, n int) []guise.Query {
			var all []guise.Query
			for i, term := range crowd.Terms(seed+3, n) {
				all = append(all, guise.Query{Text: fmt.Sprintf("%sq%dx", term, i)})
			}
			return all
		},
	},
	{
		key: "scope", what: "search in a Scope of one tenant in a thousand", floor: "the same search as a LIKE scan", n: 20,
		queries: func(crowd people.Crowd, n int) []guise.Query {
			return inTenants(crowd.Terms(seed+4, n))
		},
	},
	{
		key: "frequent-scope", what: "search for a term that half of all users match, in a Scope of one tenant in a thousand", floor: "a LIKE scan that lists by name", n: 10, sorted: true,
		queries: func(_ people.Crowd, n int) []guise.Query {
			return inTenants(slices.Repeat([]string{people.Frequent}, n))
		},
		note: earlyScan,
	},
	{
		key: "frequent", what: "search for a term that half of all users match", floor: "a LIKE scan that lists by name", n: 10, sorted: true,
		queries: func(_ people.Crowd, n int) []guise.Query {
			return slices.Repeat([]guise.Query{{Text: people.Frequent}}, n)
		},
		note: earlyScan,
	},
}

func inTenants(terms []string) []guise.Query {
	r := rand.New(rand.NewPCG(seed, 5))
	var all []guise.Query
	for _, term := range terms {
		all = append(all, guise.Query{Text: term, Filter: guise.Filter{Tenants: []string{fmt.Sprint(1 + r.IntN(people.Tenants))}}})
	}
	return all
}

// searchRows are the searches among a million users.
func searchRows() []row {
	var rows []row
	for _, set := range searchSets {
		for _, e := range engines {
			rows = append(rows, row{
				name: "search/" + set.key + "/" + e.key, what: e.name + ": " + set.what, floor: set.floor,
				unit: seconds, figure: p99, target: atMost(1.0 / 20), note: set.note,
				prepare: func(ctx context.Context, l *lab) (measured, floor side, err error) {
					db, err := e.users(ctx, l)
					if err != nil {
						return nil, nil, err
					}
					d, err := e.directory(db)
					if err != nil {
						return nil, nil, err
					}
					queries := set.queries(l.crowd(), l.size(set.n, 3))
					measured = times(len(queries), func(ctx context.Context, i int) error {
						_, err := d.Search(ctx, queries[i])
						return err
					})
					floor = times(len(queries), func(ctx context.Context, i int) error {
						return e.scan(ctx, db, queries[i], set.sorted)
					})
					return measured, floor, nil
				},
			})
		}
	}
	return rows
}

// scan is the search of an application that knows no better: every term LIKE
// in one of three columns.
func (e engine) scan(ctx context.Context, db *sql.DB, query guise.Query, sorted bool) error {
	var conditions []string
	var args []any
	mark := func(value any) string {
		args = append(args, value)
		return e.placeholder(len(args))
	}
	for _, tenant := range query.Filter.Tenants {
		conditions = append(conditions, "+school_id = "+mark(tenant)) // the sign keeps the index out
	}
	for _, term := range strings.Fields(query.Text) {
		var columns []string
		for _, column := range []string{"username", "name", "email"} {
			columns = append(columns, fmt.Sprintf(e.like, column, mark("%"+term+"%")))
		}
		conditions = append(conditions, "("+strings.Join(columns, " OR ")+")")
	}
	order := "id"
	if sorted {
		order = "name"
	}
	rows, err := db.QueryContext(ctx, "SELECT id, username, name, email, school_id, is_active, is_staff, is_superuser FROM users WHERE "+
		strings.Join(conditions, " AND ")+" ORDER BY "+order+" LIMIT 21", args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	var id, school int
	var username, name string
	var email sql.NullString
	var active, staff, superuser bool
	for rows.Next() {
		if err := rows.Scan(&id, &username, &name, &email, &school, &active, &staff, &superuser); err != nil {
			return err
		}
	}
	return rows.Err()
}
