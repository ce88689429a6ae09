package guise

import (
	"context"
	"errors"
	"net/http"
	"path"
	"slices"
)

// endpoint is one address under BasePath and what it does for each method.
type endpoint struct {
	get, post func(*visit) error
	// always is set for what must be reached whatever the cookie says: it is
	// not refused when the impersonation is over.
	always bool
	// byScript is set for what a script of the page may ask for while
	// impersonating: it says nothing that the page does not know.
	byScript bool
	// file is set for what is no page: a browser that is led there stays where
	// it is.
	file bool
}

// routeEndpoints is every address there is under BasePath.
func (m *Manager) routeEndpoints() *http.ServeMux {
	mux := http.NewServeMux()
	for name, e := range map[string]endpoint{
		"":              {get: (*visit).getHome},
		"start":         {post: (*visit).postStart},
		"stop":          {post: (*visit).postStop, always: true, byScript: true},
		"mode":          {get: (*visit).getMode, post: (*visit).postMode, byScript: true},
		"status":        {get: (*visit).getStatus, byScript: true},
		"leave":         {get: (*visit).getLeave, byScript: true},
		"ended":         {get: (*visit).getEnded, always: true, byScript: true},
		"users":         {get: (*visit).getUsers},
		"users/{id}":    {get: (*visit).getUser},
		"live":          {get: (*visit).getLive},
		"live/events":   {get: (*visit).getLiveStream, file: true},
		"live/{id}/end": {post: (*visit).postRevoke},
		"log":           {get: (*visit).getLog},
		"log/{id}":      {get: (*visit).getEntry},
		"log/beside":    {get: (*visit).getBeside},
		"log/export":    {get: (*visit).getExport, file: true},
		"log/purge":     endpoint{post: (*visit).postPurge}.onlyIf(m.config.purges()),
		"log/notes":     endpoint{post: (*visit).postNote}.onlyIf(m.config.AllowNotes),
		"explain":       {get: (*visit).getExplain},
	} {
		mux.Handle(m.config.BasePath+name+exactly(name), e)
	}
	mux.Handle(m.config.BasePath+"assets", endpoint{get: (*visit).getNothing})
	mux.Handle(m.config.BasePath+"assets/", endpoint{get: (*visit).getAsset, always: true})
	mux.Handle("/", endpoint{get: (*visit).getNothing, post: (*visit).getNothing})
	return mux
}

func exactly(name string) string {
	if name == "" {
		return "{$}"
	}
	return ""
}

type visitKey struct{}

// serveEndpoint hands a visit to its endpoint; the mux finds which.
func (m *Manager) serveEndpoint(v *visit) {
	if address := v.r.URL.EscapedPath(); address+"/" == m.config.BasePath {
		v.redirect(v.base(v.r))
		return
	} else if !isClean(address) {
		// The mux would redirect to where it thinks this belongs, and lose
		// what http.StripPrefix took off.
		v.fail(ErrNotFound)
		return
	}
	v.r = v.r.WithContext(context.WithValue(v.r.Context(), visitKey{}, v))
	m.endpoints.ServeHTTP(v.w, v.r)
}

// isClean reports whether a path is as path.Clean leaves it, but for a slash
// at its end.
func isClean(address string) bool {
	cleaned := path.Clean(address)
	return address == cleaned || address == cleaned+"/"
}

// ServeHTTP guards every endpoint alike: the method, the origin, and the
// impersonation that the request carries.
func (e endpoint) ServeHTTP(_ http.ResponseWriter, r *http.Request) {
	v, ok := r.Context().Value(visitKey{}).(*visit)
	if !ok {
		return // unreachable: only serveEndpoint calls the mux
	}
	v.r = r
	serve := e.method(r.Method)
	switch {
	case serve == nil:
		v.fail(&methodError{e.allowed()})
	case !e.admits(v.origin, r):
		v.refuseOrigin()
	default:
		if err := v.serveGuarded(serve, e); err != nil {
			v.fail(err)
		}
	}
}

func (v *visit) serveGuarded(serve func(*visit) error, e endpoint) error {
	if v.any() && !e.always {
		if err := v.resolveCarried(); err != nil {
			return err
		}
		v.w.Header().Set("Guise-Impersonation", v.stack.Top().ID)
		if e.refusesScript(v.r) {
			return v.refuse(v.stack.Top(), &forbiddenError{})
		}
	}
	return serve(v)
}

func (e endpoint) method(method string) func(*visit) error {
	switch method {
	case http.MethodGet, http.MethodHead:
		return e.get
	case http.MethodPost:
		return e.post
	}
	return nil
}

func (e endpoint) allowed() []string {
	var allowed []string
	if e.get != nil {
		allowed = append(allowed, http.MethodGet, http.MethodHead)
	}
	if e.post != nil {
		allowed = append(allowed, http.MethodPost)
	}
	return allowed
}

// methodError is a request with a method that the address does not take.
type methodError struct{ allowed []string }

func (e *methodError) Error() string { return "guise: method not allowed" }

var errCrossOrigin = errors.New("guise: sent by a page of another origin")

func (v *visit) getNothing() error { return ErrNotFound }

// getHome leads to the first page.
func (v *visit) getHome() error {
	v.redirect(v.base(v.r) + "users")
	return nil
}

// postStart is the endpoint of [Manager.Start].
func (v *visit) postStart() error {
	read, err := v.readFields(fieldUserID, fieldReason, fieldTicket, fieldMode, fieldDuration, v.config.NextParam)
	if err != nil {
		return v.loggedInOr(err)
	}
	request := StartRequest{
		UserID: read[fieldUserID], Reason: read[fieldReason], Ticket: read[fieldTicket], Mode: Mode(read[fieldMode]),
	}
	if v.sendsNoCookies() {
		if _, err := v.realActor(); err != nil {
			return err
		}
		return v.tryCookies()
	}
	var started *Impersonation
	if request.Duration, err = read.duration(); err != nil {
		err = v.loggedInOr(err)
	} else {
		started, err = v.start(request)
	}
	switch {
	case err != nil && !wantsJSON(v.r):
		return v.startAgain(request, read[v.config.NextParam], err)
	case err != nil:
		return err
	case wantsJSON(v.r):
		return v.writeJSON(http.StatusCreated, impersonationOf(*started))
	}
	v.redirect(v.landing(read[v.config.NextParam], v.public(v.r, v.config.StartURL)))
	return nil
}

// loggedInOr is err, unless nobody is logged in: who isn't learns that first.
func (v *visit) loggedInOr(err error) error {
	if _, actorErr := v.realActor(); actorErr != nil {
		return actorErr
	}
	return err
}

// startAgain shows the form again with what was typed, when that can help.
func (v *visit) startAgain(request StartRequest, next string, err error) error {
	var (
		needed  *NeededError
		running *RunningError
		input   *inputError
	)
	again := errors.As(err, &needed) || errors.As(err, &running) || errors.As(err, &input)
	if v.console == nil || !again || !acceptsHTML(v.r) {
		return err
	}
	problem := describe(err)
	form := v.startForm(request, next)
	form.Problem = &problem
	data, hidden := v.userData(request.UserID, form)
	if errors.As(hidden, new(*LimitError)) {
		return hidden
	}
	if hidden != nil {
		return err // no page to show it on
	}
	v.page(problem.Status, PageUser, data)
	return nil
}

// postMode is the endpoint that changes the mode.
func (v *visit) postMode() error {
	read, err := v.readFields(fieldMode, fieldReason, v.config.NextParam)
	if err != nil {
		return v.loggedInOr(err)
	}
	changed, err := v.changeMode(Mode(read[fieldMode]), read[fieldReason])
	var needed *NeededError
	switch {
	case errors.As(err, &needed) && acceptsHTML(v.r):
		problem := describe(err)
		data := v.writeData(read[v.config.NextParam])
		data.Mode, data.Reason, data.Problem = Mode(read[fieldMode]), read[fieldReason], &problem
		v.page(problem.Status, PageWrite, data)
		return nil
	case err != nil:
		return err
	case wantsJSON(v.r):
		return v.writeJSON(http.StatusOK, impersonationOf(*changed))
	}
	v.redirect(v.landing(read[v.config.NextParam], v.cameFrom(), v.public(v.r, v.config.StartURL)))
	return nil
}

// getMode is the form that asks for another mode.
func (v *visit) getMode() error {
	if len(v.stack) == 0 {
		return ErrNotImpersonating
	}
	next, err := queryText(v.r, v.config.NextParam, maxField)
	if err != nil {
		return err
	}
	v.page(http.StatusOK, PageWrite, v.writeData(next))
	return nil
}

func (v *visit) writeData(next string) WriteData {
	data := WriteData{Modes: v.modeChoices(), Default: v.config.DefaultMode, Next: next, Mode: ReadWrite}
	if len(v.stack) > 0 {
		data.Impersonation = v.stack.Top()
		data.Modes = slices.DeleteFunc(data.Modes, func(m Mode) bool { return m == data.Impersonation.Mode })
	}
	return data
}
