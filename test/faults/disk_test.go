package faults

import (
	"crypto/rand"
	"database/sql"
	"encoding/base64"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"modernc.org/sqlite"

	"github.com/guise-go/guise"
	"github.com/guise-go/guise/internal/databases"
	"github.com/guise-go/guise/sqlstore"
)

// TestFault_TheDiskIsFull: no write runs that can't be recorded, what is read
// goes on, and so does everything once there is room again.
func TestFault_TheDiskIsFull(t *testing.T) {
	for name, disk := range map[string]func(*testing.T) (a *app, room func()){
		"SQLite": fullSQLite, "PostgreSQL": fullPostgres, "MariaDB": fullMariaDB,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a, room := disk(t)
			cookie := a.start()
			a.fill()
			for n := 0; a.do("POST", "/grades", cookie).Code != http.StatusServiceUnavailable; n++ {
				if n == 200 { // what is left in the last pages
					t.Fatal("the disk is full, and writes are recorded all the same")
				}
			}
			ran := a.ran.Load()
			for _, path := range []string{"/grades", "/impersonate/stop"} {
				if got := a.do("POST", path, cookie); got.Code != http.StatusServiceUnavailable {
					t.Errorf("POST %s: %d %s; want 503", path, got.Code, got.Body)
				}
			}
			if got := a.ran.Load() - ran; got != 0 {
				t.Errorf("%d writes ran that could not be recorded", got)
			}
			if got := a.sees(cookie); got != "10" {
				t.Errorf("a page: sees %s; want 10", got)
			}
			room()
			for _, path := range []string{"/grades", "/impersonate/stop"} {
				if got := a.do("POST", path, cookie); got.Code != http.StatusOK {
					t.Errorf("with room again: POST %s: %d %s", path, got.Code, got.Body)
				}
			}
			a.verified()
		})
	}
}

// fill adds to the log until there is no room for more, nor for anything smaller
// in what is left of each page. Its texts are short enough to stay in the table,
// and nothing makes them shorter.
func (a *app) fill() {
	a.t.Helper()
	for _, size := range []int{1200, 400, 150, 50, 0} {
		for _, many := range []int{200, 10, 1} {
			a.fillWith(many, size)
		}
	}
}

func (a *app) fillWith(many, size int) {
	a.t.Helper()
	for range 1000 {
		events := make([]guise.Event, many)
		for n := range events {
			text := make([]byte, size)
			_, _ = rand.Read(text) // never fails
			events[n] = guise.Event{Kind: guise.KindNote, Note: base64.StdEncoding.EncodeToString(text)}
		}
		if a.store.Append(a.t.Context(), events...) != nil {
			return
		}
	}
	a.t.Fatal("the disk does not get full")
}

// fullSQLite is an application whose file may not grow beyond 1.2 MB, until it
// is led to it without that limit.
func fullSQLite(t *testing.T) (*app, func()) {
	dsn := "file:" + filepath.Join(t.TempDir(), "app.db") + "?_pragma=journal_mode(WAL)&_pragma=busy_timeout(5000)"
	named := &address{driver: &sqlite.Driver{}, dsn: dsn + "&_pragma=max_page_count(300)"}
	db := sql.OpenDB(named)
	db.SetMaxIdleConns(0) // the next connection is a new one
	t.Cleanup(func() { _ = db.Close() })
	return newApp(t, sqlstore.SQLite, db, nil), func() { named.lead(dsn) }
}

// fullPostgres is an application whose server may make no file larger than a
// segment of its log, which is how a test without rights can fill a disk.
func fullPostgres(t *testing.T) (*app, func()) {
	needPrlimit(t)
	db := databases.StartPostgres(t).Database(t).Open(t)
	// The server's first process, whose children inherit it, and those it has.
	processes := func() []string { return append(serverOf(t, db), backends(t, db)...) }
	return newApp(t, sqlstore.Postgres, db, nil), limited(t, processes)
}

// fullMariaDB is the same for a server that is one process: a file of its log has
// 16 MB from the start, and those of the tables get no larger.
func fullMariaDB(t *testing.T) (*app, func()) {
	needPrlimit(t)
	db := databases.StartMySQL(t).Database(t).Open(t)
	var file string
	if err := db.QueryRowContext(t.Context(), `SELECT @@pid_file`).Scan(&file); err != nil {
		t.Fatal(err)
	}
	pid, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	processes := func() []string { return []string{strings.TrimSpace(string(pid))} }
	return newApp(t, sqlstore.MySQL, db, nil), limited(t, processes)
}

func needPrlimit(t *testing.T) {
	t.Helper()
	if _, err := exec.LookPath("prlimit"); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal("there is no prlimit, of util-linux, and under CI=true nothing may be left out")
		}
		t.Skip("there is no prlimit, of util-linux")
	}
}

// limited lets no file of the processes grow beyond 16 MB, until there is room.
func limited(t *testing.T, processes func() []string) (room func()) {
	t.Helper()
	limit := func(bytes string) {
		for _, pid := range processes() {
			if said, err := prlimit(t, pid, bytes).CombinedOutput(); err != nil {
				t.Fatalf("%v: %s", err, said)
			}
		}
	}
	limit("16777216")
	return func() { limit("unlimited") }
}

// prlimit limits how large a file of a process may get, as whoever runs it: even
// root may do it to others only where it has that right.
func prlimit(t *testing.T, pid, bytes string) *exec.Cmd {
	t.Helper()
	command := []string{"prlimit", "--pid", pid, "--fsize=" + bytes + ":"}
	if os.Geteuid() == 0 {
		owner, group := statusOf(t, pid, "Uid"), statusOf(t, pid, "Gid")
		command = append([]string{"setpriv", "--reuid", owner, "--regid", group, "--clear-groups", "--"}, command...)
	}
	return exec.CommandContext(t.Context(), command[0], command[1:]...)
}

func backends(t *testing.T, db *sql.DB) (pids []string) {
	t.Helper()
	rows, err := db.QueryContext(t.Context(), `SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend'`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var pid string
		if err := rows.Scan(&pid); err != nil {
			t.Fatal(err)
		}
		pids = append(pids, pid)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return pids
}

// serverOf is the parent of the process that answers.
func serverOf(t *testing.T, db *sql.DB) []string {
	t.Helper()
	var pid string
	if err := db.QueryRowContext(t.Context(), `SELECT pg_backend_pid()`).Scan(&pid); err != nil {
		t.Fatal(err)
	}
	return []string{statusOf(t, pid, "PPid")}
}

// statusOf is the first value of a line of /proc/PID/status.
func statusOf(t *testing.T, pid, name string) string {
	t.Helper()
	status, err := os.ReadFile("/proc/" + pid + "/status")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(status), "\n"+name+":")
	line, _, _ := strings.Cut(rest, "\n")
	return strings.Fields(line)[0]
}
