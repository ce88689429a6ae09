package guise

import (
	"cmp"
	"html/template"

	"github.com/guise-go/guise/internal/csp"
	"github.com/guise-go/guise/internal/language"
)

// plainPolicy admits the plain pages' one style and their form.
var plainPolicy = "default-src 'none'; style-src " + csp.Hash(plainStyle) +
	"; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// plainData is what the template of the plain pages shows. They are for
// applications without a console: few words, one form, one link.
type plainData struct {
	Page       Page
	Texts      language.Texts
	Style      template.CSS
	Title      string
	Paragraphs [][]language.Part
	Form       *plainForm
	Link       *plainLink
}

type plainForm struct {
	Action, Button, Reason string
	AskReason              bool
	Mode                   Mode
	Modes                  []plainMode
	Hidden                 []plainField
}

type (
	plainLink  struct{ URL, Text string }
	plainField struct{ Name, Value string }
	plainMode  struct {
		Value Mode
		Label string
	}
)

// hasPlain reports whether there is something to say on a plain page.
func hasPlain(page Page) bool {
	switch page.Name {
	case PageEnded, PageLeave, PageWrite, PageProblem:
		return true
	}
	return false
}

func (v *visit) plain(page Page, texts language.Texts) plainData {
	made := plainData{Page: page, Texts: texts, Style: template.CSS(plainStyle)}
	say := func(key string, pairs ...string) {
		made.Paragraphs = append(made.Paragraphs, texts.Parts(key, pairs...))
	}
	switch data := page.Data.(type) {
	case EndedData:
		made.Title = texts.Text("ended.title")
		if page.Impersonation != nil {
			say("ended.acting", "subject", shortened(page.Impersonation.Subject.Label()))
			made.Link = &plainLink{page.HomeURL, texts.Text("ended.continue")}
			break
		}
		say("ended.cause." + causeKey(data.Cause))
		v.sayWho(page, say)
		key := "ended.continue"
		if page.Viewer == nil {
			key = "ended.login"
		}
		made.Link = &plainLink{data.ContinueURL, texts.Text(key)}
	case LeaveData:
		i := data.Impersonation
		made.Title = texts.Text("leave.title")
		if data.Below != nil {
			say("leave.below", "subject", shortened(i.Subject.Label()), "below", shortened(data.Below.Subject.Label()))
		} else {
			say("leave.text", "subject", shortened(i.Subject.Label()), "actor", shortened(i.Actor.Label()))
		}
		made.Form = &plainForm{Action: page.BasePath + "stop", Button: texts.Text("leave.button")}
	case WriteData:
		made.Title = texts.Text("write.title")
		say("write.text", "subject", shortened(data.Impersonation.Subject.Label()))
		made.Form = v.plainWrite(page, texts, data)
	case ProblemData:
		made.Title = data.Title
		made.Paragraphs = append(made.Paragraphs, []language.Part{{Text: data.Detail}})
		v.plainProblem(&made, page, data)
	}
	return made
}

func (v *visit) sayWho(page Page, say func(string, ...string)) {
	if page.Viewer == nil {
		say("ended.nobody")
		return
	}
	say("ended.now", "user", shortened(page.Viewer.Label()))
}

func (v *visit) plainWrite(page Page, texts language.Texts, data WriteData) *plainForm {
	form := &plainForm{
		Action: page.BasePath + "mode", Button: texts.Text("write.button"),
		AskReason: true, Reason: data.Reason, Mode: data.Mode,
	}
	for _, mode := range data.Modes {
		form.Modes = append(form.Modes, plainMode{mode, modeText(texts, mode)})
	}
	if data.Next != "" {
		form.Hidden = append(form.Hidden, plainField{v.config.NextParam, data.Next})
	}
	return form
}

// plainProblem adds what can be done about a problem.
func (v *visit) plainProblem(made *plainData, page Page, data ProblemData) {
	if data.Running != nil {
		made.Form = &plainForm{
			Action: page.BasePath + "live/" + data.Running.ID + "/end", Button: made.Texts.Text("banner.stop"),
		}
	}
	if data.WriteURL != "" {
		made.Link = &plainLink{data.WriteURL, made.Texts.Text("banner.write")}
		return
	}
	if data.LoginURL != "" {
		made.Link = &plainLink{data.LoginURL, made.Texts.Text("ended.login")}
		return
	}
	made.Link = &plainLink{cmp.Or(data.BackURL, page.HomeURL), made.Texts.Text("refused.back")}
}

func causeKey(cause Cause) string {
	if cause == "" {
		return "unknown"
	}
	return string(cause)
}
