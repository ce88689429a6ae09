package schooldesk

import (
	"context"
	"errors"
	"html/template"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"github.com/alexedwards/scs/v2"

	"github.com/guise-go/guise"
	"github.com/guise-go/guise/cmd/guise/internal/database"
)

// Options is how School Desk is to run.
type Options struct {
	Data   string           // the folder of an SQLite database; created if missing
	Server database.Address // a server's database, in place of Data; zero is none
	Users  int              // how many generated customers there are to be, at least

	Impersonation // what of Guise's settings the command line decides

	Logger       *slog.Logger // nil is slog.Default()
	PasswordCost int          // of bcrypt; 0 is bcrypt.DefaultCost, and tests use less
}

// App is School Desk.
type App struct {
	db        handle // what a read-only impersonation can't write to
	own       handle // for what is written then, too: sessions, and Guise's record
	sessions  *scs.SessionManager
	templates map[string]*template.Template
	guise     *guise.Manager
	policy    string
	passwords passwords
	log       *slog.Logger
	seeded    Seeded

	open   context.Context // over when HangUp was called
	hangUp context.CancelFunc
}

// Open opens School Desk's database, fills in what is missing and sets the
// application up. It starts nothing: serve Handler, call Run, and Close at the end.
func Open(ctx context.Context, o Options) (*App, error) {
	log := o.Logger
	if log == nil {
		log = slog.Default()
	}
	own, db, err := openBoth(ctx, o)
	if err != nil {
		return nil, err
	}
	a := &App{db: db, own: own, sessions: newSessions(own, log), policy: o.Policy, log: log}
	a.open, a.hangUp = context.WithCancel(context.WithoutCancel(ctx))
	if err := a.prepare(ctx, o); err != nil {
		db.Close()
		own.Close()
		return nil, err
	}
	return a, nil
}

func (a *App) prepare(ctx context.Context, o Options) (err error) {
	if a.passwords, err = newPasswords(o.PasswordCost); err != nil {
		return err
	}
	if a.seeded, err = seed(ctx, a.own, a.passwords, time.Now(), o.Users); err != nil {
		return err
	}
	if a.templates, err = parseTemplates(); err != nil {
		return err
	}
	a.guise, err = a.newGuise(ctx, o.Impersonation)
	return err
}

// Seeded says what Open put into the database.
func (a *App) Seeded() Seeded { return a.seeded }

// Run does the work between requests until ctx ends: Guise ends impersonations
// whose time is over, and sessions that expired are removed.
func (a *App) Run(ctx context.Context) error {
	var sweeping sync.WaitGroup
	defer sweeping.Wait()
	sweeping.Go(func() { a.sweepSessions(ctx) })
	return a.guise.Run(ctx)
}

func (a *App) sweepSessions(ctx context.Context) {
	tick := time.NewTicker(10 * time.Minute)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			if err := (sessionStore{a.own}).sweep(ctx); err != nil {
				a.log.ErrorContext(ctx, "removing expired sessions", "error", err)
			}
		}
	}
}

// Close writes what is left to write and closes the database. Call it after
// the server has stopped.
func (a *App) Close(ctx context.Context) error {
	a.hangUp()
	return errors.Join(a.guise.Close(ctx), a.db.Close(), a.own.Close())
}

// Handler is the whole application: Guise, which brings the session library in
// (see Config.Sessions), around the application's own routes. The style sheet
// is the same for everyone and needs neither.
func (a *App) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /static/", serveStatic)
	mux.Handle("/", a.guise.Middleware(a.routes()))
	return mux
}
