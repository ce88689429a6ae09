package schooldesk

import (
	"net/http"
	"regexp"
	"testing"
)

func TestAdmin_Rights(t *testing.T) {
	t.Parallel()
	s := serveSite(t)
	const ok, see, no, missing, wrong = 200, 303, 403, 404, 422
	for _, row := range []struct {
		who, method, path string
		fields            []string
		status            int
	}{
		{"maya", "GET", "/admin/users", nil, no},
		{"maya", "GET", "/admin/users/5", nil, no},
		{"maya", "GET", "/admin/whoami", nil, no},
		{"maya", "POST", "/admin/users/5", []string{"superuser", "1"}, no},
		{"staff", "GET", "/admin/users", nil, ok},
		{"staff", "GET", "/admin/users/5", nil, ok},
		{"staff", "GET", "/admin/whoami", nil, ok},
		{"staff", "POST", "/admin/users/3", []string{"superuser", "1"}, no},
		{"admin", "GET", "/admin/users", nil, ok},
		{"admin", "GET", "/admin/users/999999", nil, missing},
		{"admin", "GET", "/admin/users/five", nil, missing},
		{"admin", "POST", "/admin/users/999999", []string{"active", "0"}, missing},
		{"admin", "POST", "/admin/users/6", nil, wrong},
		{"admin", "POST", "/admin/users/6", []string{"active", "2"}, wrong},
		{"admin", "POST", "/admin/users/6", []string{"active", "no", "staff", "1"}, wrong},
		{"admin", "POST", "/admin/users/6", []string{"staff", "0", "staff", "1"}, see},
	} {
		b := s.as(t, row.who)
		if got := b.do(row.method, row.path, asHTML, form(row.fields)).StatusCode; got != row.status {
			t.Errorf("%s %s %s %v: status %d, want %d", row.who, row.method, row.path, row.fields, got, row.status)
		}
	}
	if u, err := s.app.userByKey(t.Context(), "6"); err != nil || !u.Active || !u.Staff || u.Superuser {
		t.Errorf("noah, after all these, is %+v, %v; want active staff", u, err)
	}
	for _, id := range []string{"3", "5"} {
		if u, err := s.app.userByKey(t.Context(), id); err != nil || u.Superuser {
			t.Errorf("user %s has made themselves a superuser: %+v, %v", id, u, err)
		}
	}
}

func TestAdmin_ChangeLeavesTheRestAlone(t *testing.T) {
	t.Parallel()
	s := serveSite(t)
	admin := s.as(t, "admin")
	admin.postJSON("/admin/users/3", "active", "0").want(http.StatusOK).
		has(`"active":false`, `"staff":true`, `"superuser":false`)
	admin.postJSON("/admin/users/3", "active", "1", "superuser", "1", "staff", "0").want(http.StatusOK).
		has(`"active":true`, `"staff":false`, `"superuser":true`)
}

func TestAdmin_PagesHaveEveryoneOnce(t *testing.T) {
	t.Parallel()
	s := serveSite(t, func(o *Options) { o.Users = 60 })
	admin := s.as(t, "admin")
	row := regexp.MustCompile(`class="person"><a href="/admin/users/(\d+)"`)
	seen := map[string]bool{}
	for _, page := range []string{"1", "2", "3"} {
		found := row.FindAllStringSubmatch(admin.get("/admin/users?page="+page).want(http.StatusOK).has("of 3").body, -1)
		for _, match := range found {
			if seen[match[1]] {
				t.Errorf("user %s is on two pages", match[1])
			}
			seen[match[1]] = true
		}
	}
	if len(seen) != 68 {
		t.Errorf("%d users on the pages, want 68", len(seen))
	}
	for _, page := range []string{"0", "-4", "x", "99999999999999999999", ""} {
		admin.get("/admin/users?page=" + page).want(http.StatusOK)
	}
}

func TestAdmin_Search(t *testing.T) {
	t.Parallel()
	s := serveSite(t)
	admin := s.as(t, "admin")
	for query, want := range map[string]string{
		"maya":                         "1 user for",
		"MAYA+lindqvist":               "1 user for",
		"maya+hilltop":                 "Nobody is called",
		"noah+hilltop":                 "1 user for",
		"%25":                          "Nobody is called",
		"_aya":                         "Nobody is called",
		"%5C":                          "Nobody is called",
		"%3Cscript%3Ealert":            "&lt;script&gt;alert(1)&lt;/script&gt;",
		"inactive@schooldesk.example":  "Ines Novak",
		"%27+OR+1%3D1--":               "Nobody is called",
		"maya%40schooldesk.example++":  "1 user for",
		"maya&page=7":                  "1 user for",
		"staff@schooldesk.example&q=x": "Stella Moreau",
	} {
		admin.get("/admin/users?q=" + query).want(http.StatusOK).has(want).hasNot("<script>alert")
	}
}

func TestAdmin_RowsOfferToActAs(t *testing.T) {
	t.Parallel()
	s := serveSite(t)
	s.as(t, "admin").get("/admin/users?q=maya").want(http.StatusOK).has(`<td class="act">`, "/impersonate/")
}
