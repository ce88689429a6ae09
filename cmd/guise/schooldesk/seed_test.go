package schooldesk

import (
	"context"
	"database/sql"
	"os"
	"path/filepath"
	"regexp"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// open opens the application, says what it did with the data, and closes it.
func open(t *testing.T, dir string, users int, work ...func(*App)) Seeded {
	t.Helper()
	o := settings(dir)
	o.Users = users
	app, err := Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range work {
		f(app)
	}
	if err := app.Close(context.WithoutCancel(t.Context())); err != nil {
		t.Fatal(err)
	}
	return app.Seeded()
}

func TestSeed_AddsWhatIsMissingAndKeepsTheRest(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "made", "when missing")
	want := Seeded{New: true, Users: 18, Generated: 10, Added: 10}
	if got := open(t, dir, 10); got != want {
		t.Errorf("first: %+v, want %+v", got, want)
	}
	change := func(a *App) {
		if _, err := a.db.Exec(`UPDATE users SET full_name = 'Changed' WHERE id IN (5, 9)`); err != nil {
			t.Fatal(err)
		}
	}
	want = Seeded{Users: 18, Generated: 10}
	if got := open(t, dir, 10, change); got != want {
		t.Errorf("again: %+v, want %+v", got, want)
	}
	want = Seeded{Users: 33, Generated: 25, Added: 15}
	if got := open(t, dir, 25); got != want {
		t.Errorf("more: %+v, want %+v", got, want)
	}
	want = Seeded{Users: 33, Generated: 25}
	got := open(t, dir, 3, func(a *App) {
		for _, key := range []string{"5", "9"} {
			if u, err := a.userByKey(t.Context(), key); err != nil || u.Name != "Changed" {
				t.Errorf("user %s was set back: %+v, %v", key, u, err)
			}
		}
		var without int
		err := a.db.QueryRow(`SELECT count(*) FROM users u WHERE u.id > 8 AND
			(SELECT count(*) FROM enrolments e WHERE e.user_id = u.id) <> 6`).Scan(&without)
		if err != nil || without != 0 {
			t.Errorf("%d generated customers do not have six courses, %v", without, err)
		}
	})
	if got != want {
		t.Errorf("fewer: %+v, want %+v", got, want)
	}
}

func TestSeed_GeneratedCustomersAreTheSameEveryTime(t *testing.T) {
	t.Parallel()
	all := cultures()
	address := regexp.MustCompile(`^[a-z-]+\.[a-z-]+\.\d+$`)
	names, schoolsSeen := map[string]bool{}, map[int64]bool{}
	for i := range 3000 {
		c := generateCustomer(all, len(schools()), i)
		if again := generateCustomer(all, len(schools()), i); again != c {
			t.Fatalf("customer %d is %+v and then %+v", i, c, again)
		}
		if !address.MatchString(c.Username) {
			t.Errorf("customer %d, %s, has the username %q", i, c.Name, c.Username)
		}
		names[c.Name], schoolsSeen[c.School] = true, true
	}
	if len(names) < 1000 || len(schoolsSeen) != len(schools()) {
		t.Errorf("3000 customers have %d names and %d schools", len(names), len(schoolsSeen))
	}
	for name := range names {
		if regexp.MustCompile(`(?i)maya|noah`).MatchString(name) {
			t.Errorf("%q could be taken for a person of the story", name)
		}
	}
}

// Several processes may be started at the same moment on a folder that isn't
// there yet: one makes the data, the others wait for it.
func TestOpen_ManyAtOnceOnAnEmptyFolder(t *testing.T) {
	t.Parallel()
	for range 2 {
		dir := filepath.Join(t.TempDir(), "data")
		var all sync.WaitGroup
		var made atomic.Int32
		for range 6 {
			all.Go(func() {
				o := settings(dir)
				app, err := Open(t.Context(), o)
				if err != nil {
					t.Error(err)
					return
				}
				if app.Seeded().New {
					made.Add(1)
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
	}
}

// SQLite says at once that it is busy, and doesn't wait, to who wants the
// write-ahead log while another is making the file.
func TestOpen_WaitsForAnotherThatIsMakingTheDatabase(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	other, err := sql.Open("sqlite", filepath.Join(dir, DatabaseFile))
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	making, err := other.Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := making.ExecContext(t.Context(), `BEGIN IMMEDIATE; CREATE TABLE other (id INTEGER)`); err != nil {
		t.Fatal(err)
	}
	made := make(chan error, 1)
	time.AfterFunc(100*time.Millisecond, func() {
		_, err := making.ExecContext(t.Context(), `COMMIT`)
		made <- err
	})
	db, err := openDB(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if err := <-made; err != nil {
		t.Error(err)
	}
}

func TestOpen_SaysWhatIsWrongWithTheData(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, DatabaseFile), []byte("this is no database, whatever it is called"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(t.Context(), settings(dir)); err == nil {
		t.Error("opened a file that is no database")
	}
	if _, err := Open(t.Context(), settings(filepath.Join(dir, DatabaseFile))); err == nil {
		t.Error("took a file for a folder")
	}
}

func TestOpen_CommitsAreDurable(t *testing.T) {
	t.Parallel()
	open(t, t.TempDir(), 0, func(a *App) {
		for range 3 { // whichever connection
			for pragma, want := range map[string]string{"synchronous": "2", "journal_mode": "wal", "foreign_keys": "1", "busy_timeout": "10000"} {
				conn, err := a.db.Conn(t.Context())
				if err != nil {
					t.Fatal(err)
				}
				defer conn.Close() // held until the end, so that the next one is another
				var got string
				if err := conn.QueryRowContext(t.Context(), "PRAGMA "+pragma).Scan(&got); err != nil || got != want {
					t.Errorf("%s is %q, want %q (%v)", pragma, got, want, err)
				}
				if a.db.Stats().OpenConnections >= 7 {
					return
				}
			}
		}
	})
}
