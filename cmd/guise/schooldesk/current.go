package schooldesk

import (
	"context"
	"errors"
	"net/http"
	"net/url"

	"github.com/guise-go/guise"
)

type currentUserKey struct{}

// currentUser is whom the request is served as; the zero user is nobody.
func currentUser(ctx context.Context) user {
	u, _ := ctx.Value(currentUserKey{}).(user)
	return u
}

// loadUser finds the current user: the one place in School Desk that decides
// who that is. A user who was deactivated is nobody from the next request on,
// whatever the session says.
func (a *App) loadUser(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		id := guise.EffectiveID(r.Context(), a.sessions.GetString(r.Context(), sessionUser))
		if id == "" {
			next.ServeHTTP(w, r)
			return
		}
		u, err := a.userByKey(r.Context(), id)
		switch {
		case errors.Is(err, errNoUser):
			u = user{}
		case err != nil:
			a.serverError(w, r, err)
			return
		case !u.Active:
			u = user{}
		}
		next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), currentUserKey{}, u)))
	})
}

// user serves h to anyone logged in, and sends everybody else to the login page.
func (a *App) user(h http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if currentUser(r.Context()).ID != 0 {
			h(w, r)
			return
		}
		if wantsJSON(r) {
			a.fail(w, r, http.StatusUnauthorized, "Log in first.")
			return
		}
		login := "/login"
		if r.Method == http.MethodGet && r.URL.Path != "/" {
			login += "?next=" + url.QueryEscape(r.URL.RequestURI())
		}
		http.Redirect(w, r, login, http.StatusSeeOther)
	}
}

// office serves h to staff and superusers.
func (a *App) office(h http.HandlerFunc) http.HandlerFunc {
	return a.user(func(w http.ResponseWriter, r *http.Request) {
		if !currentUser(r.Context()).Office() {
			a.fail(w, r, http.StatusForbidden, "This page is for School Desk’s own staff.")
			return
		}
		h(w, r)
	})
}

// superuser serves h to superusers.
func (a *App) superuser(h http.HandlerFunc) http.HandlerFunc {
	return a.user(func(w http.ResponseWriter, r *http.Request) {
		if !currentUser(r.Context()).Superuser {
			a.fail(w, r, http.StatusForbidden, "Only a superuser may do this.")
			return
		}
		h(w, r)
	})
}

// identity is who one is, as /whoami tells it. For nobody every text is empty.
type identity struct {
	ID        string `json:"id"`
	Username  string `json:"username"`
	Name      string `json:"name"`
	Email     string `json:"email"`
	School    string `json:"school"`
	Staff     bool   `json:"staff"`
	Superuser bool   `json:"superuser"`
}

// whoami is GET /whoami, and GET /admin/whoami: always JSON.
func (a *App) whoami(w http.ResponseWriter, r *http.Request) {
	u := currentUser(r.Context())
	who := identity{
		Username: u.Username, Name: u.Name, Email: u.Email, School: u.School,
		Staff: u.Staff, Superuser: u.Superuser,
	}
	if u.ID != 0 {
		who.ID = u.Key()
	}
	a.writeJSON(w, r, http.StatusOK, who)
}
