package guise_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/guise-go/guise"
)

// beside puts on record what is about no impersonation.
func (w *world) beside(events ...guise.Event) {
	w.t.Helper()
	for n := range events {
		events[n].Time = w.clock()
	}
	if err := w.store.Append(w.t.Context(), events...); err != nil {
		w.t.Fatal(err)
	}
}

// codes are what a page shows, by code or note.
func codes(events []guise.Event) string {
	var shown []string
	for _, e := range events {
		shown = append(shown, e.Code+e.Note)
	}
	return strings.Join(shown, " ")
}

func limitOf(id, code string) guise.Event {
	return guise.Event{Kind: guise.KindLimited, Actor: guise.Actor{User: guise.User{ID: id}}, Code: code}
}

// TestUnattached_AnOfficerSeesWhoReachedALimit: not the store alone knows.
func TestUnattached_AnOfficerSeesWhoReachedALimit(t *testing.T) {
	w := newWorld(t, func(c *guise.Config) { c.Limits.People, c.Limits.Searches = 1, 1 })
	b := w.login("1")
	b.get("/impersonate/users?q=customer") // 10 and 11: one more than is usual
	b.get("/impersonate/users?q=customer")
	got := w.login("2").do("GET", "/impersonate/log/unattached", "", asJSON)
	for _, want := range []string{`"kind":"limited"`, `"code":"people"`, `"code":"searches"`, `"name":"Ada Admin"`} {
		if got.Code != http.StatusOK || !strings.Contains(got.Body.String(), want) {
			t.Errorf("%d, without %s: %s", got.Code, want, got.Body)
		}
	}
}

func TestUnattached_IsNarrowedByKindAndPerson(t *testing.T) {
	w, seen := newSeenWorld(t, nil)
	note := guise.Event{Kind: guise.KindNote, Actor: guise.Actor{User: everyone()[0]}, By: guise.Actor{User: everyone()[0]}, Note: "note"}
	purge := guise.Event{Kind: guise.KindPurged, By: guise.Actor{User: everyone()[2]}, Note: "purge"}
	w.put("denied", "1", w.clock()) // about an impersonation
	w.beside(limitOf("3", "a"), note, purge, limitOf("1", "b"))
	for query, want := range map[string]string{
		"": "b purge note a", "?kind=limited": "b a", "?kind=note": "note", "?kind=purged": "purge", "?actor=1": "b note",
		"?actor=3": "purge a", "?kind=limited&actor=3": "a", "?actor=nobody": "",
	} {
		w.login("1").get("/impersonate/log/unattached" + query)
		data := seen.page.Data.(guise.UnattachedData)
		if got := codes(data.Events); got != want || data.Next != "" || !data.LookedTo.IsZero() || data.OwnOnly {
			t.Errorf("%s: %q, next %q, looked to %v; want %q and no more", query, got, data.Next, data.LookedTo, want)
		}
	}
	for _, query := range []string{"kind=started", "kind=Limited", "kind=" + url.QueryEscape("limited\x00"), "cursor=x", "cursor=-1", "cursor=0", "cursor=99999999999999999999"} {
		if got := w.login("1").do("GET", "/impersonate/log/unattached?"+query, "", asJSON); got.Code != http.StatusBadRequest {
			t.Errorf("%s: %d; want 400", query, got.Code)
		}
	}
}

func TestUnattached_OneWhoMaySeeNobodyElsesSeesTheirOwn(t *testing.T) {
	w, seen := newSeenWorld(t, nil)
	w.beside(limitOf("3", "own"), limitOf("1", "another's"))
	for _, query := range []string{"", "?actor=1", "?kind=limited&actor=1"} {
		w.login("3").get("/impersonate/log/unattached" + query)
		if data := seen.page.Data.(guise.UnattachedData); codes(data.Events) != "own" || !data.OwnOnly {
			t.Errorf("%s: %q, own only %v", query, codes(data.Events), data.OwnOnly)
		}
	}
	if got := w.login("10").do("GET", "/impersonate/log/unattached", "", asJSON); got.Code != http.StatusForbidden {
		t.Errorf("a customer: %d; want 403", got.Code)
	}
}

// TestUnattached_FollowingTheCursorFindsEachOnce, even where much of what is looked
// at doesn't fit the filter; and each page looks at a limited number.
func TestUnattached_FollowingTheCursorFindsEachOnce(t *testing.T) {
	w, seen := newSeenWorld(t, nil)
	var all, limits []string
	for n := range 1303 {
		event := guise.Event{Kind: guise.KindPurged, Note: fmt.Sprint(n)}
		if n%100 == 1 {
			event = limitOf("1", fmt.Sprint(n))
			limits = append([]string{event.Code}, limits...)
		}
		w.beside(event)
		all = append([]string{fmt.Sprint(n)}, all...)
	}
	for query, want := range map[string][]string{"": all, "kind=limited&": limits} {
		var found []string
		cursor, pages := "", 0
		for more := true; more && pages < 100; pages++ {
			w.login("1").get("/impersonate/log/unattached?" + query + "cursor=" + cursor)
			data := seen.page.Data.(guise.UnattachedData)
			if len(data.Events) > 20 || data.Cursor != cursor || query == "" && !data.LookedTo.IsZero() || data.LookedTo.After(w.clock()) {
				t.Fatalf("%s%s: a page of %d, looked to %v", query, cursor, len(data.Events), data.LookedTo)
			}
			for _, e := range data.Events {
				found = append(found, e.Code+e.Note)
			}
			cursor, more = data.Next, data.Next != ""
		}
		if strings.Join(found, " ") != strings.Join(want, " ") {
			t.Errorf("%q: found %v; want %v", query, found, want)
		}
		if query != "" && pages != 3 {
			t.Errorf("%d pages for 1303 events; want 3, each of which looks at 500", pages)
		}
	}
}

// TestUnattached_WhoNotesOrPurgesSeesThatItIsThere: the form leads to what it wrote.
func TestUnattached_WhoNotesOrPurgesSeesThatItIsThere(t *testing.T) {
	w, seen := newSeenWorld(t, func(c *guise.Config) {
		c.AllowNotes, c.AllowPurge, c.RetainFor = true, true, 24*time.Hour
	})
	w.put("old", "1", w.clock().Add(-48*time.Hour))
	b := w.login("1")
	for path, body := range map[string]string{"notes": "subject=10&note=telephoned", "purge": "note=cleaned"} {
		got := b.do("POST", "/impersonate/log/"+path, body, asPage)
		b.get(got.location())
		data, ok := seen.page.Data.(guise.UnattachedData)
		if !ok || !strings.Contains(codes(data.Events), strings.SplitAfter(body, "note=")[1]) {
			t.Errorf("%s leads to %q, which shows %+v", path, got.location(), seen.page.Data)
		}
	}
}
