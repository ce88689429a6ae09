package guise_test

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/guise-go/guise"
	"github.com/guise-go/guise/memstore"
)

// tenEvents is a log of ten events, a day apart.
func tenEvents(t *testing.T) *memstore.Store {
	t.Helper()
	store := memstore.New()
	for n := range 10 {
		addEvent(t, store, n)
	}
	return store
}

func addEvent(t *testing.T, store guise.Store, day int) {
	t.Helper()
	if err := store.Append(t.Context(), guise.Event{
		Time: day0.AddDate(0, 0, day), Kind: guise.KindNote, Note: fmt.Sprint("note ", day),
		Actor: guise.Actor{User: everyone()[0]}, Subject: guise.Subject{User: everyone()[3]},
	}); err != nil {
		t.Fatal(err)
	}
}

var day0 = time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)

// purgeDays deletes what was recorded in the first days.
func purgeDays(t *testing.T, store guise.Store, days int) {
	t.Helper()
	purged, err := store.Purge(t.Context(), guise.Purge{Before: day0.AddDate(0, 0, days), Event: func(guise.Purged) guise.Event {
		return guise.Event{Time: day0.AddDate(0, 0, 100+days), Kind: guise.KindPurged}
	}})
	if err != nil || purged.Events == 0 {
		t.Fatalf("Purge: %+v, %v", purged, err)
	}
}

func allEvents(t *testing.T, store guise.Store) []guise.Event {
	t.Helper()
	all, err := store.Events(t.Context(), "", 0, 100_000)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// verify gives a log to a Verifier, and returns the number of the event it names.
func verify(log []guise.Event) (int64, error) {
	var v guise.Verifier
	for _, event := range log {
		if v.Add(event) != nil {
			break
		}
	}
	err := v.Done()
	var wrong *guise.ChainError
	if errors.As(err, &wrong) {
		return wrong.Seq, err
	}
	return 0, err
}

// rehash makes the hashes of one event fit again, and of no other.
func rehash(e guise.Event) guise.Event {
	e.Hash = e.Digest()
	return e
}

func TestP9_AForgedLogIsFound(t *testing.T) {
	for name, forged := range map[string]struct {
		forge   func(log []guise.Event) []guise.Event
		seq     int64
		problem string
	}{
		"changed text":     {func(l []guise.Event) []guise.Event { l[4].Note = "nothing happened"; return l }, 5, "was changed"},
		"changed time":     {func(l []guise.Event) []guise.Event { l[4].Time = l[4].Time.Add(time.Microsecond); return l }, 5, "was changed"},
		"another actor":    {func(l []guise.Event) []guise.Event { l[0].Actor.ID = "2"; return l }, 1, "was changed"},
		"the last changed": {func(l []guise.Event) []guise.Event { l[9].Note = ""; return l }, 10, "was changed"},
		"a hash changed":   {func(l []guise.Event) []guise.Event { l[4].Hash[0]++; return l }, 5, "was changed"},
		"a link changed":   {func(l []guise.Event) []guise.Event { l[4].Prev[0]++; return l }, 5, "is not linked to event 4"},
		"removed":          {func(l []guise.Event) []guise.Event { return slices.Delete(l, 4, 5) }, 5, "is missing"},
		"several removed":  {func(l []guise.Event) []guise.Event { return slices.Delete(l, 4, 7) }, 5, "and so are those up to 7"},
		"removed, the rest moved up": {func(l []guise.Event) []guise.Event {
			l = slices.Delete(l, 4, 5)
			for n := range l[4:] {
				l[4+n].Seq--
			}
			return l
		}, 5, "is not linked"},
		"the first removed": {func(l []guise.Event) []guise.Event { return l[1:] }, 2, "no purge says that it removed the events up to 1"},
		"all but the last":  {func(l []guise.Event) []guise.Event { return l[9:] }, 10, "no purge"},
		"inserted":          {func(l []guise.Event) []guise.Event { return slices.Insert(l, 5, rehash(l[4])) }, 5, "comes where event 6 should"},
		"inserted, with a number of its own": {func(l []guise.Event) []guise.Event {
			return slices.Insert(l, 5, l[4].Chained(5, l[4].Hash))
		}, 6, "comes where event 7 should"},
		"two swapped": {func(l []guise.Event) []guise.Event { l[4], l[5] = l[5], l[4]; return l }, 5, "is missing"},
		"two swapped, with each other's numbers": {func(l []guise.Event) []guise.Event {
			l[4], l[5] = l[5], l[4]
			l[4].Seq, l[5].Seq = 5, 6
			return l
		}, 5, "is not linked"},
		"one written anew, hash and all": {func(l []guise.Event) []guise.Event {
			l[4].Note = "nothing happened"
			l[4] = rehash(l[4])
			return l
		}, 6, "is not linked to event 5 as that is now"},
		"the first linked to something": {func(l []guise.Event) []guise.Event {
			l[0].Prev[0]++
			l[0] = rehash(l[0])
			return l
		}, 1, "is the first"},
		"begins with number 0": {func(l []guise.Event) []guise.Event { l[0].Seq = 0; return l }, 0, "comes where event 1 should"},
		"a made-up purge in place of the beginning": {func(l []guise.Event) []guise.Event {
			made := guise.Event{Kind: guise.KindPurged, PurgedTo: 3, PurgedHash: guise.Hash{1}}
			return append(l[3:], made.Chained(10, l[9].Hash))
		}, 4, "event 11, a purge, says"},
		"a purge of what comes later": {func(l []guise.Event) []guise.Event {
			made := guise.Event{Kind: guise.KindPurged, PurgedTo: 11}
			return append(l, made.Chained(10, l[9].Hash))
		}, 11, "up to 11"},
		"no purge, but an event that looks like one": {func(l []guise.Event) []guise.Event {
			made := guise.Event{Kind: guise.KindNote, PurgedTo: 3, PurgedHash: l[2].Hash}
			return append(l[3:], made.Chained(10, l[9].Hash))
		}, 4, "no purge"},
	} {
		t.Run(name, func(t *testing.T) {
			log := allEvents(t, tenEvents(t))
			seq, err := verify(forged.forge(log))
			if err == nil || seq != forged.seq || !strings.Contains(err.Error(), forged.problem) {
				t.Errorf("event %d, %v\nwant event %d and %q", seq, err, forged.seq, forged.problem)
			}
		})
	}
}

func TestP9_ALogAsItWasWrittenHolds(t *testing.T) {
	for name, write := range map[string]func(store guise.Store){
		"never purged": func(guise.Store) {},
		"purged once":  func(s guise.Store) { purgeDays(t, s, 4) },
		"purged, and gone on": func(s guise.Store) {
			purgeDays(t, s, 4)
			addEvent(t, s, 200)
		},
		"purged twice": func(s guise.Store) {
			purgeDays(t, s, 4)
			addEvent(t, s, 200)
			purgeDays(t, s, 7)
			addEvent(t, s, 201)
		},
		"all of it purged": func(s guise.Store) { purgeDays(t, s, 50) },
		"the purge purged": func(s guise.Store) {
			purgeDays(t, s, 50)
			addEvent(t, s, 160)
			purgeDays(t, s, 170)
		},
	} {
		t.Run(name, func(t *testing.T) {
			store := tenEvents(t)
			write(store)
			log := allEvents(t, store)
			if _, err := verify(log); err != nil {
				t.Error(err)
			}
			// No log may lack more than its newest purge says.
			if seq, err := verify(log[1:]); len(log) > 1 && (err == nil || seq != log[1].Seq) {
				t.Errorf("without its first event: event %d, %v; want event %d named", seq, err, log[1].Seq)
			}
			// Whoever has kept what was purged can verify all of it together.
			if archive := allEvents(t, tenEvents(t)); log[0].Seq <= 11 {
				if _, err := verify(append(archive[:log[0].Seq-1], log...)); err != nil {
					t.Errorf("after the archived part: %v", err)
				}
			}
		})
	}
	if _, err := verify(nil); err != nil {
		t.Errorf("an empty log: %v", err)
	}
}

// TestP9_AForgedPurgedLogIsFound: a purge takes nothing from what is left.
func TestP9_AForgedPurgedLogIsFound(t *testing.T) {
	for name, forged := range map[string]struct {
		forge func(log []guise.Event) []guise.Event // of events 5 to 12, of which 11 and 12 are purges to 3 and to 4
		seq   int64
	}{
		"one more removed":         {func(l []guise.Event) []guise.Event { return l[1:] }, 6},
		"the purge removed":        {func(l []guise.Event) []guise.Event { return l[:7] }, 5},
		"the purge changed":        {func(l []guise.Event) []guise.Event { l[7].PurgedTo = 5; return l[1:] }, 12},
		"the purge's hash changed": {func(l []guise.Event) []guise.Event { l[7].PurgedHash[0]++; return l }, 12},
		"the first changed":        {func(l []guise.Event) []guise.Event { l[0].Note = "x"; return l }, 5},
		"the first made anew":      {func(l []guise.Event) []guise.Event { l[0].Note = "x"; l[0] = rehash(l[0]); return l }, 6},
		"the first linked anew": {func(l []guise.Event) []guise.Event {
			l[0].Prev[0]++
			l = []guise.Event{rehash(l[0])}
			purge := guise.Event{Kind: guise.KindPurged, PurgedTo: 4, PurgedHash: guise.Hash{1}}
			return append(l, purge.Chained(5, l[0].Hash))
		}, 5},
	} {
		t.Run(name, func(t *testing.T) {
			store := tenEvents(t)
			purgeDays(t, store, 3)
			purgeDays(t, store, 4)
			log := allEvents(t, store)
			if len(log) != 8 || log[0].Seq != 5 {
				t.Fatalf("the log has %d events from %d on", len(log), log[0].Seq)
			}
			if seq, err := verify(forged.forge(log)); err == nil || seq != forged.seq {
				t.Errorf("event %d, %v; want event %d named", seq, err, forged.seq)
			}
		})
	}
}

// TestP9_AMissingEndHasAnotherHead: the one thing that the events themselves
// can't show.
func TestP9_AMissingEndHasAnotherHead(t *testing.T) {
	store := tenEvents(t)
	seq, hash, err := store.Head(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for missing := range 3 {
		var v guise.Verifier
		for _, event := range allEvents(t, store)[:10-missing] {
			if err := v.Add(event); err != nil {
				t.Fatal(err)
			}
		}
		gotSeq, gotHash := v.Head()
		if same := gotSeq == seq && gotHash == hash; v.Done() != nil || same != (missing == 0) {
			t.Errorf("%d removed at the end: %v, Head %d %s; the log's is %d %s", missing, v.Done(), gotSeq, gotHash, seq, hash)
		}
	}
}

func TestVerifier_LooksNoFurtherThanTheFirstBadEvent(t *testing.T) {
	log := allEvents(t, tenEvents(t))
	log[4].Note = "x"
	var v guise.Verifier
	var first error
	for _, event := range log {
		if err := v.Add(event); err != nil && first == nil {
			first = err
		} else if first != nil && !errors.Is(err, first) {
			t.Errorf("event %d: %v; want the first error again", event.Seq, err)
		}
	}
	if seq, hash := v.Head(); first == nil || !errors.Is(v.Done(), first) || seq != 4 || hash != log[3].Hash {
		t.Errorf("Done: %v, Head %d; want %v and 4", v.Done(), seq, first)
	}
}

// TestP9_TheHashCoversEverything changes each field, also those added later.
func TestP9_TheHashCoversEverything(t *testing.T) {
	plain := guise.Event{Seq: 1}
	var walk func(path string, at func(*guise.Event) reflect.Value)
	walk = func(path string, at func(*guise.Event) reflect.Value) {
		changed := plain
		switch field := at(&changed); {
		case field.Type() == reflect.TypeFor[time.Time]():
			field.Set(reflect.ValueOf(day0))
		case field.Kind() == reflect.Struct:
			for n := range field.NumField() {
				walk(path+"."+field.Type().Field(n).Name, func(e *guise.Event) reflect.Value { return at(e).Field(n) })
			}
			return
		case field.Kind() == reflect.String:
			field.SetString("x")
		case field.CanInt():
			field.SetInt(int64(time.Second))
		case field.Kind() == reflect.Array:
			field.Index(0).SetUint(1)
		default:
			return // what a user may is not on record
		}
		if changed.Digest() == plain.Digest() != (path == ".Hash") {
			t.Errorf("%s: in the digest: %v", path, path == ".Hash")
		}
	}
	walk("", func(e *guise.Event) reflect.Value { return reflect.ValueOf(e).Elem() })
}

// TestP9_TheEncodingIsFixed: what has been written must verify for ever, even
// with programs that others wrote to read it.
func TestP9_TheEncodingIsFixed(t *testing.T) {
	e := guise.Event{
		Time: day0, Kind: guise.KindPurged, By: guise.Actor{User: everyone()[0]}, Note: "für, immer",
		Duration: 1500 * time.Millisecond, Status: 201, PurgedTo: 1, PurgedHash: guise.Hash{0xab},
	}.Chained(1, guise.Hash{0xcd})
	if got, want := e.Hash.String(), "efa3682bc6e50b4a5e16f8ebfb9a20a74132be35007235ce7a3f6e4344f607a3"; got != want {
		t.Errorf("the hash is %s; want %s", got, want)
	}
}
