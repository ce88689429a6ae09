package schooldesk

import (
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// loginPage is what the login page shows.
type loginPage struct {
	People []person
	Email  string
	Next   string
	Error  string
}

func (a *App) showLogin(w http.ResponseWriter, r *http.Request) {
	a.renderLogin(w, r, http.StatusOK, loginPage{Next: localPath(r.URL.Query().Get("next"))})
}

func (a *App) renderLogin(w http.ResponseWriter, r *http.Request, status int, p loginPage) {
	if p.Error != "" && wantsJSON(r) {
		a.fail(w, r, status, p.Error)
		return
	}
	p.People = people()
	a.render(w, r, status, "login", "Log in", p)
}

// login is POST /login.
func (a *App) login(w http.ResponseWriter, r *http.Request) {
	page := loginPage{Email: r.PostFormValue("email"), Next: localPath(r.PostFormValue("next"))}
	u, hash, err := a.userByEmail(r.Context(), page.Email)
	if err != nil && !errors.Is(err, errNoUser) {
		a.serverError(w, r, err)
		return
	}
	if !a.passwords.fits(hash, r.PostFormValue("password")) {
		page.Error = "That e-mail and password don’t belong together."
		a.renderLogin(w, r, http.StatusUnauthorized, page)
		return
	}
	if !u.Active {
		page.Error = "This account is deactivated. Nobody can log in to it."
		a.renderLogin(w, r, http.StatusForbidden, page)
		return
	}
	if err := a.beginSession(r, u); err != nil {
		a.serverError(w, r, err)
		return
	}
	http.Redirect(w, r, page.Next, http.StatusSeeOther)
}

// beginSession makes u the one who is logged in. What an earlier login kept in
// the session goes, and the token is a new one, so that nobody can plant it.
func (a *App) beginSession(r *http.Request, u user) error {
	if err := a.sessions.Clear(r.Context()); err != nil {
		return err
	}
	if err := a.sessions.RenewToken(r.Context()); err != nil {
		return err
	}
	a.sessions.Put(r.Context(), sessionUser, u.Key())
	_, err := a.db.ExecContext(r.Context(), `UPDATE users SET last_login = ? WHERE id = ?`, time.Now().Unix(), u.ID)
	return err
}

// logout is POST /logout.
func (a *App) logout(w http.ResponseWriter, r *http.Request) {
	if err := a.sessions.Destroy(r.Context()); err != nil {
		a.serverError(w, r, err)
		return
	}
	http.Redirect(w, r, "/login", http.StatusSeeOther)
}

// showAccount is GET /account/.
func (a *App) showAccount(w http.ResponseWriter, r *http.Request) {
	a.render(w, r, http.StatusOK, "account", "My account", r.URL.Query().Has("changed"))
}

// changePassword is POST /account/password.
func (a *App) changePassword(w http.ResponseWriter, r *http.Request) {
	chosen := r.PostFormValue("password")
	if len(chosen) < 4 || len(chosen) > 72 { // bcrypt looks at 72 bytes
		a.fail(w, r, http.StatusUnprocessableEntity, "A password has 4 to 72 characters.")
		return
	}
	hash, err := a.passwords.hash(chosen)
	if err != nil {
		a.serverError(w, r, err)
		return
	}
	_, err = a.db.ExecContext(r.Context(),
		`UPDATE users SET password_hash = ? WHERE id = ?`, hash, currentUser(r.Context()).ID)
	if err != nil {
		a.serverError(w, r, err)
		return
	}
	if wantsJSON(r) {
		a.writeJSON(w, r, http.StatusOK, map[string]bool{"changed": true})
		return
	}
	http.Redirect(w, r, "/account/?changed", http.StatusSeeOther)
}

// localPath lets only a path of this application through as a place to go to
// after the login; anything else is the home page.
func localPath(next string) string {
	u, err := url.Parse(next)
	if err != nil || u.Scheme != "" || u.Host != "" || u.Opaque != "" ||
		!strings.HasPrefix(next, "/") || strings.HasPrefix(next, "//") || strings.ContainsAny(next, "\\\r\n\t") {
		return "/"
	}
	return next
}
