package guide_test

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/guise-go/guise"
	"github.com/guise-go/guise/guisetest"
	"github.com/guise-go/guise/memstore"
	"github.com/guise-go/guise/storetest"
	"github.com/guise-go/guise/userstest"
)

// team is a directory of a few people who are listed in the program.
//
//docs:begin directory
type team []guise.User // in the order of their IDs

func (t team) User(ctx context.Context, id string) (guise.User, error) {
	for _, u := range t {
		if u.ID == id {
			return u, ctx.Err()
		}
	}
	return guise.User{}, cmp.Or(ctx.Err(), guise.ErrUserNotFound)
}

func (t team) Search(ctx context.Context, q guise.Query) (guise.UserPage, error) {
	return q.Scan(ctx, func(_ context.Context, after string, _ int) ([]guise.User, error) {
		first := slices.IndexFunc(t, func(u guise.User) bool { return u.ID > after })
		if first < 0 {
			return nil, nil
		}
		return t[first:], nil
	})
}

//docs:end

//docs:begin directory-test
func TestMyDirectory(t *testing.T) {
	userstest.Run(t, func(_ *testing.T, users []guise.User) guise.Directory {
		sorted := slices.SortedFunc(slices.Values(users), func(a, b guise.User) int { return strings.Compare(a.ID, b.ID) })
		return team(sorted)
	})
}

//docs:end

func TestGuide_OwnDirectory(t *testing.T) {
	d := open(t, guise.Config{Users: team{
		{ID: "1", Name: "Ada", Active: true, Superuser: true}, {ID: "2", Name: "Maya Jones", Active: true},
	}})
	d.wants(d.Get("/impersonate/users?q=jones+MAY"), 200, `"id":"2"`)
	d.ActAs("2")
}

//docs:begin store-test
func TestMyStore(t *testing.T) {
	storetest.Run(t, func(t *testing.T) guise.Store {
		return memstore.New() // an empty one of yours, for each case
	})
}

//docs:end

func TestGuide_Retention(t *testing.T) {
	var config guise.Config
	//docs:begin retention
	config.RetainFor = 400 * 24 * time.Hour
	config.AllowPurge = true
	//docs:end
	d := open(t, config)
	d.ActAs("10")
	d.Release()
	d.clock.Advance(401 * 24 * time.Hour)
	m, ctx := d.manager, t.Context()
	purged, err := m.Purge(ctx, guise.Actor{}, "")
	if err != nil || purged.Impersonations != 1 {
		t.Errorf("purged %+v, %v", purged, err)
	}
}

func TestGuide_Notes(t *testing.T) {
	var config guise.Config
	config.AllowNotes = true
	d := open(t, config)
	m, ctx := d.manager, t.Context()
	bo, _ := d.users.User(ctx, "2")
	//docs:begin note
	err := m.Note(ctx, guise.Actor{User: bo}, guise.NoteRequest{
		SubjectID: "10", Text: "Restored their timetable straight in the database, HELP-4711.",
	})
	//docs:end
	if err != nil {
		t.Fatal(err)
	}
	d.equal(d.events(guise.KindNote)[0].Subject.Name, "Maya")
}

//docs:begin testing
func TestSupportMayOnlyLook(t *testing.T) {
	application, clock := newApplication(t)
	ada := guisetest.NewBrowser(t, application)
	ada.SetCookie("login", "1") // or post your login form

	ada.ActAs("10", guisetest.Ticket("HELP-4711"))
	if got := ada.SeenAs(); got != "10" {
		t.Errorf("seen as %s", got)
	}
	if code := ada.Refused("POST", "/account/password", nil); code != "forbidden-while-impersonating" {
		t.Errorf("the password: %s", code)
	}
	clock.Advance(time.Hour)
	if got := ada.Get("/"); got.Header.Get("Location") != "/impersonate/ended?cause=expired" {
		t.Errorf("after an hour: %+v", got)
	}

	customer := ada.Another()
	customer.SetCookie("login", "10")
	if code := customer.CantActAs("1"); code != "may-not-find" {
		t.Errorf("a customer: %s", code)
	}
}

//docs:end

func newApplication(t *testing.T) (http.Handler, *guisetest.Clock) {
	d := open(t, guise.Config{Forbid: []string{"/account/"}})
	return d.handler, d.clock
}
