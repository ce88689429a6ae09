package schooldesk

import (
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

const (
	adminEmail = "admin@schooldesk.example"
	mayaEmail  = "maya@schooldesk.example"
	mayaID     = "5"
)

// start begins to act as a user and returns the impersonation.
func (b *browser) start(userID string, fields ...string) (begun struct{ ID string }) {
	b.t.Helper()
	b.postJSON("/impersonate/start", append(fields, "user_id", userID)...).want(http.StatusCreated).into(&begun)
	return begun
}

func (b *browser) adminWhoami() string {
	b.t.Helper()
	var who identity
	b.getJSON("/admin/whoami").want(http.StatusOK).into(&who)
	return who.Email
}

func (b *browser) wantWhoami(email string) {
	b.t.Helper()
	if who := b.whoami(); who != email {
		b.t.Fatalf("the application sees %q, want %q", who, email)
	}
}

func TestStory_AdminActsAsMayaAndLeaves(t *testing.T) {
	t.Parallel()
	s := serveSite(t)
	admin := s.as(t, "admin")
	admin.get("/").want(http.StatusOK).
		has(`href="/impersonate/users/5?ticket=SD-1042&amp;reason=My%20timetable%20is%20empty&amp;next=/"`)
	admin.start(mayaID, "reason", "My timetable is empty", "ticket", "SD-1042")

	admin.wantWhoami(mayaEmail)
	admin.get("/").want(http.StatusOK).
		has("0 of 12 lessons shown", "saved view: only school year", `class="acting"`, "As: "+mayaEmail+"<", `action="/impersonate/stop"`)

	admin.post("/notes", "text", "written by admin").want(http.StatusMethodNotAllowed)
	admin.postJSON("/view", "year", "").want(http.StatusMethodNotAllowed)
	admin.postJSON("/account/password", "password", "stolen").want(http.StatusForbidden)
	admin.get("/account/").want(http.StatusForbidden)
	if who := admin.adminWhoami(); who != adminEmail {
		t.Errorf("/admin/ is served to %q", who)
	}
	admin.get("/admin/users/5").want(http.StatusOK).hasNot(`class="acting"`)

	admin.post("/impersonate/stop").want(http.StatusSeeOther)
	admin.wantWhoami(adminEmail)
	admin.get("/").want(http.StatusOK).has("Support desk").hasNot(`class="acting"`)
	s.as(t, "maya").getJSON("/notes").hasNot("written by admin")
}

// P4: the draft is in the session, and there are two sessions.
func TestP4_TheSessionWhileActingIsAnotherOne(t *testing.T) {
	t.Parallel()
	s := serveSite(t)
	admin, maya := s.as(t, "admin"), s.as(t, "maya")
	admin.post("/draft", "text", "the admin's own").want(http.StatusSeeOther)
	maya.post("/draft", "text", "Maya's own").want(http.StatusSeeOther)
	session := admin.cookie("session")

	admin.start(mayaID, "mode", "read_write", "reason", "to try the session")
	admin.getJSON("/draft").want(http.StatusOK).has(`{"text":""}`)
	admin.post("/draft", "text", "in between").want(http.StatusSeeOther)
	admin.getJSON("/draft").has("in between")
	admin.post("/impersonate/stop").want(http.StatusSeeOther)

	admin.getJSON("/draft").has("the admin's own")
	maya.getJSON("/draft").has("Maya's own")
	if admin.cookie("session") != session {
		t.Error("the admin's session has another token now")
	}
	admin.start(mayaID, "mode", "read_write", "reason", "once more")
	admin.getJSON("/draft").has(`{"text":""}`)
}

func TestLogout_WhileActingLeavesAndKeepsTheLogin(t *testing.T) {
	t.Parallel()
	admin := serveSite(t).as(t, "admin")
	admin.start(mayaID)
	admin.post("/logout").want(http.StatusSeeOther)
	admin.wantWhoami(adminEmail)
}

func TestExcluded_AWriteNeverRunsAsTheActor(t *testing.T) {
	t.Parallel()
	s := serveSite(t)
	admin := s.as(t, "admin")
	admin.start(mayaID)
	admin.postJSON("/admin/users/6", "active", "0").want(http.StatusMethodNotAllowed)
	if u, err := s.app.userByKey(t.Context(), "6"); err != nil || !u.Active {
		t.Errorf("noah was deactivated: %+v, %v", u, err)
	}
	// With write access it runs, and it runs as Maya, who may not.
	admin.postJSON("/impersonate/stop").want(http.StatusOK)
	admin.start(mayaID, "mode", "read_write", "reason", "to set it right")
	admin.postJSON("/admin/users/6", "active", "0").want(http.StatusForbidden)
}

func TestReadWrite_MayasViewCanBeSetRight(t *testing.T) {
	t.Parallel()
	s := serveSite(t)
	admin := s.as(t, "admin")
	admin.start(mayaID, "mode", "read_write", "reason", "to set it right")
	admin.post("/view", "year", "").want(http.StatusSeeOther)
	admin.get("/").want(http.StatusOK).has("12 of 12 lessons shown")
	admin.post("/impersonate/stop").want(http.StatusSeeOther)
	s.as(t, "maya").get("/").has("12 of 12 lessons shown")
}

func TestWhoMay_ByPolicy(t *testing.T) {
	t.Parallel()
	for policy, rows := range map[string]map[string]int{
		"superusers": {"admin": 201, "boss": 201, "staff": 403, "noah": 403},
		"staff":      {"admin": 201, "boss": 201, "staff": 201, "noah": 403},
	} {
		s := serveSite(t, func(o *Options) { o.Policy = policy })
		for who, status := range rows {
			b := s.as(t, who)
			if got := b.postJSON("/impersonate/start", "user_id", mayaID).StatusCode; got != status {
				t.Errorf("policy %s: %s gets %d, want %d", policy, who, got, status)
			}
			users := b.get("/admin/users?q=noah")
			if offers := status == 201 && who != "noah"; offers {
				users.want(http.StatusOK).has(`href="/impersonate/users"`, `href="/impersonate/log"`)
			} else {
				users.hasNot(`href="/impersonate/users`, `href="/impersonate/log"`)
			}
		}
	}
}

func TestUsers_EveryRowHasAButtonOrTheReasonWhyNot(t *testing.T) {
	t.Parallel()
	admin := serveSite(t).as(t, "admin")
	admin.get("/admin/users?q=maya").has(`class="guise-button"`).hasNot("Why not?")
	for _, name := range []string{"ada+bergström", "boris", "ines+novak"} {
		admin.get("/admin/users?q="+name).has("Why not?", `href="/impersonate/users/`).hasNot("guise-button")
	}
}

func TestSettings_ReasonIsRequired(t *testing.T) {
	t.Parallel()
	admin := serveSite(t, func(o *Options) { o.RequireReason = true }).as(t, "admin")
	admin.postJSON("/impersonate/start", "user_id", mayaID).want(http.StatusUnprocessableEntity)
	admin.postJSON("/impersonate/start", "user_id", mayaID, "reason", "a ticket").want(http.StatusCreated)
}

func TestSettings_Depth(t *testing.T) {
	t.Parallel()
	const staffID = "3"
	for depth, status := range map[int]int{1: http.StatusConflict, 2: http.StatusCreated} {
		s := serveSite(t, func(o *Options) { o.MaxDepth, o.Policy = depth, policyStaff })
		admin := s.as(t, "admin")
		admin.start(staffID)
		admin.postJSON("/impersonate/start", "user_id", mayaID).want(status)
	}
}

func TestSettings_Times(t *testing.T) {
	t.Parallel()
	var passed atomic.Int64
	s := serveSite(t, func(o *Options) {
		o.MaxDuration, o.IdleTimeout = 40*time.Minute, 10*time.Minute
		o.clock = func() time.Time { return time.Now().Add(time.Duration(passed.Load())) }
	})
	admin := s.as(t, "admin")
	for _, row := range []struct {
		name  string
		after []time.Duration // from one request to the next
		sees  string
	}{
		{"busy", []time.Duration{9 * time.Minute, 9 * time.Minute, 9 * time.Minute}, mayaEmail},
		{"idle", []time.Duration{9 * time.Minute, 11 * time.Minute}, adminEmail},
		{"too long", []time.Duration{9 * time.Minute, 9 * time.Minute, 9 * time.Minute, 9 * time.Minute, 9 * time.Minute}, adminEmail},
	} {
		t.Run(row.name, func(t *testing.T) {
			admin.start(mayaID)
			for _, pause := range row.after {
				passed.Add(int64(pause))
				admin.get("/")
			}
			admin.wantWhoami(row.sees)
			admin.postJSON("/impersonate/stop")
		})
	}
}

func TestDeactivated_SubjectIsLeftAtOnce(t *testing.T) {
	t.Parallel()
	s := serveSite(t)
	admin, boss := s.as(t, "admin"), s.as(t, "boss")
	admin.start(mayaID)
	boss.post("/admin/users/5", "active", "0").want(http.StatusSeeOther)
	admin.postJSON("/draft", "text", "x").want(http.StatusForbidden) // not run as admin, either
	admin.wantWhoami(adminEmail)
	admin.getJSON("/draft").has(`{"text":""}`)
}

func TestDemoted_ActorLosesTheImpersonation(t *testing.T) {
	t.Parallel()
	s := serveSite(t)
	admin, boss := s.as(t, "admin"), s.as(t, "boss")
	admin.start(mayaID)
	boss.post("/admin/users/1", "superuser", "0").want(http.StatusSeeOther)
	admin.get("/").want(http.StatusSeeOther)
	admin.wantWhoami(adminEmail)
	admin.postJSON("/impersonate/start", "user_id", mayaID).want(http.StatusForbidden)
}

// The page writes on GET: the database refuses while the impersonation is
// read-only.
func TestLab_SneakyWriteIsRefusedWhileReadOnly(t *testing.T) {
	t.Parallel()
	s := serveSite(t)
	admin := s.as(t, "admin")
	admin.start(mayaID)
	admin.get("/lab/sneaky-write").want(http.StatusForbidden).has("This page writes", `href="/impersonate/mode"`)
	s.as(t, "maya").getJSON("/notes").hasNot("sneaky")
}

func TestLab_SneakyWriteIsTheSubjects(t *testing.T) {
	t.Parallel()
	s := serveSite(t)
	admin := s.as(t, "admin")
	admin.start(mayaID, "mode", "read_write", "reason", "test")
	admin.get("/lab/sneaky-write").want(http.StatusOK)
	s.as(t, "maya").getJSON("/notes").has("sneaky")
	admin.post("/impersonate/stop").want(http.StatusSeeOther)
	admin.getJSON("/notes").hasNot("sneaky")
}

// Guise puts the banner on every document of the lab, and on no fragment.
func TestLab_Banner(t *testing.T) {
	t.Parallel()
	admin := serveSite(t).as(t, "admin")
	admin.start(mayaID)
	for _, p := range labPages() {
		status := http.StatusOK
		if p.Path == "/lab/sneaky-write" {
			status = http.StatusForbidden // Guise's own page
		}
		page := admin.get(p.Path).want(status)
		if page.Header.Get("Content-Encoding") == "gzip" {
			page.body = unzip(t, page.body)
		}
		if p.Path == "/lab/fragment" {
			page.hasNot("Maya")
		} else {
			page.has("Maya Lindqvist", "/impersonate/stop")
		}
	}
}

// At once, on one database that has one writer: whoever comes second waits and
// is refused, and nobody meets an error.
func TestRace_FortyStartsMakeOneAndFortyStopsEndIt(t *testing.T) {
	t.Parallel()
	s := serveSite(t, func(o *Options) { o.Impersonation.Starts = -1 })
	admin := s.as(t, "admin")
	const tries = 40
	at := func(path string, fields ...string) map[int]int {
		answers, counts := make(chan int, tries), map[int]int{}
		for range tries {
			go func() {
				r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.url+path, strings.NewReader(form(fields).Encode()))
				if err != nil {
					answers <- 0
					return
				}
				r.Header.Set("Accept", asJSON)
				r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
				response, err := admin.client.Do(r)
				if err != nil {
					answers <- 0
					return
				}
				response.Body.Close()
				answers <- response.StatusCode
			}()
		}
		for range tries {
			counts[<-answers]++
		}
		return counts
	}
	if got := at("/impersonate/start", "user_id", mayaID); got[201] != 1 || got[409] != tries-1 {
		t.Errorf("the starts were answered %v, want one 201 and 39 409", got)
	}
	admin.wantWhoami(mayaEmail)
	for status, n := range at("/impersonate/stop") {
		if status != 200 && status/100 != 4 {
			t.Errorf("%d stops were answered %d", n, status)
		}
	}
	admin.wantWhoami(adminEmail)
}
