package guisetest_test

import (
	"context"
	"fmt"
	"net/http"
	"testing"

	"github.com/guise-go/guise"
	"github.com/guise-go/guise/guisetest"
	"github.com/guise-go/guise/memstore"
	"github.com/guise-go/guise/userstest"
)

// outside stands for the *testing.T of one of the application's own tests.
type outside struct{ testing.TB }

func (outside) Helper()                   {}
func (outside) Context() context.Context  { return context.Background() }
func (outside) Cleanup(func())            {}
func (outside) Fatalf(s string, a ...any) { panic(fmt.Sprintf(s, a...)) }

// A test of who may act as someone, what is closed meanwhile, and that it ends.
func ExampleNewBrowser() {
	t := outside{} // in a test it is the test's own
	loggedIn := func(r *http.Request) (string, error) {
		if cookie, err := r.Cookie("login"); err == nil {
			return cookie.Value, nil
		}
		return "", nil
	}
	m, err := guise.New(guise.Config{
		Identify: loggedIn, Forbid: []string{"/account/"}, Store: memstore.New(),
		Users: userstest.NewMemory(
			guise.User{ID: "1", Active: true, Superuser: true}, guise.User{ID: "2", Active: true},
		),
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	ada := guisetest.NewBrowser(t, m.Middleware(http.NotFoundHandler()))
	ada.SetCookie("login", "1") // or post the login form

	ada.ActAs("2", guisetest.In(guise.ReadWrite), guisetest.Because("repair"), guisetest.Ticket("HELP-4711"))
	fmt.Println("seen as", ada.SeenAs())
	fmt.Println("the password:", ada.Refused("POST", "/account/password", nil))
	ada.Release()
	fmt.Println("seen as", ada.SeenAs())

	maya := ada.Another()
	maya.SetCookie("login", "2")
	fmt.Println("a customer:", maya.CantActAs("1"))
	// Output:
	// seen as 2
	// the password: forbidden-while-impersonating
	// seen as 1
	// a customer: may-not-find
}
