package guise

import (
	"context"
	"errors"
	"html/template"
	"net/http"
	"net/url"
	"strings"
	"sync"
)

// View is what a template of the application needs to show who is there, and
// to offer acting as someone. Get it with [Manager.View]. It asks the
// directory only for what the template uses. When someone can't be looked up,
// that is logged, and the template shows nobody.
type View struct{ s *viewState }

type viewState struct {
	v       *visit
	acting  *acting // nil without an impersonation
	real    func() (User, error)
	mayFind func() bool
}

// View returns the view of a request that the Middleware passed on.
func (m *Manager) View(r *http.Request) View {
	s := &viewState{v: m.visitInside(nil, r)}
	if who, ok := r.Context().Value(actingKey{}).(*acting); ok {
		s.acting, s.v.stack = who, who.stack
	}
	s.real = sync.OnceValues(s.lookUpReal)
	s.mayFind = sync.OnceValue(func() bool {
		user, err := s.real()
		return err == nil && m.permitted(r.Context(), Actor{user}, ActionFind)
	})
	return View{s}
}

func (s *viewState) lookUpReal() (User, error) {
	if s.acting != nil {
		return s.acting.impersonation.Actor.User, nil
	}
	actor, err := s.v.realActor()
	if err != nil && !errors.Is(err, ErrNotLoggedIn) && !errors.Is(err, context.Canceled) {
		s.v.config.Logger.ErrorContext(s.v.r.Context(), "guise: the view could not look up who is logged in", "error", err)
	}
	return actor.User, err
}

// Impersonating reports whether the application sees someone other than who is
// logged in. It is false on excluded paths.
func (w View) Impersonating() bool { return w.s.acting != nil && !w.s.acting.asSelf }

// User is whom the application sees; empty when nobody is logged in.
func (w View) User() User {
	if w.Impersonating() {
		return w.s.acting.impersonation.Subject.User
	}
	return w.RealUser()
}

// RealUser is who is logged in; empty when nobody is.
func (w View) RealUser() User {
	user, _ := w.s.real() // logged where it failed
	return user
}

// Actor is who acts as someone else; empty when nobody does.
func (w View) Actor() Actor {
	if !w.Impersonating() {
		return Actor{}
	}
	return w.s.acting.impersonation.Actor
}

// Impersonation is the one that runs, also on excluded paths; nil without one.
func (w View) Impersonation() *Impersonation {
	if w.s.acting == nil {
		return nil
	}
	return &w.s.acting.impersonation
}

// Can reports whether the real user could now start to act as this user.
func (w View) Can(userID string) bool {
	_, can := w.reachable(userID)
	return can
}

// reachable is the user with this ID, if the real user could now start to act
// as them.
func (w View) reachable(userID string) (User, bool) {
	v := w.s.v
	if len(v.stack) >= v.config.MaxDepth || !w.s.mayFind() {
		return User{}, false // asked before anyone is looked up: most pages have no button
	}
	actor := Actor{w.RealUser()}
	user, err := v.visibleUser(v.r.Context(), actor, userID)
	if err != nil {
		return User{}, false
	}
	row, err := v.row(actor, user)
	return user, err == nil && row.CanImpersonate()
}

// Button is what starts to act as this user: with a console a link to their
// page there, otherwise a form. It is empty where [View.Can] says no. It reads
// "Log in as"; a screen reader says the name too, since a list has many of
// them, and that it opens a new window, where Config.NewWindow is set. Its
// class is guise-button.
func (w View) Button(userID string) template.HTML {
	user, can := w.reachable(userID)
	if !can {
		return ""
	}
	v, said := w.s.v, "button.act_as"
	if v.config.NewWindow {
		said = "button.act_new"
	}
	data := map[string]any{
		"Base": v.base(v.r), "ID": userID, "Path": url.PathEscape(userID), "Text": v.texts().Text("button.act"),
		"Said": v.texts().Text(said, "name", clean(user.Label(), maxName)), "NewWindow": v.config.NewWindow, "Console": v.console != nil,
	}
	return w.execute("button", data)
}

// StopForm is the form that leaves; empty without an impersonation.
func (w View) StopForm() template.HTML {
	if w.s.acting == nil {
		return ""
	}
	v := w.s.v
	return w.execute("stop", map[string]any{"Base": v.base(v.r), "Text": v.texts().Text("banner.stop")})
}

// Banner is the banner, for an application with InsecureNoBanner that puts it
// on its pages itself; empty without an impersonation.
func (w View) Banner() template.HTML {
	if w.s.acting == nil {
		return ""
	}
	return template.HTML(w.s.v.bannerHTML(w.s.acting)) // made by html/template
}

func (w View) execute(name string, data any) template.HTML {
	var b strings.Builder
	if err := partTemplates.ExecuteTemplate(&b, name, data); err != nil {
		w.s.v.config.Logger.Error("guise: a part of the view could not be rendered", "part", name, "error", err)
		return ""
	}
	return template.HTML(b.String()) // made by html/template
}

var partTemplates = template.Must(template.New("").Parse(`
{{define "button"}}{{if .Console}}<a class="guise-button" href="{{.Base}}users/{{.Path}}"{{template "window" .}} aria-label="{{.Said}}">{{.Text}}</a>` +
	`{{else}}<form class="guise-button" method="post" action="{{.Base}}start"{{template "window" .}}>` +
	`<input type="hidden" name="user_id" value="{{.ID}}"><button type="submit" aria-label="{{.Said}}">{{.Text}}</button></form>{{end}}{{end}}
{{define "window"}}{{if .NewWindow}} target="_blank" rel="noopener"{{end}}{{end}}
{{define "stop"}}<form class="guise-stop" method="post" action="{{.Base}}stop"><button type="submit">{{.Text}}</button></form>{{end}}`))
