package guise

import (
	"errors"
	"net/http"
	"strings"
	"unicode"
	"unicode/utf8"
)

// A describer is an error that can explain itself to whoever made the request.
type describer interface{ describe() ProblemData }

func (e *InputError) describe() ProblemData {
	return ProblemData{Status: http.StatusBadRequest, Code: codeBadRequest, Title: "Bad request", Detail: sentence(e), Field: e.Field}
}

func (e *DeniedError) describe() ProblemData {
	return ProblemData{Status: http.StatusForbidden, Code: codeNotAllowed, Title: "Not allowed", Detail: e.Sentence}
}

func (e *RunningError) describe() ProblemData {
	return ProblemData{
		Status: http.StatusConflict, Code: codeConflict, Title: "Already acting as someone", Running: &e.Running,
		Detail: "You already act as " + e.Running.Subject.Label() + ", perhaps in another browser. End that first.",
	}
}

func (e *NeededError) describe() ProblemData {
	code := codeNeeded
	if e.Field == fieldTicket {
		code = codeTicketNeeded
	}
	return ProblemData{Status: http.StatusUnprocessableEntity, Code: code, Title: "Something is missing", Detail: e.Sentence, Field: e.Field}
}

func (e *methodError) describe() ProblemData {
	return ProblemData{
		Status: http.StatusMethodNotAllowed, Code: codeMethod, Title: "Method not allowed",
		Detail: "This address takes " + strings.Join(e.allowed, " or ") + " only.",
	}
}

func (e *forbiddenError) describe() ProblemData {
	return ProblemData{Status: http.StatusForbidden, Code: codeForbidden, Title: "Closed while impersonating", Detail: e.Error()}
}

func (e *readOnlyError) describe() ProblemData {
	return ProblemData{Status: http.StatusMethodNotAllowed, Code: codeReadOnly, Title: "Not in this mode", Detail: e.Error()}
}

func (e *overError) describe() ProblemData {
	return ProblemData{
		Status: http.StatusForbidden, Code: codeEnded, Title: "Impersonation ended",
		Detail: "You are no longer acting as someone else, so this was not done. Load the page again to go on as yourself.",
	}
}

// described are the errors that carry no details.
var described = []struct {
	err error
	ProblemData
}{
	{ErrNotLoggedIn, ProblemData{Status: http.StatusUnauthorized, Code: codeNotLoggedIn, Title: "Not logged in", Detail: "Log in first."}},
	{errBodyTooLarge, ProblemData{Status: http.StatusRequestEntityTooLarge, Code: codeTooLarge, Title: "Too large", Detail: sentence(errBodyTooLarge)}},
	{errNoCookies, ProblemData{Status: http.StatusBadRequest, Code: codeNoCookies, Title: "No cookies", Detail: "Your browser keeps no cookies for this site, so nothing was started. Allow cookies and try again."}},
	{errMediaType, ProblemData{Status: http.StatusUnsupportedMediaType, Code: codeMediaType, Title: "Unsupported media type", Detail: sentence(errMediaType)}},
	{errCrossOrigin, ProblemData{Status: http.StatusForbidden, Code: codeCrossOrigin, Title: "Refused", Detail: "This was sent by a page of another site."}},
	{ErrBadCursor, ProblemData{Status: http.StatusBadRequest, Code: codeBadRequest, Title: "Bad request", Detail: "This is no place in this list. Start again from its first page."}},
	{ErrTooDeep, ProblemData{Status: http.StatusConflict, Code: codeConflict, Title: "Already acting as someone", Detail: "Leave this impersonation before you start another."}},
	{ErrUserNotFound, ProblemData{Status: http.StatusNotFound, Code: codeNotFound, Title: "Not found", Detail: "There is no such person among those you help."}},
	{ErrNotFound, ProblemData{Status: http.StatusNotFound, Code: codeNotFound, Title: "Not found", Detail: "There is nothing here."}},
	{ErrNotImpersonating, ProblemData{Status: http.StatusConflict, Code: codeNotImpersonating, Title: "Not impersonating", Detail: notActing}},
	{ErrNotRunning, ProblemData{Status: http.StatusConflict, Code: codeNotImpersonating, Title: "Not impersonating", Detail: "There is no impersonation to do this to; it may have ended already."}},
}

// notActing is for who would leave; who would end somebody else's reads about that one.
const notActing = "You aren't acting as anyone. It may have ended already."

// describe says what an error is to the person who made the request.
func describe(err error) ProblemData {
	var own describer
	if errors.As(err, &own) {
		return own.describe()
	}
	for _, known := range described {
		if errors.Is(err, known.err) {
			return known.ProblemData
		}
	}
	// Fail closed: whatever could not be looked up or recorded does not happen.
	return ProblemData{
		Status: http.StatusServiceUnavailable, Code: codeUnavailable, Title: "Try again",
		Detail: "This could not be checked or recorded just now, so nothing was done.",
	}
}

// sentence makes a sentence of an error's text.
func sentence(err error) string {
	first, size := utf8.DecodeRuneInString(err.Error())
	return string(unicode.ToUpper(first)) + err.Error()[size:] + "."
}
