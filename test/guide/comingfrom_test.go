package guide_test

import (
	"context"
	"database/sql"
	"strings"
	"testing"
	"time"

	_ "modernc.org/sqlite"

	"github.com/guise-go/guise"
	"github.com/guise-go/guise/sqlusers"
)

// These show rows of docs/coming-from.md that no other test is about.

func TestComingFrom_TheDefaultIsSuperusersAsOthers(t *testing.T) {
	d := open(t, guise.Config{})
	d.ActAs("10")
	d.Release()
	d.equal(d.CantActAs("2"), "superuser")
	d.equal(d.as("3").CantActAs("10"), "may-not-find")
	d.equal(d.as("10").CantActAs("11"), "may-not-find")
}

func TestComingFrom_TheEndIsToldWhateverTheCause(t *testing.T) {
	var config guise.Config
	var told []guise.Cause
	config.Hooks.Ended = func(_ context.Context, e guise.Event) { told = append(told, e.Cause) }
	d := open(t, config)
	for _, end := range []struct {
		cause guise.Cause
		by    func()
	}{
		{guise.CauseStopped, d.Release},
		{guise.CauseExpired, func() { d.clock.Advance(time.Hour) }},
		{guise.CauseSubjectInactive, func() { d.users.Put(guise.User{ID: "10", Name: "Maya"}) }},
		{guise.CauseSubjectGone, func() { d.users.Delete("10") }},
		{guise.CauseNotAllowed, func() { d.users.Put(guise.User{ID: "1", Name: "Ada", Active: true}) }},
	} {
		told = nil
		d.users.Put(guise.User{ID: "1", Name: "Ada", Active: true, Superuser: true})
		d.users.Put(guise.User{ID: "10", Name: "Maya", Active: true})
		d.ActAs("10")
		end.by()
		d.Get("/")
		d.Get("/")
		if len(told) != 1 || told[0] != end.cause {
			t.Errorf("told %v, want %s once", told, end.cause)
		}
	}
}

func TestComingFrom_ThereIsNoActingWithoutAStore(t *testing.T) {
	_, err := guise.New(guise.Config{Identify: loggedIn, Users: people()})
	if err == nil || !strings.Contains(err.Error(), "Store") {
		t.Errorf("New without a store: %v", err)
	}
}

func TestComingFrom_TheColumnsOfASearch(t *testing.T) {
	db, err := sql.Open("sqlite", ":memory:")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	db.SetMaxOpenConns(1)
	if _, err := db.ExecContext(t.Context(), `CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT, phone TEXT, active INTEGER);
		INSERT INTO users VALUES (1, 'Maya 100%', '555-0101', 1), (2, 'Noah 1000', '555-0199', 1)`); err != nil {
		t.Fatal(err)
	}
	users, err := sqlusers.New(db, sqlusers.Config{
		Engine: sqlusers.SQLite, Table: "users", ID: "id", Name: "name", Active: "active", Search: []string{"name", "phone"},
	})
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]string{"0199": "2", "555 MAYA": "1", "100%": "1", "555": "1 2", "nobody": ""} {
		page, err := users.Search(t.Context(), guise.Query{Text: text})
		if err != nil {
			t.Fatal(err)
		}
		var found []string
		for _, u := range page.Users {
			found = append(found, u.ID)
		}
		if got := strings.Join(found, " "); got != want {
			t.Errorf("%q finds %q, want %q", text, got, want)
		}
	}
}

func TestComingFrom_WhatSomebodyIsCalled(t *testing.T) {
	for want, user := range map[string]guise.User{
		"Maya":             {ID: "10", Name: "Maya", Username: "maya", Email: "maya@example.org"},
		"maya@example.org": {ID: "10", Username: "maya", Email: "maya@example.org"},
		"maya":             {ID: "10", Username: "maya"},
	} {
		if got := user.Label(); got != want {
			t.Errorf("called %q, want %q", got, want)
		}
	}
}
