package guise_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/guise-go/guise"
)

// names are those in a list of users, with + where one may act as them.
func names(got answer) string {
	got.t.Helper()
	var list []string
	users, _ := got.json()["users"].([]any)
	for _, one := range users {
		row := one.(map[string]any)
		name, _, _ := strings.Cut(row["name"].(string), " ")
		if row["can_impersonate"] == true {
			name += "+"
		} else if why, _ := row["why_not"].(string); why == "" {
			got.t.Errorf("%s can't be acted as, and nothing says why", name)
		}
		list = append(list, name)
	}
	return strings.Join(list, " ")
}

func TestUsers_ListsWhoCanBeFoundAndSaysWhy(t *testing.T) {
	w := newWorld(t, nil)
	for query, want := range map[string]string{
		"":           "Ada Maya+ Noah+ Ina Bo Stan+",
		"?q=maya":    "Maya+",
		"?q=CUSTOM+": "Maya+ Noah+",
		"?q=%25":     "",
		"?q=+":       "Ada Maya+ Noah+ Ina Bo Stan+",
	} {
		if got := names(w.login("1").do("GET", "/impersonate/users"+query, "", asJSON)); got != want {
			t.Errorf("%q: %s, want %s", query, got, want)
		}
	}
}

func TestUsers_PagesByCursor(t *testing.T) {
	w := newWorld(t, func(c *guise.Config) { c.PageSize = 4 })
	b := w.login("1")
	first := b.do("GET", "/impersonate/users", "", asJSON)
	next, _ := first.json()["next_cursor"].(string)
	second := b.do("GET", "/impersonate/users?cursor="+next, "", asJSON)
	if a, z := names(first), names(second); a != "Ada Maya+ Noah+ Ina" || z != "Bo Stan+" || second.json()["next_cursor"] != "" {
		t.Errorf("pages %q and %q", a, z)
	}
	if got := b.do("GET", "/impersonate/users?cursor=AAAA", "", asJSON); got.Code != http.StatusBadRequest {
		t.Errorf("a made-up cursor: %d", got.Code)
	}
}

func TestUsers_ThereAreTwentyOnAPage(t *testing.T) {
	w := newWorld(t, nil)
	for n := range 30 {
		w.users.Put(guise.User{ID: fmt.Sprint("more", n), Name: "More", Active: true})
	}
	if got := strings.Fields(names(w.login("1").do("GET", "/impersonate/users", "", asJSON))); len(got) != 20 {
		t.Errorf("%d on the first page; want 20", len(got))
	}
}

func TestUsers_RefusalsForThoseWithoutRights(t *testing.T) {
	w := newWorld(t, nil)
	id := w.login("1").start("10").json()["id"].(string)
	for _, path := range []string{"users", "users/10", "users/99", "live", "log", "log/" + id, "log/none"} {
		if got := w.login("10").do("GET", "/impersonate/"+path, "", asJSON); got.Code != http.StatusForbidden {
			t.Errorf("a customer: GET %s: %d, want 403", path, got.Code)
		}
		if got := w.login("").do("GET", "/impersonate/"+path, "", asJSON); got.Code != http.StatusUnauthorized {
			t.Errorf("nobody: GET %s: %d, want 401", path, got.Code)
		}
	}
	if got := w.login("10").post("/impersonate/live/"+id+"/end", ""); got.Code != http.StatusForbidden {
		t.Errorf("a customer revokes: %d", got.Code)
	}
}

func TestScope_OutsideItNobodyExists(t *testing.T) {
	w := newWorld(t, func(c *guise.Config) {
		c.Policy = guise.SuperusersAndStaff
		c.Scope = func(_ context.Context, a guise.Actor) (guise.Filter, error) {
			return guise.Filter{Tenants: []string{a.Tenant}}, nil
		}
	})
	b := w.login("3")
	if got := names(b.do("GET", "/impersonate/users?q=customer", "", asJSON)); got != "Maya+" {
		t.Errorf("finds %s", got)
	}
	for _, id := range []string{"11", "99"} {
		page := b.do("GET", "/impersonate/users/"+id, "", asJSON)
		start := b.post("/impersonate/start", "user_id="+id)
		if page.Code != 404 || start.Code != 404 || start.Body.String() != w.login("3").post("/impersonate/start", "user_id=98").Body.String() {
			t.Errorf("user %s: page %d, start %d; want 404, as of someone who does not exist", id, page.Code, start.Code)
		}
	}
	b.start("10")
	w.change("10", func(u *guise.User) { u.Tenant = "south" })
	if got := b.sees(); got != "303 /impersonate/ended?cause=not_allowed" {
		t.Errorf("moved out of the scope: sees %s", got)
	}
}

func TestPermit_DefaultFindIsWhoeverThePolicyWouldLetAct(t *testing.T) {
	for _, r := range []struct {
		policy guise.Policy
		actor  string
		want   int
	}{
		{nil, "1", 200}, {nil, "3", 403}, {nil, "10", 403}, {nil, "12", 403},
		{guise.SuperusersAndStaff, "3", 200}, {guise.SuperusersAndStaff, "10", 403},
		{guise.SameTenant, "10", 200},
		{broken, "1", 200}, {broken, "3", 503},
	} {
		w := newWorld(t, func(c *guise.Config) { c.Policy = r.policy })
		path := "/impersonate/users?q=nobody-at-all"
		if got := w.login(r.actor).do("GET", path, "", asJSON); got.Code != r.want {
			t.Errorf("user %s: %d, want %d", r.actor, got.Code, r.want)
		}
	}
}

func TestLog_ShowsOwnOnlyToThoseWhoMayNotSeeOthers(t *testing.T) {
	w := newWorld(t, func(c *guise.Config) { c.Policy = guise.SuperusersAndStaff })
	theirs := w.login("1").start("11", "reason", "theirs").json()["id"].(string)
	w.advance(time.Second)
	s := w.login("3")
	own := s.start("10", "reason", "own").json()["id"].(string)
	w.advance(time.Second)
	s.get("/notes")
	s.post("/impersonate/stop", "")
	for _, r := range []struct{ actor, path, want string }{
		{"3", "log", "own"}, {"1", "log", "own theirs"}, {"1", "log?state=ended", "own"}, {"1", "log?state=active", "theirs"},
		{"1", "log?q=THEIR", "theirs"}, {"1", "log?actor=3", "own"}, {"1", "log?subject=11", "theirs"}, {"3", "log?actor=1", "own"},
		{"1", "log?from=2026-03-01&to=2026-03-01", "own theirs"}, {"1", "log?from=2026-03-02", ""}, {"1", "log?to=2026-02-28", ""},
		{"1", "live", "theirs"}, {"3", "live", ""},
	} {
		got := w.login(r.actor).do("GET", "/impersonate/"+r.path, "", asJSON)
		var reasons []string
		list, _ := got.json()["impersonations"].([]any)
		for _, one := range list {
			reasons = append(reasons, one.(map[string]any)["reason"].(string))
		}
		if joined := strings.Join(reasons, " "); joined != r.want {
			t.Errorf("user %s: GET %s: %q, want %q", r.actor, r.path, joined, r.want)
		}
	}
	if got := w.login("3").do("GET", "/impersonate/log/"+theirs, "", asJSON); got.Code != http.StatusNotFound {
		t.Errorf("somebody else's: %d, want 404", got.Code)
	}
	entry := w.login("3").do("GET", "/impersonate/log/"+own, "", asJSON).json()
	var kinds []string
	for _, e := range entry["events"].([]any) {
		kinds = append(kinds, e.(map[string]any)["kind"].(string))
	}
	if got := strings.Join(kinds, " "); got != "started request ended" || entry["cause"] != "stopped" {
		t.Errorf("timeline %q of %v", got, entry)
	}
	for _, bad := range []string{"state=over", "from=yesterday", "to=2026-13-01", "cursor=zzz", "q=a&q=b", "q=%00", "q=%ff"} {
		if got := w.login("1").do("GET", "/impersonate/log?"+bad, "", asJSON); got.Code != http.StatusBadRequest {
			t.Errorf("?%s: %d, want 400", bad, got.Code)
		}
	}
}

func TestRevoke_NeedsARightButForOnesOwn(t *testing.T) {
	w := newWorld(t, func(c *guise.Config) { c.Policy = guise.SuperusersAndStaff })
	s := w.login("3")
	own := s.start("10").json()["id"].(string)
	theirs := w.login("1").start("11").json()["id"].(string)
	if got := w.login("3").post("/impersonate/live/"+theirs+"/end", ""); got.Code != http.StatusNotFound {
		t.Errorf("staff revokes a superuser's: %d, want 404", got.Code)
	}
	got := w.login("2").post("/impersonate/live/"+own+"/end", form("note", "that's enough"))
	if got.Code != 200 || got.json()["cause"] != "revoked" || got.json()["note"] != "that's enough" || got.json()["ended_by"].(map[string]any)["id"] != "2" {
		t.Errorf("a superuser revokes: %d %s", got.Code, got.Body)
	}
	if got := s.sees(); got != "303 /impersonate/ended?cause=revoked" {
		t.Errorf("then sees %s", got)
	}
	if got := w.login("2").post("/impersonate/live/"+own+"/end", ""); got.Code != http.StatusConflict {
		t.Errorf("a second time: %d, want 409", got.Code)
	}
	if got := w.login("2").post("/impersonate/live/none/end", ""); got.Code != http.StatusNotFound {
		t.Errorf("one that never was: %d, want 404", got.Code)
	}
	if e := w.logged(guise.KindEnded)[0]; e.By.ID != "2" || e.Note != "that's enough" || e.Actor.ID != "3" {
		t.Errorf("recorded %+v", e)
	}
}

func TestStatus_SaysWhoOneIs(t *testing.T) {
	w := newWorld(t, nil)
	b := w.login("1")
	if got := b.do("GET", "/impersonate/status", "", asJSON).json(); got["impersonating"] != false || got["user"].(map[string]any)["id"] != "1" || got["actor"] != nil {
		t.Errorf("oneself: %v", got)
	}
	id := b.start("10").json()["id"]
	got := b.do("GET", "/impersonate/status", "", asJSON)
	status := got.json()
	if status["impersonating"] != true || status["user"].(map[string]any)["id"] != "10" || status["actor"].(map[string]any)["id"] != "1" || status["impersonation"].(map[string]any)["id"] != id {
		t.Errorf("acting: %v", status)
	}
	if got.Header().Get("Guise-Impersonation") != id || !strings.Contains(got.Header().Get("Cache-Control"), "no-store") {
		t.Errorf("headers %v", got.Header())
	}
}

func TestEndpoints_MethodsAndAddresses(t *testing.T) {
	w := newWorld(t, nil)
	for _, r := range []struct {
		method, path string
		status       int
		allow        string
	}{
		{"GET", "start", 405, "POST"}, {"GET", "stop", 405, "POST"}, {"DELETE", "users", 405, "GET, HEAD"}, {"PUT", "mode", 405, "GET, HEAD, POST"},
		{"GET", "live/x/end", 405, "POST"}, {"GET", "nowhere", 404, ""}, {"POST", "nowhere", 404, ""}, {"GET", "users/1/2", 404, ""},
		{"GET", "assets/x.css", 404, ""}, {"GET", "..%2fsecret", 404, ""}, {"HEAD", "status", 200, ""},
	} {
		got := w.login("1").do(r.method, "/impersonate/"+r.path, "", asJSON)
		if got.Code != r.status || got.Header().Get("Allow") != r.allow {
			t.Errorf("%s %s: %d, Allow %q; want %d, %q", r.method, r.path, got.Code, got.Header().Get("Allow"), r.status, r.allow)
		}
	}
	if ran := fmt.Sprint(w.written()); ran != "[]" {
		t.Errorf("the application answered %s", ran)
	}
}
