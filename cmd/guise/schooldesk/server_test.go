package schooldesk

import (
	"context"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/guise-go/guise/cmd/guise/internal/database"
	"github.com/guise-go/guise/internal/databases"
)

// servers makes an empty database on each engine that is a server.
var servers = map[string]func(testing.TB) *databases.Database{
	"PostgreSQL": databases.Postgres,
	"MariaDB":    databases.MySQL,
}

// onEachServer tells a story of School Desk on an empty database of each server.
func onEachServer(t *testing.T, story func(*testing.T, *databases.Database, func(*Options))) {
	t.Helper()
	t.Parallel()
	for name, empty := range servers {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := empty(t)
			at, err := database.Parse(d.URL)
			if err != nil {
				t.Fatal(err)
			}
			story(t, d, func(o *Options) { o.Server = at })
		})
	}
}

// Each page whose queries differ from SQLite's in the least.
func TestServers_ThePagesDoWhatTheyDoOnSQLite(t *testing.T) {
	onEachServer(t, func(t *testing.T, _ *databases.Database, server func(*Options)) {
		s := serveSite(t, server)
		maya, admin := s.as(t, "maya"), s.as(t, "admin")
		for range 2 { // the second replaces the first's row
			maya.post("/view", "year", "1999/00").want(http.StatusSeeOther)
			maya.get("/").want(http.StatusOK).has("0 of 12 lessons shown", "saved view: only school year 1999/00")
			maya.post("/view", "year", "").want(http.StatusSeeOther)
			maya.get("/").want(http.StatusOK).has("12 of 12 lessons shown")
		}
		maya.get("/courses").want(http.StatusOK).has("Mathematics")
		maya.postJSON("/notes", "text", "Łukasz’s note ✓").want(http.StatusCreated).has(`"id":"3"`)
		maya.getJSON("/notes").has("Łukasz’s note ✓", "empty timetable!")
		maya.postJSON("/draft", "text", "kept in the session").want(http.StatusOK)
		maya.getJSON("/draft").has("kept in the session")

		admin.get("/").want(http.StatusOK).has("SD-1042", "My timetable is empty")
		admin.get("/admin/users").want(http.StatusOK).has("38")
		admin.get("/admin/users?q=MAYA+lindq").want(http.StatusOK).has("Maya Lindqvist").hasNot("Noah Haddad")
		for _, literal := range []string{"%25", "_", "!", "%5C"} {
			admin.get("/admin/users?q="+literal).want(http.StatusOK).hasNot("Maya Lindqvist", "Noah Haddad")
		}
		admin.post("/admin/users/6", "active", "0").want(http.StatusSeeOther)
		s.browser(t).post("/login", "email", "noah@schooldesk.example", "password", password).want(http.StatusForbidden)

		admin.start(mayaID)
		admin.get("/lab/sneaky-write").want(http.StatusForbidden).has("This page writes")
		maya.getJSON("/notes").hasNot("sneaky")
		admin.wantWhoami(mayaEmail)
		admin.post("/impersonate/stop").want(http.StatusSeeOther)
		admin.wantWhoami(adminEmail)
		maya.post("/logout").want(http.StatusSeeOther)
		if got := maya.whoami(); got != "" {
			t.Errorf("after the logout she is %q", got)
		}
	})
}

func TestServers_OfManyOpenedAtOnceOneMakesTheData(t *testing.T) {
	onEachServer(t, func(t *testing.T, _ *databases.Database, server func(*Options)) {
		o := settings("")
		server(&o)
		var all sync.WaitGroup
		var made atomic.Int32
		for range 4 {
			all.Go(func() {
				app, err := Open(t.Context(), o)
				if err != nil {
					t.Error(err)
					return
				}
				if app.Seeded().New {
					made.Add(1)
				}
				if got := app.Seeded(); got.Users != 38 || got.Generated != 30 {
					t.Errorf("one of them found %+v", got)
				}
				if err := app.Close(context.WithoutCancel(t.Context())); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		if n := made.Load(); n != 1 {
			t.Errorf("%d of them made the data", n)
		}
		o.Users = 35
		app, err := Open(t.Context(), o)
		if err != nil {
			t.Fatal(err)
		}
		defer app.Close(context.WithoutCancel(t.Context()))
		if got, want := app.Seeded(), (Seeded{Users: 43, Generated: 35, Added: 5}); got != want {
			t.Errorf("with more customers: %+v, want %+v", got, want)
		}
	})
}

// A database in which somebody else's application has a table users must stay as it is.
func TestServers_AnApplicationsDatabaseIsRefused(t *testing.T) {
	onEachServer(t, func(t *testing.T, d *databases.Database, server func(*Options)) {
		db := d.Open(t)
		if _, err := db.ExecContext(t.Context(), `CREATE TABLE users (id int PRIMARY KEY)`); err != nil {
			t.Fatal(err)
		}
		o := settings("")
		server(&o)
		app, err := Open(t.Context(), o)
		if err == nil {
			app.Close(context.WithoutCancel(t.Context()))
			t.Fatal("it was opened")
		}
		if !strings.Contains(err.Error(), "table users that is not School Desk's") {
			t.Errorf("it says %v", err)
		}
		var tables int
		here := map[string]string{"pgx": "current_schema()", "mysql": "database()"}[d.Driver]
		err = db.QueryRowContext(t.Context(), `SELECT count(*) FROM information_schema.tables WHERE table_schema = `+here).Scan(&tables)
		if err != nil || tables != 1 {
			t.Errorf("it has %d tables now, %v", tables, err)
		}
	})
}

// TestMySQL_TheLockHasANameEverywhere: its hash is one that each server has, also
// MySQL 9.6 and one under FIPS.
func TestMySQL_TheLockHasANameEverywhere(t *testing.T) {
	t.Parallel()
	d := databases.MySQL(t)
	at, err := database.Parse(d.URL)
	if err != nil {
		t.Fatal(err)
	}
	conn, err := d.Open(t).Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	var got bool
	err = conn.QueryRowContext(t.Context(), `SELECT GET_LOCK(left(sha2(concat(database(), ' School Desk'), 256), 40), 0)`).Scan(&got)
	if err != nil || !got {
		t.Fatalf("the lock was taken: %t, %v", got, err)
	}
	o := settings("")
	o.Server = at
	brief, cancel := context.WithTimeout(t.Context(), 500*time.Millisecond)
	defer cancel()
	app, err := Open(brief, o)
	if err == nil {
		app.Close(context.WithoutCancel(t.Context()))
		t.Fatal("it was opened, while another had the lock")
	}
	if _, err := d.Open(t).ExecContext(t.Context(), `SELECT 1 FROM users`); err == nil {
		t.Error("it made its tables, while another had the lock")
	}
}

func TestServers_SessionStoreRules(t *testing.T) {
	onEachServer(t, func(t *testing.T, _ *databases.Database, server func(*Options)) {
		sessionRules(t, sessionStore{serveSite(t, server).app.own})
	})
}

// A token is compared byte by byte: one in other letters is another session's.
func sessionsAreExact(t *testing.T, s sessionStore) {
	t.Helper()
	if err := s.Commit("Token", []byte("hers"), time.Now().Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	if _, found, err := s.Find("token"); found || err != nil {
		t.Errorf("Token was found by token: %t, %v", found, err)
	}
	if err := s.Delete("Token"); err != nil {
		t.Fatal(err)
	}
}
