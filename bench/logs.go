package main

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"time"

	"github.com/guise-go/guise"
	"github.com/guise-go/guise/sqlstore"
	"github.com/guise-go/guise/userstest"
)

// The log that pages are read from: so many impersonations, each with so many
// events.
const (
	logSize       = 1_000_000
	smallLog      = 1_000
	eventsOfEach  = 20
	logActors     = 20
	logSubjects   = 40
	deniedOfThese = 20 // one in twenty is a refused attempt
)

// logPages are the pages of the console that read the log.
var logPages = []struct{ key, what, path string }{
	{"all", "the log", "log"},
	{"state", "the log, refused attempts", "log?state=denied"},
	{"actor", "the log of an actor", "log?actor=a7"},
	{"subject", "the log of a subject", "log?subject=s11"},
	{"time", "the log of three weeks", "log?from=2026-01-02&to=2026-01-22"},
	{"actor-subject-state", "the log by actor, subject and state", "log?actor=a7&subject=s7&state=ended"},
	{"text", "the log by a text that many have", "log?q=subject+11"},
	{"no-hit", "the log by a text that nobody has", "log?q=nobody"},
	{"rare", "the log by a cause, mode and organisation that nothing has", "log?cause=revoked&mode=read-write&tenant=nowhere"},
	{"entry", "one impersonation with its events", "log/i500"},
	{"live", "the live page", "live"},
}

// logRows are those pages among a million impersonations, and the export of
// all of them.
func logRows() []row {
	var rows []row
	for _, e := range []engine{sqliteEngine, postgresEngine} {
		for _, p := range logPages {
			rows = append(rows, row{
				name: "log/" + p.key + "/" + e.key, what: e.name + ": " + p.what + ", among 1,000,000", floor: "among 1,000",
				unit: seconds, figure: median, target: atMost(3),
				prepare: func(ctx context.Context, l *lab) (measured, floor side, err error) {
					large, err := e.log(ctx, l, l.size(logSize, 2000))
					if err != nil {
						return nil, nil, err
					}
					small, err := e.log(ctx, l, smallLog)
					if err != nil {
						return nil, nil, err
					}
					n := l.size(20, 3)
					return times(n, large.opening(p.path)), times(n, small.opening(p.path)), nil
				},
			})
		}
		rows = append(rows,
			row{
				name: "export/" + e.key, what: e.name + ": export of 1,000,000 impersonations as JSON lines", floor: "encoding as many from memory",
				unit: perSecond, figure: median, target: atLeast(0.3),
				prepare: func(ctx context.Context, l *lab) (measured, floor side, err error) {
					a, err := e.log(ctx, l, l.size(logSize, 2000))
					if err != nil {
						return nil, nil, err
					}
					return a.exporting(), a.encoding(), nil
				},
			},
			row{
				name: "export-memory/" + e.key, what: e.name + ": export of 1,000,000 impersonations: heap in use", floor: "of 1,000",
				unit: inBytes, figure: median, target: atMost(1.2),
				prepare: func(ctx context.Context, l *lab) (measured, floor side, err error) {
					large, err := e.log(ctx, l, l.size(logSize, 2000))
					if err != nil {
						return nil, nil, err
					}
					small, err := e.log(ctx, l, smallLog)
					if err != nil {
						return nil, nil, err
					}
					return large.heapOfExport(), small.heapOfExport(), nil
				},
			})
	}
	return rows
}

// logged is an application with a long log.
type logged struct {
	application
	n int
}

// log makes one. Its rows are written by the database itself: the hashes chain
// nothing, which pages don't look at.
func (e engine) log(ctx context.Context, l *lab, n int) (*logged, error) {
	name := fmt.Sprint("log", n)
	return shared(l, name+" "+e.key, func() (*logged, error) {
		db, err := e.database(ctx, l, name)
		if err != nil {
			return nil, err
		}
		a := &logged{application: application{db: db, actor: "1", subjects: []string{"2"}}, n: n}
		if a.store, err = sqlstore.Open(ctx, db, e.sqlstore); err != nil {
			return nil, err
		}
		users := userstest.NewMemory(
			guise.User{ID: "1", Username: "ada", Name: "Ada", Active: true, Superuser: true},
			guise.User{ID: "2", Username: "maya", Name: "Maya", Active: true})
		if err := a.wrap(servePlain, guise.Config{Users: users, Store: a.store}); err != nil {
			return nil, err
		}
		cookie, err := a.start(ctx, 0)
		if err != nil {
			return nil, err
		}
		if err := a.stop(ctx, cookie); err != nil {
			return nil, err
		}
		return a, e.fillLog(ctx, db, n)
	})
}

// fillLog copies the one impersonation and its last event, under other keys.
func (e engine) fillLog(ctx context.Context, db *sql.DB, n int) error {
	day := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC).UnixMicro()
	step := (365 * 24 * time.Hour).Microseconds() / int64(n)
	started := fmt.Sprintf("%d + (i.n * %d)", day, step)
	impersonations, err := e.copying(ctx, db, "guise_impersonations", "ORDER BY started_at DESC", n, map[string]string{
		"id": "'i' || i.n", "stack_id": "'i' || i.n", "token_hash": "NULL",
		"actor_id": fmt.Sprintf("'a' || (i.n %% %d)", logActors), "actor_name": fmt.Sprintf("'Actor ' || (i.n %% %d)", logActors),
		"subject_id": fmt.Sprintf("'s' || (i.n %% %d)", logSubjects), "subject_name": fmt.Sprintf("'Subject ' || (i.n %% %d)", logSubjects),
		"search":     fmt.Sprintf("'actor ' || (i.n %% %d) || ' subject ' || (i.n %% %d)", logActors, logSubjects),
		"state":      fmt.Sprintf("CASE i.n %% %d WHEN 3 THEN 'denied' ELSE 'ended' END", deniedOfThese),
		"started_at": started, "last_seen_at": started, "ended_at": started, "expires_at": started,
	})
	if err != nil {
		return err
	}
	events, err := e.copying(ctx, db, "guise_events", "ORDER BY seq DESC", n*eventsOfEach, map[string]string{
		"seq": "i.n + 100", "kind": "'request'", "impersonation_id": fmt.Sprintf("'i' || (i.n / %d)", eventsOfEach), "time": fmt.Sprintf("%d + i.n", day),
	})
	if err != nil {
		return err
	}
	settle := []string{"ANALYZE"}
	if e.key == "postgres" {
		settle = []string{"VACUUM ANALYZE guise_impersonations", "VACUUM ANALYZE guise_events"}
	}
	if err := e.fillTable(ctx, db, "guise_impersonations", impersonations); err != nil {
		return err
	}
	if err := e.fillTable(ctx, db, "guise_events", events); err != nil {
		return err
	}
	return execute(ctx, db, append([]string{fmt.Sprintf("UPDATE guise_head SET seq = %d", n*eventsOfEach+100)}, settle...)...)
}

// copying is the statement that writes n rows like the table's last one, the
// named columns being expressions of i.n.
func (e engine) copying(ctx context.Context, db *sql.DB, table, order string, n int, replaced map[string]string) (string, error) {
	one, err := e.template(ctx, db, table, order)
	if err != nil {
		return "", err
	}
	values := make([]string, len(one.columns))
	for i, column := range one.columns {
		values[i] = "o." + column
		if expression, ok := replaced[column]; ok {
			values[i] = expression
		}
	}
	numbers := fmt.Sprintf("WITH RECURSIVE i(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM i WHERE n < %d)", n)
	from := "i"
	if e.key == "postgres" {
		numbers, from = "", fmt.Sprintf("generate_series(1::bigint, %d) AS i(n)", n)
	}
	return fmt.Sprintf("%s INSERT INTO %s (%s) SELECT %s FROM (SELECT * FROM %s %s LIMIT 1) AS o CROSS JOIN %s", numbers, table,
		strings.Join(one.columns, ", "), strings.Join(values, ", "), table, order, from), nil
}

// opening opens a page of the console.
func (a *logged) opening(path string) operation {
	return func(ctx context.Context, _ int) error {
		w := httptest.NewRecorder()
		a.get(ctx, "/impersonate/"+path, w)
		if w.Code != http.StatusOK {
			return fmt.Errorf("%s: %d", path, w.Code)
		}
		return nil
	}
}

// lines counts what is written to it, and throws it away.
type lines struct {
	discard
	n    int
	each func()
}

func (l *lines) Write(b []byte) (int, error) {
	l.n++
	l.each()
	return len(b), nil
}

func (a *logged) export(ctx context.Context, each func()) (int, error) {
	w := &lines{discard{http.Header{}}, 0, each}
	a.get(ctx, "/impersonate/log/export?"+url.Values{"format": {"jsonl"}}.Encode(), w)
	if w.n < a.n {
		return w.n, fmt.Errorf("%d lines of %d were exported", w.n, a.n)
	}
	return w.n, nil
}

func (a *logged) exporting() side {
	return func(ctx context.Context) ([]float64, error) {
		start := time.Now()
		n, err := a.export(ctx, func() {})
		return []float64{float64(n) / time.Since(start).Seconds()}, err
	}
}

func (a *logged) heapOfExport() side {
	return func(ctx context.Context) ([]float64, error) {
		most, n := 0.0, 0
		_, err := a.export(ctx, func() {
			if n++; n%(a.n/4) == 0 {
				most = max(most, heap())
			}
		})
		return []float64{most}, err
	}
}

// line is what one impersonation is in the export.
type line struct {
	ID        string    `json:"id"`
	State     string    `json:"state"`
	Actor     identity  `json:"actor"`
	Subject   identity  `json:"subject"`
	Mode      string    `json:"mode"`
	Reason    string    `json:"reason"`
	Ticket    string    `json:"ticket"`
	StartedAt time.Time `json:"started_at"`
	ExpiresAt time.Time `json:"expires_at"`
	Depth     int       `json:"depth"`
	EndedAt   time.Time `json:"ended_at"`
	Cause     string    `json:"cause"`
	EndedBy   identity  `json:"ended_by"`
}

type identity struct {
	ID       string `json:"id"`
	Username string `json:"username"`
	Name     string `json:"name"`
	Email    string `json:"email"`
	Tenant   string `json:"tenant"`
}

// encoding writes as many lines as the export has, from memory.
func (a *logged) encoding() side {
	return func(ctx context.Context) ([]float64, error) {
		page, err := a.store.Impersonations(ctx, guise.LogQuery{Limit: 200})
		if err != nil {
			return nil, err
		}
		var all []line
		for _, i := range page.Impersonations {
			all = append(all, line{
				i.ID, string(i.State), identityOf(i.Actor.User), identityOf(i.Subject.User), string(i.Mode), i.Reason, i.Ticket, i.StartedAt, i.ExpiresAt,
				i.Depth, i.EndedAt, string(i.Cause), identityOf(i.EndedBy.User),
			})
		}
		encoder := json.NewEncoder(io.Discard)
		start := time.Now()
		for n := range a.n {
			if err := encoder.Encode(all[n%len(all)]); err != nil {
				return nil, err
			}
		}
		return []float64{float64(a.n) / time.Since(start).Seconds()}, nil
	}
}

func identityOf(u guise.User) identity { return identity{u.ID, u.Username, u.Name, u.Email, u.Tenant} }
