package storetest

import (
	"fmt"
	"math"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/guise-go/guise"
)

// Rules 18 to 21, Events and Head: what is on record.

func appendKeepsTogether(e *env) {
	e.race(func(n int, store guise.Store) {
		var batch []guise.Event
		for part := range 3 {
			batch = append(batch, guise.Event{Kind: guise.KindNote, Time: noon(), Note: fmt.Sprintf("%02d.%d", n, part)})
		}
		if err := store.Append(e.ctx, batch...); err != nil {
			e.Errorf("Append: %v", err)
		}
	})
	all := e.chain()
	if len(all) != racers*3 {
		e.Fatalf("the log has %d events; want %d", len(all), racers*3)
	}
	for n := range all {
		if want := fmt.Sprintf("%s.%d", all[n/3*3].Note[:2], n%3); all[n].Note != want {
			e.Errorf("event %d is %q; want %q: another stands between", all[n].Seq, all[n].Note, want)
		}
	}
}

func appendNone(e *env) {
	e.unchanged("no events", func() {
		if err := e.store.Append(e.ctx); err != nil {
			e.Errorf("Append of nothing: %v", err)
		}
	})
}

// follow reads all pages of a query, and returns the IDs.
func (e *env) follow(query guise.LogQuery) (ids []string) {
	e.Helper()
	for {
		page, err := e.store.Impersonations(e.ctx, query)
		if err != nil {
			e.Fatalf("Impersonations(%+v): %v", query, err)
		}
		if query.Limit > 0 && len(page.Impersonations) > query.Limit {
			e.Fatalf("a page of %d has %d", query.Limit, len(page.Impersonations))
		}
		for _, i := range page.Impersonations {
			ids = append(ids, i.ID)
		}
		if page.Next == "" {
			return ids
		}
		short := query.Limit > 0 && len(page.Impersonations) < query.Limit
		if page.Next == query.Cursor || short && page.LookedTo.IsZero() || len(ids) > 10_000 {
			e.Fatalf("Next leads nowhere: %d found, and this page has %d, looked to %v", len(ids), len(page.Impersonations), page.LookedTo)
		}
		query.Cursor = page.Next
	}
}

// fill stores n impersonations, five for each moment, and returns their IDs,
// the newest start first.
func (e *env) fill(n int) []string {
	e.Helper()
	for k := range n {
		e.mustStart(draft(fmt.Sprintf("fill-%02d", k*7%n), fmt.Sprint("a", k%3), after(k/5)))
	}
	all := e.everything()
	if !slices.IsSortedFunc(all, func(a, b guise.Impersonation) int { return b.StartedAt.Compare(a.StartedAt) }) || len(all) != n {
		e.Fatalf("Impersonations: %d, want %d, the newest start first: %+v", len(all), n, all)
	}
	var ids []string
	for _, i := range all {
		ids = append(ids, i.ID)
	}
	return ids
}

func pages(e *env) {
	all := e.fill(25)
	for size := 1; size <= 26; size++ {
		if got := e.follow(guise.LogQuery{Limit: size}); !slices.Equal(got, all) {
			e.Errorf("in pages of %d: %q; want %q", size, got, all)
		}
	}
	var ofOne []string
	for _, id := range all {
		if e.get(id).Actor.ID == "a1" {
			ofOne = append(ofOne, id)
		}
	}
	if got := e.follow(guise.LogQuery{ActorID: "a1", Limit: 2}); !slices.Equal(got, ofOne) {
		e.Errorf("of one actor, in pages of 2: %q; want %q", got, ofOne)
	}
}

func briefPages(e *env) {
	e.fill(3)
	whole, err := e.store.Impersonations(e.ctx, guise.LogQuery{Limit: 2})
	if err != nil {
		e.Fatal(err)
	}
	brief, err := e.store.Impersonations(e.ctx, guise.LogQuery{Limit: 2, Brief: true})
	if err != nil {
		e.Fatal(err)
	}
	if len(brief.Impersonations) != 2 || brief.Next != whole.Next {
		e.Fatalf("a brief page has %d and goes on at %q; want 2 and %q", len(brief.Impersonations), brief.Next, whole.Next)
	}
	for n, want := range whole.Impersonations {
		got := brief.Impersonations[n]
		if got.ID != want.ID || got.State != want.State || !got.StartedAt.Equal(want.StartedAt) || !reflect.DeepEqual(got.Actor, want.Actor) {
			e.Errorf("brief: %+v; want at least ID, State, StartedAt and Actor of %+v", got, want)
		}
	}
}

func pagesWhileMoreStart(e *env) {
	all := e.fill(12)
	query, seen := guise.LogQuery{Limit: 5}, []string(nil)
	for {
		page, err := e.store.Impersonations(e.ctx, query)
		if err != nil {
			e.Fatalf("Impersonations: %v", err)
		}
		for _, i := range page.Impersonations {
			seen = append(seen, i.ID)
		}
		if page.Next == "" {
			break
		}
		query.Cursor = page.Next
		newer := e.draft("a9")
		newer.StartedAt = after(1000 + e.made)
		e.mustStart(newer)
	}
	if !slices.Equal(seen, all) {
		e.Errorf("while others were started: %q; want %q", seen, all)
	}
}

func pageSize(e *env) {
	e.fill(25)
	for limit, want := range map[int]int{0: 20, -1: 20, 1: 1, 24: 24, 25: 25, 26: 25, math.MaxInt: 25} {
		page, err := e.store.Impersonations(e.ctx, guise.LogQuery{Limit: limit})
		if err != nil || len(page.Impersonations) != want || (page.Next == "") != (want == 25) {
			e.Errorf("Limit %d: %d impersonations, Next %q, %v; want %d of 25", limit, len(page.Impersonations), page.Next, err, want)
		}
	}
}

func madeUpCursors(e *env) {
	e.fill(6)
	page, err := e.store.Impersonations(e.ctx, guise.LogQuery{Limit: 2})
	if err != nil || page.Next == "" {
		e.Fatalf("Impersonations: Next is %q, %v", page.Next, err)
	}
	for _, made := range []string{
		"x", "0", "!", " ", "\x00", "\xff", "null", "e30", "W10", `["a","b"]`, page.Next + "A", " " + page.Next, page.Next + "\n",
		page.Next[:len(page.Next)/2], "A" + page.Next[1:], strings.Repeat("A", 100_000), "' OR 1 = 1 --",
	} {
		got, err := e.store.Impersonations(e.ctx, guise.LogQuery{Cursor: made})
		if err == nil {
			e.Errorf("the cursor %.60q was taken, and gave %d", made, len(got.Impersonations))
			continue
		}
		e.wantErr(fmt.Sprintf("the cursor %.60q", made), err, guise.ErrBadCursor)
	}
}

func narrowedByField(e *env) {
	active, over := e.start("a1"), e.start("a2") // started at minutes 1 and 2
	e.mustEnd(ending(over.ID))
	denied := e.deny("a1")
	other := e.draft("a2")
	other.Subject, other.Mode = subject("s2"), guise.ReadWrite
	other.Subject.Tenant = "North "
	e.mustStart(other)
	for _, ask := range []struct {
		query guise.LogQuery
		want  []string
	}{
		{guise.LogQuery{State: guise.StateActive}, []string{other.ID, active.ID}},
		{guise.LogQuery{State: guise.StateEnded}, []string{over.ID}},
		{guise.LogQuery{State: guise.StateDenied}, []string{denied.ID}},
		{guise.LogQuery{State: "no such"}, nil},
		{guise.LogQuery{ActorID: "a1"}, []string{denied.ID, active.ID}},
		{guise.LogQuery{ActorID: "A1"}, nil},
		{guise.LogQuery{ActorID: "a_"}, nil},
		{guise.LogQuery{SubjectID: "s2"}, []string{other.ID}},
		{guise.LogQuery{ActorID: "a2", SubjectID: "s1"}, []string{over.ID}},
		{guise.LogQuery{Cause: e.get(over.ID).Cause}, []string{over.ID}},
		{guise.LogQuery{Cause: "no such"}, nil},
		{guise.LogQuery{Mode: guise.ReadWrite}, []string{other.ID}},
		{guise.LogQuery{Mode: "READ_WRITE"}, nil},
		{guise.LogQuery{Tenant: "North "}, []string{other.ID}},
		{guise.LogQuery{Tenant: "North"}, nil},
		{guise.LogQuery{Tenant: "north "}, nil},
		{guise.LogQuery{From: after(3)}, []string{other.ID, denied.ID}},
		{guise.LogQuery{To: after(3)}, []string{over.ID, active.ID}},
		{guise.LogQuery{From: after(2), To: after(4)}, []string{denied.ID, over.ID}},
		{guise.LogQuery{From: after(2), To: after(2)}, nil},
		{guise.LogQuery{From: after(2).In(time.FixedZone("", 7200)), To: after(2).Add(time.Microsecond)}, []string{over.ID}},
		{guise.LogQuery{State: guise.StateActive, ActorID: "a2", SubjectID: "s2", Text: "call", From: after(4), To: after(5)}, []string{other.ID}},
	} {
		page, err := e.store.Impersonations(e.ctx, ask.query)
		if err != nil {
			e.Errorf("Impersonations(%+v): %v", ask.query, err)
		}
		e.wantIDs(fmt.Sprintf("Impersonations(%+v)", ask.query), page.Impersonations, ask.want...)
	}
}

func narrowedByText(e *env) {
	i := e.draft("a1")
	i.Reason, i.Ticket, i.Note = `100% off_by_one C:\temp O'Neil "x"`, "HELP-42", "hidden"
	i.Actor.User = guise.User{ID: "id-of-actor", Username: "ada.l", Name: "Ada ÉMILIE", Email: "Ada@Staff.test", Tenant: "north"}
	i.Subject.User = guise.User{ID: "id-of-subject", Username: "odysseus", Name: "ΟΔΥΣΣΕΥΣ", Email: "o@ithaka.test", Tenant: "south"}
	e.mustStart(i)
	plain := e.draft("a2")
	plain.Reason, plain.Ticket = strings.Repeat("long ", 20_000), "1000 offXbyYone"
	e.mustStart(plain)

	for text, want := range map[string][]string{
		"100%": {i.ID}, "off_by": {i.ID}, "f_b": {i.ID}, `C:\t`: {i.ID}, "o'neil": {i.ID}, `"X"`: {i.ID}, "%": {i.ID}, "_": {i.ID}, `\`: {i.ID},
		"help-42": {i.ID}, "ADA.L": {i.ID}, "ada": {i.ID}, "émilie": {i.ID}, "ÉMilie": {i.ID}, "@staff": {plain.ID, i.ID}, "STAFF.TEST": {plain.ID, i.ID},
		"οδυσσευς": {i.ID}, "ΥΣΣ": {i.ID}, "Odysseus": {i.ID}, "ITHAKA": {i.ID},
		"": {plain.ID, i.ID}, "LONG LONG": {plain.ID}, strings.Repeat("long ", 15_000): {plain.ID},
		"hidden": nil, "id-of-actor": nil, "id-of-subject": nil, "north": nil, "south": nil, // not looked through
		"help-42ada": nil, "help-42 ada": nil, "help-42\nada": nil, "emilie": nil, "no such": nil, "%%": nil, "\xff": nil, "\x00": nil,
	} {
		page, err := e.store.Impersonations(e.ctx, guise.LogQuery{Text: text})
		if err != nil {
			e.Errorf("Impersonations with Text %.40q: %v", text, err)
		}
		e.wantIDs(fmt.Sprintf("Text %.40q", text), page.Impersonations, want...)
	}
}

func events(e *env) {
	one, two := e.start("a1"), e.start("a2")
	for range 3 {
		if err := e.store.Append(e.ctx, about(guise.KindRequest, one), about(guise.KindRequest, two)); err != nil {
			e.Fatalf("Append: %v", err)
		}
	}
	for _, ask := range []struct {
		id    string
		after int64
		limit int
		want  []int64
	}{
		{"", 0, 100, []int64{1, 2, 3, 4, 5, 6, 7, 8}},
		{"", 0, 3, []int64{1, 2, 3}},
		{"", 3, 3, []int64{4, 5, 6}},
		{"", 8, 3, nil},
		{"", 99, 3, nil},
		{"", -5, 2, []int64{1, 2}},
		{one.ID, 0, 100, []int64{1, 3, 5, 7}},
		{one.ID, 1, 2, []int64{3, 5}},
		{two.ID, 7, 10, []int64{8}},
		{"unknown", 0, 10, nil},
		{"", 0, 0, nil},
		{"", 0, -1, nil},
	} {
		found, err := e.store.Events(e.ctx, ask.id, ask.after, ask.limit)
		var got []int64
		for _, event := range found {
			got = append(got, event.Seq)
		}
		if err != nil || !slices.Equal(got, ask.want) {
			e.Errorf("Events(%q, %d, %d) have the numbers %d, %v; want %d", ask.id, ask.after, ask.limit, got, err, ask.want)
		}
	}
}

func beside(e *env) {
	if got, err := e.store.Unattached(e.ctx, 0, 10); err != nil || len(got) != 0 {
		e.Errorf("Unattached of an empty log: %+v, %v; want none", got, err)
	}
	one := e.start("a1") // event 1
	var want []guise.Event
	for _, event := range []guise.Event{
		{Kind: guise.KindLimited, Time: noon(), Actor: actor("a1"), Code: "people"},
		about(guise.KindRequest, one),
		{Kind: guise.KindNote, Time: after(-5), Actor: actor("a2"), Subject: subject("s1"), By: actor("a2"), Note: "by telephone"},
		about(guise.KindNote, one),
		{Kind: guise.KindPurged, Time: after(1), By: actor("boss")},
	} {
		if err := e.store.Append(e.ctx, event); err != nil {
			e.Fatalf("Append: %v", err)
		}
	}
	for _, seq := range []int{6, 4, 2} {
		want = append(want, e.chain()[seq-1])
	}
	for _, ask := range []struct {
		before int64
		limit  int
		want   []guise.Event
	}{
		{0, 10, want}, {0, 3, want}, {0, 2, want[:2]}, {0, 0, nil}, {0, -1, nil}, {7, 10, want}, {6, 10, want[1:]}, {5, 10, want[1:]},
		{4, 1, want[2:]}, {2, 10, nil}, {1, 10, nil}, {-1, 10, nil}, {math.MaxInt64, 1, want[:1]},
	} {
		got, err := e.store.Unattached(e.ctx, ask.before, ask.limit)
		if err != nil || len(got) != len(ask.want) || len(got) > 0 && !same(got, ask.want) {
			e.Errorf("Unattached before %d, at most %d: %+v, %v; want %+v", ask.before, ask.limit, got, err, ask.want)
		}
	}
}

func head(e *env) {
	if seq, hash, err := e.store.Head(e.ctx); seq != 0 || hash != (guise.Hash{}) || err != nil {
		e.Errorf("Head of an empty log: %d, %s, %v; want zeros", seq, hash, err)
	}
	e.start("a1")
	e.deny("a2")
	all := e.chain() // which compares Head with the last
	if len(all) != 2 {
		e.Errorf("the log has %d events; want 2", len(all))
	}
}
