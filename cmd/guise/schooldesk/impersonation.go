package schooldesk

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/guise-go/guise"
	"github.com/guise-go/guise/console"
	"github.com/guise-go/guise/sqlstore"
	"github.com/guise-go/guise/sqlusers"
)

// Impersonation is what the command line decides about acting as a customer.
type Impersonation struct {
	Policy        string // "superusers", or policyStaff
	RequireReason bool
	MaxDuration   time.Duration
	IdleTimeout   time.Duration
	MaxDepth      int
	Starts        int // in a minute, by one actor

	clock func() time.Time // Guise's; nil is time.Now, and tests turn it
}

// policyStaff lets superusers and staff act as customers.
const policyStaff = "staff"

// newGuise is all that School Desk does to have Guise. What is left is one
// call of Middleware, in Handler, and one of guise.EffectiveID, in loadUser.
func (a *App) newGuise(ctx context.Context, o Impersonation) (*guise.Manager, error) {
	// Guise's own tables live beside the application's; Open makes them.
	store, err := sqlstore.Open(ctx, a.own.DB, a.own.engine.name)
	if err != nil {
		return nil, fmt.Errorf("opening the impersonation log: %w", err)
	}
	users, err := sqlusers.New(a.own.DB, UsersTable(sqlusers.Engine(a.own.engine.name)))
	if err != nil {
		return nil, fmt.Errorf("describing the users table: %w", err)
	}
	policy := guise.Policy(guise.SuperusersOnly)
	if o.Policy == policyStaff {
		policy = guise.SuperusersAndStaff
	}
	return guise.New(guise.Config{
		Identify: func(r *http.Request) (string, error) { // who is really logged in; "" is nobody
			return a.sessions.GetString(r.Context(), sessionUser), nil
		},
		Users:   users,
		Store:   store,
		Policy:  policy,
		Console: console.New,

		// While impersonating, the session is another one, which is thrown away
		// at the end: neither person's own is read or changed.
		Sessions:       a.sessions.LoadAndSave,
		IsolateCookies: []string{a.sessions.Cookie.Name},

		Exclude:  []string{"/admin/"},      // the office works as itself, whoever it acts as
		Forbid:   []string{"/account/"},    // nobody changes a customer's password
		Logout:   []string{"POST /logout"}, // while impersonating: leave, stay logged in
		LoginURL: "/login",

		RequireReason: o.RequireReason,
		MaxDuration:   o.MaxDuration,
		IdleTimeout:   o.IdleTimeout,
		MaxDepth:      o.MaxDepth,
		Limits:        guise.Limits{Starts: o.Starts},
		AllowNotes:    true, // of what was done for a customer over the telephone

		Logger:          a.log,
		Clock:           o.clock,
		InsecureCookies: true, // plain HTTP, on this machine only
	})
}

// UsersTable is the application's users table, as it is. Guise only reads it.
func UsersTable(engine sqlusers.Engine) sqlusers.Config {
	return sqlusers.Config{
		Engine: engine, Table: "users",
		ID: "id", Username: "username", Name: "full_name", Email: "email",
		Active: "is_active", Staff: "is_staff", Superuser: "is_superuser", Tenant: "school_id",
	}
}
