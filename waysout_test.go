package guise_test

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"github.com/guise-go/guise"
)

// A page that says no also says where to go from there: back to where the person
// came from and, when only the mode is in the way, on to where they can ask for
// another, which leads back in turn.
func TestProblemPage_SaysWhereToGo(t *testing.T) {
	const here = "http://example.com"
	onlyToLook := func(c *guise.Config) {
		c.Policy = func(_ context.Context, a guise.Ask) error {
			if a.Mode != guise.ReadOnly {
				return guise.Deny("only-look", "You may only look.")
			}
			return nil
		}
	}
	for name, try := range map[string]struct {
		change       func(*guise.Config)
		method, path string
		referer      string
		back, write  string
	}{
		"a write":                          {nil, "POST", "/notes", here + "/notes?page=2", "/notes?page=2", "/impersonate/mode?next=%2Fnotes%3Fpage%3D2"},
		"a write from nowhere":             {nil, "POST", "/notes", "", "", "/impersonate/mode"},
		"a write from another host":        {nil, "POST", "/notes", "https://elsewhere.example/notes", "", "/impersonate/mode"},
		"a write from the same name alone": {nil, "POST", "/notes", "http://example.com.elsewhere.example/", "", "/impersonate/mode"},
		"a write from a page of Guise's":   {nil, "POST", "/notes", here + "/impersonate/leave", "", "/impersonate/mode"},
		"a write from the list of people":  {nil, "POST", "/notes", here + "/impersonate/users?q=maya", "/impersonate/users?q=maya", "/impersonate/mode?next=%2Fimpersonate%2Fusers%3Fq%3Dmaya"},
		"who may never write":              {onlyToLook, "POST", "/notes", here + "/notes", "/notes", ""},
		"what no mode would change":        {nil, "GET", "/impersonate/log/none", here + "/notes", "/notes", ""},
	} {
		t.Run(name, func(t *testing.T) {
			w, seen := newSeenWorld(t, try.change)
			b := w.login("1")
			b.start("10")
			got := b.do(try.method, try.path, "", asPage, "Referer: "+try.referer)
			data, ok := seen.page.Data.(guise.ProblemData)
			if !ok {
				t.Fatalf("%d, and the page %s, want a problem", got.Code, seen.page.Name)
			}
			if data.BackURL != try.back || data.WriteURL != try.write {
				t.Errorf("%s: back to %q, to write %q; want %q and %q", data.Code, data.BackURL, data.WriteURL, try.back, try.write)
			}
		})
	}
}

// Someone who acts as nobody is not offered another mode.
func TestProblemPage_WithoutAnImpersonationThereIsNothingToAskFor(t *testing.T) {
	w, seen := newSeenWorld(t, nil)
	w.login("1").do("GET", "/impersonate/log/none", "", asPage, "Referer: http://example.com/notes")
	if data, _ := seen.page.Data.(guise.ProblemData); data.BackURL != "/notes" || data.WriteURL != "" {
		t.Errorf("%+v", seen.page.Data)
	}
}

// The form offers the modes that the same rules would grant at the start, and
// says why not for the others.
func TestUserPage_SaysWhichModesWouldBeRefused(t *testing.T) {
	byMode := func(_ context.Context, a guise.Ask) error {
		switch {
		case a.Subject.ID == "11":
			return guise.Deny("not-noah", "Nobody acts as Noah.")
		case a.Mode == guise.ReadWrite && !a.Actor.Superuser:
			return guise.Deny("superusers-write", "Only superusers may write.")
		}
		return nil
	}
	for name, try := range map[string]struct {
		policy         guise.Policy
		viewer, person string
		refused        string // "mode code" each
		mayStart       bool
	}{
		"a superuser":                    {byMode, "1", "10", "", true},
		"staff":                          {byMode, "3", "10", "read_write superusers-write", true},
		"who may not act as them at all": {byMode, "3", "11", "", false}, // the page says so, and has no form
	} {
		t.Run(name, func(t *testing.T) {
			w, seen := newSeenWorld(t, func(c *guise.Config) { c.Policy, c.MaxRunning = try.policy, 9 })
			b := w.login(try.viewer)
			got := b.get("/impersonate/users/" + try.person)
			data, ok := seen.page.Data.(guise.UserData)
			if !ok || data.CanImpersonate() != try.mayStart {
				t.Fatalf("%d, %+v", got.Code, seen.page.Data)
			}
			var refused []string
			for mode, denied := range data.Form.Refused {
				refused = append(refused, string(mode)+" "+denied.Code)
			}
			if list := strings.Join(refused, ", "); list != try.refused {
				t.Errorf("refused are %q, want %q", list, try.refused)
			}
			if !try.mayStart {
				return
			}
			for _, mode := range data.Form.Modes { // what the form says is what happens
				want := http.StatusCreated
				if data.Form.Refused[mode] != nil {
					want = http.StatusForbidden
				}
				body := form("user_id", try.person, "mode", string(mode), "reason", "x")
				if got := w.login(try.viewer).post("/impersonate/start", body); got.Code != want {
					t.Errorf("%s: started with %d, want %d", mode, got.Code, want)
				}
			}
		})
	}
}

// A policy that can't decide refuses the page: it must not pass for a yes.
func TestUserPage_APolicyThatFailsForOneModeIsAFailure(t *testing.T) {
	w, seen := newSeenWorld(t, func(c *guise.Config) {
		c.Policy = func(_ context.Context, a guise.Ask) error {
			if a.Mode == guise.ReadWrite {
				return errDown
			}
			return nil
		}
	})
	if got := w.login("1").get("/impersonate/users/10"); got.Code != http.StatusServiceUnavailable || seen.page.Name != guise.PageProblem {
		t.Errorf("%d, the page %s; want 503 and a problem", got.Code, seen.page.Name)
	}
}
