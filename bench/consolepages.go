package main

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"time"

	"github.com/guise-go/guise"
	"github.com/guise-go/guise/sqlusers"
)

// shownEach is how many there are of what a page lists: those who act now, and
// the events of the impersonation that is shown.
const shownEach = 20

// consolePages are the pages that ask the database something. USER is one who is
// acted as, SHOWN that impersonation.
var consolePages = []struct{ key, what, path string }{
	{"users", "the list of users", "users"},
	{"search", "a search as one types", "users?q=ann"},
	{"user", "the page of a user", "users/USER"},
	{"live", "the live page, twenty of them", "live"},
	{"log", "the log", "log"},
	{"entry", "one impersonation with twenty events", "log/SHOWN"},
	{"unattached", "limits and notes", "log/unattached"},
	{"explain", "an explanation", "explain?actor=1&subject=USER"},
}

// pageTimeRows are the server's time of the console's pages, beside the time
// that their questions took, of the same page.
func pageTimeRows() []row {
	var rows []row
	for _, e := range []engine{sqliteEngine, postgresEngine} {
		for _, p := range consolePages {
			rows = append(rows, row{
				name: "page-time/" + p.key + "/" + e.key, what: e.name + ": " + p.what + ", among 1,000,000 users", floor: "its questions to the database",
				unit: seconds, figure: median, target: atMost(2),
				prepare: func(ctx context.Context, l *lab) (measured, floor side, err error) {
					a, err := e.clocked(ctx, l)
					if err != nil {
						return nil, nil, err
					}
					measured, floor = a.opening(p.path, l.size(200, 3))
					return measured, floor, nil
				},
			})
		}
	}
	return rows
}

// clocked is an application that knows how long its database was asked.
type clocked struct {
	application
	*clock
	shown string // an impersonation's ID
}

func (e engine) clocked(ctx context.Context, l *lab) (*clocked, error) {
	return shared(l, "clocked "+e.key, func() (*clocked, error) {
		plain, err := e.application(ctx, l)
		if err != nil {
			return nil, err
		}
		directory, err := e.directory(plain.db)
		if err != nil {
			return nil, err
		}
		a := &clocked{application: *plain, clock: &clock{}}
		config := guise.Config{Users: clockedUsers{directory, a.clock}, Store: clockedStore{plain.store, a.clock}}
		if err := a.wrap(servePlain, config); err != nil {
			return nil, err
		}
		return a, a.fill(ctx)
	})
}

// fill begins what there is to show, the first with events.
func (a *clocked) fill(ctx context.Context) error {
	if err := a.endAll(ctx); err != nil {
		return err
	}
	for n := range shownEach {
		if _, err := a.start(ctx, n); err != nil {
			return err
		}
	}
	running, err := a.store.Running(ctx, a.actor, shownEach)
	if err != nil {
		return err
	}
	first := running[len(running)-1]
	a.shown = first.ID
	var events []guise.Event
	for n := range shownEach {
		events = append(events, guise.Event{
			Kind: guise.KindRequest, ImpersonationID: first.ID, Actor: first.Actor, Subject: first.Subject, Time: first.StartedAt.Add(time.Duration(n) * time.Second),
			Mode: first.Mode, Method: "GET", Path: fmt.Sprintf("/timetable/%d", n), Status: 200, Duration: time.Millisecond, RequestID: fmt.Sprint(n),
		}, guise.Event{Kind: guise.KindNote, Time: first.StartedAt, Actor: first.Actor, By: first.Actor, Subject: first.Subject, Note: "by the database's own console"})
	}
	return a.store.Append(ctx, events...)
}

// endAll ends what others have begun and left.
func (a *clocked) endAll(ctx context.Context) error {
	for {
		running, err := a.store.Running(ctx, "", 1000)
		if err != nil || len(running) == 0 {
			return err
		}
		for _, one := range running {
			end := guise.End{ID: one.ID, At: time.Now(), Cause: guise.CauseExpired, Event: func(i guise.Impersonation) guise.Event {
				return guise.Event{Kind: guise.KindEnded, Time: time.Now(), ImpersonationID: i.ID, Actor: i.Actor, Subject: i.Subject, Mode: i.Mode, Cause: i.Cause}
			}}
			if _, err := a.store.End(ctx, end); err != nil {
				return err
			}
		}
	}
}

// opening measures a page, and how long of that the database was asked.
func (a *clocked) opening(path string, n int) (ofPage, ofQuestions side) {
	path = "/impersonate/" + strings.NewReplacer("USER", a.subjects[0], "SHOWN", a.shown).Replace(path)
	return sharing(func(ctx context.Context) (own, base []float64, err error) {
		for range n {
			w := httptest.NewRecorder()
			a.took = 0
			start := time.Now()
			a.get(ctx, path, w)
			own, base = append(own, time.Since(start).Seconds()), append(base, a.took.Seconds())
			if w.Code != http.StatusOK {
				return nil, nil, fmt.Errorf("%s: %d", path, w.Code)
			}
		}
		return own, base, nil
	})
}

// clock adds up how long was asked. A page asks one thing after the other.
type clock struct{ took time.Duration }

// asking starts it; the outcome stops it.
func (c *clock) asking() func() {
	start := time.Now()
	return func() { c.took += time.Since(start) }
}

// clockedStore is timed where the console's pages ask it.
type clockedStore struct {
	guise.Store
	*clock
}

func (s clockedStore) Resolve(ctx context.Context, token guise.TokenHash) (guise.Stack, error) {
	defer s.asking()()
	return s.Store.Resolve(ctx, token)
}

func (s clockedStore) Running(ctx context.Context, actorID string, limit int) ([]guise.Impersonation, error) {
	defer s.asking()()
	return s.Store.Running(ctx, actorID, limit)
}

func (s clockedStore) Progress(ctx context.Context, ids []string, newest int) (map[string]guise.Progress, error) {
	defer s.asking()()
	return s.Store.Progress(ctx, ids, newest)
}

func (s clockedStore) Impersonation(ctx context.Context, id string) (guise.Impersonation, error) {
	defer s.asking()()
	return s.Store.Impersonation(ctx, id)
}

func (s clockedStore) Impersonations(ctx context.Context, query guise.LogQuery) (guise.LogPage, error) {
	defer s.asking()()
	return s.Store.Impersonations(ctx, query)
}

func (s clockedStore) Events(ctx context.Context, impersonationID string, after int64, limit int) ([]guise.Event, error) {
	defer s.asking()()
	return s.Store.Events(ctx, impersonationID, after, limit)
}

func (s clockedStore) Unattached(ctx context.Context, before int64, limit int) ([]guise.Event, error) {
	defer s.asking()()
	return s.Store.Unattached(ctx, before, limit)
}

func (s clockedStore) Tally(ctx context.Context, add guise.Tally) (before, after int, err error) {
	defer s.asking()()
	return s.Store.Tally(ctx, add)
}

// clockedUsers is a directory that is timed.
type clockedUsers struct {
	*sqlusers.Directory
	*clock
}

func (d clockedUsers) User(ctx context.Context, id string) (guise.User, error) {
	defer d.asking()()
	return d.Directory.User(ctx, id)
}

func (d clockedUsers) Users(ctx context.Context, ids ...string) ([]guise.User, error) {
	defer d.asking()()
	return d.Directory.Users(ctx, ids...)
}

func (d clockedUsers) Search(ctx context.Context, query guise.Query) (guise.UserPage, error) {
	defer d.asking()()
	return d.Directory.Search(ctx, query)
}
