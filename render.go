package guise

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
)

// consolePolicy lets the console's pages load the console's own files, and
// nothing else from anywhere.
const consolePolicy = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; " +
	"form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// answersJSON reports whether a GET is answered with JSON: when that is asked
// for, and when there is no console to make pages.
func (v *visit) answersJSON() bool { return v.console == nil || wantsJSON(v.r) }

// page renders a page whole, then writes it.
func (v *visit) page(status int, name PageName, data any) {
	page := v.newPage(name, data)
	policy, body, err := v.rendered(page)
	if err != nil && !hasPlain(page) {
		status, page = http.StatusInternalServerError, v.newPage(PageProblem, v.waysOn(cantShow))
		body = []byte(v.plainPage(page))
	}
	v.writePage(status, policy, body)
}

// cantShow is said in place of a page that only the console has, and fails to make.
var cantShow = ProblemData{
	Status: http.StatusInternalServerError, Title: "This page can't be shown",
	Detail: "It could not be made; the application's own log says why. What it is about is as it was.",
}

// rendered is a page and its Content-Security-Policy: the console's page, or a
// plain one without it, also beside the console's error.
func (v *visit) rendered(page Page) (policy string, body []byte, err error) {
	if v.console != nil {
		var buffer bytes.Buffer
		if err = v.console.Render(&buffer, page); err == nil {
			return consolePolicy, buffer.Bytes(), nil
		}
		v.config.Logger.ErrorContext(v.r.Context(), "guise: the console could not render a page; a plain one was sent",
			slog.String("page", string(page.Name)), slog.Any("error", err))
	}
	return plainPolicy, []byte(v.plainPage(page)), err
}

func (v *visit) newPage(name PageName, data any) Page {
	texts := v.texts()
	page := Page{
		Name: name, Lang: texts.Lang, Dir: texts.Dir, BasePath: v.base(v.r),
		HomeURL: v.public(v.r, v.config.StartURL), Now: v.now(), Data: localisedData(texts, data), Viewer: v.viewer(),
	}
	if len(v.stack) > 0 {
		top := v.stack.Top()
		page.Impersonation = &top
	}
	return page
}

// viewer is the real user and what they may do; nil when that can't be found
// out.
func (v *visit) viewer() *Viewer {
	actor, err := v.realActor()
	if err != nil {
		return nil
	}
	viewer := &Viewer{Actor: actor, Actions: map[Action]bool{}}
	for _, action := range Actions() {
		viewer.Actions[action] = v.config.offers(action) && v.permitted(v.r.Context(), actor, action)
	}
	return viewer
}

// writePage sends one of Guise's own pages, with the banner while impersonating.
func (v *visit) writePage(status int, policy string, body []byte) {
	write := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		pageHeader(w.Header(), policy)
		w.WriteHeader(status)
		_, _ = w.Write(body) // a client that has gone is nobody to tell
	})
	if len(v.stack) == 0 {
		write.ServeHTTP(v.w, v.r)
		return
	}
	v.serveBannered(v.r, write, v.acting(v.owns(v.r.URL.Path)))
}

// getLeave is the page with the form that stops, for pages of the application
// whose Content-Security-Policy forbids forms.
func (v *visit) getLeave() error {
	if len(v.stack) == 0 {
		return ErrNotImpersonating
	}
	data := LeaveData{Impersonation: v.stack.Top()}
	if n := len(v.stack); n > 1 {
		data.Below = &v.stack[n-2]
	}
	v.page(http.StatusOK, PageLeave, data)
	return nil
}

// getEnded says what happened, and who the person is now. It answers whatever
// the cookie says, so that nothing that leads here can loop.
func (v *visit) getEnded() error {
	cause, err := queryText(v.r, "cause", maxField)
	if err != nil {
		return err
	}
	if cause != "" && !Cause(cause).Known() {
		return &InputError{"cause", "is none of the causes there are"}
	}
	if v.any() {
		var over *overError
		// Who has begun another one in another browser gets rid of this one here.
		if errors.As(v.resolveCarried(), &over) && (!over.replaced || over.longAgo(v.now())) {
			v.leaveCookies()
		}
	}
	data := EndedData{Cause: Cause(cause), ContinueURL: v.public(v.r, v.config.StartURL)}
	if v.answersJSON() && !acceptsHTML(v.r) {
		return v.writeJSON(http.StatusOK, struct {
			Cause Cause `json:"cause"`
		}{data.Cause})
	}
	if _, err := v.realActor(); errors.Is(err, ErrNotLoggedIn) && v.config.LoginURL != "" {
		data.ContinueURL = v.public(v.r, v.config.LoginURL)
	}
	v.page(http.StatusOK, PageEnded, data)
	return nil
}

// plainPage renders a page without the console.
func (v *visit) plainPage(page Page) string {
	texts := v.texts()
	var b bytes.Buffer
	if err := plainTemplate.Execute(&b, v.plain(page, texts)); err != nil {
		v.config.Logger.ErrorContext(v.r.Context(), "guise: a plain page could not be rendered", slog.Any("error", err))
		return fmt.Sprintf("<!DOCTYPE html><title>Guise</title><p>%s", page.Name)
	}
	return b.String()
}

// pageHeader is the header of one of Guise's own pages.
func pageHeader(header http.Header, policy string) {
	header.Set("Content-Type", "text/html; charset=utf-8")
	header.Set("Content-Security-Policy", policy)
	header.Set("Cache-Control", "private, no-store")
	header.Set("Referrer-Policy", "same-origin")
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("X-Frame-Options", "DENY")
	header.Set("Cross-Origin-Opener-Policy", "same-origin")
	header.Set("Vary", "Accept, Accept-Language, Cookie")
}
