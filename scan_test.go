package guise_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/guise-go/guise"
)

// crew has a thousand users; those whose numbers consist of 0 and 7 are in the
// north.
type crew struct{ asked int }

func (c *crew) behind(_ context.Context, after string, n int) ([]guise.User, error) {
	c.asked++
	var users []guise.User
	for i := range 1000 {
		if id := fmt.Sprintf("%03d", i); id > after && len(users) < n {
			tenant := "south"
			if i > 0 && strings.Trim(id, "07") == "" {
				tenant = "north"
			}
			users = append(users, guise.User{ID: id, Name: "Person " + id, Tenant: tenant})
		}
	}
	return users, nil
}

// userstest holds Scan to what a Directory's rules say about a Search; here is
// what Scan asks of the function that it is given.
func TestScan_GoesOnBehindTheLastUntilThePageIsFull(t *testing.T) {
	c := &crew{}
	var found []string
	query := guise.Query{Text: "PERSON", Filter: guise.Filter{Tenants: []string{"north"}}, Limit: 2}
	for {
		page, err := query.Scan(t.Context(), c.behind)
		if err != nil {
			t.Fatal(err)
		}
		for _, u := range page.Users {
			found = append(found, u.ID)
		}
		if query.Cursor = page.Next; page.Next == "" {
			break
		}
	}
	if want := []string{"007", "070", "077", "700", "707", "770", "777"}; !slices.Equal(found, want) {
		t.Errorf("found %v, want %v", found, want)
	}
	if c.asked > 20 {
		t.Errorf("asked %d times for a thousand users", c.asked)
	}
}

// IDs are bytes, and need not be text: each user comes once all the same.
func TestScan_EndsWhateverTheIDs(t *testing.T) {
	ids := []string{"\x00", "a", "é", "\xe9", "\xfe", "\xff", "\xff\xff"}
	behind := func(_ context.Context, after string, n int) (users []guise.User, _ error) {
		for _, id := range ids {
			if (after == "" || id > after) && len(users) < n {
				users = append(users, guise.User{ID: id})
			}
		}
		return users, nil
	}
	var found []string
	query := guise.Query{Limit: 1}
	for range len(ids) {
		page, err := query.Scan(t.Context(), behind)
		if err != nil {
			t.Fatal(err)
		}
		for _, u := range page.Users {
			found = append(found, u.ID)
		}
		query.Cursor = page.Next
	}
	if !slices.Equal(found, ids) || query.Cursor != "" {
		t.Errorf("found %q, and then goes on: %v; want %q", found, query.Cursor != "", ids)
	}
}

func TestScan_StopsAtAnError(t *testing.T) {
	down := errors.New("the service is down")
	over, cancel := context.WithCancel(t.Context())
	cancel()
	for name, row := range map[string]struct {
		ctx   context.Context
		query guise.Query
		next  func(context.Context, string, int) ([]guise.User, error)
		says  string
	}{
		"of the application's": {t.Context(), guise.Query{},
			func(context.Context, string, int) ([]guise.User, error) { return []guise.User{{ID: "1"}}, down }, "is down"},
		"of a context that is over, though nobody looks at it": {over, guise.Query{}, (&crew{}).behind, "canceled"},
		"of a cursor that is not its own":                      {t.Context(), guise.Query{Cursor: "7"}, (&crew{}).behind, "cursor"},
		"of users who are always the same, and no endless loop": {t.Context(), guise.Query{},
			func(context.Context, string, int) ([]guise.User, error) { return []guise.User{{ID: "1"}}, nil }, `after "1"`},
	} {
		t.Run(name, func(t *testing.T) {
			page, err := row.query.Scan(row.ctx, row.next)
			if err == nil || !strings.Contains(err.Error(), row.says) || page.Users != nil {
				t.Errorf("%+v, %v; want an error with %q", page, err, row.says)
			}
		})
	}
}
