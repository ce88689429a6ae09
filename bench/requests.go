package main

import (
	"context"
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/alexedwards/scs/sqlite3store"
	"github.com/alexedwards/scs/v2"
	"github.com/guise-go/guise"
	"github.com/guise-go/guise/memstore"
	"github.com/guise-go/guise/userstest"
)

// requestRows are requests through the Middleware: those of everyone, and those
// made while impersonating.
func requestRows() []row {
	rows := []row{
		{
			name: "idle/loopback", what: "a request without the cookie, over loopback", floor: "without Guise",
			unit: seconds, figure: median, target: atMost(1.01),
			prepare: func(_ context.Context, l *lab) (measured, floor side, err error) {
				m, err := idleManager(nil)
				if err != nil {
					return nil, nil, err
				}
				bare := http.HandlerFunc(servePlain)
				measured, floor = inTurns(l.size(10_000, 20),
					l.served(m.Middleware(bare)).asking(http.MethodGet, nil), l.served(bare).asking(http.MethodGet, nil))
				return measured, floor, nil
			},
		},
		{
			name: "idle/process", what: "a request without the cookie: time added in the process, ns", unit: count, figure: median, target: atMost(100),
			prepare: func(_ context.Context, l *lab) (measured, floor side, err error) {
				with, bare, err := idleCalls()
				return func(context.Context) ([]float64, error) {
					n := l.size(200_000, 100)
					return []float64{perCall(n, with) - perCall(n, bare)}, nil
				}, nil, err
			},
		},
		{
			name: "idle/allocations", what: "a request without the cookie: allocations added", unit: count, figure: median, target: atMost(0),
			prepare: func(context.Context, *lab) (measured, floor side, err error) {
				with, bare, err := idleCalls()
				return func(context.Context) ([]float64, error) {
					return []float64{testing.AllocsPerRun(1000, with) - testing.AllocsPerRun(1000, bare)}, nil
				}, nil, err
			},
		},
		{
			name: "idle/scs", what: "the same behind scs on SQLite, logged in", floor: "without Guise",
			unit: seconds, figure: median, target: atMost(1.01), prepare: prepareSessions,
		},
	}
	for _, e := range engines {
		rows = append(rows,
			row{
				name: "acting/read/" + e.key, what: e.name + ": a read while impersonating, all activity logged: time added",
				floor: "one read by primary key", unit: seconds, figure: median, target: e.readTarget,
				prepare: func(ctx context.Context, l *lab) (measured, floor side, err error) {
					return e.acting(ctx, l, http.MethodGet, l.size(2000, 20), 1, 0)
				},
			},
			row{
				name: "acting/write/" + e.key, what: e.name + ": a write while impersonating, recorded before and after: time added",
				floor: "the reads allowed above, and two commits of a row", unit: seconds, figure: median, target: atMost(1.3),
				prepare: func(ctx context.Context, l *lab) (measured, floor side, err error) {
					return e.acting(ctx, l, http.MethodPost, l.size(500, 20), e.readTarget.limit, 2)
				},
			})
	}
	return rows
}

// idleManager is one whose requests don't impersonate.
func idleManager(sessions *scs.SessionManager) (*guise.Manager, error) {
	config := guise.Config{
		Identify: func(*http.Request) (string, error) { return "", nil },
		Users:    userstest.NewMemory(), Store: memstore.New(),
		Forbid: []string{"/account/"}, Exclude: []string{"/admin/"}, Logout: []string{"POST /logout"},
	}
	if sessions != nil {
		config.Identify = func(r *http.Request) (string, error) { return sessions.GetString(r.Context(), "user"), nil }
		config.Sessions, config.IsolateCookies = sessions.LoadAndSave, []string{sessions.Cookie.Name}
	}
	return guise.New(config)
}

type discard struct{ header http.Header }

func (d *discard) Header() http.Header         { return d.header }
func (d *discard) Write(b []byte) (int, error) { return len(b), nil }
func (d *discard) WriteHeader(int)             {}

// idleCalls is the same handler with Guise around it, and without.
func idleCalls() (with, bare func(), err error) {
	m, err := idleManager(nil)
	if err != nil {
		return nil, nil, err
	}
	r, err := http.NewRequest(http.MethodGet, "http://app.example/timetable", nil)
	if err != nil {
		return nil, nil, err
	}
	r.Header.Set("Cookie", "theme=dark; session=0123456789abcdef")
	handler := http.HandlerFunc(func(http.ResponseWriter, *http.Request) {})
	wrapped, w := m.Middleware(handler), &discard{http.Header{}}
	return func() { wrapped.ServeHTTP(w, r) }, func() { handler.ServeHTTP(w, r) }, nil
}

// perCall is how many nanoseconds a call takes.
func perCall(n int, call func()) float64 {
	start := time.Now()
	for range n {
		call()
	}
	return float64(time.Since(start).Nanoseconds()) / float64(n)
}

// prepareSessions compares an application with a session library: by itself,
// and wrapped by Guise.
func prepareSessions(ctx context.Context, l *lab) (measured, floor side, err error) {
	db, err := sqliteEngine.database(ctx, l, "sessions")
	if err != nil {
		return nil, nil, err
	}
	if err := execute(ctx, db, "CREATE TABLE sessions (token TEXT PRIMARY KEY, data BLOB NOT NULL, expiry REAL NOT NULL)"); err != nil {
		return nil, nil, err
	}
	sessions := scs.New()
	sessions.Store = sqlite3store.NewWithCleanupInterval(db, 0)
	inside, err := sessions.Load(ctx, "")
	if err != nil {
		return nil, nil, err
	}
	sessions.Put(inside, "user", "1")
	token, _, err := sessions.Commit(inside)
	if err != nil {
		return nil, nil, err
	}
	m, err := idleManager(sessions)
	if err != nil {
		return nil, nil, err
	}
	handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if user := guise.EffectiveID(r.Context(), sessions.GetString(r.Context(), "user")); user != "1" {
			http.Error(w, fmt.Sprintf("logged in as %q", user), http.StatusUnauthorized)
			return
		}
		servePlain(w, r)
	})
	header := http.Header{"Cookie": {sessions.Cookie.Name + "=" + token}}
	measured, floor = inTurns(l.size(5_000, 20),
		l.served(m.Middleware(handler)).asking(http.MethodGet, header), l.served(sessions.LoadAndSave(handler)).asking(http.MethodGet, header))
	return measured, floor, nil
}

// acting compares what a request takes longer while impersonating with so many
// reads by primary key and so many commits of one row.
func (e engine) acting(ctx context.Context, l *lab, method string, n int, reads float64, commits int) (measured, floor side, err error) {
	a, err := e.application(ctx, l)
	if err != nil {
		return nil, nil, err
	}
	hand, err := e.byHand(ctx, l, a)
	if err != nil {
		return nil, nil, err
	}
	cookie, err := a.start(ctx, 1)
	if err != nil {
		return nil, nil, err
	}
	header := http.Header{loginHeader: {a.actor}}
	key := fmt.Sprintf("SELECT id, username, name, email, school_id, is_active, is_staff, is_superuser FROM users WHERE id = %s", e.placeholder(1))
	byKey := func(ctx context.Context, i int) error {
		row := a.db.QueryRowContext(ctx, key, a.subjects[i%len(a.subjects)])
		return row.Scan(new(int), new(string), new(string), new(*string), new(int), new(bool), new(bool), new(bool))
	}
	measured, floor = addedTo(n, l.served(a.handler).asking(method, a.as(cookie)), l.served(a.bare).asking(method, header), byKey, reads,
		func(ctx context.Context, _ int) error {
			for range commits {
				if err := hand.recordOne(ctx, hand.db); err != nil {
					return err
				}
			}
			return nil
		})
	return measured, floor, nil
}
