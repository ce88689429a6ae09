package guise

import (
	"errors"
	"net/http"
)

// Stop ends the impersonation of the request, and returns it: in a stack, only
// the last, and the one below is in use again. It takes no identity from the
// request and needs no right. It sets or clears the cookie on w but writes no
// answer; the caller does. The error is [ErrNotImpersonating] when there is
// nothing to stop, or not any more; the cookie is cleared then too.
func (m *Manager) Stop(w http.ResponseWriter, r *http.Request) (*Impersonation, error) {
	return m.visitInside(w, r).stop()
}

func (v *visit) stop() (*Impersonation, error) {
	if !v.handle {
		return nil, ErrNotImpersonating
	}
	stack, err := v.findToLeave()
	var over *overError
	switch {
	case errors.As(err, &over):
		if !over.replaced {
			v.leaveCookies()
		}
		return nil, ErrNotImpersonating
	case err != nil:
		return nil, err
	}
	return v.pop(stack)
}

// findToLeave is findStack for leaving, which also works when nobody can say who is
// logged in: whoever holds the token may end what it stands for.
func (v *visit) findToLeave() (Stack, error) {
	unknown := v.identify()
	stack, err := v.load()
	if err != nil {
		return nil, err
	}
	if unknown == nil {
		if err := v.checkLogin(stack); err != nil {
			return nil, err
		}
	}
	return stack, v.checkLimits(stack)
}

// pop ends the last of the stack.
func (v *visit) pop(stack Stack) (*Impersonation, error) {
	end, below := End{ID: stack.Top().ID, Cause: CauseStopped}, token("")
	if len(stack) > 1 {
		below = newToken()
		end.Resume = below.hash()
	}
	ended, err := v.end(v.r.Context(), end, v.r)
	if err != nil {
		return nil, err
	}
	if len(ended) == 0 {
		var over *overError
		if err := v.overBy(stack.Top().ID); !errors.As(err, &over) || !over.replaced {
			v.leaveCookies()
		}
		return nil, ErrNotImpersonating
	}
	if below != "" {
		v.cookie.set(v.w, below)
		v.forgetCookies(stack[:len(stack)-1])
	} else {
		v.leaveCookies()
	}
	return &ended[len(ended)-1], nil
}

// postStop is the endpoint. A browser is sent on whatever happened: leaving
// always works.
func (v *visit) postStop() error {
	read, err := v.readFields(v.config.NextParam)
	if err != nil {
		// A form that can't be read does not keep anyone from leaving.
		read = fields{}
	}
	return v.leaveTo(read[v.config.NextParam])
}

// leave is the answer to one of the application's own routes for logging out.
func (v *visit) leave() error { return v.leaveTo("") }

func (v *visit) leaveTo(next string) error {
	stopped, err := v.stop()
	switch {
	case errors.Is(err, ErrNotImpersonating) && !wantsJSON(v.r):
		v.redirect(v.landing(next, v.public(v.r, v.config.StopURL)))
		return nil
	case err != nil:
		return err
	case wantsJSON(v.r):
		return v.writeJSON(http.StatusOK, impersonationOf(v.asBanner(*stopped)))
	}
	v.redirect(v.landing(next, v.public(v.r, v.config.StopURL), stopped.ReturnTo))
	return nil
}

// redirect sends a browser on with a GET.
func (v *visit) redirect(location string) {
	v.w.Header().Set("Cache-Control", "private, no-store")
	v.w.Header().Set("Location", location)
	v.w.WriteHeader(http.StatusSeeOther)
}
