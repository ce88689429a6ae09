package faults

import (
	"database/sql"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/guise-go/guise"
	"github.com/guise-go/guise/internal/databases"
	"github.com/guise-go/guise/sqlstore"
)

// pair is a server that acknowledges nothing before its standby has it, that
// standby, and an application.
type pair struct {
	*app
	primary, standby     *databases.Server
	atPrimary, atStandby *sql.DB
	// lead makes the database's name lead to the standby, where the driver does
	// not know both.
	lead func()
	// apart makes the primary acknowledge alone, and the standby hear nothing more.
	apart func()
}

// pairs are those of each engine.
var pairs = map[string]func(*testing.T) *pair{"PostgreSQL": postgresPair, "MariaDB": mariadbPair}

// postgresPair has an application with the addresses of both, which takes the one
// that can be written to.
func postgresPair(t *testing.T) *pair {
	t.Helper()
	p := &pair{app: &app{t: t}, primary: databases.StartPostgres(t), lead: func() {}}
	p.standby = p.primary.Standby(t)
	p.atPrimary, p.atStandby = p.open("postgres")
	p.set(p.atPrimary, "SELECT count(*) = 1 FROM pg_stat_replication WHERE sync_state = 'sync'",
		"ALTER SYSTEM SET synchronous_standby_names = '*'", "SELECT pg_reload_conf()")
	p.apart = func() {
		p.set(p.atPrimary, "SELECT count(*) = 0 FROM pg_stat_replication WHERE sync_state = 'sync'",
			"ALTER SYSTEM SET synchronous_standby_names = ''", "SELECT pg_reload_conf()")
		p.set(p.atStandby, "SELECT count(*) = 0 FROM pg_stat_wal_receiver", "ALTER SYSTEM SET primary_conninfo = ''", "SELECT pg_reload_conf()")
	}
	database := p.primary.Database(t)
	first, err := url.Parse(database.URL)
	if err != nil {
		t.Fatal(err)
	}
	second, err := url.Parse(p.standby.URL(database.Name()))
	if err != nil {
		t.Fatal(err)
	}
	first.RawQuery = "sslmode=disable&target_session_attrs=read-write"
	both := strings.Replace(first.String(), first.Host, first.Host+","+second.Host, 1)
	db, err := sql.Open("pgx", both)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	p.app = newApp(t, sqlstore.Postgres, db, nil)
	return p
}

// mariadbPair is semi-synchronous, and never goes on without the standby.
func mariadbPair(t *testing.T) *pair {
	t.Helper()
	p := &pair{app: &app{t: t}, primary: databases.StartMySQL(t, databases.Replicated)}
	p.standby = p.primary.Standby(t)
	p.atPrimary, p.atStandby = p.open("mysql")
	p.set(p.atPrimary, "SELECT variable_value = 1 FROM information_schema.global_status WHERE variable_name = 'rpl_semi_sync_master_clients'",
		"SET GLOBAL rpl_semi_sync_master_wait_point = AFTER_SYNC, GLOBAL rpl_semi_sync_master_timeout = 3600000, GLOBAL rpl_semi_sync_master_enabled = ON")
	p.apart = func() {
		p.set(p.atPrimary, "SELECT NOT @@GLOBAL.rpl_semi_sync_master_enabled", "SET GLOBAL rpl_semi_sync_master_enabled = OFF")
		p.set(p.atStandby, "SELECT count(*) = 0 FROM information_schema.processlist WHERE command = 'Slave_IO'", "STOP SLAVE IO_THREAD")
	}
	database := p.primary.Database(t)
	named := &address{driver: database.Open(t).Driver(), dsn: database.DSN}
	db := sql.OpenDB(named)
	t.Cleanup(func() { _ = db.Close() })
	_, second, err := p.standby.Source(database.Name())
	if err != nil {
		t.Fatal(err)
	}
	p.lead = func() { named.lead(second) }
	p.app = newApp(t, sqlstore.MySQL, db, nil)
	return p
}

// open opens a database that each of the servers has.
func (p *pair) open(name string) (atPrimary, atStandby *sql.DB) {
	p.t.Helper()
	var both [2]*sql.DB
	for n, server := range []*databases.Server{p.primary, p.standby} {
		db, err := server.Open(name)
		if err != nil {
			p.t.Fatal(err)
		}
		p.t.Cleanup(func() { _ = db.Close() })
		both[n] = db
	}
	return both[0], both[1]
}

// set changes a server, and waits until a query says that it is so.
func (p *pair) set(db *sql.DB, query string, statements ...string) {
	p.t.Helper()
	for _, statement := range statements {
		if _, err := db.ExecContext(p.t.Context(), statement); err != nil {
			p.t.Fatalf("%s: %v", statement, err)
		}
	}
	var so bool
	for deadline := time.Now().Add(20 * time.Second); !so; time.Sleep(20 * time.Millisecond) {
		if err := db.QueryRowContext(p.t.Context(), query).Scan(&so); err != nil || time.Now().After(deadline) {
			p.t.Fatalf("%s: not so: %v", query, err)
		}
	}
}

// promote makes the standby the database.
func (p *pair) promote() {
	p.t.Helper()
	p.standby.Promote(p.t)
	p.lead()
}

// eachPair runs a test on each engine.
func eachPair(t *testing.T, test func(*pair)) {
	for name, newPair := range pairs {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(newPair(t))
		})
	}
}

// TestFault_FailsOverToAStandby that has all that was acknowledged: the primary
// waits for it before it acknowledges.
func TestFault_FailsOverToAStandby(t *testing.T) { eachPair(t, failsOverToAStandby) }

func failsOverToAStandby(p *pair) {
	t := p.t
	cookie := p.start()
	var told atomic.Int64
	var over atomic.Bool
	var writers sync.WaitGroup
	enough := make(chan struct{})
	const people = 4
	for range people {
		writers.Go(func() {
			for !over.Load() {
				if p.do("POST", "/grades", cookie).Code == http.StatusOK && told.Add(1) == 60 {
					close(enough)
				}
			}
		})
	}
	<-enough
	p.primary.Kill(t)
	over.Store(true)
	writers.Wait()
	p.wantRefused(cookie)
	p.promote()
	if got := p.sees(cookie); got != "10" {
		t.Errorf("on the standby: sees %s; want 10", got)
	}
	// How a write came out is recorded after it; of each of those that ran just
	// then, that may be missing.
	if began, done := p.writes(); began < told.Load() || done < told.Load()-people {
		t.Errorf("%d writes were acknowledged; on record are %d that began and %d that ended", told.Load(), began, done)
	}
	if got := p.do("POST", "/impersonate/stop", cookie); got.Code != http.StatusOK {
		t.Errorf("stop on the standby: %d %s", got.Code, got.Body)
	}
	p.verified()
}

// writes counts the writes that are on record.
func (p *pair) writes() (began, done int64) {
	p.t.Helper()
	events, err := p.store.Events(p.t.Context(), "", 0, 100_000)
	if err != nil {
		p.t.Fatal(err)
	}
	for _, event := range events {
		switch {
		case event.Kind != guise.KindRequest || event.Method != http.MethodPost:
		case event.Status == 0:
			began++
		default:
			done++
		}
	}
	return began, done
}

// TestFault_FailsOverToAStandbyThatIsBehind: what it never heard of is lost, and
// nobody becomes somebody by that.
func TestFault_FailsOverToAStandbyThatIsBehind(t *testing.T) {
	eachPair(t, failsOverToAStandbyThatIsBehind)
}

func failsOverToAStandbyThatIsBehind(p *pair) {
	t := p.t
	p.apart()
	lost := p.start()
	ran := p.ran.Load()
	p.primary.Kill(t)
	p.wantRefused(lost)
	p.promote()
	for _, method := range []string{"GET", "POST"} {
		if got := p.do(method, "/grades", lost); got.Code != http.StatusForbidden {
			t.Errorf("P3: %s, as one that is lost: %d %s; want 403", method, got.Code, got.Body)
		}
	}
	if p.ran.Load() != ran {
		t.Error("P3: a request with an impersonation that is lost reached the application")
	}
	if got := p.sees(p.start()); got != "10" {
		t.Errorf("a new one: sees %s; want 10", got)
	}
	p.verified()
}

// TestFault_TheStandbyThatIsWaitedForIsGone: nothing is acknowledged, so no write
// runs; pages that are read go on, and so does everything when it is back.
func TestFault_TheStandbyThatIsWaitedForIsGone(t *testing.T) {
	eachPair(t, theStandbyThatIsWaitedForIsGone)
}

func theStandbyThatIsWaitedForIsGone(p *pair) {
	t := p.t
	cookie := p.start()
	p.standby.Kill(t)
	ran := p.ran.Load()
	// A stop would be answered so, too, and take effect: the primary has it already
	// when it begins to wait.
	if got := p.do("POST", "/grades", cookie); got.Code != http.StatusServiceUnavailable {
		t.Errorf("a write: %d; want 503", got.Code)
	}
	if p.ran.Load() != ran {
		t.Error("P1: a write ran that is not on record for certain")
	}
	if got := p.sees(cookie); got != "10" {
		t.Errorf("a page: sees %s; want 10", got)
	}
	p.standby.Restart(t)
	for deadline := time.Now().Add(20 * time.Second); p.do("POST", "/grades", cookie).Code != http.StatusOK; {
		if time.Now().After(deadline) {
			t.Fatal("with the standby again, nothing goes on")
		}
	}
	if got := p.do("POST", "/impersonate/stop", cookie); got.Code != http.StatusOK {
		t.Errorf("stop: %d %s", got.Code, got.Body)
	}
	p.verified()
}
