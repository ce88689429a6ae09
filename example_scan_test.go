package guise_test

import (
	"context"
	"fmt"
	"slices"

	"github.com/guise-go/guise"
)

// team is a Directory of people who are listed in the program, in the order of
// their IDs.
type team []guise.User

func (t team) User(ctx context.Context, id string) (guise.User, error) {
	if at := slices.IndexFunc(t, func(u guise.User) bool { return u.ID == id }); at >= 0 {
		return t[at], ctx.Err()
	}
	return guise.User{}, guise.ErrUserNotFound
}

func (t team) Search(ctx context.Context, query guise.Query) (guise.UserPage, error) {
	return query.Scan(ctx, func(_ context.Context, after string, _ int) ([]guise.User, error) {
		return slices.DeleteFunc(slices.Clone(t), func(u guise.User) bool { return u.ID <= after }), nil
	})
}

// A Directory of one's own.
func ExampleQuery_Scan() {
	var users guise.Directory = team{
		{ID: "1", Name: "Ada Adler", Tenant: "support"},
		{ID: "2", Name: "Maya Moreno", Tenant: "north"},
		{ID: "3", Name: "Noah Nkosi", Tenant: "north"},
		{ID: "4", Name: "Nora Moreno", Tenant: "south"},
	}
	query := guise.Query{Filter: guise.Filter{Tenants: []string{"north", "south"}}, Text: "MORENO", Limit: 1}
	for {
		page, err := users.Search(context.Background(), query)
		if err != nil {
			fmt.Println(err)
			return
		}
		for _, u := range page.Users {
			fmt.Println(u.ID, u.Label())
		}
		if query.Cursor = page.Next; page.Next == "" {
			return
		}
	}
	// Output:
	// 2 Maya Moreno
	// 4 Nora Moreno
}
