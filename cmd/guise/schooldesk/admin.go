package schooldesk

import (
	"errors"
	"fmt"
	"net/http"
	"strconv"
)

// showUsers is GET /admin/users: everybody, page by page.
func (a *App) showUsers(w http.ResponseWriter, r *http.Request) {
	number, _ := strconv.Atoi(r.URL.Query().Get("page")) // what is no number is the first page
	p, err := a.searchUsers(r.Context(), r.URL.Query().Get("q"), number)
	if err != nil {
		a.serverError(w, r, err)
		return
	}
	a.render(w, r, http.StatusOK, "users", "Users", p)
}

// record is what the office sees of one user.
type record struct {
	User    user
	Courses []course
	Lessons int
}

// showUser is GET /admin/users/{id}: the record, as the office sees it.
func (a *App) showUser(w http.ResponseWriter, r *http.Request) {
	u, ok := a.pathUser(w, r)
	if !ok {
		return
	}
	courses, err := a.coursesOf(r.Context(), u)
	if err != nil {
		a.serverError(w, r, err)
		return
	}
	rec := record{User: u, Courses: courses}
	for _, c := range courses {
		rec.Lessons += c.Lessons
	}
	a.render(w, r, http.StatusOK, "user", u.Name, rec)
}

// pathUser finds the user an address names; where there is none it answers 404.
func (a *App) pathUser(w http.ResponseWriter, r *http.Request) (user, bool) {
	u, err := a.userByKey(r.Context(), r.PathValue("id"))
	if errors.Is(err, errNoUser) {
		a.fail(w, r, http.StatusNotFound, "There is no such user.")
		return user{}, false
	}
	if err != nil {
		a.serverError(w, r, err)
		return user{}, false
	}
	return u, true
}

// changeUser is POST /admin/users/{id}: active, staff and superuser, each 0 or
// 1; what is left out stays as it is.
func (a *App) changeUser(w http.ResponseWriter, r *http.Request) {
	u, ok := a.pathUser(w, r)
	if !ok {
		return
	}
	if err := r.ParseForm(); err != nil {
		a.fail(w, r, http.StatusBadRequest, "The form can’t be read.")
		return
	}
	changed := 0
	for field, to := range map[string]*bool{"active": &u.Active, "staff": &u.Staff, "superuser": &u.Superuser} {
		values := r.PostForm[field]
		if len(values) == 0 {
			continue
		}
		value := values[len(values)-1] // a checkbox comes after the hidden 0 that speaks for it when it is off
		if value != "0" && value != "1" {
			a.fail(w, r, http.StatusUnprocessableEntity, fmt.Sprintf("%s is %q; it can be 0 or 1.", field, value))
			return
		}
		*to = value == "1"
		changed++
	}
	if changed == 0 {
		a.fail(w, r, http.StatusUnprocessableEntity, "Nothing to change: send active, staff or superuser, as 0 or 1.")
		return
	}
	_, err := a.db.ExecContext(r.Context(),
		`UPDATE users SET is_active = ?, is_staff = ?, is_superuser = ? WHERE id = ?`,
		u.Active, u.Staff, u.Superuser, u.ID)
	if err != nil {
		a.serverError(w, r, err)
		return
	}
	if wantsJSON(r) {
		a.writeJSON(w, r, http.StatusOK, map[string]any{
			"id": u.Key(), "active": u.Active, "staff": u.Staff, "superuser": u.Superuser,
		})
		return
	}
	http.Redirect(w, r, "/admin/users/"+u.Key(), http.StatusSeeOther)
}
