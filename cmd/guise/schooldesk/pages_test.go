package schooldesk

import (
	"net/http"
	"strings"
	"testing"
	"time"
)

func TestWhoami_Shape(t *testing.T) {
	t.Parallel()
	s := serveSite(t)
	var nobody, maya, admin map[string]any
	s.browser(t).getJSON("/whoami").want(http.StatusOK).into(&nobody)
	for _, key := range []string{"id", "username", "name", "email", "school"} {
		if nobody[key] != "" {
			t.Errorf("nobody's %s is %#v, want an empty string", key, nobody[key])
		}
	}
	s.as(t, "maya").get("/whoami").want(http.StatusOK).into(&maya) // JSON to a browser, too
	if maya["id"] != "5" || maya["email"] != "maya@schooldesk.example" || maya["name"] != "Maya Lindqvist" || maya["superuser"] != false {
		t.Errorf("maya is %v", maya)
	}
	s.as(t, "admin").getJSON("/admin/whoami").want(http.StatusOK).into(&admin)
	if admin["id"] != "1" || admin["email"] != "admin@schooldesk.example" || admin["superuser"] != true {
		t.Errorf("admin is %v", admin)
	}
}

func TestStory_OnlyMayasOwnPageShowsTheCause(t *testing.T) {
	t.Parallel()
	s := serveSite(t)
	admin, maya, noah := s.as(t, "admin"), s.as(t, "maya"), s.as(t, "noah")

	admin.get("/").want(http.StatusOK).has("My timetable is empty", "SD-1042", "Maya Lindqvist")
	admin.get("/admin/users/5").want(http.StatusOK).
		has("6 courses, 12 lessons a week").hasNot("saved view", schoolYear(time.Now().AddDate(-1, 0, 0)))
	maya.get("/").want(http.StatusOK).
		has("0 of 12 lessons shown", "saved view: only school year "+schoolYear(time.Now().AddDate(-1, 0, 0)), "No lessons this week")
	noah.get("/").want(http.StatusOK).has("12 of 12 lessons shown").hasNot("No lessons this week", "saved view")

	// The mistake that hides it: the list of years doesn't know the saved one, and so says "All".
	maya.get("/").hasNot(" selected>")
	maya.post("/view", "year", "").want(http.StatusSeeOther)
	maya.get("/").has("12 of 12 lessons shown")
}

func TestTimetable_NoTwoLessonsAtOnce(t *testing.T) {
	t.Parallel()
	taken := map[string]int{}
	for position := range subjects() {
		for lesson := range 2 {
			weekday, starts, ends := lessonTime(position, lesson)
			if weekday < 1 || weekday > 5 || starts >= ends {
				t.Errorf("course %d has a lesson on day %d from %s to %s", position, weekday, starts, ends)
			}
			key := string(rune('0'+weekday)) + starts
			if other, ok := taken[key]; ok {
				t.Errorf("courses %d and %d are both on day %d at %s", other, position, weekday, starts)
			}
			taken[key] = position
		}
	}
}

func TestSchoolYear_BeginsInAugust(t *testing.T) {
	t.Parallel()
	for day, want := range map[string]string{
		"2026-07-31": "2025/26", "2026-08-01": "2026/27", "2026-12-31": "2026/27", "2027-01-01": "2026/27", "1999-09-01": "1999/00",
	} {
		when, err := time.Parse(time.DateOnly, day)
		if err != nil {
			t.Fatal(err)
		}
		if got := schoolYear(when); got != want {
			t.Errorf("%s is in %s, want %s", day, got, want)
		}
	}
}

func TestNotes_AreOnesOwn(t *testing.T) {
	t.Parallel()
	s := serveSite(t)
	maya, noah := s.as(t, "maya"), s.as(t, "noah")
	maya.post("/notes", "text", "  <b>bring</b> the book  ").want(http.StatusSeeOther)
	var made note
	maya.postJSON("/notes", "text", "second").want(http.StatusCreated).into(&made)
	if made.ID == 0 || made.Text != "second" || time.Since(made.Created) > time.Hour {
		t.Errorf("made %+v", made)
	}
	var list struct{ Notes []note }
	maya.getJSON("/notes").want(http.StatusOK).into(&list)
	if len(list.Notes) < 2 || list.Notes[0].Text != "second" || list.Notes[1].Text != "<b>bring</b> the book" {
		t.Errorf("notes: %+v", list.Notes)
	}
	maya.get("/notes").want(http.StatusOK).has("&lt;b&gt;bring&lt;/b&gt; the book")
	noah.getJSON("/notes").want(http.StatusOK).hasNot("the book", "second")
	noah.get("/notes").want(http.StatusOK).hasNot("the book", "second")

	for _, text := range []string{"", " \n ", strings.Repeat("x", maxText+1)} {
		maya.postJSON("/notes", "text", text).want(http.StatusUnprocessableEntity).has(`"error"`)
	}
	s.as(t, "script").getJSON("/notes").want(http.StatusOK).has(`{"notes":[]}`)
}

func TestDraft_IsInTheSession(t *testing.T) {
	t.Parallel()
	s := serveSite(t)
	maya := s.as(t, "maya")
	maya.getJSON("/draft").want(http.StatusOK).has(`{"text":""}`)
	maya.post("/draft", "text", "Dear Ms Okonjo").want(http.StatusSeeOther)
	maya.getJSON("/draft").want(http.StatusOK).has(`{"text":"Dear Ms Okonjo"}`)
	maya.get("/draft").want(http.StatusOK).has("Dear Ms Okonjo</textarea>")
	s.as(t, "maya").getJSON("/draft").has(`{"text":""}`) // another browser, another session
	maya.postJSON("/draft", "text", strings.Repeat("x", maxText+1)).want(http.StatusUnprocessableEntity)
}

func TestPages_AreWholeAndEscaped(t *testing.T) {
	t.Parallel()
	s := serveSite(t)
	for name, paths := range map[string][]string{
		"script": {"/", "/courses", "/notes", "/draft", "/account/", "/lab/", "/nowhere"},
		"admin":  {"/", "/courses", "/account/", "/admin/users", "/admin/users/8", "/lab/"},
	} {
		b := s.as(t, name)
		for _, path := range paths {
			page := b.get(path).has("<!doctype html>", "</html>", "School Desk").hasNot("<script>alert", "<no value>", "style=")
			if policy := page.Header.Get("Content-Security-Policy"); !strings.Contains(policy, "default-src 'none'") {
				t.Errorf("%s has the policy %q", path, policy)
			}
		}
	}
	s.browser(t).get("/nowhere").want(http.StatusNotFound)
	s.browser(t).getJSON("/nowhere").want(http.StatusNotFound).has(`"error"`)
}

func TestStatic_StyleSheetNeedsNoSession(t *testing.T) {
	t.Parallel()
	s := serveSite(t)
	sheet := s.browser(t).get(s.app.asset(t, "schooldesk.css")).want(http.StatusOK).has(":root.acting")
	if cookie := sheet.Header.Get("Set-Cookie"); cookie != "" {
		t.Errorf("the style sheet sets %q", cookie)
	}
	if !strings.HasPrefix(sheet.Header.Get("Content-Type"), "text/css") {
		t.Errorf("the style sheet is %q", sheet.Header.Get("Content-Type"))
	}
}
