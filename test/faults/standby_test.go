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

// pair is a PostgreSQL server that acknowledges nothing before its standby has it,
// that standby, and an application that has the address of both, and takes the one
// that can be written to.
type pair struct {
	*app
	primary, standby     *databases.Server
	atPrimary, atStandby *sql.DB
}

func newPair(t *testing.T) *pair {
	t.Helper()
	p := &pair{app: &app{t: t}, primary: databases.StartPostgres(t)}
	p.standby = p.primary.Standby(t)
	p.atPrimary, p.atStandby = p.open(p.primary.URL("postgres")), p.open(p.standby.URL("postgres"))
	p.set(p.atPrimary, "synchronous_standby_names = '*'", "SELECT count(*) = 1 FROM pg_stat_replication WHERE sync_state = 'sync'")
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
	p.app = newApp(t, sqlstore.Postgres, p.open(both), nil)
	return p
}

func (p *pair) open(dsn string) *sql.DB {
	p.t.Helper()
	db, err := sql.Open("pgx", dsn)
	if err != nil {
		p.t.Fatal(err)
	}
	p.t.Cleanup(func() { _ = db.Close() })
	return db
}

// set changes a setting of a server, and waits until a query says that it is so.
func (p *pair) set(db *sql.DB, setting, query string) {
	p.t.Helper()
	for _, statement := range []string{"ALTER SYSTEM SET " + setting, "SELECT pg_reload_conf()"} {
		if _, err := db.ExecContext(p.t.Context(), statement); err != nil {
			p.t.Fatalf("%s: %v", statement, err)
		}
	}
	var so bool
	for deadline := time.Now().Add(20 * time.Second); !so; time.Sleep(20 * time.Millisecond) {
		if err := db.QueryRowContext(p.t.Context(), query).Scan(&so); err != nil || time.Now().After(deadline) {
			p.t.Fatalf("%s: not so: %v", setting, err)
		}
	}
}

// TestFault_FailsOverToAStandby that has all that was acknowledged: PostgreSQL
// waits for it before it acknowledges. The application finds the new primary by
// itself.
func TestFault_FailsOverToAStandby(t *testing.T) {
	t.Parallel()
	p := newPair(t)
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
	p.standby.Promote(t)
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
	t.Parallel()
	p := newPair(t)
	p.set(p.atPrimary, "synchronous_standby_names = ''", "SELECT count(*) = 0 FROM pg_stat_replication WHERE sync_state = 'sync'")
	p.set(p.atStandby, "primary_conninfo = ''", "SELECT count(*) = 0 FROM pg_stat_wal_receiver")
	lost := p.start()
	ran := p.ran.Load()
	p.primary.Kill(t)
	p.wantRefused(lost)
	p.standby.Promote(t)
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
	t.Parallel()
	p := newPair(t)
	cookie := p.start()
	p.standby.Kill(t)
	ran := p.ran.Load()
	// A stop would be answered so, too, and take effect: PostgreSQL has it already
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
