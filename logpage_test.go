package guise_test

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/guise-go/guise"
)

// put stores a refused attempt, the cheapest record that a log can have.
func (w *world) put(id, actor string, at time.Time) {
	w.t.Helper()
	one := guise.Impersonation{
		ID: id, StackID: id, Depth: 1, State: guise.StateDenied, Mode: guise.ReadOnly, Code: "policy", StartedAt: at,
		Actor: guise.Actor{User: guise.User{ID: actor}}, Subject: guise.Subject{User: guise.User{ID: "10", Tenant: "north"}},
	}
	if err := w.store.Deny(w.t.Context(), one, guise.Event{Kind: guise.KindDenied, ImpersonationID: id, Time: at}); err != nil {
		w.t.Fatal(err)
	}
}

func TestLog_TheSummaryCountsWhatTheFilterFinds(t *testing.T) {
	w, seen := newSeenWorld(t, nil)
	day := w.clock().Truncate(24 * time.Hour)
	w.put("a", "1", day.Add(-72*time.Hour))
	w.put("b", "1", day)
	w.put("c", "3", day.Add(time.Hour))
	for query, want := range map[string]string{
		"":                  "3 found, 4 days [1 0 0 2] of 2 actors",
		"?actor=3":          "1 found, 1 days [1] of 2 actors",
		"?tenant=south":     "0 found, 0 days [] of 0 actors",
		"?tenant=north":     "3 found, 4 days [1 0 0 2] of 2 actors",
		"?mode=read_write":  "0 found, 0 days [] of 0 actors",
		"?cause=revoked":    "0 found, 0 days [] of 0 actors",
		"?from=2026-03-01":  "2 found, 1 days [2] of 2 actors",
		"?state=ended&q=no": "0 found, 0 days [] of 0 actors",
	} {
		w.login("1").get("/impersonate/log" + query)
		data, ok := seen.page.Data.(guise.LogData)
		if !ok || data.Summary == nil {
			t.Fatalf("%s: no summary: %+v", query, seen.page.Data)
		}
		var counts []int
		for _, day := range data.Summary.Days {
			counts = append(counts, day.Count)
		}
		got := fmt.Sprintf("%d found, %d days %v of %d actors", data.Summary.Found, len(counts), counts, len(data.Summary.Actors))
		if got != want || data.Summary.More {
			t.Errorf("%s: %s, more %v; want %s", query, got, data.Summary.More, want)
		}
	}
}

func TestLog_TheSummarySaysWhoActedMost(t *testing.T) {
	w, seen := newSeenWorld(t, nil)
	day := w.clock().Truncate(24 * time.Hour)
	for n, actor := range []string{"a", "b", "b", "b", "c", "c", "d", "d", "e", "e", "e", "e"} {
		w.put(fmt.Sprint(n), actor, day.AddDate(0, 0, -n/6))
	}
	w.put("long ago", "f", day.AddDate(0, 0, -40))
	w.login("1").get("/impersonate/log")
	summary := seen.page.Data.(guise.LogData).Summary
	var most []string
	for _, actor := range summary.Most {
		most = append(most, actor.ID)
	}
	if got := strings.Join(most, " "); got != "e b c d" {
		t.Errorf("most by %s, want e b c d: four, the first most, and equals by name", got)
	}
	before, last := summary.Days[len(summary.Days)-2], summary.Days[len(summary.Days)-1]
	if got := fmt.Sprint(last.Count, last.ByActor, before.Count, before.ByActor); got != "6 [0 3 2 0] 6 [4 0 0 2]" {
		t.Errorf("on the last two days %s", got)
	}
}

func TestLog_TheSummaryIsBounded(t *testing.T) {
	w, seen := newSeenWorld(t, nil)
	for n := range 1001 {
		w.put(fmt.Sprintf("%04d", n), fmt.Sprint("a", n), w.clock().Add(-time.Duration(n)*2*time.Hour))
	}
	w.login("1").get("/impersonate/log")
	summary := seen.page.Data.(guise.LogData).Summary
	if summary.Found != 500 || !summary.More || len(summary.Days) != 30 || len(summary.Actors) != 100 || len(summary.Most) != 4 {
		t.Errorf("found %d, more %v, of %d days and %d actors; want 500 and more, 30 and 100", summary.Found, summary.More, len(summary.Days), len(summary.Actors))
	}
}

// shortSighted is a store that looks at a limited number for a page.
type shortSighted struct {
	guise.Store
	atMost int
}

func (s shortSighted) Impersonations(ctx context.Context, query guise.LogQuery) (guise.LogPage, error) {
	full := query.Limit
	query.Limit = min(full, s.atMost)
	page, err := s.Store.Impersonations(ctx, query)
	if page.Next != "" && query.Limit < full {
		page.LookedTo = page.Impersonations[query.Limit-1].StartedAt
	}
	return page, err
}

func TestLog_SaysHowFarBackItLooked(t *testing.T) {
	w, seen := newSeenWorld(t, func(c *guise.Config) { c.Store = shortSighted{c.Store, 3} })
	day := w.clock().Truncate(24 * time.Hour)
	for n := range 5 {
		w.put(fmt.Sprint(n), "1", day.Add(-time.Duration(n)*24*time.Hour))
	}
	b := w.login("1")
	b.get("/impersonate/log")
	data := seen.page.Data.(guise.LogData)
	looked := day.Add(-48 * time.Hour)
	if !data.LookedTo.Equal(looked) || !data.Summary.LookedTo.Equal(looked) || !data.Summary.More || data.Next == "" || len(data.Summary.Days) != 2 {
		t.Errorf("looked to %v, counted to %v over %d days; want %v, and the two days that were seen whole",
			data.LookedTo, data.Summary.LookedTo, len(data.Summary.Days), looked)
	}
	b.get("/impersonate/log?cursor=" + url.QueryEscape(data.Next))
	if data := seen.page.Data.(guise.LogData); len(data.Impersonations) != 2 || !data.LookedTo.IsZero() || data.Next != "" {
		t.Errorf("from there on: %d found, looked to %v, next %q; want the last 2", len(data.Impersonations), data.LookedTo, data.Next)
	}
}

func TestLog_OneWhoSeesOnlyTheirOwnHasASummaryOfTheirOwn(t *testing.T) {
	w, seen := newSeenWorld(t, nil)
	w.put("a", "1", w.clock())
	w.put("b", "3", w.clock())
	w.login("3").get("/impersonate/log?actor=1")
	if data := seen.page.Data.(guise.LogData); data.Summary.Found != 1 || len(data.Summary.Actors) != 1 || data.Summary.Actors[0].ID != "3" {
		t.Errorf("staff sees a summary of %+v", data.Summary)
	}
}

func TestLog_OffersNotesAndPurgesOnlyWhereThereAreAny(t *testing.T) {
	for _, on := range []bool{false, true} {
		w, seen := newSeenWorld(t, func(c *guise.Config) {
			if on {
				c.AllowNotes, c.AllowPurge, c.RetainFor = true, true, 30*24*time.Hour
			}
		})
		for id, may := range map[string]bool{"1": on, "3": false} {
			w.login(id).get("/impersonate/log")
			for _, action := range []guise.Action{guise.ActionNote, guise.ActionPurge} {
				if got := seen.page.Viewer.May(action); got != may {
					t.Errorf("switched on %v: %s may %s: %v", on, id, action, got)
				}
			}
		}
	}
}

func TestLog_RefusesACauseThereIsNot(t *testing.T) {
	w := newWorld(t, nil)
	if got := w.login("1").do("GET", "/impersonate/log?cause=bored", "", asJSON); got.Code != http.StatusBadRequest {
		t.Errorf("%d %s; want 400", got.Code, got.Body)
	}
}

func TestEntry_FollowingTheTimelineFindsEachEventOnce(t *testing.T) {
	w, seen := newSeenWorld(t, nil)
	w.put("long", "1", w.clock())
	var want []int64
	for n := range 250 {
		want = append(want, int64(n+1))
		if n > 0 {
			if err := w.store.Append(t.Context(), guise.Event{Kind: guise.KindNote, ImpersonationID: "long", Time: w.clock()}); err != nil {
				t.Fatal(err)
			}
		}
	}
	var got []int64
	for after, more := int64(0), true; more && len(got) < 1000; {
		w.login("1").get(fmt.Sprint("/impersonate/log/long?after=", after))
		data := seen.page.Data.(guise.EntryData)
		if data.More != (len(data.Ahead) > 0) || len(data.Events) > 100 || data.Changed != 0 {
			t.Fatalf("after %d: %d events, %d ahead, more %v, changed %d", after, len(data.Events), len(data.Ahead), data.More, data.Changed)
		}
		for _, e := range data.Events {
			got, after = append(got, e.Seq), e.Seq
		}
		more = data.More
	}
	if !slices.Equal(got, want) {
		t.Errorf("events %d; want 1 to 250", got)
	}
}

// forgingStore has one event that says something else than was written.
type forgingStore struct {
	guise.Store
	seq int64
}

func (s forgingStore) Events(ctx context.Context, id string, after int64, limit int) ([]guise.Event, error) {
	events, err := s.Store.Events(ctx, id, after, limit)
	for n := range events {
		if events[n].Seq == s.seq {
			events[n].Reason = "another"
		}
	}
	return events, err
}

func TestP9_TheEntryPageSaysWhichEventWasChanged(t *testing.T) {
	w, seen := newSeenWorld(t, func(c *guise.Config) { c.Store = forgingStore{c.Store, 2} })
	w.put("one", "1", w.clock())
	w.put("two", "1", w.clock())
	for id, want := range map[string]int64{"one": 0, "two": 2} {
		w.login("1").get("/impersonate/log/" + id)
		if got := seen.page.Data.(guise.EntryData).Changed; got != want {
			t.Errorf("%s: the first changed event is %d; want %d", id, got, want)
		}
	}
}
