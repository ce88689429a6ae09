package store

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/guise-go/guise"
	"github.com/guise-go/guise/internal/databases"
	"github.com/guise-go/guise/sqlstore"
)

// ledger is what writers were told is done.
type ledger struct {
	mu             sync.Mutex
	started, ended map[string]bool
}

func (l *ledger) told(in map[string]bool, id string) (total int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	in[id] = true
	return len(l.started) + len(l.ended)
}

// TestP1_RecordedFirst_SurvivesAKillOfTheServer kills the database server with
// SIGKILL under a load of starts and stops. Whatever was acknowledged is there,
// nothing is half there, and the same instances go on when the server is back.
func TestP1_RecordedFirst_SurvivesAKillOfTheServer(t *testing.T) {
	t.Parallel()
	for name, s := range servers {
		t.Run(name, func(t *testing.T) {
			server := s.start(t, databases.Durable)
			database := server.Database(t)
			first, second := openOn(t, s.engine, database), openOn(t, s.engine, database)
			book := &ledger{started: map[string]bool{}, ended: map[string]bool{}}
			for round := range 2 {
				var group sync.WaitGroup
				var once sync.Once
				enough, goal := make(chan struct{}), len(book.started)+len(book.ended)+60
				for n, store := range []*sqlstore.Store{first, second, first, second} {
					group.Go(func() {
						load(t.Context(), store, fmt.Sprintf("%d-%d", round, n), book, func(total int) {
							if total >= goal {
								once.Do(func() { close(enough) })
							}
						})
					})
				}
				select {
				case <-enough:
				case <-time.After(30 * time.Second):
					t.Error("the load did not get going")
				}
				server.Kill(t)
				group.Wait()
				server.Restart(t)
				checkLedger(t, first, book)
			}
		})
	}
}

// load starts and stops until the store fails, and notes what it was told.
func load(ctx context.Context, store *sqlstore.Store, name string, book *ledger, did func(total int)) {
	for n := 0; ; n++ {
		id := fmt.Sprintf("%s-%d", name, n)
		if err := store.Start(ctx, start(id, id)); err != nil {
			return
		}
		did(book.told(book.started, id))
		if n%3 == 0 {
			continue
		}
		if ended, err := store.End(ctx, end(id)); err != nil || len(ended) != 1 {
			return
		}
		did(book.told(book.ended, id))
	}
}

// checkLedger compares the database with what writers were told. A write whose
// answer was lost may be there, whole, or not.
func checkLedger(t *testing.T, store *sqlstore.Store, book *ledger) {
	t.Helper()
	events := map[guise.Kind]map[string]int{guise.KindStarted: {}, guise.KindEnded: {}}
	for _, event := range chain(t, t.Context(), store) {
		events[event.Kind][event.ImpersonationID]++
	}
	verified(t, store)
	for what, told := range map[guise.Kind]map[string]bool{guise.KindStarted: book.started, guise.KindEnded: book.ended} {
		for id := range told {
			if events[what][id] != 1 {
				t.Errorf("%s %s was acknowledged, and has %d events", id, what, events[what][id])
			}
		}
	}
	page, err := store.Impersonations(t.Context(), guise.LogQuery{Limit: 1_000_000})
	if err != nil {
		t.Fatal(err)
	}
	for _, i := range page.Impersonations {
		over := i.State == guise.StateEnded
		if events[guise.KindStarted][i.ID] != 1 || (events[guise.KindEnded][i.ID] == 1) != over {
			t.Errorf("%s is %s, and has %d started and %d ended events: it is half there", i.ID, i.State,
				events[guise.KindStarted][i.ID], events[guise.KindEnded][i.ID])
		}
	}
	if len(page.Impersonations) != len(events[guise.KindStarted]) {
		t.Errorf("%d impersonations, and %d were started by the log", len(page.Impersonations), len(events[guise.KindStarted]))
	}
	t.Logf("%d starts and %d ends acknowledged, %d and %d there", len(book.started), len(book.ended),
		len(events[guise.KindStarted]), len(events[guise.KindEnded]))
}
