package guisetest_test

import (
	"fmt"
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/guise-go/guise"
	"github.com/guise-go/guise/guisetest"
	"github.com/guise-go/guise/memstore"
	"github.com/guise-go/guise/userstest"
)

// application is an application under test, with Guise in it.
func application(t *testing.T, clock *guisetest.Clock) http.Handler {
	t.Helper()
	loggedIn := func(r *http.Request) (string, error) {
		if cookie, err := r.Cookie("login"); err == nil {
			return cookie.Value, nil
		}
		return "", nil
	}
	m, err := guise.New(guise.Config{
		Identify: loggedIn,
		Users: userstest.NewMemory(
			guise.User{ID: "1", Name: "Ada", Active: true, Superuser: true},
			guise.User{ID: "2", Name: "Maya", Active: true},
		),
		Store: memstore.New(), Clock: clock.Now, Forbid: []string{"/account/"},
	})
	if err != nil {
		t.Fatal(err)
	}
	return m.Middleware(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		id, _ := loggedIn(r)
		fmt.Fprint(w, "page of ", guise.EffectiveID(r.Context(), id))
	}))
}

func TestSupport(t *testing.T) {
	clock := guisetest.NewClock(time.Date(2026, 1, 1, 9, 0, 0, 0, time.UTC))
	ada := guisetest.NewBrowser(t, application(t, clock))
	maya := ada.Another()
	ada.SetCookie("login", "1")
	maya.SetCookie("login", "2")

	if code := maya.CantActAs("1"); code != "may-not-find" {
		t.Errorf("a customer is refused with %s", code)
	}
	ada.ActAs("2", guisetest.In(guise.ReadWrite), guisetest.Because("repair"), guisetest.Ticket("T-1"))
	if got := ada.SeenAs(); got != "2" {
		t.Errorf("seen as %s", got)
	}
	if code := ada.Refused("POST", "/account/password", url.Values{"password": {"x"}}); code != "forbidden-while-impersonating" {
		t.Errorf("the password is refused with %s", code)
	}
	if got := ada.Post("/notes", url.Values{"text": {"x"}}); got.Body != "page of 2" {
		t.Errorf("notes: %+v", got)
	}
	ada.Release()
	if got := ada.Get("/"); got.Body != "page of 1" {
		t.Errorf("afterwards: %+v", got)
	}

	ada.ActAs("2")
	clock.Advance(time.Hour)
	if got := ada.Get("/"); got.Status != http.StatusSeeOther || got.Header.Get("Location") != "/impersonate/ended?cause=expired" {
		t.Errorf("after an hour: %+v", got)
	}
}
