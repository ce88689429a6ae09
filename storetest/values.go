package storetest

import (
	"fmt"
	"strings"
	"time"

	"github.com/guise-go/guise"
)

// Rule 5: what goes in comes out.

// full sets every field to a different value; a test notices when a field has
// been added.
func full(id string) guise.Impersonation {
	return guise.Impersonation{
		ID: id, Actor: actor("a1"), Subject: subject("s1"),
		Mode: guise.ReadWrite, Reason: "reason of " + id, Ticket: "ticket of " + id, State: guise.StateActive,
		StartedAt: after(1), ExpiresAt: after(61), LastSeenAt: after(2),
		EndedAt: after(3), Cause: guise.CauseRevoked, EndedBy: actor("by"), Note: "note of " + id, Code: "code of " + id,
		StackID: id, Depth: 1,
		ReturnTo: "/return?to=" + id, ClientIP: "2001:db8::1", UserAgent: "agent of " + id,
	}
}

func fullEvent() guise.Event {
	return guise.Event{
		Time: after(7), Kind: guise.KindRequest, ImpersonationID: "imp-1", Actor: actor("a1"), Subject: subject("s1"), By: actor("by"),
		Mode: guise.ReadWrite, Reason: "reason", Ticket: "ticket", Cause: guise.CauseIdle, Code: "code", Note: "note",
		Method: "POST", Path: "/orders/1", Status: 201, Duration: 1234567 * time.Microsecond,
		ClientIP: "192.0.2.1", UserAgent: "agent", RequestID: "request-1",
		PurgedTo: 1 << 40, PurgedHash: guise.Hash{0, 1, 255},
	}
}

func everyFieldOfAnImpersonation(e *env) {
	bottom := full("full-1")
	top := on(bottom, full("full-2"))
	denied := full("full-3")
	denied.State = guise.StateDenied
	e.mustStart(bottom)
	e.mustStart(top)
	if err := e.store.Deny(e.ctx, denied, about(guise.KindDenied, denied)); err != nil {
		e.Fatalf("Deny: %v", err)
	}
	for _, want := range []guise.Impersonation{bottom, top, denied} {
		if got := e.get(want.ID); !same(got, want) {
			e.Errorf("Impersonation(%s)\n got %+v\nwant %+v", want.ID, got, want)
		}
	}
}

func everyFieldOfAnEvent(e *env) {
	event := fullEvent()
	if err := e.store.Append(e.ctx, event, event); err != nil {
		e.Fatalf("Append: %v", err)
	}
	first := event.Chained(0, guise.Hash{})
	want := []guise.Event{first, event.Chained(1, first.Hash)}
	if got := e.chain(); !same(got, want) {
		e.Errorf("Events\n got %+v\nwant %+v", got, want)
	}
}

func times(e *env) {
	nepal := time.FixedZone("+0545", 5*3600+45*60)
	for n, at := range []time.Time{
		{}, // none
		time.Unix(0, 0),
		time.Date(1969, 12, 31, 23, 59, 59, 999999999, time.UTC),
		time.Date(2026, 5, 4, 12, 0, 0, 123456789, nepal),
		time.Date(9999, 12, 31, 23, 59, 59, 999999999, time.UTC),
		time.Now(), // with a monotonic reading, and in the local zone
	} {
		i := draft(fmt.Sprintf("time-%d", n), "a1", at)
		i.ExpiresAt, i.EndedAt = at, at
		e.mustStart(i)
		got, want := e.get(i.ID), at.UTC().Truncate(time.Microsecond)
		for name, time := range map[string]time.Time{
			"StartedAt": got.StartedAt, "ExpiresAt": got.ExpiresAt, "LastSeenAt": got.LastSeenAt, "EndedAt": got.EndedAt,
		} {
			if time != want {
				e.Errorf("%s went in as %v and came back as %#v; want %#v", name, at, time, want)
			}
		}
	}
}

// texts are strings that stores have stumbled over.
func texts() []string {
	return []string{
		"", " ", "  leading and trailing  ", "tab\tand\nline\r\nbreaks\n",
		`'; DROP TABLE guise_events; --`, `"quoted" 'twice' \backslash\ %percent% _under_ $1 ? :name @name`,
		"null", "NULL", "0", "0123", "1e5", "true", "1.0",
		"Zoë Müller", "e\u0301 and \u00e9", "ΟΔΥΣΣΕΎΣ", "İstanbul ıI", "李小龍", "ไทย", "नमस्ते",
		"🧑🏽‍🚀👩‍👩‍👧‍👦🏳️‍🌈", "\U0010FFFF", "\u202eright to left\u202c", "مرحبا", "zero\u200bwidth\ufeff", "\ufffd",
		strings.Repeat("x", 10_000), strings.Repeat("🙂", 10_000),
	}
}

func oddTexts(e *env) {
	for n, text := range texts() {
		i := fullOf(fmt.Sprintf("odd-%d", n), text)
		event := about(guise.KindStarted, i)
		event.Note, event.Method, event.Path, event.UserAgent, event.RequestID = text, text, text, text, text
		if err := e.store.Start(e.ctx, guise.Start{Impersonation: i, Token: tokenOf(i.ID), Event: event}); err != nil {
			e.Errorf("Start with %.40q: %v", text, err)
			continue
		}
		if got := e.get(i.ID); !same(got, i) {
			e.Errorf("with %.40q in every text\n got %.400q\nwant %.400q", text, fmt.Sprint(got), fmt.Sprint(i))
		}
	}
	for n, event := range e.chain() {
		if want := texts()[n]; event.Note != want || event.Path != want || event.Actor.Name != want {
			e.Errorf("event %d has %.40q; want %.40q", event.Seq, event.Note, want)
		}
	}
}

// fullOf has one text wherever a text can be.
func fullOf(id, text string) guise.Impersonation {
	i := full(id)
	i.EndedAt, i.Cause = time.Time{}, ""
	who := guise.User{ID: text, Username: text, Name: text, Email: text, Tenant: text}
	i.Actor, i.Subject, i.EndedBy = guise.Actor{User: who}, guise.Subject{User: who}, guise.Actor{User: who}
	i.Mode, i.Reason, i.Ticket, i.Note, i.Code = guise.Mode(text), text, text, text, text
	i.ReturnTo, i.ClientIP, i.UserAgent = text, text, text
	return i
}

// textsThatNotEveryStoreKeeps may be refused, but not changed: what is on record
// is what was given.
func textsThatNotEveryStoreKeeps(e *env) {
	for n, text := range []string{"nul \x00 byte", "\x00", "not \xff UTF-8", "half a rune \xf0\x9f", "\xed\xa0\x80 surrogate"} {
		i := e.draft(fmt.Sprint("a", n))
		i.Reason = text
		before := e.head()
		if err := e.store.Start(e.ctx, started(i)); err != nil {
			if got := e.head(); got != before {
				e.Errorf("Start with %q was refused, and yet the log grew from %d to %d", text, before, got)
			}
			continue
		}
		if got := e.get(i.ID).Reason; got != text {
			e.Errorf("%q came back as %q; refuse what can't be kept", text, got)
		}
	}
	for _, text := range []string{"\x00", "\xff"} {
		if page, err := e.store.Impersonations(e.ctx, guise.LogQuery{ActorID: text}); err != nil || len(page.Impersonations) > 0 {
			e.Errorf("Impersonations of actor %q: %v, %v; want none, and no error", text, page.Impersonations, err)
		}
	}
	e.chain()
}

func identitiesOnly(e *env) {
	i := e.draft("a1")
	want := i
	i.Actor.Active, i.Actor.Staff, i.Actor.Superuser = true, true, true
	i.Actor.Attributes = map[string]string{"school": "north"}
	i.Subject.Active, i.Subject.Attributes = true, map[string]string{"class": "3b"}
	if err := e.store.Start(e.ctx, started(i)); err != nil {
		e.Fatalf("Start: %v", err)
	}
	i.Actor.Attributes["school"] = "south"
	if got := e.get(i.ID); !same(got, want) {
		e.Errorf("Impersonation\n got %+v\nwant %+v", got, want)
	}
	event := e.chain()[0]
	if event.Actor.Attributes != nil || event.Actor.Superuser || event.Subject.Active {
		e.Errorf("the event keeps what people may: %+v, %+v", event.Actor, event.Subject)
	}
}

func everyMethodAnswersAlike(e *env) {
	i := e.start("a1")
	want := e.get(i.ID)
	compare := func(method string, got []guise.Impersonation, err error) {
		e.Helper()
		if err != nil || len(got) != 1 || !same(got[0], want) {
			e.Errorf("%s answers\n     %+v, %v\nwant %+v", method, got, err, want)
		}
	}
	stack, err := e.store.Resolve(e.ctx, tokenOf(i.ID))
	compare("Resolve", stack, err)
	running, err := e.store.Running(e.ctx, "a1", 10)
	compare("Running", running, err)
	due, err := e.store.Due(e.ctx, after(600), time.Time{}, 10)
	compare("Due", due, err)
	page, err := e.store.Impersonations(e.ctx, guise.LogQuery{})
	compare("Impersonations", page.Impersonations, err)

	end := ending(i.ID)
	end.By, end.Note = actor("a9"), "enough"
	end.By.Superuser = true
	ended, err := e.store.End(e.ctx, end)
	want = e.get(i.ID)
	compare("End", ended, err)
}
