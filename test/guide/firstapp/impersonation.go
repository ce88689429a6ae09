package main

import (
	"context"
	"database/sql"
	"net/http"

	"github.com/alexedwards/scs/v2"
	"github.com/guise-go/guise"
	"github.com/guise-go/guise/console"
	"github.com/guise-go/guise/sqlstore"
	"github.com/guise-go/guise/sqlusers"
)

func newGuise(ctx context.Context, db *sql.DB, sessions *scs.SessionManager) (*guise.Manager, error) {
	// Guise's own tables, guise_…, beside yours.
	store, err := sqlstore.Open(ctx, db, sqlstore.SQLite)
	if err != nil {
		return nil, err
	}
	// Your users table as it is. Guise only reads it.
	users, err := sqlusers.New(db, sqlusers.Config{
		Engine: sqlusers.SQLite, Table: "users",
		ID: "id", Name: "full_name", Email: "email",
		Active: "is_active", Superuser: "is_admin",
	})
	if err != nil {
		return nil, err
	}
	return guise.New(guise.Config{
		// Who is really logged in; "" is nobody.
		Identify: func(r *http.Request) (string, error) {
			return sessions.GetString(r.Context(), "userID"), nil
		},
		Users:   users,
		Store:   store,
		Console: console.New, // the pages under /impersonate/

		// Your session middleware and its cookie: while impersonating, the
		// application gets another session, which is thrown away at the end.
		Sessions:       sessions.LoadAndSave,
		IsolateCookies: []string{sessions.Cookie.Name},

		Logout: []string{"POST /logout"}, // while impersonating: leave, stay logged in

		InsecureCookies: true, // only on your own machine, over plain HTTP
	})
}
