package console

import (
	"html/template"

	"github.com/guise-go/guise"
)

// The small pieces that lists repeat are made here: a template takes about a
// microsecond for each value that it escapes. Whatever goes into one is HTML
// already, or is escaped on the way.

// escaped is a text as HTML.
func escaped(text string) template.HTML { return template.HTML(template.HTMLEscapeString(text)) }

// plain is the class of a link that is not underlined; asRow makes a link lead where
// its whole row does.
const (
	plain template.HTML = ` class="plain"`
	asRow template.HTML = ` data-row=""`
)

// linkTo is a link to an address of the console's own, as URL and LogURL make
// them: nothing here would refuse another scheme.
func linkTo(address string, attributes, content template.HTML) template.HTML {
	return `<a` + attributes + ` href="` + escaped(address) + `">` + content + `</a>`
}

func quiet(content template.HTML) template.HTML { return `<span class="quiet">` + content + `</span>` }

func badge(class, text string) template.HTML {
	return `<span class="badge ` + escaped(class) + `">` + escaped(text) + `</span>`
}

// mode is what people call one, on a badge.
func (w *words) mode(m guise.Mode) template.HTML { return badge("mode-"+string(m), w.modeName(m)) }

// state is what people call one, on a badge.
func (w *words) state(s guise.State) template.HTML { return badge("state-"+string(s), w.stateName(s)) }

// code is why something was refused, in words or as it is.
func (w *words) code(code string) template.HTML {
	if name := w.codeName(code); name != "" {
		return escaped(name)
	}
	return `<code>` + short(code) + `</code>`
}

// reason is why somebody acts, and the ticket.
func (w *words) reason(reason, ticket string) template.HTML {
	cell := quiet(escaped(w.T("log.no-reason")))
	if reason != "" {
		cell = short(reason)
	}
	if ticket != "" {
		cell += ` <span class="ticket">` + short(ticket) + `</span>`
	}
	return cell
}

// two is who acts, and as whom.
func (w *words) two(i guise.Impersonation) template.HTML {
	return `<span class="two"><span>` + w.name(i.Actor.User) + `</span> ` + quiet(escaped(w.T("log.as"))) +
		` <strong>` + w.name(i.Subject.User) + `</strong></span>`
}

// marks are what is special about somebody.
func (w *words) marks(u guise.User) (cell template.HTML) {
	if u.Superuser {
		cell += badge("violet", w.T("mark.superuser")) + " "
	}
	if u.Staff {
		cell += badge("green", w.T("mark.staff")) + " "
	}
	if !u.Active {
		cell += badge("grey", w.T("mark.inactive"))
	}
	return cell
}

// links are tabs, each on a line of its own.
func links(tabs []tab) (all template.HTML) {
	for _, t := range tabs {
		all += "\n" + link(t)
	}
	return all
}

// items are tabs as the items of a list.
func items(tabs []tab) (all template.HTML) {
	for _, t := range tabs {
		all += "\n<li>" + link(t) + "</li>"
	}
	return all
}

func link(t tab) template.HTML {
	var attributes template.HTML
	if t.Current != "" {
		attributes = ` aria-current="` + escaped(t.Current) + `"`
	}
	return linkTo(t.URL, attributes, escaped(t.Text))
}

// options are those of a select.
func options(choices []choice) (all template.HTML) {
	for _, c := range choices {
		var selected template.HTML
		if c.Selected {
			selected = " selected"
		}
		all += "\n" + `<option value="` + escaped(c.Value) + `"` + selected + `>` + escaped(c.Text) + `</option>`
	}
	return all
}
