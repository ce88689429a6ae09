package guise

import (
	"strings"

	"github.com/guise-go/guise/internal/language"
)

// problemTexts are the keys of a problem's title and sentence in the catalogue.
var problemTexts = map[string][2]string{
	codeReadOnly:         {"refused.title", "refused.read_only"},
	codeForbidden:        {"refused.title", "refused.forbidden"},
	codeEnded:            {"ended.title", "ended.unsent"},
	codeUnavailable:      {"unavailable.title", "unavailable.text"},
	codeNotLoggedIn:      {"error.title", "error.not_logged_in"},
	codeBadRequest:       {"error.title", "error.bad_request"},
	codeTooLarge:         {"error.title", "error.bad_request"},
	codeMediaType:        {"error.title", "error.bad_request"},
	codeNotAllowed:       {"error.title", "error.not_allowed"},
	codeNotFound:         {"error.title", "error.not_found"},
	codeMethod:           {"error.title", "error.method"},
	codeCrossOrigin:      {"error.title", "error.cross_origin"},
	codeNeeded:           {"error.title", "error.reason"},
	codeTicketNeeded:     {"error.title", "error.ticket"},
	codeNotImpersonating: {"error.title", "error.over"},
	codeTooMany:          {"error.title", "error.limit"},
	codeNoCookies:        {"error.title", "error.cookies"},
}

// localised is a problem in the reader's language. In English it is as it was,
// since that is more exact than what the catalogue has for all of a kind.
func localised(texts language.Texts, data ProblemData) ProblemData {
	if texts.Lang == language.Default {
		return data
	}
	keys, known := problemTexts[data.Code]
	if data.Code == codeConflict {
		keys, known = [2]string{"error.title", "error.depth"}, true
		if data.Running != nil {
			keys[1] = "error.running"
		}
	}
	if data.Detail == notActing {
		keys[1] = "error.not_acting"
	}
	if data.Writes {
		keys = [2]string{"refused.writes.title", "refused.writes"}
	}
	if !known {
		return data
	}
	subject := ""
	if data.Running != nil {
		subject = data.Running.Subject.Label()
	}
	exact := data.Detail
	data.Title, data.Detail = texts.Text(keys[0]), texts.Text(keys[1], "subject", subject)
	switch data.Code {
	case codeBadRequest, codeTooLarge, codeMediaType, codeNotAllowed:
		// Which field, or which rule: better in another language than not at all.
		data.Detail = strings.TrimSpace(data.Detail + " " + exact)
	}
	return data
}

// localisedData is a page's data with its problem, if it has one, in the
// reader's language.
func localisedData(texts language.Texts, data any) any {
	switch data := data.(type) {
	case ProblemData:
		return localised(texts, data)
	case UserData:
		data.Form.Problem = localisedOrNil(texts, data.Form.Problem)
		return data
	case WriteData:
		data.Problem = localisedOrNil(texts, data.Problem)
		return data
	}
	return data
}

func localisedOrNil(texts language.Texts, problem *ProblemData) *ProblemData {
	if problem == nil {
		return nil
	}
	made := localised(texts, *problem)
	return &made
}
