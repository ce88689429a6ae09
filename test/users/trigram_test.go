package users_test

import (
	"database/sql"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode"

	"github.com/guise-go/guise"
	"github.com/guise-go/guise/sqlusers"
	"github.com/guise-go/guise/userstest"
)

// makeIndex makes the index of the directory's table.
func makeIndex(t testing.TB, d *sqlusers.Directory, db *sql.DB) {
	t.Helper()
	statements, err := d.IndexStatements()
	if err != nil {
		t.Fatal(err)
	}
	run(t, db, statements...)
	if err := d.CheckIndex(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// indexed makes the shape's table with an index over half of the users, and
// adds the other half, which the index has to follow.
func (s shape) indexed(t testing.TB, db *sql.DB, users ...guise.User) changeable {
	t.Helper()
	half := len(users) / 2
	d := s.directory(t, db, users[:half]...)
	makeIndex(t, d.Directory, db)
	for _, u := range users[half:] {
		d.Put(u)
	}
	if err := d.CheckIndex(t.Context()); err != nil {
		t.Fatalf("after adding users: %v", err)
	}
	return d
}

// indexable are some shapes whose tables can have an index: on SQLite, one for
// each way to name a row.
func indexable(t *testing.T, e engine) []shape {
	shapes := e.shapes(t)
	if e.name == "PostgreSQL" {
		return shapes[:2] // an index takes it a while, and no kind of key makes a difference
	}
	return slices.DeleteFunc(slices.Clone(shapes[:3]), func(s shape) bool {
		d := s.directory(t, e.open(t))
		_, err := d.IndexStatements()
		return err != nil
	})
}

func TestIndex_EveryRuleHolds(t *testing.T) {
	for _, e := range []engine{onSQLite, onPostgres} {
		shapes := indexable(t, e)
		if len(shapes) < 2 {
			t.Fatalf("on %s, %d shapes can have an index", e.name, len(shapes))
		}
		for _, s := range shapes {
			t.Run(e.name+", "+s.name, func(t *testing.T) {
				t.Parallel()
				db, id := e.open(t), s.id
				if id == nil {
					id = strconv.Itoa
				}
				userstest.RunIDs(t, id, func(t *testing.T, users []guise.User) guise.Directory {
					db = e.clear(t, db)
					return s.indexed(t, db, users...)
				})
			})
		}
	}
}

// alphabets are of letters that databases and Unicode disagree about.
var alphabets = []string{"aAbBkKsS\u212a\u017f", "ßẞıİiI", "вВᲀоОᲂсСᲃ", "აᲐბᲑ", "ꭰᎠꭱᎡ", "éÉe\u0301E", "σΣς", `%_\'"*[]`, "李王张小", "𐐀𐐨𞤀𞤢", "ǄǅǆǇǈǉ"}

func randomText(random *rand.Rand, length int) string {
	var b strings.Builder
	letters := []rune(alphabets[random.IntN(len(alphabets))] + alphabets[random.IntN(len(alphabets))])
	for range length {
		b.WriteRune(letters[random.IntN(len(letters))])
	}
	return b.String()
}

// otherCase changes the case of letters by chance.
func otherCase(random *rand.Rand, text string) string {
	return strings.Map(func(r rune) rune {
		for range random.IntN(3) {
			r = unicode.SimpleFold(r)
		}
		return r
	}, text)
}

// With the index or without, a search finds the same in the same order.
func TestIndex_FindsTheSameAsWithout(t *testing.T) {
	for _, e := range []engine{onSQLite, onPostgres} {
		t.Run(e.name, func(t *testing.T) {
			t.Parallel()
			random := rand.New(rand.NewPCG(1, 9))
			var users []guise.User
			for i := range 400 {
				users = append(users, guise.User{
					ID: strconv.Itoa(i + 1), Username: randomText(random, random.IntN(4)), Tenant: strconv.Itoa(random.IntN(3)), Staff: random.IntN(2) == 0,
					Name: randomText(random, random.IntN(9)) + " " + randomText(random, random.IntN(5)), Email: randomText(random, random.IntN(6)),
				})
			}
			without := e.ordinary.directory(t, e.open(t), users...)
			with := e.ordinary.indexed(t, e.open(t), users...)
			hits := 0
			for range 400 {
				name := []rune(users[random.IntN(len(users))].Name)
				from := random.IntN(len(name))
				query := guise.Query{Text: otherCase(random, string(name[from:min(len(name), from+1+random.IntN(6))])), Limit: 1 + random.IntN(30)}
				if random.IntN(3) == 0 {
					query.Text += " " + randomText(random, 1+random.IntN(3))
				}
				if random.IntN(3) == 0 {
					query.Filter = guise.Filter{Tenants: []string{"1", "2"}[:random.IntN(3)], Staff: new(random.IntN(2) == 0)}
				}
				want, got := everyone(t, without, query), everyone(t, with, query)
				if !slices.Equal(got, want) {
					t.Errorf("%+q, %+v: with the index %q, without %q", query.Text, query.Filter, got, want)
				}
				hits += len(want)
			}
			if hits < 400 {
				t.Errorf("all searches together found %d: they test nothing", hits)
			}
		})
	}
}

// everyone is the IDs of all whom a search finds, page by page.
func everyone(t *testing.T, d guise.Directory, query guise.Query) (ids []string) {
	t.Helper()
	for range 1000 {
		page, err := d.Search(t.Context(), query)
		if err != nil {
			t.Fatalf("Search(%+q): %v", query.Text, err)
		}
		for _, u := range page.Users {
			ids = append(ids, u.ID)
		}
		if page.Next == "" {
			return ids
		}
		query.Cursor = page.Next
	}
	t.Fatalf("Search(%+q) does not end", query.Text)
	return nil
}

// Every letter of Unicode, by each of its cases: what FTS5 does not equate, the
// search asks for.
func TestFTS5_EquatesAllOtherCases(t *testing.T) {
	t.Parallel()
	db := onSQLite.open(t)
	d := ordinary.directory(t, db)
	makeIndex(t, d.Directory, db)
	tx, err := db.Begin()
	if err != nil {
		t.Fatal(err)
	}
	var letters []rune
	for r := rune(0x80); r <= unicode.MaxRune; r++ {
		if unicode.SimpleFold(r) != r {
			letters = append(letters, r)
			if _, err := tx.Exec(`INSERT INTO users VALUES (?1, '', 'x' || ?2 || ?2, '', '', 1, 0, 0, '')`, int(r), string(r)); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := tx.Commit(); err != nil {
		t.Fatal(err)
	}
	for _, r := range letters {
		least, members := r, []string{strconv.Itoa(int(r))}
		for other := unicode.SimpleFold(r); other != r; other = unicode.SimpleFold(other) {
			least = min(least, other)
			members = append(members, strconv.Itoa(int(other)))
		}
		// All cases of a letter make the same question; the Kelvin sign and the
		// long s are letters of their own.
		if least != r || least < 0x80 {
			continue
		}
		found := everyone(t, d, guise.Query{Text: "x" + string(r) + string(r)})
		for _, id := range members {
			if !slices.Contains(found, id) {
				t.Errorf("%c (%X) does not find %s", r, r, id)
			}
		}
	}
}
