package exit

import (
	"context"
	"database/sql"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"strconv"
	"strings"
	"testing"

	_ "github.com/jackc/pgx/v5/stdlib"
	_ "modernc.org/sqlite"

	"github.com/guise-go/guise"
	"github.com/guise-go/guise/sqlstore"
	"github.com/guise-go/guise/userstest"
)

// What the process to be killed is told.
const (
	atVariable     = "GUISE_TEST_EXIT_AT"
	engineVariable = "GUISE_TEST_EXIT_ENGINE"
	driverVariable = "GUISE_TEST_EXIT_DRIVER"
	dsnVariable    = "GUISE_TEST_EXIT_DSN"
)

func TestMain(m *testing.M) {
	if at := os.Getenv(atVariable); at != "" {
		if err := live(at, sqlstore.Engine(os.Getenv(engineVariable)), os.Getenv(driverVariable), os.Getenv(dsnVariable)); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

// live is the whole life of one impersonation, in a process that ends at one of
// its points. A line on standard output says what was answered.
func live(at string, engine sqlstore.Engine, driverName, dsn string) error {
	left, err := strconv.Atoi(at)
	if err != nil {
		return err
	}
	db, err := sql.Open(driverName, dsn)
	if err != nil {
		return err
	}
	counted := &points{}
	opened, err := sqlstore.Open(context.Background(), sql.OpenDB(connector{db.Driver(), dsn, counted}), engine)
	if err != nil {
		return err
	}
	counted.left = left // opening is not what this is about
	// Each life has an actor of its own, so that one database has room for all.
	a, err := newApp(opened, at)
	if err != nil {
		return err
	}
	for _, step := range []struct{ path, body, said string }{
		{"/impersonate/start", "user_id=inactive", "denied"},
		{"/impersonate/start", "user_id=maya", "started"},
		{"/impersonate/mode", "mode=read_write&reason=a+call", "mode changed"},
		{"/write", "", "wrote"},
		{"/impersonate/stop", "", "stopped"},
	} {
		got := a.post(step.path, step.body)
		fmt.Println(step.said, got.Code, a.cookie)
	}
	fmt.Println("done")
	return nil
}

// app is the application of one actor.
type app struct {
	http.Handler
	actor, cookie string
}

func newApp(store guise.Store, actor string) (*app, error) {
	manager, err := guise.New(guise.Config{
		Identify: func(*http.Request) (string, error) { return actor, nil },
		Users: userstest.NewMemory(
			guise.User{ID: actor, Name: "Actor", Active: true, Superuser: true},
			guise.User{ID: "maya", Name: "Maya Customer", Active: true},
			guise.User{ID: "inactive", Name: "Ina Inactive"},
		),
		Store: store, Activity: guise.ActivityWrites, Logger: slog.New(slog.DiscardHandler), InsecureCookies: true,
	})
	if err != nil {
		return nil, err
	}
	return &app{actor: actor, Handler: manager.Middleware(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		as := guise.EffectiveID(r.Context(), actor)
		if r.Method == http.MethodPost {
			fmt.Println("ran", r.URL.Path, as)
		}
		_, _ = io.WriteString(w, as)
	}))}, nil
}

func (a *app) post(path, body string) *httptest.ResponseRecorder {
	return a.do(http.MethodPost, path, body)
}

func (a *app) do(method, path, body string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Accept", "application/json")
	if a.cookie != "" {
		r.AddCookie(&http.Cookie{Name: "guise", Value: a.cookie})
	}
	recorder := httptest.NewRecorder()
	a.ServeHTTP(recorder, r)
	for _, cookie := range recorder.Result().Cookies() {
		if cookie.Name == "guise" && cookie.MaxAge >= 0 {
			a.cookie = cookie.Value
		}
	}
	return recorder
}
