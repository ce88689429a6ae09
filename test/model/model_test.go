package model

import (
	"context"
	"database/sql"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"testing"

	_ "modernc.org/sqlite"
	"pgregory.net/rapid"

	"github.com/guise-go/guise"
	"github.com/guise-go/guise/internal/databases"
	"github.com/guise-go/guise/memstore"
	"github.com/guise-go/guise/sqlstore"
)

// stores are what the lives are lived on, and how many there are by default.
var stores = []struct {
	name  string
	lives string
	open  func(*testing.T) guise.Store
}{
	{"in memory", "200", func(*testing.T) guise.Store { return memstore.New() }},
	{"SQLite", "8", func(t *testing.T) guise.Store {
		db, err := sql.Open("sqlite", "file:"+filepath.Join(t.TempDir(), "app.db")+"?_pragma=journal_mode(WAL)&_pragma=synchronous(OFF)")
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = db.Close() })
		return opened(t, db, sqlstore.SQLite)
	}},
	{"PostgreSQL", "6", func(t *testing.T) guise.Store {
		return opened(t, databases.Postgres(t).Open(t), sqlstore.Postgres)
	}},
	{"MariaDB", "4", func(t *testing.T) guise.Store {
		return opened(t, databases.MySQL(t).Open(t), sqlstore.MySQL)
	}},
}

func opened(t *testing.T, db *sql.DB, engine sqlstore.Engine) guise.Store {
	t.Helper()
	store, err := sqlstore.Open(t.Context(), db, engine)
	if err != nil {
		t.Fatal(err)
	}
	return store
}

// TestModel_ThePromisesHoldAfterEachStep of random lives.
func TestModel_ThePromisesHoldAfterEachStep(t *testing.T) {
	for _, row := range stores {
		t.Run(row.name, func(t *testing.T) {
			lives := row.lives
			if asked := os.Getenv("GUISE_MODEL"); asked != "" {
				lives = asked
			}
			if err := errors.Join(flag.Set("rapid.checks", lives), flag.Set("rapid.steps", "60")); err != nil {
				t.Fatal(err)
			}
			rapid.Check(t, func(r *rapid.T) {
				w := newWorld(r, row.open(t))
				r.Repeat(map[string]func(*rapid.T){
					"start": w.step((*world).start), "start again": w.step((*world).start), "start on top": w.step((*world).startOnTop),
					"request": w.step((*world).request), "request again": w.step((*world).request), "and again": w.step((*world).request),
					"stop": w.step((*world).stop), "mode": w.step((*world).mode), "revoke": w.step((*world).revoke),
					"clock": w.step((*world).jump), "sweep": w.step((*world).sweep), "user": w.step((*world).change), "fault": w.step((*world).breakStore),
					"": func(*rapid.T) { w.promises() },
				})
			})
		})
	}
}

func (w *world) step(do func(*world)) func(*rapid.T) {
	return func(t *rapid.T) { w.T, w.ran = t, nil; do(w) }
}

// promises looks at all that is on record.
func (w *world) promises() {
	ctx := context.Background()
	events, err := w.store.Store.Events(ctx, "", 0, 100_000)
	if err != nil {
		w.Fatal(err)
	}
	var (
		chain    guise.Verifier
		started  = map[string]bool{}
		ended    = map[string]int{}
		recorded = map[string]string{}
	)
	for _, event := range events {
		if err := chain.Add(event); err != nil {
			w.Fatalf("P9: %v", err)
		}
		switch event.Kind {
		case guise.KindStarted:
			started[event.ImpersonationID] = true
		case guise.KindEnded:
			ended[event.ImpersonationID]++
		case guise.KindRequest:
			if event.Status == 0 { // before it ran
				recorded[event.Path] = event.ImpersonationID
			}
		}
	}
	for path, id := range w.written {
		if recorded[path] != id || !started[id] {
			w.Fatalf("P1: %s ran as the subject in %s and is on record in %q", path, id, recorded[path])
		}
	}
	for id, n := range w.told {
		if n != 1 || ended[id] != 1 {
			w.Fatalf("P5: the end of %s was told %d times and is on record %d times", id, n, ended[id])
		}
	}
	for _, actor := range actors {
		running, err := w.store.Store.Running(ctx, actor, 10)
		if err != nil || len(running) > 1 {
			w.Fatalf("P10: %s has %d running, %v", actor, len(running), err)
		}
		if w.jars[actor]["session"] != "own-"+actor {
			w.Fatalf("P4: the session of %s is now %q", actor, w.jars[actor]["session"])
		}
		l := w.lives[actor]
		if l == nil {
			continue
		}
		for _, link := range l.stack() {
			if over := ended[link.id] == 1; over != link.over || !started[link.id] || ended[link.id] > 1 {
				w.Fatalf("P5: %s is over by the model: %v; its end is on record %d times", link.id, link.over, ended[link.id])
			}
		}
	}
}
