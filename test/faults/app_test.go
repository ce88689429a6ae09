package faults

import (
	"database/sql"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/guise-go/guise"
	"github.com/guise-go/guise/internal/databases"
	"github.com/guise-go/guise/sqlstore"
	"github.com/guise-go/guise/userstest"
)

// timeout is the application's Config.StoreTimeout.
const timeout = time.Second

// engines are those that are reached over a network.
var engines = map[string]struct {
	engine sqlstore.Engine
	start  func(testing.TB, ...databases.Option) *databases.Server
}{
	"PostgreSQL": {sqlstore.Postgres, databases.StartPostgres},
	"MariaDB":    {sqlstore.MySQL, databases.StartMySQL},
}

// app is an application whose database breaks.
type app struct {
	t     *testing.T
	store *sqlstore.Store
	http.Handler
	ran atomic.Int64 // requests that reached the application
}

// host is where the server of a database listens.
func host(t *testing.T, d *databases.Database) string {
	t.Helper()
	address, err := url.Parse(d.URL)
	if err != nil {
		t.Fatal(err)
	}
	return address.Host
}

// through opens a database behind a proxy.
func through(t *testing.T, d *databases.Database, p *proxy) *sql.DB {
	t.Helper()
	dsn := strings.ReplaceAll(d.DSN, host(t, d), p.address())
	if dsn == d.DSN {
		t.Fatalf("the address %q is not in the driver's %q", host(t, d), d.DSN)
	}
	db, err := sql.Open(d.Driver, dsn)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

// newApp makes an instance; a nil clock is the right one.
func newApp(t *testing.T, engine sqlstore.Engine, db *sql.DB, clock func() time.Time) *app {
	t.Helper()
	store, err := sqlstore.Open(t.Context(), db, engine)
	if err != nil {
		t.Fatal(err)
	}
	a := &app{t: t, store: store}
	manager, err := guise.New(guise.Config{
		Identify: func(r *http.Request) (string, error) { return r.Header.Get("X-Login"), nil },
		Users: userstest.NewMemory(
			guise.User{ID: "1", Name: "Ada Admin", Active: true, Superuser: true},
			guise.User{ID: "10", Name: "Maya Customer", Active: true},
		),
		Store: store, StoreTimeout: timeout, Clock: clock, DefaultMode: guise.ReadWrite,
		Logger: slog.New(slog.DiscardHandler), InsecureCookies: true,
	})
	if err != nil {
		t.Fatal(err)
	}
	a.Handler = manager.Middleware(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		a.ran.Add(1)
		_, _ = io.WriteString(w, guise.EffectiveID(r.Context(), r.Header.Get("X-Login")))
	}))
	return a
}

// do sends a request of Ada's; the cookie is that of an impersonation, or empty.
func (a *app) do(method, path, cookie string) *httptest.ResponseRecorder {
	var body io.Reader
	if method == http.MethodPost {
		body = strings.NewReader("user_id=10&reason=a+call")
	}
	r := httptest.NewRequestWithContext(a.t.Context(), method, path, body)
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Accept", "application/json")
	r.Header.Set("X-Login", "1")
	if cookie != "" {
		r.AddCookie(&http.Cookie{Name: "guise", Value: cookie})
	}
	recorder := httptest.NewRecorder()
	a.ServeHTTP(recorder, r)
	return recorder
}

// start acts as Maya and returns the cookie.
func (a *app) start() string {
	a.t.Helper()
	got := a.do("POST", "/impersonate/start", "")
	for _, cookie := range got.Result().Cookies() {
		if cookie.Name == "guise" {
			return cookie.Value
		}
	}
	a.t.Fatalf("start: %d %s", got.Code, got.Body)
	return ""
}

// sees says whom the application takes the request for.
func (a *app) sees(cookie string) string {
	got := a.do("GET", "/", cookie)
	if got.Code != http.StatusOK {
		return fmt.Sprint(got.Code)
	}
	return got.Body.String()
}

// wantRefused sends one of each request: all are 503 in time, and none runs.
func (a *app) wantRefused(cookie string) {
	a.t.Helper()
	before := a.ran.Load()
	var requests sync.WaitGroup
	for _, request := range []struct{ method, path, cookie string }{
		{"GET", "/", cookie}, {"POST", "/grades", cookie}, {"POST", "/impersonate/stop", cookie}, {"GET", "/impersonate/status", cookie},
		{"GET", "/impersonate/live", ""}, {"GET", "/impersonate/users", ""}, {"POST", "/impersonate/start", ""},
	} {
		requests.Go(func() {
			began := time.Now()
			got := a.do(request.method, request.path, request.cookie)
			// A second more is what a commit may take that has begun; see sqlstore.
			if took := time.Since(began); got.Code != http.StatusServiceUnavailable || took > timeout+time.Second {
				a.t.Errorf("%s %s: %d after %v; want 503 within %v", request.method, request.path, got.Code, took, timeout)
			}
		})
	}
	requests.Wait()
	if ran := a.ran.Load() - before; ran > 0 {
		a.t.Errorf("%d requests reached the application", ran)
	}
}

// verified says that the log is whole.
func (a *app) verified() {
	a.t.Helper()
	var chain guise.Verifier
	for after, more := int64(0), true; more; {
		events, err := a.store.Events(a.t.Context(), "", after, 5000)
		if err != nil {
			a.t.Fatal(err)
		}
		for _, event := range events {
			if err := chain.Add(event); err != nil {
				a.t.Error(err)
			}
			after = event.Seq
		}
		more = len(events) > 0
	}
	if err := chain.Done(); err != nil {
		a.t.Error(err)
	}
}
