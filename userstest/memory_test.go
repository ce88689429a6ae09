package userstest_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/guise-go/guise"
	"github.com/guise-go/guise/userstest"
)

func ExampleNewMemory() {
	users := userstest.NewMemory(
		guise.User{ID: "1", Name: "Ada Support", Active: true, Superuser: true},
		guise.User{ID: "2", Name: "Carl Customer", Active: true},
	)
	page, err := users.Search(context.Background(), guise.Query{Text: "customer"})
	fmt.Println(page.Users[0].Label(), err)
	users.Delete("2")
	_, err = users.User(context.Background(), "2")
	fmt.Println(err)
	// Output:
	// Carl Customer <nil>
	// guise: user not found
}

func TestMemory_FailsOnPurpose(t *testing.T) {
	m := userstest.NewMemory(guise.User{ID: "1"})
	down := errors.New("the database is down")
	m.Fail(down)
	_, one := m.User(t.Context(), "1")
	_, all := m.Users(t.Context(), "1")
	_, page := m.Search(t.Context(), guise.Query{})
	for name, err := range map[string]error{"User": one, "Users": all, "Search": page} {
		if !errors.Is(err, down) {
			t.Errorf("%s, failing on purpose: %v", name, err)
		}
	}
	m.Fail(nil)
	if _, err := m.User(t.Context(), "1"); err != nil {
		t.Errorf("User, working again: %v", err)
	}
}

func TestMemory_SharesNoMapWithItsCaller(t *testing.T) {
	given := guise.User{ID: "1", Attributes: map[string]string{"team": "red"}}
	m := userstest.NewMemory(given)
	given.Attributes["team"] = "changed"
	got, err := m.User(t.Context(), "1")
	if err != nil || got.Attributes["team"] != "red" {
		t.Fatalf("User = %+v, %v; want the team it was put with", got, err)
	}
	got.Attributes["team"] = "changed"
	if again, _ := m.User(t.Context(), "1"); again.Attributes["team"] != "red" {
		t.Errorf("User = %+v; want the team it was put with", again)
	}
}

func TestMemory_RefusesAUserWithoutID(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("Put accepted a user without an ID")
		}
	}()
	userstest.NewMemory().Put(guise.User{Name: "Nobody"})
}
