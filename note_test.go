package guise_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/guise-go/guise"
)

func withNotes(c *guise.Config) { c.AllowNotes = true }

func TestNotes_AreOffUnlessTheConfigSaysSo(t *testing.T) {
	w := newWorld(t, nil)
	err := w.manager.Note(t.Context(), guise.Actor{User: everyone()[0]}, guise.NoteRequest{SubjectID: "10", Text: "by telephone"})
	if !errors.Is(err, guise.ErrSwitchedOff) {
		t.Errorf("Note: %v; want ErrSwitchedOff", err)
	}
	for _, method := range []string{"POST", "GET"} {
		if got := w.login("1").do(method, "/impersonate/log/notes", "", asJSON); got.Code != http.StatusNotFound {
			t.Errorf("%s: %d; want 404", method, got.Code)
		}
	}
	if notes := w.logged(guise.KindNote); len(notes) > 0 {
		t.Errorf("recorded %+v", notes)
	}
}

func TestNotes_OfAccessThatWentAnotherWay(t *testing.T) {
	w := newWorld(t, withNotes)
	got := w.login("1").post("/impersonate/log/notes", form("subject", "10", "note", " Corrected her address in the database.\n"))
	body := got.json()
	if got.Code != http.StatusCreated || body["impersonation_id"] != "" || body["note"] != "Corrected her address in the database." ||
		body["actor"].(map[string]any)["id"] != "1" || body["subject"].(map[string]any)["name"] != "Maya Customer" || body["by"].(map[string]any)["id"] != "1" {
		t.Errorf("%d %s", got.Code, got.Body)
	}
	err := w.manager.Note(t.Context(), guise.Actor{User: everyone()[2]}, guise.NoteRequest{SubjectID: "12", Text: "by telephone"})
	if err != nil {
		t.Error(err)
	}
	notes := w.logged(guise.KindNote)
	if len(notes) != 2 {
		t.Fatalf("%d notes on record; want 2", len(notes))
	}
	if e := notes[0]; e.Actor.Name != "Ada Admin" || e.By.ID != "1" || e.Subject.Email != "maya@example.org" || e.ClientIP != "192.0.2.1" ||
		e.Note != "Corrected her address in the database." || e.Time != w.clock() {
		t.Errorf("recorded %+v", e)
	}
	if e := notes[1]; e.Actor.ID != "3" || e.By.ID != "3" || e.Subject.ID != "12" || e.Note != "by telephone" || e.ClientIP != "" {
		t.Errorf("recorded %+v", e)
	}
}

func TestNotes_AboutAnImpersonationAreInItsTimeline(t *testing.T) {
	w := newWorld(t, withNotes)
	b := w.login("1")
	id := b.start("10", "reason", "look").json()["id"].(string)
	b.post("/impersonate/stop", "")
	w.past() // another, to which nothing belongs

	got := w.login("2").do("POST", "/impersonate/log/notes", form("impersonation", id, "subject", "10", "note", "agreed with the school"), asPage)
	if got.Code != http.StatusSeeOther || got.location() != "/impersonate/log/"+id {
		t.Errorf("%d to %q; want 303 to the impersonation", got.Code, got.location())
	}
	if err := w.manager.Note(t.Context(), guise.Actor{User: everyone()[2]}, guise.NoteRequest{ImpersonationID: id, Text: "and checked"}); err != nil {
		t.Error(err)
	}
	var shown []string
	for _, one := range w.login("1").do("GET", "/impersonate/log/"+id, "", asJSON).json()["events"].([]any) {
		if event := one.(map[string]any); event["kind"] == "note" {
			by := event["by"].(map[string]any)["name"]
			shown = append(shown, event["note"].(string)+" by "+by.(string)+" of "+event["actor"].(map[string]any)["id"].(string)+" as "+event["subject"].(map[string]any)["id"].(string))
		}
	}
	if want := "agreed with the school by Bo Boss of 1 as 10; and checked by Stan Staff of 1 as 10"; strings.Join(shown, "; ") != want {
		t.Errorf("its timeline has the notes %q; want %q", shown, want)
	}
	for _, note := range w.logged(guise.KindNote) {
		if note.ImpersonationID != id || note.Reason != "" {
			t.Errorf("recorded %+v", note)
		}
	}
	// About a refused attempt as well.
	w.login("1").post("/impersonate/start", "user_id=12")
	denied := w.logged(guise.KindDenied)[0].ImpersonationID
	if got := w.login("1").post("/impersonate/log/notes", form("impersonation", denied, "note", "a slip")); got.Code != http.StatusCreated {
		t.Errorf("about a refused attempt: %d %s", got.Code, got.Body)
	}
}

func TestNotes_TheEndpointRefuses(t *testing.T) {
	w := newWorld(t, func(c *guise.Config) {
		withNotes(c)
		c.Permit = func(_ context.Context, a guise.Actor, action guise.Action) error {
			switch {
			case a.Superuser && (a.ID != "2" || action != guise.ActionNote):
				return nil
			case a.Staff && action == guise.ActionNote: // who may note, and see nothing of others
				return nil
			}
			return guise.Deny("no", "No.")
		}
		c.Scope = func(_ context.Context, a guise.Actor) (guise.Filter, error) {
			return guise.Filter{Tenants: []string{"north"}}, nil
		}
	})
	id := w.login("1").start("10").json()["id"].(string)
	long := strings.Repeat("x", 4001)
	for _, try := range []struct {
		name, actor, body string
		headers           []string
		status            int
	}{
		{"nobody", "", form("subject", "10", "note", "a"), nil, 401},
		{"nobody, and a bad form", "", "note=" + long, nil, 401},
		{"a customer", "10", form("subject", "11", "note", "a"), nil, 403},
		{"whom Permit refuses", "2", form("subject", "10", "note", "a"), nil, 403},
		{"the same, of an unknown user", "2", form("subject", "99", "note", "a"), nil, 403},
		{"of another origin", "1", form("subject", "10", "note", "a"), []string{"Sec-Fetch-Site: cross-site"}, 403},
		{"an unknown user", "1", form("subject", "99", "note", "a"), nil, 404},
		{"one out of scope", "1", form("subject", "11", "note", "a"), nil, 404},
		{"an unknown impersonation", "1", form("impersonation", "nope", "note", "a"), nil, 404},
		{"one that isn't theirs to see", "3", form("impersonation", id, "note", "a"), nil, 404},
		{"an impersonation of someone else", "1", form("impersonation", id, "subject", "3", "note", "a"), nil, 400},
		{"neither", "1", form("note", "a"), nil, 400},
		{"no note", "1", form("subject", "10"), nil, 400},
		{"a blank note", "1", form("subject", "10", "note", " \u00a0\u200b\n"), nil, 400},
		{"a note too long", "1", form("subject", "10", "note", long), nil, 400},
		{"a subject too long", "1", form("subject", long[:300], "note", "a"), nil, 400},
		{"not UTF-8", "1", "subject=10&note=%ff", nil, 400},
		{"with NUL", "1", "subject=10&note=%00", nil, 400},
		{"two notes", "1", "subject=10&note=a&note=b", nil, 400},
		{"an unknown field", "1", `{"subject":"10","note":"a","actor":"2"}`, []string{"Content-Type: application/json"}, 400},
	} {
		got := w.login(try.actor).do("POST", "/impersonate/log/notes", try.body, append(try.headers, asJSON)...)
		if got.Code != try.status {
			t.Errorf("%s: %d %s; want %d", try.name, got.Code, got.Body, try.status)
		}
	}
	if got := w.login("1").do("GET", "/impersonate/log/notes", "", asJSON); got.Code != http.StatusMethodNotAllowed {
		t.Errorf("GET: %d; want 405", got.Code)
	}
	w.store.fail("Append")
	if got := w.login("1").post("/impersonate/log/notes", form("subject", "10", "note", "a")); got.Code != http.StatusServiceUnavailable {
		t.Errorf("store down: %d; want 503", got.Code)
	}
	w.store.fail()
	if notes := w.logged(guise.KindNote); len(notes) > 0 {
		t.Errorf("recorded %+v", notes)
	}
	if got := w.login("3").do("POST", "/impersonate/log/notes", `{"subject":10,"note":"a"}`, asJSON, "Content-Type: application/json"); got.Code != http.StatusCreated {
		t.Errorf("by one who may: %d %s", got.Code, got.Body)
	}
	if got := w.login("3").do("POST", "/impersonate/log/notes", form("subject", "10", "note", "b"), asPage); got.Code != http.StatusSeeOther || got.location() != "/impersonate/log/unattached" {
		t.Errorf("in a browser: %d to %q", got.Code, got.location())
	}
}

func TestNote_SaysWhatIsWrong(t *testing.T) {
	w := newWorld(t, withNotes)
	ada := guise.Actor{User: everyone()[0]}
	for name, try := range map[string]struct {
		by   guise.Actor
		note guise.NoteRequest
		want string
	}{
		"blank":            {ada, guise.NoteRequest{SubjectID: "10", Text: "\u2003"}, `a note's "note" is missing`},
		"about nobody":     {ada, guise.NoteRequest{Text: "a"}, `"subject" is missing`},
		"by nobody":        {guise.Actor{}, guise.NoteRequest{SubjectID: "10", Text: "a"}, "whose"},
		"too long":         {ada, guise.NoteRequest{SubjectID: "10", Text: strings.Repeat("x", 4001)}, "longer than 4000 bytes"},
		"an unknown user":  {ada, guise.NoteRequest{SubjectID: "99", Text: "a"}, "user not found"},
		"of nothing there": {ada, guise.NoteRequest{ImpersonationID: "nope", Text: "a"}, "impersonation not found"},
	} {
		if err := w.manager.Note(t.Context(), try.by, try.note); err == nil || !strings.Contains(err.Error(), try.want) {
			t.Errorf("%s: %v; want %q", name, err, try.want)
		}
	}
	if notes := w.logged(guise.KindNote); len(notes) > 0 {
		t.Errorf("recorded %+v", notes)
	}
}
